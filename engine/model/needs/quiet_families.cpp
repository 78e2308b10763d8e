#include "model/needs/quiet_families.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>

#include "kernels/flips.hpp"
#include "kernels/registers.hpp"

namespace hearth {

void needs_keys(FamilyState* family, std::span<const std::uint32_t> due, DrawList& draws) {
  draws.resize(due.size());
  for (std::size_t k = 0; k < due.size(); ++k) draws.set(k, due[k], family[due[k]].transitions++);
}

std::size_t needs_events(const QuietFamilies& families, const NeedsTables& needs,
                         const ContactTables& contact, const QuietMonth& month, const DrawList& draws,
                         std::span<std::uint32_t> due, std::array<int, kComponents>& families_with) {
  const float shock = month.poverty_shock;
#ifdef HEARTH_WIDE
  if (shock == 1.0F && wide_registers()) {
    // The word of a family is where the kernel looks for it.
    static_assert(std::endian::native == std::endian::little);
    static_assert(sizeof(FamilyState) == FlipFamilies::kStride);
    static_assert(offsetof(FamilyState, state) ==
                  offsetof(FamilyState, transitions) + FlipWord::kStateShift / 8);
    static_assert(offsetof(FamilyState, family_class) ==
                  offsetof(FamilyState, transitions) + FlipWord::kClassShift / 8);
    static_assert(kQuietStates == std::size_t{1} << FlipTables::kStateBits);
    return wide_flips({&families.family->transitions, families.contact_reading, families.needs_reading},
                      {needs.passed.front().data(), needs.total.front().data(), contact.rate.front().data()},
                      {month.contact_start, month.contact_end, month.needs_start, month.needs_end}, draws,
                      due, families_with);
  }
#endif
  const float per_needs_clock = 1.0F / (month.needs_end - month.needs_start);
  std::size_t again = 0;
  for (std::size_t k = 0; k < due.size(); ++k) {
    const std::uint32_t family = due[k];
    FamilyState& f = families.family[family];
    const std::size_t family_class = f.family_class;
    const unsigned before = f.state;
    const std::size_t quiet = before & (kQuietStates - 1);
    const std::size_t component = needs.component(family_class, quiet, uniform(draws.word(k, 1)));
    unsigned flipped = 1U << component;
    // The clock runs at the pace of the fastest transition; the others are kept in proportion.
    if (shock != 1.0F) [[unlikely]] {
      const bool onset_of_poverty = component == 0 && !(before & kPoverty);
      const bool keep = uniform(draws.word(k, 2)) * std::max(1.0F, shock) < (onset_of_poverty ? shock : 1.0F);
      if (!keep) flipped = 0;
    }
    const unsigned after = before ^ flipped;
    f.state = static_cast<std::uint8_t>(after);
    families_with[component] +=
        static_cast<int>((after >> component) & 1U) - static_cast<int>((before >> component) & 1U);
    const std::size_t now_quiet = after & (kQuietStates - 1);
    // What is left of the family's threshold of contact is used up at the new rate from here on.
    const auto& rates = contact.rate[family_class];
    float& reading = families.needs_reading[family];
    float& contact_reading = families.contact_reading[family];
    const float contact_at = contact_reading;
    const float share = std::max(0.0F, (reading - month.needs_start) * per_needs_clock);
    const float now = month.contact_start + share * (month.contact_end - month.contact_start);
    const float moved = now + (contact_at - now) * (rates[quiet] / rates[now_quiet]);
    contact_reading = contact_at > now && flipped != 0 ? moved : contact_at;
    reading += draws.wait(k) / needs.total[family_class][now_quiet];
    due[again] = family;
    again += reading <= month.needs_end ? 1 : 0;
  }
  return again;
}

}  // namespace hearth
