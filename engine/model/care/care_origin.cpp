#include "model/care/care_origin.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "core/calendar.hpp"
#include "core/error.hpp"
#include "kernels/elementary.hpp"
#include "model/care/care_events.hpp"
#include "model/casework/births_expected.hpp"
#include "model/sampling.hpp"

namespace hearth {
namespace {

using enum Parameter;

// Children still to be placed, by published placement and age.
using Wanted = std::array<std::array<int, kAgeBands>, AuthorityOrigin::kPublishedPlacements>;

// As published. A sample takes its share of the running total, so that small cells are not rounded away one
// by one.
Wanted wanted_in_sample(const AuthorityOrigin& a, double fraction) {
  Wanted out = a.looked_after_by_placement_and_age;
  double running = 0.0;
  int given = 0;
  for (auto& by_age : out)
    for (int& n : by_age) {
      running += n * fraction;
      n = static_cast<int>(std::lround(running)) - given;
      given += n;
    }
  return out;
}

// The placement of a child whose published placement is known. Foster care is published as one.
Placement placement_of(const AuthorityState& s, const LookedAfterChild& x, std::size_t published, float u) {
  if (published != AuthorityOrigin::kFoster)
    return static_cast<Placement>(index(Placement::kChildrensHome) + published - 1);
  if (x.family == kNoFamily)
    return uniform(s.draws.block(Process::kOriginCare, x.entity.word(), 1)[0]) < 0.5F
               ? Placement::kAuthorityFoster
               : Placement::kAgencyFoster;
  const auto kin = static_cast<float>(s.parameters[care_foster_kin_share]);
  const auto agency = static_cast<float>(s.parameters[care_foster_agency_share]);
  return u < kin            ? Placement::kKinFoster
         : u < kin + agency ? Placement::kAgencyFoster
                            : Placement::kAuthorityFoster;
}

// Places a child of whom entity, family, position and month of birth are set, by the child's draws of
// kOriginCare.
void place(AuthorityState& s, LookedAfterChild& x, std::size_t published, const Bits& bits) {
  // Nothing that happens to unaccompanied children depends on how long they have been in care: up to a year.
  const int months =
      x.family == kNoFamily
          ? static_cast<int>(static_cast<float>(kMonthsPerYear) * uniform(bits[1]))
          : static_cast<int>(pick_cumulative(
                s.setting.care_history->months[static_cast<std::size_t>(-x.birth)], uniform(bits[1])));
  x.since = static_cast<std::int16_t>(-1 - months);
  x.placement = placement_of(s, x, published, uniform(bits[2]));
  if (x.family != kNoFamily) {
    FamilyState& f = s.family[x.family];
    const auto bit = static_cast<std::uint8_t>(1U << x.child);
    f.in_care = static_cast<std::uint8_t>(f.in_care | bit);
    f.ever_in_care = static_cast<std::uint8_t>(f.ever_in_care | bit);
    expect_birth(s, x.family, -1);
  }
  add_looked_after(s, x, 0, 1.0F, false);
}

// Unaccompanied children: 16 and 17 but for the share of entrants who are younger and have not yet grown up.
void place_unaccompanied(AuthorityState& s, Wanted& wanted) {
  const int n = static_cast<int>(
      std::lround(s.setting.sampling_fraction * s.setting.authority->looked_after_unaccompanied));
  for (std::uint32_t k = 0; k < static_cast<std::uint32_t>(std::max(n, 0)); ++k) {
    LookedAfterChild x;
    x.entity = EntityKey::alone_at_origin(k);
    const Bits bits = s.draws.block(Process::kOriginCare, x.entity.word(), 0);
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
            : 180 + static_cast<int>(12.0F * spread);
    x.birth = static_cast<std::int16_t>(-age);
    place(s, x, published, bits);
  }
}

// Places children of families, until none is wanted.
class FamilyPlacer {
 public:
  FamilyPlacer(AuthorityState& s, Wanted& wanted, const std::vector<std::uint32_t>& known)
      : s_(s), wanted_(wanted), used_(s.families.alive_end.front()) {
    for (const auto& by_age : wanted)
      for (std::size_t band = 0; band < kAgeBands; ++band) left_[band] += by_age[band];
    for (int n = 0; n < 4; ++n)
      ratio_of_needs_.at(static_cast<std::size_t>(n)) =
          static_cast<float>(elementary::pow(s.parameters[accommodation_need_ratio], n - 3));
    for (const std::uint32_t family : known) mean_ratio_ += static_cast<double>(ratio_of(family));
    mean_ratio_ /= std::max<double>(1.0, static_cast<double>(known.size()));
  }

