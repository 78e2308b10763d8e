#include "model/outcomes/follow_up.hpp"

#include <algorithm>

#include "model/authority.hpp"

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

void Following::taken_on(int month, std::uint32_t family, std::uint8_t state) {
  taken_on_.of(month).push_back({family, state});
}

void Following::pre_proceedings(int month, std::uint32_t family, std::uint8_t children, float time) {
  pre_proceedings_.of(month).push_back({family, time, children});
}

void Following::returned_home(int month, std::uint32_t entity, float time) {
  returned_.of(month).push_back({entity, time, kNotYet});
}

void Following::entered_care(std::uint32_t entity, float time) {
  returned_.for_each([&](Returned& note) {
    if (note.entity == entity) note.entered_again = std::min(note.entered_again, time);
  });
}

void Following::keep_reunified(std::uint32_t family, std::int16_t until) {
  reunified_.emplace_back(family, until);
}

std::int16_t Following::take_reunified(std::uint32_t family) {
  const auto found = std::find_if(reunified_.begin(), reunified_.end(),
                                  [&](const auto& kept) { return kept.first == family; });
  if (found == reunified_.end()) return 0;
  const std::int16_t until = found->second;
  *found = reunified_.back();
  reunified_.pop_back();
  return until;
}

// At the month's end: those to whom it happened 12 (or 24) months ago, in the same month of the year.
void World::count_followed(int month) {
  using enum Parameter;
  const Parameters& p = parameters_;
  const int year_ago = month - Following::kYear;
  const int two_years_ago = month - Following::kTwoYears;
  if (year_ago < 0) return;
  const auto is_child = [&](std::uint32_t family, std::size_t child) {
    return month + 1 < birth(family, child) + kAdultMonths;
  };

  auto& taken_on = following_.taken_on(year_ago);
  Needs before;
  Needs after;
  int families = 0;
  for (const auto& note : taken_on) {
    if (note.family < families_.alive_begin[static_cast<std::size_t>(month)]) continue;
    ++families;
    before.add(note.state);
    after.add(family_[note.family].state);
  }
  taken_on.clear();
  count(Measure::kFollowedFamilies, families);
  // Entity 0 of these processes is the authority's families as a whole.
  const auto at = static_cast<std::uint32_t>(month);
  const Bits calls = draws_.block(Process::kPoliceCallouts, 1, at);
  const Bits stays = draws_.block(Process::kEmergencyAdmissions, 1, at);
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
  count(Measure::kFollowedCalloutsBefore, callouts(before, calls[0]));
  count(Measure::kFollowedCalloutsAfter, callouts(after, calls[1]));
  count(Measure::kFollowedAdmissionsBefore, admissions(before, stays[0]));
  count(Measure::kFollowedAdmissionsAfter, admissions(after, stays[1]));

  auto& pre_proceedings = following_.pre_proceedings(year_ago);
  for (const auto& note : pre_proceedings) {
    int children = 0;
    int looked_after = 0;
    for_each_bit(note.children, [&](std::size_t k) {
      if (!is_child(note.family, k)) return;
      ++children;
      looked_after += (family_[note.family].in_care >> k) & 1;
    });
    count(Measure::kPreProceedingsFollowed, children);
    count(Measure::kPreProceedingsLookedAfter12Months, looked_after);
    if (following_.applied(note)) count(Measure::kPreProceedingsCourt12Months, children);
  }
  pre_proceedings.clear();

  const auto returned = [&](int when, Measure followed, Measure entered_again) {
    for (const auto& note : following_.returned_home(when)) {
      if (!is_child(note.entity / 8, note.entity % 8)) continue;
      count(followed, 1);
      if (note.entered_again - note.time <= static_cast<float>(month - when)) count(entered_again, 1);
    }
  };
  returned(year_ago, Measure::kReturnedHomeFollowed12Months, Measure::kReEnteredWithin12Months);
  if (two_years_ago < 0) return;
  returned(two_years_ago, Measure::kReturnedHomeFollowed24Months, Measure::kReEnteredWithin24Months);
  following_.returned_home(two_years_ago).clear();
}

}  // namespace hearth
