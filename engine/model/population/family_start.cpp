#include "model/population/family_start.hpp"

#include <algorithm>
#include <cassert>

#include "model/outcomes/event_notes.hpp"

namespace hearth {
namespace {

// Families by component of need, counted in one register: twelve bits a component.
class NeedTally {
 public:
  static constexpr std::uint32_t kMostFamilies = (1U << 12) - 1;

  // A family in this quiet state.
  void add(std::size_t state) { counts_ += kOfState[state]; }
  int families_with(std::size_t component) const {
    return static_cast<int>(counts_ >> (kBits * component) & kMostFamilies);
  }

 private:
  static constexpr std::uint64_t kBits = 12;
  static_assert(kBits * kComponents <= 64);
  // A one for each component that is present.
  static constexpr auto kOfState = [] {
    std::array<std::uint64_t, kQuietStates> out{};
    for (std::size_t state = 0; state < kQuietStates; ++state)
      for (std::size_t k = 0; k < kComponents; ++k)
        out[state] |= (state >> k & std::uint64_t{1}) << (kBits * k);
    return out;
  }();

  std::uint64_t counts_ = 0;
};
static_assert(kStartedTogether <= NeedTally::kMostFamilies);

}  // namespace

// Each step is for all of them.
ContactRates start_families(AuthorityState& s, std::uint32_t from, std::uint32_t n, int month) {
  assert(n <= kStartedTogether);
  ContactRates rate;
  std::array<float, kStartedTogether> total;
  // A family that starts with its first birth has had no case yet.
  const std::size_t possible = month > 0 ? kNeedStates - 1 : kQuietStates - 1;
  const auto ratio = static_cast<float>(s.parameters[Parameter::contact_first_birth_ratio]);
  s.draw_list.resize(n);
  for (std::uint32_t k = 0; k < n; ++k) s.draw_list.set(k, from + k, 0);
  s.draw_list.draw(s.draws, Process::kInitialFamily);
  s.draw_list.make_waits(1);
  s.draw_list.make_waits(2);
  const std::uint32_t* const words = s.draw_list.words(0);
  const std::uint8_t* const classes = &s.families.family_class[from];
  FamilyState* const family = &s.family[from];
  const Setting& setting = s.setting;
  NeedTally tally;
  for (std::uint32_t k = 0; k < n; ++k) {
    const std::uint8_t family_class = classes[k];
    const std::size_t state = setting.initial_needs.state(family_class, words[k]) & possible;
    tally.add(state);
    family[k].family_class = family_class;
    family[k].state = static_cast<std::uint8_t>(state);
    rate[k] = setting.contact.rate[family_class][state];
    total[k] = setting.needs.total[family_class][state];
  }
  for (std::size_t k = 0; k < kComponents; ++k) s.families_with[k] += tally.families_with(k);
  float* const contact_reading = &s.contact_reading[from];
  float* const needs_reading = &s.needs_reading[from];
  const float* const contact_waits = s.draw_list.waits(1);
  const float* const needs_waits = s.draw_list.waits(2);
  for (std::uint32_t k = 0; k < n; ++k) needs_reading[k] = s.quiet.needs_start + needs_waits[k] / total[k];
  if (month == 0) {
    for (std::uint32_t k = 0; k < n; ++k)
      contact_reading[k] = s.quiet.contact_start + contact_waits[k] / rate[k];
  } else {
    // Around a first birth concerns are raised more often; the clock runs that much faster for a month.
    constexpr auto kMonths = static_cast<float>(kEntryBandStartMonths[1]);
    for (std::uint32_t k = 0; k < n; ++k) {
      const float wait = contact_waits[k];
      const bool first_birth = s.families.births[from + k].month[0] == month;  // others come from elsewhere
      const float raised = rate[k] * (first_birth ? ratio : 1.0F);
      const float used = raised * kMonths;
      const float head_start = wait < used ? wait / raised : kMonths;
      contact_reading[k] = s.quiet.contact_start + head_start + std::max(0.0F, wait - used) / rate[k];
    }
  }
  return rate;
}

namespace {

// A family that services work with is seen through by the authority: it stays.
void depart(AuthorityState& s, std::uint32_t family) {
  FamilyState& f = s.family[family];
  if (f.case_index != kNoCase || f.in_care != 0) return;
  for (std::size_t k = 0; k < kComponents; ++k) s.families_with[k] -= static_cast<int>(f.state >> k & 1U);
  f.state = 0;
  f.left = kMovedAway;
  s.contact_reading[family] = s.needs_reading[family] = kNever;
  if (s.families.births[family].minors(s.month) != 0) note(s, EventKind::kMovesAway, family, 1.0F);
}

}  // namespace

void families_come_and_go(AuthorityState& s, int month) {
  if (month == 0) return;
  const auto m = static_cast<std::size_t>(month);
  for (auto f = s.families.alive_begin[m - 1]; f < s.families.alive_begin[m]; ++f) {
    for (std::size_t k = 0; k < kComponents; ++k)
      s.families_with[k] -= static_cast<int>(s.family[f].state >> k & 1U);
    s.contact_reading[f] = s.needs_reading[f] = kNever;
  }
  for (auto k = s.families.departures_from[m]; k < s.families.departures_from[m + 1]; ++k)
    depart(s, s.families.departures[k]);
  const std::uint32_t end = s.families.alive_end[m];
  for (std::uint32_t from = s.families.alive_end[m - 1]; from < end; from += kStartedTogether)
    start_families(s, from, std::min(kStartedTogether, end - from), month);
  if (logs(s))
    for (auto f = s.families.alive_end[m - 1]; f < s.families.alive_end[m]; ++f)
      note(s, EventKind::kStarts, f, 1.0F, s.family[f].state);
}

}  // namespace hearth