  bool any_left() const {
    return std::any_of(left_.begin(), left_.end(), [](int n) { return n > 0; });
  }
  bool used(std::uint32_t family) const { return used_[family] != 0; }

  // Passes through the families: first those known to services, with the ages as they are in care; then any
  // of them; then any family at all.
  enum Pass : std::uint32_t { kLikeliest, kKnown, kAny };
  void place_children(std::uint32_t family, std::uint32_t pass) {
    const Bits whole =
        s_.draws.block(Process::kOriginSelection, family, origin_selection(OriginDraw::kPass, pass));
    // The more needs, the likelier that children of the family are looked after rather than at home; but the
    // needs that count are those of the time when they entered care.
    const bool kept = uniform(whole[1]) < static_cast<float>(s_.parameters[origin_needs_kept_share]);
    const float ratio = kept ? ratio_of(family) : static_cast<float>(mean_ratio_);
    if (pass == kLikeliest &&
        uniform(whole[0]) > static_cast<float>(s_.parameters[origin_known_family_share]) * ratio)
      return;
    for_each_bit(children_mask(s_, family, 0), [&](std::size_t child) {
      const int age = -birth(s_, family, child);
      const std::size_t band = age_band(age);
      if (left_[band] == 0) return;
      LookedAfterChild x;
      x.entity = EntityKey::child(family, child);
      const Bits bits = s_.draws.block(Process::kOriginCare, x.entity.word(), pass);
      if (pass < kAny && uniform(bits[0]) > s_.setting.care_history->age_shape[static_cast<std::size_t>(age)])
        return;
      std::array<float, AuthorityOrigin::kPublishedPlacements> weights{};
      float total = 0.0F;
      for (std::size_t q = 0; q < weights.size(); ++q)
        total += weights[q] = static_cast<float>(wanted_[q][band]);
      const std::size_t published = pick(weights, total, uniform(bits[3]));
      --wanted_[published][band];
      --left_[band];
      x.family = family;
      x.child = static_cast<std::uint8_t>(child);
      x.birth = static_cast<std::int16_t>(-age);
      place(s_, x, published, bits);
      used_[family] = 1;
    });
  }

 private:
  float ratio_of(std::uint32_t family) const {
    return ratio_of_needs_.at(static_cast<std::size_t>(adult_needs(s_.family[family].state)));
  }

  AuthorityState& s_;
  Wanted& wanted_;
  std::array<int, kAgeBands> left_{};  // wanted, by age
  std::array<float, 4> ratio_of_needs_{};
  double mean_ratio_ = 0.0;  // of families known to services
  std::vector<std::uint8_t> used_;
};

}  // namespace

void place_looked_after(AuthorityState& s, std::vector<std::uint32_t>& known) {
  const AuthorityOrigin& a = *s.setting.authority;
  Wanted wanted = wanted_in_sample(a, s.setting.sampling_fraction);
  place_unaccompanied(s, wanted);
  FamilyPlacer families(s, wanted, known);
  for (std::uint32_t pass = FamilyPlacer::kLikeliest; pass <= FamilyPlacer::kAny && families.any_left();
       ++pass)
    for (const auto family : known) {
      if (!families.any_left()) break;
      families.place_children(family, pass);
    }
  for (auto f = s.families.alive_begin.front(); f < s.families.alive_end.front() && families.any_left(); ++f)
    families.place_children(f, FamilyPlacer::kAny);
  if (families.any_left())
    throw DataError("authority " + std::to_string(a.code) + " (" + a.name +
                    ") has more looked-after children of some age than children in the population");
  std::erase_if(known, [&](std::uint32_t f) { return families.used(f); });
}

}  // namespace hearth
