#include "model/practice/month.hpp"

#include <algorithm>

#include "core/calendar.hpp"
#include "kernels/elementary.hpp"
#include "model/population/projection.hpp"

namespace hearth {
namespace {

// What the service models make of the levers this month.
void begin_practice(AuthorityState& s, int month) {
  using enum Parameter;
  const Parameters& p = s.parameters;
  s.levers = neutral_levers();
  const auto& uptakes = s.setting.uptakes;
  if (uptakes.empty()) return;
  const Bits bits = s.draws.block(Process::kLeadership, kWholeAuthority, static_cast<std::uint32_t>(month));
  const double changing = 1.0 - elementary::exp(-p[leadership_change_rate] / kMonthsPerYear);
  double lost = std::min(1.0, p[leadership_change_loss] * shock(s, ShockKind::kLeadershipChange, month));
  if (static_cast<double>(uniform(bits[0])) < changing) lost += (1.0 - lost) * p[leadership_change_loss];
  const PeerNetwork* network = s.setting.network;
  advance_implementation(
      s.implementation, uptakes,
      {.month = month,
       .leavers_share = s.workforce.leavers_share,
       .caseload_ratio = p.on(feedback_caseload) ? s.workforce.caseload_ratio : 1.0,
       .recruitment = shock(s, ShockKind::kRecruitment, month),
       .leadership_lost = lost,
       .reorganisation = shock(s, ShockKind::kReorganisation, month),
       .practice_network = network != nullptr && network->practice && month >= network->start_month},
      p);
  for (auto& effects : s.at_dose) effects.fill(0.0);
  for (std::size_t u = 0; u < uptakes.size(); ++u) {
    if (month < uptakes[u].start_month) continue;
    // What an authority adds to a model that it practises already is part of that model.
    const auto same = std::find_if(uptakes.begin(), uptakes.end(),
                                   [&](const Uptake& other) { return other.model == uptakes[u].model; });
    LeverValues& at_dose = s.at_dose[static_cast<std::size_t>(same - uptakes.begin())];
    UptakeState& state = s.implementation.uptakes[u];
    if (month == std::max(uptakes[u].start_month, 0))
      state.cases_at_start = static_cast<double>(s.cases.size()) / s.setting.sampling_fraction;
    for (std::size_t i = 0; i < s.effects[u].size(); ++i) {
      const double dose = state.components[i].dose() - state.dose_at_origin[i];
      for (std::size_t lever = 0; lever < kLevers; ++lever) at_dose[lever] += dose * s.effects[u][i][lever];
    }
  }
  apply_levers(s.levers, s.at_dose, p);
}

}  // namespace

void begin_month(AuthorityState& s, int month) {
  using enum Parameter;
  s.cases_at_start = static_cast<std::uint32_t>(s.cases.size());
  s.looked_after_at_start = static_cast<std::uint32_t>(s.looked_after.size());
  const Parameters& p = s.parameters;
  PropensityVector propensity =
      advance_drift(s.drift, s.setting.drift, s.drift_draws, s.national_drift_draws, month);
  for (double& value : propensity) value = elementary::exp(value);
  s.over_projected =
      children_over_projected(*s.setting.authority, p, s.drift_draws, s.national_drift_draws, month);
  propensity[index(Propensity::kReferral)] *= s.over_projected;
  // Events that change how readily an authority acts.
  struct Reaction {
    ShockKind shock;
    Propensity propensity;
    Parameter ratio;
  };
  static constexpr std::array kReactions = std::to_array<Reaction>({
      {ShockKind::kInadequateJudgement, Propensity::kReferral, inspection_referral_ratio},
      {ShockKind::kInadequateJudgement, Propensity::kSection47, inspection_section_47_ratio},
      {ShockKind::kInadequateJudgement, Propensity::kProtectionPlan, inspection_plan_ratio},
      {ShockKind::kInadequateJudgement, Propensity::kCareEntry, inspection_care_entry_ratio},
      {ShockKind::kInadequateJudgement, Propensity::kCareEntry16Plus, inspection_care_entry_ratio},
      {ShockKind::kPandemic, Propensity::kReferral, pandemic_referral_ratio},
      {ShockKind::kPandemic, Propensity::kSection47, pandemic_section_47_ratio},
      {ShockKind::kPandemic, Propensity::kProtectionPlan, pandemic_plan_ratio},
      {ShockKind::kPandemic, Propensity::kCareEntry, pandemic_care_entry_ratio},
      {ShockKind::kPandemic, Propensity::kCareEntry16Plus, pandemic_care_entry_ratio},
      {ShockKind::kPandemic, Propensity::kCareExit, pandemic_care_exit_ratio},
  });
  for (const Reaction& reaction : kReactions)
    if (const double strength = shock(s, reaction.shock, month); strength > 0.0)
      propensity[index(reaction.propensity)] *= elementary::pow(p[reaction.ratio], strength);
  const auto of = [&](Propensity id) { return propensity[index(id)]; };

  if (month % kMonthsPerYear == 0)
    s.prices = price_levels(*s.setting.prices, p, s.national_drift_draws, month / kMonthsPerYear + 1);
  begin_practice(s, month);
  s.levers[index(Lever::kPlacementResidential)] *= shock(s, ShockKind::kResidentialPlacements, month);
  const double open = static_cast<double>(s.open_children) + static_cast<double>(s.looked_after.size());
  const double judged = shock(s, ShockKind::kInadequateJudgement, month);
  const double reorganised = shock(s, ShockKind::kReorganisation, month);
  const WorkforceRatios drifted =
      advance_workforce_drift(s.workforce_drift, p, s.drift_draws, s.national_drift_draws, month);
  advance_workforce(s.workforce, *s.setting.authority,
                    {.open_cases = open / s.open_at_origin,
                     .recruitment = shock(s, ShockKind::kRecruitment, month),
                     .budget = drifted.posts * shock(s, ShockKind::kBudget, month) *
                               elementary::pow(p[inspection_posts_ratio], judged),
                     .turnover = drifted.turnover * elementary::pow(p[inspection_turnover_ratio], judged) *
                                 elementary::pow(p[implementation_reorganisation_turnover], reorganised)},
                    s.levers, p);
  s.quiet.poverty_shock = static_cast<float>(shock(s, ShockKind::kPoverty, month));
  make_case_month(s.case_month, s.setting.casework,
                  {.case_closure = of(Propensity::kCaseClosure),
                   .section_47 = of(Propensity::kSection47),
                   .protection_plan = of(Propensity::kProtectionPlan),
                   .protection_plan_end = of(Propensity::kProtectionPlanEnd),
                   .care_entry = of(Propensity::kCareEntry),
                   .care_entry_16_plus = of(Propensity::kCareEntry16Plus),
                   .caseload_ratio = s.workforce.caseload_ratio,
                   .direct_time = s.workforce.direct_time,
                   .poverty_onset = static_cast<double>(s.quiet.poverty_shock),
                   .family_support = shock(s, ShockKind::kBudget, month),
                   .court_length = shock(s, ShockKind::kCourtLength, month)},
                  s.levers, p);
  s.care_month = care_month(of(Propensity::kCareExit), s.levers, shock(s, ShockKind::kCourtLength, month));
  s.contact_month =
      contact_month(of(Propensity::kReferral) * shock(s, ShockKind::kReferrals, month),
                    s.levers[index(Lever::kPoliceReferrals)], s.levers[index(Lever::kHelpSeeking)]);
  s.quiet.contact_start = static_cast<float>(s.contact_clock);
  s.contact_clock += static_cast<double>(s.contact_month.clock);
  s.quiet.contact_end = static_cast<float>(s.contact_clock);
  s.quiet.needs_start = static_cast<float>(s.needs_clock);
  s.needs_clock += static_cast<double>(std::max(1.0F, s.quiet.poverty_shock));
  s.quiet.needs_end = static_cast<float>(s.needs_clock);
}

void begin_origin_practice(AuthorityState& s) {
  make_case_month(s.case_month, s.setting.casework,
                  {.case_closure = elementary::exp(s.setting.at_origin[index(Propensity::kCaseClosure)])},
                  s.levers, s.parameters);
}

}  // namespace hearth
