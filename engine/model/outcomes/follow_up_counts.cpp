#include "model/outcomes/follow_up_counts.hpp"

namespace hearth {
namespace {

// Families by need, of those followed.
struct Needs {
  int domestic_abuse = 0;
  int mental_ill_health = 0;
  int substance_misuse = 0;

  void add(std::uint8_t state) {
    domestic_abuse += (state & kDomesticAbuse) ? 1 : 0;
    mental_ill_health += (state & kMentalIllHealth) ? 1 : 0;
    substance_misuse += (state & kSubstanceMisuse) ? 1 : 0;
  }
};

}  // namespace

void count_followed(AuthorityState& s, int month) {
  using enum Parameter;
  const Parameters& p = s.parameters;
  const int year_ago = month - Following::kYear;
  const int two_years_ago = month - Following::kTwoYears;
  if (year_ago < 0) return;
  const auto is_child = [&](std::uint32_t family, std::size_t child) {
    return month + 1 < birth(s, family, child) + kAdultMonths;
  };

  auto& taken_on = s.following.taken_on(year_ago);
  Needs before;
  Needs after;
  int families = 0;
  for (const auto& note : taken_on) {
    if (note.family < s.families.alive_begin[static_cast<std::size_t>(month)]) continue;
    ++families;
    before.add(note.state);
    after.add(s.family[note.family].state);
  }
  taken_on.clear();
  count(s, Measure::kFollowedFamilies, families);
  const auto at = static_cast<std::uint32_t>(month);
  const Bits calls = s.draws.block(Process::kPoliceCallouts, kThoseFollowed, at);
  const Bits stays = s.draws.block(Process::kEmergencyAdmissions, kThoseFollowed, at);
  const auto callouts = [&](const Needs& needs, std::uint32_t bits) {
    return poisson_quantile(needs.domestic_abuse * p[outcomes_police_callouts],
                            static_cast<double>(uniform(bits)));
  };
  const auto admissions = [&](const Needs& needs, std::uint32_t bits) {
    return poisson_quantile(families * p[outcomes_admissions_base] +
                                needs.domestic_abuse * p[outcomes_admissions_domestic_abuse] +
                                needs.mental_ill_health * p[outcomes_admissions_mental_ill_health] +
                                needs.substance_misuse * p[outcomes_admissions_substance_misuse],
                            static_cast<double>(uniform(bits)));
  };
  count(s, Measure::kFollowedCalloutsBefore, callouts(before, calls[0]));
  count(s, Measure::kFollowedCalloutsAfter, callouts(after, calls[1]));
  count(s, Measure::kFollowedAdmissionsBefore, admissions(before, stays[0]));
  count(s, Measure::kFollowedAdmissionsAfter, admissions(after, stays[1]));

  auto& pre_proceedings = s.following.pre_proceedings(year_ago);
  for (const auto& note : pre_proceedings) {
    int children = 0;
    int looked_after = 0;
    for_each_bit(note.children, [&](std::size_t k) {
      if (!is_child(note.family, k)) return;
      ++children;
      looked_after += (s.family[note.family].in_care >> k) & 1;
    });
    count(s, Measure::kPreProceedingsFollowed, children);
    count(s, Measure::kPreProceedingsLookedAfter12Months, looked_after);
    if (s.following.applied(note)) count(s, Measure::kPreProceedingsCourt12Months, children);
  }
  pre_proceedings.clear();

  const auto returned = [&](int when, Measure followed, Measure entered_again) {
    for (const auto& note : s.following.returned_home(when)) {
      if (!is_child(note.entity.family(), note.entity.position())) continue;
      count(s, followed, 1);
      if (note.entered_again - note.time <= static_cast<float>(month - when)) count(s, entered_again, 1);
    }
  };
  returned(year_ago, Measure::kReturnedHomeFollowed12Months, Measure::kReEnteredWithin12Months);
  if (two_years_ago < 0) return;
  returned(two_years_ago, Measure::kReturnedHomeFollowed24Months, Measure::kReEnteredWithin24Months);
  s.following.returned_home(two_years_ago).clear();
}

}  // namespace hearth
