#include "model/authority.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/error.hpp"
#include "kernels/scan.hpp"

namespace hearth {

ReplicateKeys::ReplicateKeys(const SourceSet& on, std::uint32_t replicate) : ReplicateKeys(0) {
  using enum UncertaintySource;
  if (on[index(kProcess)]) process = replicate;
  if (on[index(kDrift)]) drift = replicate;
  if (on[index(kEffects)]) effects = replicate;
}

World::World(const Setting& setting, std::uint64_t seed, const ReplicateKeys& keys)
    : setting_(setting),
      families_(*setting.families),
      parameters_(*setting.parameters),
      log_(setting.log),
      draws_(seed, keys.process, setting.authority->code),
      drift_draws_(seed, keys.drift, setting.authority->code),
      national_drift_draws_(seed, keys.drift, kAllAuthorities),
      contact_reading_(families_.size(), kNever),
      needs_reading_(families_.size(), kNever),
      family_(families_.size()),
      levers_(neutral_levers()),
      workforce_(workforce_at_origin(*setting.authority)),
      implementation_(
          implementation_at_origin(setting.uptakes, setting.authority->turnover_rate, parameters_)),
      at_dose_(setting.uptakes.size()),
      drift_(start_drift(setting.drift, drift_draws_)),
      following_(families_.size()),
      due_(families_.size()) {
  cases_.reserve(static_cast<std::size_t>(setting.authority->children_in_need) + 64);
  children_.reserve(static_cast<std::size_t>(setting.authority->looked_after) * 3 / 2 + 64);
  const Draws effect_draws(seed, keys.effects, kAllAuthorities);
  for (const Uptake& uptake : setting.uptakes) {
    auto& effects = effects_.emplace_back();
    for (const std::size_t i : uptake.components)
      effects.push_back(
          log_effects(*uptake.model, uptake.model->components[i], parameters_, uptake.effects, effect_draws));
  }
  start_at_origin();
  if (logs()) log_origin();
  open_at_origin_ =
      std::max(1.0, static_cast<double>(open_children_) + static_cast<double>(children_.size()));
}

void World::log_origin() {
  EventLog& log = *log_;
  log.events.clear();
  log.families = families_;
  log.looked_after = children_;
  log.at_origin.resize(family_.size());
  for (std::size_t i = 0; i < family_.size(); ++i) {
    const FamilyState& f = family_[i];
    FamilyAtOrigin& at = log.at_origin[i];
    at.state = f.state;
    at.open_case = f.case_index != kNoCase;
    if (!at.open_case) continue;
    const Case& c = cases_[f.case_index];
    at.on_plan = (c.flags & kOnPlan) != 0;
    at.stage = c.stage;
    at.since = c.since;
  }
}

void World::advance(int until, AuthoritySeries& series) {
  for (; month_ < until; ++month_) {
    cases_at_start_ = static_cast<std::uint32_t>(cases_.size());
    children_at_start_ = static_cast<std::uint32_t>(children_.size());
    begin_month(month_);
    move_window(month_);
    quiet_needs(month_);
    quiet_contacts(month_);
    casework(month_);
    unaccompanied(month_);
    care(month_);
    end_month(month_, series);
  }
}

// Drift, fidelity, workforce and thresholds of the month, from the state at its start.
void World::begin_month(int month) {
  using enum Parameter;
  const Parameters& p = parameters_;
  PropensityVector propensity =
      advance_drift(drift_, setting_.drift, drift_draws_, national_drift_draws_, month);
  for (double& value : propensity) value = std::exp(value);
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
    if (const double strength = shock(reaction.shock, month); strength > 0.0)
      propensity[index(reaction.propensity)] *= std::pow(p[reaction.ratio], strength);
  const auto of = [&](Propensity id) { return propensity[index(id)]; };

  begin_practice(month);
  const double open = static_cast<double>(open_children_) + static_cast<double>(children_.size());
  const double judged = shock(ShockKind::kInadequateJudgement, month);
  const double reorganised = shock(ShockKind::kReorganisation, month);
  const WorkforceRatios drifted =
      advance_workforce_drift(workforce_drift_, p, drift_draws_, national_drift_draws_, month);
  advance_workforce(workforce_, *setting_.authority,
                    {.open_cases = open / open_at_origin_,
                     .recruitment = shock(ShockKind::kRecruitment, month),
                     .budget = drifted.posts * shock(ShockKind::kBudget, month) *
                               std::pow(p[inspection_posts_ratio], judged),
                     .turnover = drifted.turnover * std::pow(p[inspection_turnover_ratio], judged) *
                                 std::pow(p[implementation_reorganisation_turnover], reorganised)},
                    levers_, p);
  quiet_.poverty_shock = static_cast<float>(shock(ShockKind::kPoverty, month));
  make_case_month(case_month_, setting_.casework,
                  {.case_closure = of(Propensity::kCaseClosure),
                   .section_47 = of(Propensity::kSection47),
                   .protection_plan = of(Propensity::kProtectionPlan),
                   .protection_plan_end = of(Propensity::kProtectionPlanEnd),
                   .care_entry = of(Propensity::kCareEntry),
                   .care_entry_16_plus = of(Propensity::kCareEntry16Plus),
                   .caseload_ratio = workforce_.caseload_ratio,
                   .direct_time = workforce_.direct_time,
                   .poverty_onset = static_cast<double>(quiet_.poverty_shock),
                   .family_support = shock(ShockKind::kBudget, month)},
                  levers_, p);
  care_month_ = care_month(of(Propensity::kCareExit), levers_);
  contact_month_ = contact_month(of(Propensity::kReferral) * shock(ShockKind::kReferrals, month),
                                 levers_[index(Lever::kEnforcement)], levers_[index(Lever::kHelpSeeking)]);
  quiet_.contact_start = static_cast<float>(contact_clock_);
  contact_clock_ += static_cast<double>(contact_month_.clock);
  quiet_.contact_end = static_cast<float>(contact_clock_);
  quiet_.needs_start = static_cast<float>(needs_clock_);
  needs_clock_ += static_cast<double>(std::max(1.0F, quiet_.poverty_shock));
  quiet_.needs_end = static_cast<float>(needs_clock_);
}

// What the service models make of the levers this month.
void World::begin_practice(int month) {
  using enum Parameter;
  const Parameters& p = parameters_;
  levers_ = neutral_levers();
  const auto& uptakes = setting_.uptakes;
  if (uptakes.empty()) return;
  const Bits bits = draws_.block(Process::kLeadership, 0, static_cast<std::uint32_t>(month));
  const double changing = 1.0 - std::exp(-p[leadership_change_rate] / kMonthsPerYear);
  double lost = std::min(1.0, p[leadership_change_loss] * shock(ShockKind::kLeadershipChange, month));
  if (static_cast<double>(uniform(bits[0])) < changing) lost += (1.0 - lost) * p[leadership_change_loss];
  const PeerNetwork* network = setting_.network;
  advance_implementation(
      implementation_, uptakes,
      {.month = month,
       .leavers_share = workforce_.leavers_share,
       .caseload_ratio = p.on(feedback_caseload) ? workforce_.caseload_ratio : 1.0,
       .recruitment = shock(ShockKind::kRecruitment, month),
       .leadership_lost = lost,
       .reorganisation = shock(ShockKind::kReorganisation, month),
       .practice_network = network != nullptr && network->practice && month >= network->start_month},
      p);
  for (auto& effects : at_dose_) effects.fill(0.0);
  for (std::size_t u = 0; u < uptakes.size(); ++u) {
    if (month < uptakes[u].start_month) continue;
    // What an authority adds to a model that it practises already is part of that model.
    const auto same = std::find_if(uptakes.begin(), uptakes.end(),
                                   [&](const Uptake& other) { return other.model == uptakes[u].model; });
    LeverValues& at_dose = at_dose_[static_cast<std::size_t>(same - uptakes.begin())];
    UptakeState& state = implementation_.uptakes[u];
    if (month == std::max(uptakes[u].start_month, 0))
      state.cases_at_start = static_cast<double>(cases_.size()) / setting_.sampling_fraction;
    for (std::size_t i = 0; i < effects_[u].size(); ++i) {
      const double dose = state.components[i].dose() - state.dose_at_origin[i];
      for (std::size_t lever = 0; lever < kLevers; ++lever) at_dose[lever] += dose * effects_[u][i][lever];
    }
  }
  apply_levers(levers_, at_dose_, p);
}

// Families whose youngest child turned 18 leave; those with a first birth this month start.
void World::move_window(int month) {
  if (month == 0) return;
  const auto m = static_cast<std::size_t>(month);
  for (auto f = families_.alive_begin[m - 1]; f < families_.alive_begin[m]; ++f) {
    for (std::size_t k = 0; k < kComponents; ++k)
      families_with_[k] -= static_cast<int>(family_[f].state >> k & 1U);
    contact_reading_[f] = needs_reading_[f] = kNever;
  }
  start_families(families_.alive_end[m - 1], families_.alive_end[m], month);
  if (logs())
    for (auto f = families_.alive_end[m - 1]; f < families_.alive_end[m]; ++f)
      note(EventKind::kStarts, f, 1.0F, family_[f].state);
}

void World::flip(std::uint8_t& state, std::size_t component) {
  state = static_cast<std::uint8_t>(state ^ (1U << component));
  families_with_[component] += 2 * static_cast<int>((state >> component) & 1U) - 1;
}

std::span<std::uint32_t> World::find_due_families(const std::vector<float>& readings, float end, int month) {
  const auto m = static_cast<std::size_t>(month);
  const std::uint32_t first = families_.alive_begin[m];
  const std::uint32_t last = families_.alive_end[m];
  return {due_.data(), find_due(readings.data(), first, last, end, due_.data())};
}

void World::quiet_needs(int month) {
  const QuietFamilies families{family_.data(), contact_reading_.data(), needs_reading_.data()};
  auto due = find_due_families(needs_reading_, quiet_.needs_end, month);
  while (!due.empty()) {
    needs_keys(families.family, due, draw_list_);
    draw_list_.draw(draws_, Process::kTransition);
    draw_list_.make_waits(0);
    std::vector<std::uint8_t> before;
    std::vector<float> rest;
    if (logs()) [[unlikely]]
      for (const std::uint32_t family : due) {
        before.push_back(family_[family].state);
        rest.push_back(rest_at(needs_reading_[family], quiet_.needs_start, quiet_.needs_end));
      }
    due = due.first(
        needs_events(families, setting_.needs, setting_.contact, quiet_, draw_list_, due, families_with_));
    for (std::size_t k = 0; k < before.size(); ++k) {
      const std::uint32_t family = draw_list_.entity(k);
      for (std::size_t need = 0; need < kNeeds; ++need)
        if (((before[k] ^ family_[family].state) >> need) & 1) note_need(family, need, rest[k]);
    }
  }
}

void World::quiet_contacts(int month) {
  auto due = find_due_families(contact_reading_, quiet_.contact_end, month);
  // A family whose case closes at once may be the subject of another concern this month.
  while (!due.empty()) {
    draw_list_.resize(due.size());
    for (std::size_t k = 0; k < due.size(); ++k) {
      const std::uint32_t family = due[k];
      __builtin_prefetch(&families_.births[family]);
      draw_list_.set(k, family, family_[family].contacts++);
    }
    draw_list_.draw(draws_, Process::kContact);
    draw_list_.make_waits(0);
    make_room(referrals_, due.size());
    std::size_t referred = 0;
    for (std::uint32_t k = 0; k < due.size(); ++k)
      referred += concern(k, month, referrals_[referred]) ? 1 : 0;
    openings_.clear();
    for (std::size_t k = 0; k < referred; ++k) refer(referrals_[k], month);
    open_cases(month);
    std::size_t again = 0;
    for (const std::uint32_t family : due) {
      due[again] = family;
      again += contact_reading_[family] <= quiet_.contact_end ? 1 : 0;
    }
    due = due.first(again);
  }
}

inline bool World::concern(std::uint32_t which, int month, Referral& referral) {
  const std::uint32_t family = due_[which];
  const FamilyState& f = family_[family];
  const std::size_t state = quiet_state(f);
  const AtHome home = children_at_home(family, month);
  const float police = setting_.contact.police[f.deprivation][state];
  const float keep = police * contact_month_.keep_police + (1.0F - police) * contact_month_.keep_others;
  float& reading = contact_reading_[family];
  referral.which = which;
  referral.children = home.children;
  referral.youngest = home.youngest;
  referral.reading = reading;
  reading += draw_list_.wait(which) / setting_.contact.rate[f.deprivation][state];
  return uniform(draw_list_.word(which, 1)) < keep * setting_.contact.by_age[home.youngest];
}

void World::refer(const Referral& referral, int month) {
  using enum Parameter;
  const std::uint32_t family = due_[referral.which];
  const Bits bits = draw_list_.bits(referral.which);
  FamilyState& f = family_[family];
  const int n = referral.children;
  count(Measure::kReferrals, n);
  count(Measure::kReferralsByDeprivation, n, deprivation_fifth(f.deprivation));
  const bool within_a_year = month - f.last_referral <= kMonthsPerYear;
  f.last_referral = static_cast<std::int16_t>(month);
  count(Measure::kReReferrals, within_a_year ? n : 0);
  const bool opens = uniform(bits[2]) >= static_cast<float>(parameters_[contact_no_further_action]);
  const float rest = rest_at(referral.reading, quiet_.contact_start, quiet_.contact_end);
  if (logs()) [[unlikely]] {
    // The draw that keeps the referral also says from whom: the police's share comes first.
    const bool by_police = uniform(bits[1]) < setting_.contact.police[f.deprivation][quiet_state(f)] *
                                                  contact_month_.keep_police *
                                                  setting_.contact.by_age[referral.youngest];
    note(EventKind::kReferred, family, rest,
         (by_police ? unsigned{kByPolice} : 0U) | (opens ? 0U : unsigned{kNoFurtherAction}) |
             (within_a_year ? unsigned{kWithinAYear} : 0U));
  }
  if (!opens) return;
  plan_opening(family, Stage::kAssessment, 0, uniform(bits[3]), rest);
}

void World::write_note(EventKind kind, std::uint32_t family, float rest, std::size_t detail,
                       std::size_t child) {
  log_->events.push_back({family, static_cast<std::int16_t>(month_), kind, static_cast<std::uint8_t>(child),
                          static_cast<std::uint8_t>(detail), time_of(month_, rest)});
}

// A need that has just come or gone.
void World::note_need(std::uint32_t family, std::size_t component, float rest) {
  const bool now = (family_[family].state >> component) & 1U;
  note(now ? EventKind::kNeedStarts : EventKind::kNeedEnds, family, rest, component);
}

// An event of a case, before anything of it is done.
void World::note_outcome(const Case& c, const CaseOutcome& out, float rest) {
  using enum EventKind;
  if (out.has(Outcome::kAssessed))
    note(kAssessed, c.family, rest,
         index(out.has(Outcome::kNotInNeed) ? Assessed::kNotInNeed
               : out.has(Outcome::kEnquiry) ? Assessed::kEnquiry
                                            : Assessed::kChildInNeed));
  else if (out.has(Outcome::kEnquiry))
    note(kEnquiryStarts, c.family, rest);
  else if (c.stage == Stage::kSection47 && out.next() != Stage::kSection47 && !out.has(Outcome::kApplication))
    note(kEnquiryEnds, c.family, rest,
         index(out.has(Outcome::kPlanStarts)   ? EnquiryEnd::kPlan
               : out.has(Outcome::kConference) ? EnquiryEnd::kConference
               : out.has(Outcome::kCloses)     ? EnquiryEnd::kCloses
                                               : EnquiryEnd::kChildInNeed));
  if (out.has(Outcome::kPlanEnds) && (c.flags & kOnPlan)) note(kPlanEnds, c.family, rest);
  if (out.has(Outcome::kPlanStarts)) note(kPlanStarts, c.family, rest);
  if (out.next() == Stage::kPreProceedings && c.stage != Stage::kPreProceedings)
    note(kPreProceedingsStart, c.family, rest);
  if (out.has(Outcome::kApplication))
    note(kApplication, c.family, rest);
  else if (c.stage == Stage::kPreProceedings && out.next() != Stage::kPreProceedings)
    note(kPreProceedingsEnd, c.family, rest);
  if (c.stage == Stage::kProceedings && out.next() != Stage::kProceedings)
    note(kProceedingsEnd, c.family, rest);
}

void World::end_month(int month, AuthoritySeries& series) {
  using enum Parameter;
  const Parameters& p = parameters_;
  const auto m = static_cast<std::size_t>(month);
  const auto at = static_cast<std::uint32_t>(month);

  // Call-outs and admissions do not change a family's path, so their counts are drawn for all families at
  // once.
  const double callouts = families_with_[1] * p[outcomes_police_callouts] / kMonthsPerYear;
  const auto families = static_cast<double>(families_.alive_end[m] - families_.alive_begin[m]);
  const double admissions =
      (families * p[outcomes_admissions_base] + families_with_[1] * p[outcomes_admissions_domestic_abuse] +
       families_with_[2] * p[outcomes_admissions_mental_ill_health] +
       families_with_[3] * p[outcomes_admissions_substance_misuse]) /
      kMonthsPerYear;
  const auto quantile = [&](Process process) {
    return static_cast<double>(uniform(draws_.block(process, 0, at)[0]));
  };
  count(Measure::kPoliceCallouts, poisson_quantile(callouts, quantile(Process::kPoliceCallouts)));
  count(Measure::kEmergencyAdmissions, poisson_quantile(admissions, quantile(Process::kEmergencyAdmissions)));

  const int looked_after = static_cast<int>(children_.size());
  int by_placement = 0;
  for (std::size_t q = 0; q < kPlacementKinds; ++q) {
    count(Measure::kLookedAfterByPlacement, placed_[q], q);
    by_placement += placed_[q];
  }
  int by_age = 0;
  for (std::size_t a = 0; a < kAgeBands; ++a) {
    count(Measure::kLookedAfterByAge, aged_[a], a);
    by_age += aged_[a];
  }
  if (by_placement != looked_after || by_age != looked_after)
    throw InternalError("looked-after children by placement or age do not add up in authority " +
                        std::to_string(setting_.authority->code) + ", month " + std::to_string(month));
  for (std::size_t fifth = 0; fifth < kDeprivationFifths; ++fifth) {
    count(Measure::kChildrenByDeprivation, families_.children_by_fifth[fifth][m], fifth);
    count(Measure::kLookedAfterByDeprivation, looked_after_by_fifth_[fifth], fifth);
  }
  count(Measure::kFamilies, static_cast<int>(families_.alive_end[m] - families_.alive_begin[m]));
  count(Measure::kFamiliesInPoverty, families_with_[0]);
  count_followed(month);
  count(Measure::kChildren, families_.children[m]);
  count(Measure::kChildrenInNeed, open_children_ + looked_after);
  count(Measure::kChildProtectionPlans, plan_children_);
  count(Measure::kLookedAfter, looked_after);
  count(Measure::kLookedAfterUnaccompanied, unaccompanied_);

  CostedMonth costed;
  const double scale = 1.0 / setting_.sampling_fraction;
  for (std::size_t q = 0; q < kPlacementKinds; ++q) costed.placed[q] = scale * placed_[q];
  costed.in_need_not_looked_after = scale * open_children_;
  const auto flow = [&](Measure measure) { return scale * counts_[index(measure)].front(); };
  costed.applications = flow(Measure::kCareApplications);
  costed.police_callouts = flow(Measure::kPoliceCallouts);
  costed.emergency_admissions = flow(Measure::kEmergencyAdmissions);
  costed.in_post = workforce_.in_post;
  costed.agency = workforce_.agency;
  costed.placement_shock = shock(ShockKind::kPlacementCosts, month);
  costed.family_support_shock = shock(ShockKind::kBudget, month);
  const double open_cases = scale * static_cast<double>(cases_.size());
  double practitioners_fte = 0.0;
  for (std::size_t u = 0; u < setting_.uptakes.size(); ++u) {
    const Uptake& uptake = setting_.uptakes[u];
    UptakeState& state = implementation_.uptakes[u];
    if (month < uptake.start_month) continue;
    const ModelCost cost = cost_of_uptake(state, uptake, open_cases, month, p);
    costed.model.programme += cost.programme;
    costed.model.authority += cost.authority;
    costed.model.nhs += cost.nhs;
    costed.model.police += cost.police;
    if (!uptake.before_origin) practitioners_fte += practitioners(state, uptake, open_cases);
  }
  const auto costs = cost_of_month(setting_.costs, costed);
  for (std::size_t line = 0; line < costs.size(); ++line) series.cost(line)[m] = costs[line];

  series.write_counts(m, counts_);
  counts_ = {};
  series.levels(Measure::kSocialWorkersFte)[m] = static_cast<float>(workforce_.filled());
  series.levels(Measure::kVacancyRate)[m] = static_cast<float>(workforce_.vacancy_rate());
  series.levels(Measure::kCaseload)[m] =
      static_cast<float>(setting_.authority->caseload * workforce_.caseload_ratio);
  const auto level = [&](Measure measure, double value) {
    series.levels(measure)[m] = static_cast<float>(value);
  };
  level(Measure::kFidelity, mean_fidelity(implementation_, setting_.uptakes, month));
  level(Measure::kFidelityFromPeers, implementation_.fidelity_from_peers);
  level(Measure::kLeadership, mean_leadership(implementation_, setting_.uptakes, month));
  level(Measure::kLeadershipFromPeers, implementation_.leadership_from_peers);
  level(Measure::kPractitionersFte, practitioners_fte);
}

void World::reverse_lists() {
  std::reverse(cases_.begin(), cases_.end());
  for (std::uint32_t i = 0; i < cases_.size(); ++i) family_[cases_[i].family].case_index = i;
  std::reverse(children_.begin(), children_.end());
}

World::Census World::running() const {
  return {open_children_,
          plan_children_,
          static_cast<int>(children_.size()),
          looked_after_by_fifth_,
          {families_with_[1], families_with_[2], families_with_[3]},
          families_with_[0]};
}

World::Census World::counted() const {
  Census out;
  const int month = std::max(0, month_ - 1);
  const auto m = static_cast<std::size_t>(month);
  for (const auto& c : cases_) {
    const int n = children_at_home(c.family, month).children;
    out.open_children += n;
    if (c.flags & kOnPlan) out.on_plans += n;
  }
  for (auto f = families_.alive_begin[m]; f < families_.alive_end[m]; ++f) {
    for (unsigned k = 0; k < 3; ++k)
      if (family_[f].state & (2U << k)) ++out.families_with[k];
    out.families_with_poverty += family_[f].state & kPoverty;
    const int looked_after = __builtin_popcount(family_[f].in_care);
    out.looked_after += looked_after;
    out.looked_after_by_fifth[deprivation_fifth(families_.deprivation[f])] += looked_after;
  }
  for (const auto& x : children_) out.looked_after += x.family == kNoFamily ? 1 : 0;
  return out;
}

}  // namespace hearth
