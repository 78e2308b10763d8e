#include "model/outcomes/month_totals.hpp"

#include <cmath>
#include <string>

#include "core/error.hpp"
#include "model/outcomes/follow_up_counts.hpp"
#include "model/outcomes/unmet_need.hpp"

namespace hearth {

void end_month(AuthorityState& s, int month, AuthoritySeries& series) {
  using enum Parameter;
  const Parameters& p = s.parameters;
  const auto m = static_cast<std::size_t>(month);
  const auto at = static_cast<std::uint32_t>(month);

  // Call-outs and admissions do not change a family's path, so their counts are drawn for all families at
  // once.
  const double callouts = s.families_with[1] * p[outcomes_police_callouts] / kMonthsPerYear;
  const auto families = static_cast<double>(s.families.present[m]);
  const double admissions =
      (families * p[outcomes_admissions_base] + s.families_with[1] * p[outcomes_admissions_domestic_abuse] +
       s.families_with[2] * p[outcomes_admissions_mental_ill_health] +
       s.families_with[3] * p[outcomes_admissions_substance_misuse]) /
      kMonthsPerYear;
  const auto quantile = [&](Process process) {
    return static_cast<double>(uniform(s.draws.block(process, kWholeAuthority, at)[0]));
  };
  count(s, Measure::kPoliceCallouts, poisson_quantile(callouts, quantile(Process::kPoliceCallouts)));
  count(s, Measure::kEmergencyAdmissions,
        poisson_quantile(admissions, quantile(Process::kEmergencyAdmissions)));

  const int looked_after = static_cast<int>(s.looked_after.size());
  int by_placement = 0;
  for (std::size_t q = 0; q < kPlacementKinds; ++q) {
    count(s, Measure::kLookedAfterByPlacement, s.placed[q], q);
    by_placement += s.placed[q];
  }
  int by_age = 0;
  for (std::size_t a = 0; a < kAgeBands; ++a) {
    count(s, Measure::kLookedAfterByAge, s.aged[a], a);
    by_age += s.aged[a];
  }
  if (by_placement != looked_after || by_age != looked_after)
    throw InternalError("looked-after children by placement or age do not add up in authority " +
                        std::to_string(s.setting.authority->code) + ", month " + std::to_string(month));
  int all_children = 0;
  for (std::size_t fifth = 0; fifth < kDeprivationFifths; ++fifth) {
    const auto children =
        static_cast<int>(std::lround(s.over_projected * s.families.children_by_fifth[fifth][m]));
    all_children += children;
    count(s, Measure::kChildrenByDeprivation, children, fifth);
    count(s, Measure::kLookedAfterByDeprivation, s.looked_after_by_fifth[fifth], fifth);
  }
  count(s, Measure::kFamilies, s.families.present[m]);
  count(s, Measure::kFamiliesInPoverty, s.families_with[0]);
  count_followed(s, month);
  count_unmet_need(s, month);
  count(s, Measure::kChildren, all_children);
  count(s, Measure::kChildrenInNeed, s.open_children + looked_after);
  count(s, Measure::kChildProtectionPlans, s.plan_children);
  count(s, Measure::kLookedAfter, looked_after);
  count(s, Measure::kLookedAfterUnaccompanied, s.unaccompanied);

  CostedMonth costed;
  const double scale = 1.0 / s.setting.sampling_fraction;
  for (std::size_t q = 0; q < kPlacementKinds; ++q) costed.placed[q] = scale * s.placed[q];
  costed.capacity = s.capacity;
  s.care_leavers.pass_month(scale *
                            s.counts[index(Measure::kCareExitsByReason)][index(ExitReason::kTurned18)]);
  costed.care_leavers_below_21 = s.care_leavers.below_21();
  costed.care_leavers_from_21 = s.care_leavers.from_21();
  costed.in_need_not_looked_after = scale * s.open_children;
  const auto flow = [&](Measure measure) { return scale * s.counts[index(measure)].front(); };
  costed.applications = flow(Measure::kCareApplications);
  costed.police_callouts = flow(Measure::kPoliceCallouts);
  costed.emergency_admissions = flow(Measure::kEmergencyAdmissions);
  costed.prices = s.prices;
  costed.in_post = s.workforce.in_post;
  costed.agency = s.workforce.agency;
  costed.placement_shock = shock(s, ShockKind::kPlacementCosts, month);
  costed.residential_scarcity = residential_scarcity(s.residential_at_origin, residential(s.capacity), p);
  costed.family_support = shock(s, ShockKind::kBudget, month) * s.levers[index(Lever::kFamilySupport)];
  const double open_cases = scale * static_cast<double>(s.cases.size());
  double practitioners_fte = 0.0;
  for (std::size_t u = 0; u < s.setting.uptakes.size(); ++u) {
    const Uptake& uptake = s.setting.uptakes[u];
    UptakeState& state = s.implementation.uptakes[u];
    if (month < uptake.start_month) continue;
    const ModelCost cost = cost_of_uptake(state, uptake, open_cases, month, p);
    costed.model.programme += cost.programme;
    costed.model.authority += cost.authority;
    costed.model.nhs += cost.nhs;
    costed.model.police += cost.police;
    if (!uptake.before_origin) practitioners_fte += practitioners(state, uptake, open_cases);
  }
  const auto costs = cost_of_month(s.setting.costs, costed);
  adjust_capacity(s.setting.costs, costed.placed, s.capacity);
  for (std::size_t line = 0; line < costs.size(); ++line) series.cost(line)[m] = costs[line];

  series.write_counts(m, s.counts);
  s.counts = {};
  series.levels(Measure::kSocialWorkersFte)[m] = static_cast<float>(s.workforce.filled());
  series.levels(Measure::kVacancyRate)[m] = static_cast<float>(s.workforce.vacancy_rate());
  series.levels(Measure::kCaseload)[m] =
      static_cast<float>(s.setting.authority->caseload * s.workforce.caseload_ratio);
  const auto level = [&](Measure measure, double value) {
    series.levels(measure)[m] = static_cast<float>(value);
  };
  level(Measure::kFidelity, mean_fidelity(s.implementation, s.setting.uptakes, month));
  level(Measure::kFidelityFromPeers, s.implementation.fidelity_from_peers);
  level(Measure::kLeadership, mean_leadership(s.implementation, s.setting.uptakes, month));
  level(Measure::kLeadershipFromPeers, s.implementation.leadership_from_peers);
  level(Measure::kPractitionersFte, practitioners_fte);
}

}  // namespace hearth
