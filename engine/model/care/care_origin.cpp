#include "model/care/care_origin.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <string>

#include "core/calendar.hpp"
#include "core/error.hpp"
#include "kernels/elementary.hpp"
#include "model/care/care_events.hpp"
#include "model/sampling.hpp"

namespace hearth {
namespace {

using enum Parameter;

}  // namespace

void place_looked_after(AuthorityState& s, std::vector<std::uint32_t>& known) {
  const AuthorityOrigin& a = *s.setting.authority;
  const double fraction = s.setting.sampling_fraction;
  using Row = std::array<int, kAgeBands>;
  std::array<Row, AuthorityOrigin::kPublishedPlacements> wanted = a.looked_after_by_placement_and_age;
  // A sample takes its share of the running total, so that small cells are not rounded away one by one.
  double running = 0.0;
  int given = 0;
  for (auto& by_age : wanted)
    for (int& n : by_age) {
      running += n * fraction;
      n = static_cast<int>(std::lround(running)) - given;
      given += n;
    }
  const Draws& draws = s.draws;
  const auto place = [&](std::uint32_t family, std::uint8_t child, int birth_month, std::size_t published,
                         const Bits& bits) {
    LookedAfterChild x;
    const bool alone = family == kNoFamily;
    x.family = family;
    x.child = child;
    x.entity = alone ? 0xC0000000U | static_cast<std::uint32_t>(s.looked_after.size()) : family * 8 + child;
    x.birth = static_cast<std::int16_t>(birth_month);
    const int age = -birth_month;
    // Nothing that happens to unaccompanied children depends on how long they have been in care: up to a
    // year.
    const int months =
        alone ? static_cast<int>(static_cast<float>(kMonthsPerYear) * uniform(bits[1]))
              : static_cast<int>(pick_cumulative(
                    s.setting.care_history->months[static_cast<std::size_t>(age)], uniform(bits[1])));
    x.since = static_cast<std::int16_t>(-1 - months);
    if (published == AuthorityOrigin::kFoster && alone) {
      const float u = uniform(draws.block(Process::kOriginCare, x.entity, 1)[0]);
      x.placement = u < 0.5F ? Placement::kAuthorityFoster : Placement::kAgencyFoster;
    } else if (published == AuthorityOrigin::kFoster) {
      const float u = uniform(bits[2]);
      const auto kin = static_cast<float>(s.parameters[care_foster_kin_share]);
      const auto agency = static_cast<float>(s.parameters[care_foster_agency_share]);
      x.placement = u < kin            ? Placement::kKinFoster
                    : u < kin + agency ? Placement::kAgencyFoster
                                       : Placement::kAuthorityFoster;
    } else {
      x.placement = static_cast<Placement>(index(Placement::kChildrensHome) + published - 1);
    }
    if (!alone) {
      FamilyState& f = s.family[family];
      const auto bit = static_cast<std::uint8_t>(1U << child);
      f.in_care = static_cast<std::uint8_t>(f.in_care | bit);
      f.ever_in_care = static_cast<std::uint8_t>(f.ever_in_care | bit);
    }
    add_looked_after(s, x, 0, 1.0F, false);
  };

  // Unaccompanied children: 16 and 17 but for the share of entrants who are younger and have not yet grown
  // up.
  const int unaccompanied = static_cast<int>(std::lround(fraction * a.looked_after_unaccompanied));
  for (int k = 0; k < unaccompanied; ++k) {
    const Bits bits = draws.block(Process::kOriginCare, 0xC0000000U | static_cast<std::uint32_t>(k), 0);
    const bool younger =
        uniform(bits[0]) < static_cast<float>(s.parameters[origin_unaccompanied_under_16_ratio] *
                                              s.parameters[unaccompanied_under_16_share]);
    std::size_t band = younger ? index(AgeBand::k10To15) : index(AgeBand::k16Plus);
    std::size_t published =
        uniform(bits[2]) < static_cast<float>(s.parameters[unaccompanied_supported_share]) && !younger
            ? AuthorityOrigin::kSupported
            : AuthorityOrigin::kFoster;
    if (wanted[published][band] == 0)
      published =
          published == AuthorityOrigin::kFoster ? AuthorityOrigin::kSupported : AuthorityOrigin::kFoster;
    if (wanted[published][band] == 0) {
      // The published margins leave no such cell: the fullest of those aged 10 and over.
      for (const AgeBand older : {AgeBand::k10To15, AgeBand::k16Plus})
        for (std::size_t q = 0; q < wanted.size(); ++q)
          if (wanted[q][index(older)] > wanted[published][band]) {
            published = q;
            band = index(older);
          }
      if (wanted[published][band] == 0) break;
    }
    --wanted[published][band];
    const float spread = uniform(bits[3]);
    const int age =
        band == index(AgeBand::k16Plus)
            ? 192 + static_cast<int>(
                        24.0F * elementary::pow(
                                    spread, static_cast<float>(s.parameters[origin_unaccompanied_age_power])))
            : 156 + static_cast<int>(36.0F * spread);
    place(kNoFamily, 0, -age, published, bits);
  }

  Row left{};
  for (const auto& by_age : wanted)
    for (std::size_t band = 0; band < kAgeBands; ++band) left[band] += by_age[band];
  const auto any_left = [&] { return std::any_of(left.begin(), left.end(), [](int n) { return n > 0; }); };
  std::array<float, 4> ratio_of_needs{};
  for (int n = 0; n < 4; ++n)
    ratio_of_needs.at(static_cast<std::size_t>(n)) =
        static_cast<float>(elementary::pow(s.parameters[accommodation_need_ratio], n - 3));
  std::vector<std::uint8_t> used(s.families.alive_end.front(), 0);
  const auto fill = [&](std::uint32_t family, std::uint32_t pass) {
    const Bits whole = draws.block(Process::kOriginSelection, family, pass);
    // The more needs, the likelier that children of the family are looked after rather than at home.
    const float ratio = ratio_of_needs.at(static_cast<std::size_t>(adult_needs(s.family[family].state)));
    if (pass == 0 && uniform(whole[0]) > static_cast<float>(s.parameters[origin_known_family_share]) * ratio)
      return;
    for (unsigned home = children_mask(s, family, 0); home != 0; home &= home - 1) {
      const auto c = static_cast<std::size_t>(std::countr_zero(home));
      const int age = -birth(s, family, c);
      const std::size_t band = age_band(age);
      if (left[band] == 0) continue;
      const Bits bits = draws.block(Process::kOriginCare, family * 8 + static_cast<std::uint32_t>(c), pass);
      if (pass < 2 && uniform(bits[0]) > s.setting.care_history->age_shape[static_cast<std::size_t>(age)])
        continue;
      std::array<float, AuthorityOrigin::kPublishedPlacements> weights{};
      float total = 0.0F;
      for (std::size_t q = 0; q < weights.size(); ++q)
        total += weights[q] = static_cast<float>(wanted[q][band]);
      const std::size_t q = pick(weights, total, uniform(bits[3]));
      --wanted[q][band];
      --left[band];
      place(family, static_cast<std::uint8_t>(c), -age, q, bits);
      used[family] = 1;
    }
  };
  // First families known to services, with the ages as they are in care; then any of them; then any family at
  // all.
  for (std::uint32_t pass = 0; pass < 3 && any_left(); ++pass)
    for (const auto family : known) {
      if (!any_left()) break;
      fill(family, pass);
    }
  for (auto f = s.families.alive_begin.front(); f < s.families.alive_end.front() && any_left(); ++f)
    fill(f, 2);
  if (any_left())
    throw DataError("authority " + std::to_string(a.code) + " (" + a.name +
                    ") has more looked-after children of some age than children in the population");
  std::erase_if(known, [&](std::uint32_t f) { return used[f] != 0; });
}

}  // namespace hearth
