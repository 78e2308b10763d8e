#include "simulation/world.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <string>
#include <tuple>

#include "core/error.hpp"
#include "simulation/scan.hpp"

namespace hearth {
namespace {

std::array<std::size_t, kMeasures> first_rows() {
  std::array<std::size_t, kMeasures> out{};
  for (const auto& row : kMeasureTable) out[index(row.id)] = slot(row.id).first;
  return out;
}

}  // namespace

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
      national_drift_draws_(seed, keys.drift, 0),
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
      due_(families_.size()),
      first_(first_rows()),
      flows_(integer_rows()) {
  cases_.reserve(static_cast<std::size_t>(setting.authority->children_in_need) + 64);
  children_.reserve(static_cast<std::size_t>(setting.authority->looked_after) * 3 / 2 + 64);
  const Draws effect_draws(seed, keys.effects, 0);
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
  advance_workforce(workforce_, *setting_.authority,
                    {.open_cases = open / open_at_origin_,
                     .recruitment = shock(ShockKind::kRecruitment, month),
                     .budget = shock(ShockKind::kBudget, month) * std::pow(p[inspection_posts_ratio], judged),
                     .turnover = std::pow(p[inspection_turnover_ratio], judged) *
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
  std::array<std::int32_t, kQuietStates> leaving{};
  for (auto f = families_.alive_begin[m - 1]; f < families_.alive_begin[m]; ++f) {
    --leaving[quiet_state(family_[f])];
    contact_reading_[f] = needs_reading_[f] = kNever;
  }
  count_states(leaving);
  start_families(families_.alive_end[m - 1], families_.alive_end[m], month);
  if (logs())
    for (auto f = families_.alive_end[m - 1]; f < families_.alive_end[m]; ++f)
      note(EventKind::kStarts, f, family_[f].state);
}

void World::flip(std::uint8_t& state, std::size_t component) {
  state = static_cast<std::uint8_t>(state ^ (1U << component));
  families_with_[component] += 2 * static_cast<int>((state >> component) & 1U) - 1;
}

void World::set_recent_case(FamilyState& f, bool recent) {
  const bool was = (f.state & kRecentCase) != 0;
  f.state = static_cast<std::uint8_t>((f.state & ~kRecentCase) | (recent ? kRecentCase : 0));
  families_with_[kComponents - 1] += static_cast<int>(recent) - static_cast<int>(was);
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
    if (logs()) [[unlikely]]
      for (const std::uint32_t family : due) before.push_back(family_[family].state);
    due = due.first(
        needs_events(families, setting_.needs, setting_.contact, quiet_, draw_list_, due, families_with_));
    for (std::size_t k = 0; k < before.size(); ++k) {
      const std::uint32_t family = draw_list_.entity(k);
      for (std::size_t need = 0; need < kNeeds; ++need)
        if (((before[k] ^ family_[family].state) >> need) & 1) note_need(family, need);
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
  if (logs()) [[unlikely]] {
    // The draw that keeps the referral also says from whom: the police's share comes first.
    const bool by_police = uniform(bits[1]) < setting_.contact.police[f.deprivation][quiet_state(f)] *
                                                  contact_month_.keep_police *
                                                  setting_.contact.by_age[referral.youngest];
    note(EventKind::kReferred, family,
         (by_police ? unsigned{kByPolice} : 0U) | (opens ? 0U : unsigned{kNoFurtherAction}) |
             (within_a_year ? unsigned{kWithinAYear} : 0U));
  }
  if (!opens) return;
  const float span = quiet_.contact_end - quiet_.contact_start;
  const float rest =
      span > 0.0F ? std::clamp((quiet_.contact_end - referral.reading) / span, 0.0F, 1.0F) : 0.0F;
  plan_opening(family, Stage::kAssessment, 0, uniform(bits[3]), rest);
}

void World::plan_opening(std::uint32_t family, Stage stage, std::uint8_t flags, float engagement,
                         float rest) {
  contact_reading_[family] = needs_reading_[family] = kNever;
  openings_.push_back({family, stage, flags, engagement, rest});
}

void World::open_cases(int month) {
  const std::size_t n = openings_.size();
  draw_list_.resize(2 * n);  // two blocks a case
  engagements_.resize(n);
  for (std::size_t k = 0; k < n; ++k) {
    const std::uint32_t family = openings_[k].family;
    const std::uint32_t key = family_[family].cases++;
    draw_list_.set(2 * k, family, 2 * key);
    draw_list_.set(2 * k + 1, family, 2 * key + 1);
    engagements_[k] = openings_[k].engagement;
  }
  draw_list_.draw(draws_, Process::kCaseOpening);
  for (std::size_t word = 0; word < 4; ++word) draw_list_.make_waits(word);
  // u^((1 - s) / s) has mean s.
  const float s = std::clamp(case_month_.engagement_start, 0.01F, 0.99F);
  for (float& u : engagements_) u = fast_exp((1.0F - s) / s * fast_log(u));
  make_room(due_cases_, n);
  std::size_t due = 0;
  for (std::size_t k = 0; k < n; ++k) {
    const std::uint32_t i = open_case(openings_[k], k, month);
    if (cases_[i].children == 0)
      close_case(i, openings_[k].rest);
    else
      due += is_due(i, month, openings_[k].rest, due_cases_[due]) ? 1 : 0;
  }
  handle_events(due, month);
  remove_closed();
}

std::uint32_t World::open_case(const Opening& opening, std::size_t k, int month) {
  const std::uint32_t family = opening.family;
  const Stage stage = opening.stage;
  const std::uint8_t flags = opening.flags;
  FamilyState& f = family_[family];
  const auto i = static_cast<std::uint32_t>(cases_.size());
  f.case_index = i;
  Case& c = cases_.emplace_back();
  c.remaining = draw_list_.lanes(2 * k);
  c.family = family;
  c.engagement = engagements_[k];
  c.since = static_cast<std::int16_t>(month);
  c.stage = stage;
  c.flags = static_cast<std::uint8_t>(flags | ((f.state & kHadPlan) ? kEverPlan : 0));
  if (flags & kReunified) c.reunified_until = reunified_until(month);
  if (f.state & kReturned) {
    // A child came home shortly before the last case closed; that may be a short time ago still.
    f.state = static_cast<std::uint8_t>(f.state & ~kReturned);
    c.reunified_until = std::max(c.reunified_until, following_.take_reunified(family));
    if (c.reunified_until > month) c.flags = static_cast<std::uint8_t>(c.flags | kReunified);
  }
  set_recent_case(f, false);
  c.state = f.state;
  c.deprivation = f.deprivation;
  if (stage != Stage::kAssessment) note(EventKind::kCaseOpens, family);
  refresh_children(c, month);
  return i;
}

// Counts the children at home and sets what depends on their ages, until the next birthday that matters.
void World::refresh_children(Case& c, int month) {
  const Births& births = families_.births[c.family];
  const FamilyState& f = family_[c.family];
  const unsigned home = children_mask(c.family, month);
  const int n = std::popcount(home);
  float court = 0.0F;
  float care = 0.0F;
  int next = births.month[static_cast<std::size_t>(std::popcount(births.born_by(month)))];
  for_each_bit(home, [&](std::size_t k) {
    const ChildWeights& child = setting_.casework.by_age[static_cast<std::size_t>(month - births.month[k])];
    court += child.court;
    care += child.care;
    next = std::min(next, births.month[k] + child.until_age);
  });
  if (c.flags & kReunified) {
    if (month >= c.reunified_until) {
      c.flags = static_cast<std::uint8_t>(c.flags & ~kReunified);
    } else {
      care *= static_cast<float>(parameters_[Parameter::care_re_entry_ratio]);
      next = std::min<int>(next, c.reunified_until);
    }
  }
  const int change = n - c.children;
  open_children_ += change;
  if (c.flags & kOnPlan) {
    // A child born into a plan starts one; a child who enters care or turns 18 ends it.
    plan_children_ += change;
    if (change > 0)
      count_plans_started(f, change);
    else
      count(Measure::kChildProtectionPlansEnded, -change);
  }
  c.children = static_cast<std::uint8_t>(n);
  c.court_weight = court;
  c.care_weight = care;
  c.next_age_month = static_cast<std::int16_t>(next);
}

void World::write_note(EventKind kind, std::uint32_t family, std::size_t detail, std::size_t child) {
  log_->events.push_back({family, static_cast<std::int16_t>(month_), kind, static_cast<std::uint8_t>(child),
                          static_cast<std::uint8_t>(detail)});
}

// A need that has just come or gone.
void World::note_need(std::uint32_t family, std::size_t component) {
  const bool now = (family_[family].state >> component) & 1U;
  note(now ? EventKind::kNeedStarts : EventKind::kNeedEnds, family, component);
}

// An event of a case, before anything of it is done.
void World::note_outcome(const Case& c, const CaseOutcome& out) {
  using enum EventKind;
  if (out.has(Outcome::kAssessed))
    note(kAssessed, c.family,
         index(out.has(Outcome::kNotInNeed) ? Assessed::kNotInNeed
               : out.has(Outcome::kEnquiry) ? Assessed::kEnquiry
                                            : Assessed::kChildInNeed));
  else if (out.has(Outcome::kEnquiry))
    note(kEnquiryStarts, c.family);
  else if (c.stage == Stage::kSection47 && out.next() != Stage::kSection47 && !out.has(Outcome::kApplication))
    note(kEnquiryEnds, c.family,
         index(out.has(Outcome::kPlanStarts)   ? EnquiryEnd::kPlan
               : out.has(Outcome::kConference) ? EnquiryEnd::kConference
               : out.has(Outcome::kCloses)     ? EnquiryEnd::kCloses
                                               : EnquiryEnd::kChildInNeed));
  if (out.has(Outcome::kPlanEnds) && (c.flags & kOnPlan)) note(kPlanEnds, c.family);
  if (out.has(Outcome::kPlanStarts)) note(kPlanStarts, c.family);
  if (out.next() == Stage::kPreProceedings && c.stage != Stage::kPreProceedings)
    note(kPreProceedingsStart, c.family);
  if (out.has(Outcome::kApplication))
    note(kApplication, c.family);
  else if (c.stage == Stage::kPreProceedings && out.next() != Stage::kPreProceedings)
    note(kPreProceedingsEnd, c.family);
  if (c.stage == Stage::kProceedings && out.next() != Stage::kProceedings) note(kProceedingsEnd, c.family);
}

void World::count_plans_started(const FamilyState& f, int children) {
  count(Measure::kChildProtectionPlansStarted, children);
  count(Measure::kChildProtectionPlansStartedByDeprivation, children, deprivation_fifth(f.deprivation));
  count(Measure::kChildProtectionPlansStartedByPoverty, children, f.state & kPoverty);
}

// The cases open at the month's start (those opened since have had their part of it): first what passes for
// all of them, then the events of those that have one.
void World::casework(int month) {
  make_room(due_cases_, cases_at_start_);
  std::size_t due = 0;
  for (std::uint32_t i = 0; i < cases_at_start_; ++i) {
    Case& c = cases_[i];
    if (month >= c.next_age_month) {
      refresh_children(c, month);
      if (c.children == 0) {
        close_case(i, 1.0F);
        continue;
      }
    }
    c.engagement += (1.0F - c.engagement) * case_month_.engagement_growth;
    due += is_due(i, month, 1.0F, due_cases_[due]) ? 1 : 0;
  }
  handle_events(due, month);
  remove_closed();
}

inline bool World::is_due(std::uint32_t i, int month, float rest, DueCase& due) {
  Case& c = cases_[i];
  due.index = i;
  due.rest = rest;
  due.remaining = c.remaining;
  due.hazard = case_hazard(c, setting_.casework, case_month_, hazard_band(month - c.since)) * rest;
  c.remaining = due.remaining - due.hazard;
  return any_due(c.remaining);
}

inline void World::next_event(const DueCase& due, CaseEvent& event) {
  Case& c = cases_[due.index];
  const Due first = first_due(due.remaining, due.hazard);
  const float share = std::min(first.share, 1.0F);
  c.remaining = due.remaining - due.hazard * share;
  const std::size_t counter = std::min<std::size_t>(first.lane, 4);
  event.index = due.index;
  event.rest = due.rest * (1.0F - share);
  event.lane = static_cast<std::uint32_t>(first.lane);
  event.occurrence = static_cast<std::uint32_t>(family_[c.family].cases) << 8 | c.events[counter]++;
}

// Events of a kind (its lane and the stage of the case) one after the other: what they lead to is then
// foreseen by the processor.
void World::order_events(std::size_t n) {
  constexpr std::size_t kKinds = kStages * kLanes;
  std::array<std::uint32_t, kKinds + 1> begin{};
  const auto kind = [&](const CaseEvent& event) {
    return index(cases_[event.index].stage) * kLanes + event.lane;
  };
  for (std::size_t k = 0; k < n; ++k) ++begin[kind(case_events_[k]) + 1];
  for (std::size_t k = 1; k < begin.size(); ++k) begin[k] += begin[k - 1];
  make_room(order_, n);
  for (std::uint32_t k = 0; k < n; ++k) order_[begin[kind(case_events_[k])]++] = k;
}

// In rounds: the next event of every case that has one, then the next of those that have another. Each step
// is done for all, so that no case waits for its draws while nothing else can be done.
void World::handle_events(std::size_t n, int month) {
  while (n > 0) {
    make_room(case_events_, n);
    draw_list_.resize(n);
    for (std::size_t k = 0; k < n; ++k) {
      CaseEvent& event = case_events_[k];
      next_event(due_cases_[k], event);
      draw_list_.set(k, Process::kCaseEvent, event.lane, cases_[event.index].family, event.occurrence);
    }
    draw_list_.draw(draws_);
    draw_list_.make_waits(0);
    draw_list_.make_waits(3);
    order_events(n);
    std::size_t open = 0;
    for (std::size_t at = 0; at < n; ++at) {
      const std::uint32_t k = order_[open] = order_[at];
      open += apply(case_events_[k], month, draw_list_.bits(k), draw_list_.wait(k), draw_list_.wait(k, 3))
                  ? 1
                  : 0;
    }
    std::size_t again = 0;
    for (std::size_t k = 0; k < open; ++k) {
      const CaseEvent& event = case_events_[order_[k]];
      again += is_due(event.index, month, event.rest, due_cases_[again]) ? 1 : 0;
    }
    n = again;
  }
}

bool World::apply(const CaseEvent& event, int month, const Bits& bits, float wait, float needs_wait) {
  const std::uint32_t i = event.index;
  const float rest = event.rest;
  const auto lane = static_cast<CaseLane>(event.lane);
  const std::uint32_t occurrence = event.occurrence;
  Case& c = cases_[i];
  FamilyState& f = family_[c.family];
  c.remaining = with_lane(c.remaining, lane, wait);

  if (lane >= kFlipDomesticAbuse) {
    // Poverty is the first component and the last lane.
    const std::size_t component = lane == kFlipPoverty ? 0 : lane - kFlipDomesticAbuse + 1;
    flip(f.state, component);
    if (logs()) [[unlikely]]
      note_need(c.family, component);
    c.state = f.state;
    return true;
  }

  if (lane == kAccommodate) {
    // Thinned where some ages enter more readily than others: the hazard is that of the readiest.
    const Bits choice = entry_draws(c.family, lane, occurrence);
    const std::size_t k = child_to_enter(c.family, month, uniform(choice[0]));
    if (k == kNobody || uniform(choice[3]) >= case_month_.entry_share[entry_band(month - birth(c.family, k))])
      return true;
  }
  const CaseOutcome out = case_event(c, lane, case_month_, parameters_, bits);
  const int n = c.children;
  if (logs()) [[unlikely]]
    note_outcome(c, out);
  if (out.has(Outcome::kAssessed)) {
    count(Measure::kAssessments, n);
    if (f.state & kDomesticAbuse) count(Measure::kAssessedWithDomesticAbuse, n);
    if (f.state & kMentalIllHealth) count(Measure::kAssessedWithMentalIllHealth, n);
    if (f.state & kSubstanceMisuse) count(Measure::kAssessedWithSubstanceMisuse, n);
  }
  if (out.has(Outcome::kAssessed) && !out.has(Outcome::kCloses))
    following_.taken_on(month, c.family, f.state);
  if (out.has(Outcome::kNotInNeed)) count(Measure::kNotInNeed, n);
  if (out.has(Outcome::kEnquiry)) count(Measure::kSection47Enquiries, n);
  if (out.has(Outcome::kConference)) count(Measure::kInitialChildProtectionConferences, n);
  if (out.has(Outcome::kApplication)) {
    count(Measure::kCareApplications, 1);
    following_.application(c.family, time_of(month, rest));
  }
  if (out.has(Outcome::kPlanEnds) && (c.flags & kOnPlan)) {
    count(Measure::kChildProtectionPlansEnded, n);
    plan_children_ -= n;
    c.flags = static_cast<std::uint8_t>(c.flags & ~kOnPlan);
  }
  if (out.has(Outcome::kPlanStarts)) {
    count_plans_started(f, n);
    if (f.state & kHadPlan) count(Measure::kSecondChildProtectionPlans, n);
    f.state = static_cast<std::uint8_t>(f.state | kHadPlan);
    c.state = f.state;
    c.flags = static_cast<std::uint8_t>(c.flags | kOnPlan | kEverPlan);
    plan_children_ += n;
  }
  if (out.has(Outcome::kCloses)) {
    // The lane's next threshold is of no use any more; the family's next contact is drawn with it.
    close_case(i, rest, wait, needs_wait);
    return false;
  }
  if (out.next() == Stage::kPreProceedings && c.stage != Stage::kPreProceedings) {
    count(Measure::kPreProceedingsStarted, n);
    following_.pre_proceedings(month, c.family, static_cast<std::uint8_t>(children_mask(c.family, month)),
                               time_of(month, rest));
  }
  // Pre-proceedings run beside a plan: the plan's own clock goes on.
  const bool beside_plan = out.next() == Stage::kPreProceedings || c.stage == Stage::kPreProceedings;
  if (out.next() != c.stage && !(beside_plan && (c.flags & kOnPlan)))
    c.since = static_cast<std::int16_t>(month);
  c.stage = out.next();
  const std::uint32_t family = c.family;
  if (out.has(Outcome::kOneEnters)) one_enters_care(c, month, rest, lane, occurrence);
  if (out.has(Outcome::kChildrenEnter)) {
    for_each_bit(children_mask(family, month), [&](std::size_t k) {
      if (child_draw(family, lane, occurrence, k) >=
          setting_.casework.court_entry[entry_band(month - birth(family, k))])
        return;
      count(Measure::kCareEntriesByCourt, 1);
      enter_care(family, static_cast<std::uint8_t>(k), month, rest);
    });
  }
  if (!out.has(Outcome::kOneEnters) && !out.has(Outcome::kChildrenEnter)) return true;
  refresh_children(c, month);
  if (c.children == 0) {
    close_case(i, rest);
    return false;
  }
  return true;
}

// The child at home who enters care by agreement, at a quantile u of their weights; kNobody if none can.
std::size_t World::child_to_enter(std::uint32_t family, int month, float u) const {
  std::array<float, kMostChildren> weights{};
  float total = 0.0F;
  for_each_bit(children_mask(family, month), [&](std::size_t k) {
    // Oldest last, so that a quantile of the draw means the same child whatever the arm.
    float& weight = weights[kMostChildren - 1 - k];
    weight = setting_.casework.care_weight[entry_band(month - birth(family, k))];
    total += weight;
  });
  return total > 0.0F ? kMostChildren - 1 - pick(weights, total, u) : kNobody;
}

void World::one_enters_care(Case& c, int month, float rest, CaseLane lane, std::uint32_t occurrence) {
  const Bits bits = entry_draws(c.family, lane, occurrence);
  const std::size_t first = child_to_enter(c.family, month, uniform(bits[0]));
  if (first == kNobody) return;
  constexpr int kOwnWay = 12 * kMonthsPerYear;  // from 12 on, children enter alone
  const bool young = month - birth(c.family, first) < kOwnWay;
  enter_care(c.family, static_cast<std::uint8_t>(first), month, rest);
  if (!young) return;
  const auto share = static_cast<float>(parameters_[Parameter::accommodation_sibling_share]);
  for_each_bit(children_mask(c.family, month), [&](std::size_t k) {
    if (month - birth(c.family, k) < kOwnWay && child_draw(c.family, lane, occurrence, k) < share)
      enter_care(c.family, static_cast<std::uint8_t>(k), month, rest);
  });
}

void World::enter_care(std::uint32_t family, std::uint8_t child, int month, float rest) {
  FamilyState& f = family_[family];
  const auto bit = static_cast<std::uint8_t>(1U << child);
  LookedAfterChild x;
  x.entity = family * 8 + child;
  x.family = family;
  x.child = child;
  x.birth = static_cast<std::int16_t>(birth(family, child));
  x.since = static_cast<std::int16_t>(month);
  const bool again = (f.ever_in_care & bit) != 0;
  x.occurrence = again ? static_cast<std::uint32_t>(month + 1) << 8 : 0U;
  if (again) {
    count(Measure::kReEntries, 1);
    following_.entered_care(x.entity, time_of(month, rest));
  }
  f.in_care = static_cast<std::uint8_t>(f.in_care | bit);
  f.ever_in_care = static_cast<std::uint8_t>(f.ever_in_care | bit);
  const Bits bits = draws_.block(Process::kCareOpening, x.entity, x.occurrence + 2);
  x.age = static_cast<std::uint8_t>(age_band(month - x.birth));
  x.placement = draw_placement(setting_.care, x.age, false, levers_, parameters_, uniform(bits[0]));
  note(EventKind::kEntersCare, family, index(x.placement), child);
  add_looked_after(x, month, rest, true);
}

void World::add_looked_after(LookedAfterChild& x, int month, float rest, bool entered) {
  const Bits first = draws_.block(Process::kCareOpening, x.entity, x.occurrence);
  const Bits second = draws_.block(Process::kCareOpening, x.entity, x.occurrence + 1);
  x.remaining = exponential_lanes(first, second);
  x.age = static_cast<std::uint8_t>(age_band(month - x.birth));
  x.next_age_month = static_cast<std::int16_t>(x.birth + kAgeBandStartMonths[x.age + std::size_t{1}]);
  ++placed_[index(x.placement)];
  ++aged_[x.age];
  if (x.family == kNoFamily)
    ++unaccompanied_;
  else
    ++looked_after_by_fifth_[deprivation_fifth(family_[x.family].deprivation)];
  children_.push_back(x);
  if (!entered) return;
  count(Measure::kCareEntries, 1);
  count(Measure::kCareEntriesByAge, 1, x.age);
  if (x.family == kNoFamily) {
    count(Measure::kCareEntriesUnaccompanied, 1);
  } else {
    const FamilyState& f = family_[x.family];
    count(Measure::kCareEntriesByDeprivation, 1, deprivation_fifth(f.deprivation));
    count(Measure::kCareEntriesByPoverty, 1, f.state & kPoverty);
  }
  advance_child(static_cast<std::uint32_t>(children_.size() - 1), month, rest);
}

void World::close_case(std::uint32_t i, float rest) {
  const std::uint32_t family = cases_[i].family;
  const Bits bits = draws_.block(Process::kContact, family, family_[family].contacts++);
  close_case(i, rest, exponential(bits[0]), exponential(bits[3]));
}

void World::close_case(std::uint32_t i, float rest, float contact_wait, float needs_wait) {
  const Case& c = cases_[i];
  const std::uint32_t family = c.family;
  open_children_ -= c.children;
  if (c.flags & kOnPlan) {
    plan_children_ -= c.children;
    if (c.children > 0) {
      count(Measure::kChildProtectionPlansEnded, c.children);
      note(EventKind::kPlanEnds, family);
    }
  }
  FamilyState& f = family_[family];
  f.case_index = kNoCase;
  note(EventKind::kCaseCloses, family);
  if ((c.flags & kReunified) && c.reunified_until > month_) {
    f.state = static_cast<std::uint8_t>(f.state | kReturned);
    following_.keep_reunified(family, c.reunified_until);
  }
  set_recent_case(f, true);
  closed_.push_back(i);
  settle(family, rest, contact_wait, needs_wait);
}

// Cases from the end take the places of those that closed.
void World::remove_closed() {
  const std::size_t kept = cases_.size() - closed_.size();
  std::size_t from = kept;
  for (const std::uint32_t i : closed_) {
    if (i >= kept) continue;
    while (family_[cases_[from].family].case_index != from) ++from;
    cases_[i] = cases_[from];
    family_[cases_[i].family].case_index = i;
    ++from;
  }
  cases_.resize(kept);
  closed_.clear();
}

void World::settle(std::uint32_t family, float rest, float contact_wait, float needs_wait) {
  FamilyState& f = family_[family];
  const float contact_now = quiet_.contact_end - rest * (quiet_.contact_end - quiet_.contact_start);
  const float needs_now = quiet_.needs_end - rest * (quiet_.needs_end - quiet_.needs_start);
  contact_reading_[family] = contact_now + contact_wait / contact_rate(f);
  needs_reading_[family] = needs_now + needs_wait / setting_.needs.total[f.deprivation][quiet_state(f)];
}

// Birthdays come at the month's end, when all events have been: the stock that is counted then has the ages
// of that day.
void World::care(int month) {
  make_room(due_children_, children_at_start_);
  std::size_t due_children = 0;
  for (std::uint32_t i = 0; i < children_at_start_; ++i) {
    LookedAfterChild& x = children_[i];
    const Lanes remaining = x.remaining - care_hazard(x, month);
    const bool due = any_due(remaining);
    x.remaining = choose(due, x.remaining, remaining);
    due_children_[due_children] = i;
    due_children += due ? 1 : 0;
  }
  // From the last on: who leaves is replaced by one who has been through the month.
  while (due_children-- > 0) advance_child(due_children_[due_children], month, 1.0F);
  open_after_returns(month);
  for (auto i = static_cast<std::uint32_t>(children_.size()); i-- > 0;) {
    LookedAfterChild& x = children_[i];
    if (month + 1 < x.next_age_month) continue;
    if (month + 1 >= x.birth + kAdultMonths) {
      leave_care(i, month, ExitReason::kTurned18, 0.0F);
      continue;
    }
    --aged_[x.age];
    ++x.age;
    ++aged_[x.age];
    x.next_age_month = static_cast<std::int16_t>(x.birth + kAgeBandStartMonths[x.age + std::size_t{1}]);
  }
}

// Hazard of each lane over one month.
inline Lanes World::care_hazard(const LookedAfterChild& x, int month) const {
  const bool alone = x.family == kNoFamily;
  const Lanes hazard =
      setting_.care.base[alone ? 1 : 0][index(x.placement)][x.age][hazard_band(month - x.since)] *
      care_month_;
  const float needs =
      alone ? 1.0F : setting_.care.return_home_needs[family_[x.family].state & (kNeedStates - 1)];
  return hazard * with_lane(all_lanes(1.0F), kReturnHome, needs);
}

bool World::advance_child(std::uint32_t i, int month, float rest) {
  for (;;) {
    LookedAfterChild& x = children_[i];
    const bool alone = x.family == kNoFamily;
    const Lanes hazard = care_hazard(x, month) * rest;
    const Lanes remaining = x.remaining - hazard;
    if (!any_due(remaining)) {
      x.remaining = remaining;
      return true;
    }
    const Due due = first_due(x.remaining, hazard);
    x.remaining -= hazard * std::min(due.share, 1.0F);
    rest *= 1.0F - std::min(due.share, 1.0F);
    const Bits bits = draws_.block(Process::kCareEvent, due.lane, x.entity,
                                   x.occurrence | x.events[std::min<std::size_t>(due.lane, 4)]++);
    x.remaining = with_lane(x.remaining, due.lane, exponential(bits[0]));
    switch (due.lane) {
      case kReturnHome:
        leave_care(i, month, ExitReason::kReturnedHome, rest);
        return false;
      case kGuardianship:
        leave_care(i, month, ExitReason::kGuardianship, rest);
        return false;
      case kLeaving:
        leave_care(i, month, ExitReason::kOther, rest);
        return false;
      case kAdoption:
        if (x.placement == Placement::kAdoption) {
          leave_care(i, month, ExitReason::kAdopted, rest);
          return false;
        }
        --placed_[index(x.placement)];
        x.placement = Placement::kAdoption;
        ++placed_[index(x.placement)];
        note(EventKind::kMoves, x.family, index(x.placement), x.child);
        break;
      default:
        --placed_[index(x.placement)];
        x.placement = draw_placement(setting_.care, x.age, alone, levers_, parameters_, uniform(bits[1]));
        ++placed_[index(x.placement)];
        if (!alone) note(EventKind::kMoves, x.family, index(x.placement), x.child);
        break;
    }
  }
}

void World::leave_care(std::uint32_t i, int month, ExitReason reason, float rest) {
  const LookedAfterChild x = children_[i];
  --placed_[index(x.placement)];
  --aged_[x.age];
  if (x.family == kNoFamily) --unaccompanied_;
  children_[i] = children_.back();
  children_.pop_back();
  count(Measure::kCareExits, 1);
  count(Measure::kCareExitsByReason, 1, index(reason));
  count(Measure::kCareExitsByAge, 1, x.age);
  if (x.family == kNoFamily) return;
  FamilyState& f = family_[x.family];
  const auto bit = static_cast<std::uint8_t>(1U << x.child);
  f.in_care = static_cast<std::uint8_t>(f.in_care & ~bit);
  --looked_after_by_fifth_[deprivation_fifth(f.deprivation)];
  note(EventKind::kLeavesCare, x.family, index(reason), x.child);
  if (reason != ExitReason::kReturnedHome) {
    f.left = static_cast<std::uint8_t>(f.left | bit);
    return;
  }
  count(Measure::kReturnedHome, 1);
  following_.returned_home(month, x.entity, time_of(month, rest));
  if (f.case_index != kNoCase)
    support_at_home(x.family, month);
  else
    returns_.push_back(
        {x.family, rest, uniform(draws_.block(Process::kCareOpening, x.entity, x.occurrence + 3)[0])});
}

void World::support_at_home(std::uint32_t family, int month) {
  Case& c = cases_[family_[family].case_index];
  c.flags = static_cast<std::uint8_t>(c.flags | kReunified);
  c.reunified_until = reunified_until(month);
  refresh_children(c, month);
}

// Of brothers and sisters who come home in a month, the first opens the case.
void World::open_after_returns(int month) {
  std::sort(returns_.begin(), returns_.end(), [](const Return& a, const Return& b) {
    return std::tuple(a.family, b.rest, a.engagement) < std::tuple(b.family, a.rest, b.engagement);
  });
  while (!returns_.empty()) {
    openings_.clear();
    std::size_t later = 0;
    std::uint32_t last = kNoFamily;
    for (const Return r : returns_) {
      if (r.family == last) {
        returns_[later++] = r;
        continue;
      }
      last = r.family;
      if (family_[r.family].case_index != kNoCase)
        support_at_home(r.family, month);
      else
        plan_opening(r.family, Stage::kChildInNeed, kReunified, r.engagement, r.rest);
    }
    returns_.resize(later);
    open_cases(month);
  }
}

void World::unaccompanied(int month) {
  using enum Parameter;
  const double mean = setting_.authority->care_entries_unaccompanied * setting_.sampling_fraction /
                      kMonthsPerYear * parameters_[unaccompanied_entry_ratio] *
                      shock(ShockKind::kUnaccompaniedChildren, month);
  const auto m = static_cast<std::uint32_t>(month);
  const int n =
      poisson_quantile(mean, static_cast<double>(uniform(draws_.block(Process::kUnaccompanied, 0, m)[0])));
  for (int k = 0; k < n; ++k) {
    const auto entity = 0x80000000U | (m << 20) | static_cast<std::uint32_t>(k);
    const Bits bits = draws_.block(Process::kUnaccompanied, entity, 1);
    LookedAfterChild x;
    x.entity = entity;
    const bool younger = uniform(bits[0]) < static_cast<float>(parameters_[unaccompanied_under_16_share]);
    // 13 to 15, or 16 and 17, evenly.
    const float age = younger ? 156.0F + 36.0F * uniform(bits[1]) : 192.0F + 24.0F * uniform(bits[1]);
    x.birth = static_cast<std::int16_t>(month - static_cast<int>(age));
    x.since = static_cast<std::int16_t>(month);
    x.placement = draw_placement(setting_.care, age_band(month - x.birth), true, levers_, parameters_,
                                 uniform(bits[2]));
    add_looked_after(x, month, uniform(bits[3]), true);
  }
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
  const auto flow = [&](Measure measure) { return scale * flows_[first_[index(measure)]]; };
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

  series.write_counts(m, flows_);
  std::fill(flows_.begin(), flows_.end(), 0);
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
