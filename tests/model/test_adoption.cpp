// Service models in whole authorities: what was there before the origin, what an arm adds, who pays, what
// peers add, and that models without effects change nobody's life.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "model/authority.hpp"
#include "trial.hpp"

namespace hearth {
namespace {

using enum Parameter;

constexpr const char* kUsual = "business_as_usual";

PracticeComponent component(const std::string& name, Lever lever, double ratio) {
  PracticeComponent out;
  out.name = name;
  LeverEffect effect;
  effect.lever = lever;
  effect.ratio = effect.low = effect.high = ratio;
  out.effects = {effect};
  out.setup_gbp_per_case = 100.0;
  out.running_gbp_per_case = 1200.0;
  return out;
}

// Practice that raises the threshold of care, and a second component that keeps staff.
ServiceModel practice() {
  ServiceModel out;
  out.name = "practice";
  out.components = {component("threshold", Lever::kThresholdCare, 1.6),
                    component("retention", Lever::kRetention, 1.5)};
  return out;
}

// The baseline alone, without any history; `model` is the one service model.
Scenario scenario_with(const ServiceModel& model, const std::vector<int>& authorities, int months,
                       int replicates = 1) {
  Scenario out = main_scenario(authorities, months, replicates);
  out.arms.resize(1);
  out.service_models = {model};
  out.history.clear();
  return out;
}
Adoption adoption(const std::vector<std::size_t>& components, int start,
                  const std::vector<int>& authorities = {}) {
  Adoption out;
  out.components = components;
  out.start_month = start;
  out.authorities = authorities;
  return out;
}

const AuthoritySeries& series_of(const Results& results, const std::string& arm, std::size_t authority = 0,
                                 std::size_t replicate = 0) {
  return results.at({arm, replicate}).at(authority);
}

bool is_of_practice(Measure measure) {
  return measure == Measure::kFidelity || measure == Measure::kFidelityFromPeers ||
         measure == Measure::kLeadership || measure == Measure::kLeadershipFromPeers ||
         measure == Measure::kPractitionersFte;
}
// What differs besides how far models are practised and what they cost: to the last count, level and penny.
std::string difference_in_lives(const AuthoritySeries& a, const AuthoritySeries& b) {
  for (const auto& row : kMeasureTable) {
    const std::string name(row.name);
    if (row.kind == MeasureKind::kLevel) {
      if (!is_of_practice(row.id) && !std::ranges::equal(a.levels(row.id), b.levels(row.id))) return name;
      continue;
    }
    for (std::size_t c = 0; c < size_of(row.dimension); ++c)
      if (!std::ranges::equal(a.counts(row.id, c), b.counts(row.id, c))) return name;
  }
  for (std::size_t line = 0; line < kCostLines.size(); ++line)
    if (kCostLines[line].category != CostCategory::kServiceModel &&
        !std::ranges::equal(a.cost(line), b.cost(line)))
      return "cost line " + std::to_string(line);
  return "";
}
std::string difference_in_lives(const Results& results, const std::string& a, const std::string& b) {
  for (const auto& [key, authorities] : results)
    if (key.first == a)
      for (std::size_t i = 0; i < authorities.size(); ++i)
        if (const std::string what = difference_in_lives(authorities[i], results.at({b, key.second})[i]);
            !what.empty())
          return what + " of authority " + std::to_string(i) + " in replicate " + std::to_string(key.second);
  return "";
}

double paid(const AuthoritySeries& series, Payer payer, std::size_t begin = 0,
            std::size_t end = static_cast<std::size_t>(-1)) {
  double out = 0.0;
  for (std::size_t line = 0; line < kCostLines.size(); ++line)
    if (kCostLines[line].category == CostCategory::kServiceModel && kCostLines[line].payer == payer)
      for (std::size_t m = begin; m < std::min(end, series.months()); ++m)
        out += gbp_from_pence(series.cost(line)[m]);
  return out;
}
double paid_by_all(const AuthoritySeries& series) {
  return paid(series, Payer::kAuthority) + paid(series, Payer::kProgramme) + paid(series, Payer::kNhs) +
         paid(series, Payer::kPolice);
}

// ---- What was there before the origin ----

TEST(History, HasGrownByTheOriginAndCostsNothingAnew) {
  Scenario s = scenario_with(practice(), {812, 857}, 24);
  s.history = {adoption({0, 1}, -84, {812})};
  const Results results = results_of(s);
  const AuthoritySeries& here = series_of(results, kUsual);
  Uptake uptake;
  uptake.model = &s.service_models[0];
  uptake.components = {0, 1};
  uptake.start_month = -84;
  uptake.before_origin = true;
  const ImplementationState as_ever =
      implementation_at_origin({uptake}, england().at(812).turnover_rate, s.arms[0].parameters);
  EXPECT_NEAR(here.levels(Measure::kFidelity)[0], as_ever.uptakes[0].components[0].fidelity, 0.03);
  EXPECT_NEAR(here.levels(Measure::kLeadership)[0], as_ever.uptakes[0].leadership, 0.01);  // no change yet
  EXPECT_EQ(paid_by_all(here), 0.0);
  EXPECT_EQ(here.levels(Measure::kPractitionersFte)[0], 0.0F);
  const AuthoritySeries& elsewhere = series_of(results, kUsual, 1);
  EXPECT_EQ(elsewhere.levels(Measure::kFidelity)[23], 0.0F);
  EXPECT_EQ(elsewhere.levels(Measure::kLeadership)[23], 0.0F);
}

// What an authority had reached by the origin is in its own rates: practice that stands still does nothing,
// and it acts as far as it has changed.
TEST(History, ActsByItsChangeSinceTheOriginOnly) {
  ServiceModel still = practice();
  still.months_to_embed = 1e-3;  // whole after a month
  const auto run = [&](bool history, bool leaving) {
    Scenario s = scenario_with(still, {812}, 36, 2);
    s.arms[0].effects = EffectsMode::kClaimed;
    s.arms[0].parameters[leadership_change_rate] = 0.0;
    if (!leaving) s.arms[0].parameters[implementation_turnover_dilution] = 0.0;
    if (history) s.history = {adoption({0, 1}, -24, {812})};
    Adoption ending = adoption({0, 1}, 0);
    ending.grant_end_month = 0;
    add_arm(s, "money ends").adoption = {ending};
    return results_of(s);
  };
  const Results with = run(true, false);
  const Results without = run(false, false);
  for (std::size_t r = 0; r < 2; ++r)
    EXPECT_EQ(difference_in_lives(series_of(with, kUsual, 0, r), series_of(without, kUsual, 0, r)), "");
  EXPECT_EQ(series_of(with, kUsual).levels(Measure::kFidelity)[35], 1.0F);
  // As it fades, what it had gained is lost: here more children enter care than before.
  double more = 0.0;
  for (std::size_t r = 0; r < 2; ++r)
    more += sum(series_of(with, "money ends", 0, r), Measure::kCareEntries) -
            sum(series_of(with, kUsual, 0, r), Measure::kCareEntries);
  EXPECT_GT(more, 0.0);
  EXPECT_LT(series_of(with, "money ends").levels(Measure::kFidelity)[35], 0.6F);
  // Staff who leave dilute it, so it stands a little lower than if none did, and that does act.
  EXPECT_NE(difference_in_lives(series_of(run(true, true), "money ends"), series_of(with, "money ends")), "");
}

TEST(History, AnArmThatAdoptsWhatIsThereChangesNothing) {
  Scenario s = scenario_with(practice(), {812, 857}, 36, 2);
  s.history = {adoption({0, 1}, -24, {812})};
  Arm& same = add_arm(s, "same");
  same.adoption = {adoption({0, 1}, 0, {812})};
  same.effects = EffectsMode::kClaimed;  // of what the arm adds: nothing
  Arm& granted = add_arm(s, "granted");
  granted.adoption = same.adoption;
  granted.adoption[0].grant_end_month = 12;
  granted.adoption[0].partners_agree_month = 12;
  const Results results = results_of(s);
  for (const std::string arm : {"same", "granted"})
    for (std::size_t r = 0; r < 2; ++r)
      for (std::size_t i = 0; i < 2; ++i)
        EXPECT_EQ(difference(series_of(results, arm, i, r), series_of(results, kUsual, i, r)), "") << arm;
}

TEST(History, AnArmPaysForAndGainsWhatItAdds) {
  Scenario s = scenario_with(practice(), {812}, 24);
  s.arms[0].parameters[Parameter::drift_enabled] = 0.0;  // posts stay, so somebody is missing all the time
  s.history = {adoption({0}, -36)};
  add_arm(s, "more").adoption = {adoption({0, 1}, 6)};
  Arm& for_nothing = add_arm(s, "for nothing");
  for_nothing.adoption = {adoption({0, 1}, 6)};
  for_nothing.effects = EffectsMode::kZero;
  const Results results = results_of(s);
  const AuthoritySeries& usual = series_of(results, kUsual);
  const AuthoritySeries& more = series_of(results, "more");
  // Better retention, from when it starts.
  for (std::size_t m = 0; m < 24; ++m) {
    const float gap = more.levels(Measure::kVacancyRate)[m] - usual.levels(Measure::kVacancyRate)[m];
    if (m < 6) {
      EXPECT_EQ(gap, 0.0F);
    } else if (m > 7) {
      EXPECT_LT(gap, 0.0F) << m;
    }
  }
  // One of the two components is new: its set-up and running money, for all open cases.
  EXPECT_EQ(paid(more, Payer::kAuthority, 0, 6), 0.0);
  EXPECT_GT(paid(more, Payer::kAuthority), 0.0);
  // Fidelity is of both from then on.
  EXPECT_EQ(more.levels(Measure::kFidelity)[5], usual.levels(Measure::kFidelity)[5]);
  EXPECT_LT(more.levels(Measure::kFidelity)[6], usual.levels(Measure::kFidelity)[6]);
  EXPECT_EQ(difference_in_lives(results, "for nothing", kUsual), "");
  EXPECT_EQ(paid_by_all(series_of(results, "for nothing")) > 0.0, true);
}

// Two components are one model, whichever was there first: the rule for several models does not come in.
TEST(History, WhatIsAddedIsPartOfTheSameModel) {
  ServiceModel model;
  model.name = "practice";
  model.training_months = 2.0;  // so that nothing has been reached by the origin
  model.components = {component("first", Lever::kRecruitment, 1.5),
                      component("second", Lever::kRecruitment, 1.4)};
  Scenario s = scenario_with(model, {812}, 24);
  s.arms[0].effects = EffectsMode::kClaimed;
  s.arms[0].parameters[leadership_change_rate] = 0.0;  // else those who lead the older part have changed
  Scenario at_once = s;
  s.history = {adoption({0}, -1)};
  add_arm(s, "added").adoption = {adoption({0, 1}, -1)};
  add_arm(at_once, "at once").adoption = {adoption({0, 1}, -1)};
  const Results in_parts = results_of(s);
  const Results together = results_of(at_once);
  EXPECT_EQ(difference_in_lives(series_of(in_parts, "added"), series_of(together, "at once")), "");
  EXPECT_NE(difference_in_lives(series_of(in_parts, "added"), series_of(in_parts, kUsual)), "");
}

TEST(Adoption, OfTwoModelsIsLessThanTheirSumAndMoreThanEither) {
  Scenario s = scenario_with(practice(), {812}, 36);
  for (const std::string name : {"a", "b"}) {
    ServiceModel model;
    model.name = name;
    model.components = {component(name, Lever::kRecruitment, name == "a" ? 1.5 : 1.3)};
    s.service_models.push_back(model);
  }
  s.arms[0].effects = EffectsMode::kClaimed;
  const auto arm = [&](const std::string& name, const std::vector<std::size_t>& models, double share = 0.5) {
    Arm& out = add_arm(s, name);
    out.parameters[practice_combination_share] = share;
    for (const std::size_t model : models) {
      out.adoption.push_back(adoption({0}, 0));
      out.adoption.back().service_model = model;
    }
  };
  arm("a", {1});
  arm("b", {2});
  arm("both", {1, 2});
  arm("both, turned", {2, 1});
  arm("both, the largest alone", {1, 2}, 0.0);
  arm("both, whole", {1, 2}, 1.0);
  const Results results = results_of(s);
  const auto vacancies = [&](const std::string& name) {
    return static_cast<double>(series_of(results, name).levels(Measure::kVacancyRate)[35]);
  };
  EXPECT_LT(vacancies("both"), vacancies("a") - 1e-3);
  EXPECT_LT(vacancies("a"), vacancies("b"));
  EXPECT_LT(vacancies("both, whole"), vacancies("both") - 1e-3);
  EXPECT_EQ(difference_in_lives(results, "both, the largest alone", "a"), "");
  EXPECT_EQ(difference_in_lives(results, "both, turned", "both"), "");
}

// ---- Money for family support ----

// What is not spent is saved, and what it did is lost; at 1 not a bit changes.
TEST(FamilySupport, CostAndRecoveryFollowTheLever) {
  constexpr double kLeft = 0.1;
  ServiceModel model;
  model.name = "budget";
  model.months_to_embed = 0.01;  // at once
  for (const double ratio : {1.0, kLeft}) {
    model.components.push_back(component(ratio == 1.0 ? "all" : "little", Lever::kFamilySupport, ratio));
    model.components.back().effects[0].grade = EvidenceGrade::kDecision;
  }
  Scenario s = scenario_with(model, {812}, 24, 4);
  s.arms[0].effects = EffectsMode::kSampled;  // draws nothing of a decision
  s.arms[0].parameters[implementation_turnover_dilution] = 0.0;
  s.arms[0].parameters[implementation_leadership_decay] = 0.0;
  add_arm(s, "all").adoption = {adoption({0}, 0)};
  add_arm(s, "little").adoption = {adoption({1}, 0)};
  const Results results = results_of(s);
  EXPECT_EQ(difference_in_lives(results, "all", kUsual), "");
  const auto total = [&](const std::string& arm, const auto& of_series) {
    double out = 0.0;
    for (std::size_t replicate = 0; replicate < 4; ++replicate)
      out += of_series(series_of(results, arm, 0, replicate));
    return out;
  };
  const auto support = [](const AuthoritySeries& series) {
    double out = 0.0;
    for (std::size_t line = 0; line < kCostLines.size(); ++line)
      if (kCostLines[line].category == CostCategory::kAssessmentAndSupport)
        for (const Pence pence : series.cost(line)) out += gbp_from_pence(pence);
    return out;
  };
  const auto callouts = [](const AuthoritySeries& series) {
    double out = 0.0;
    for (const int n : series.counts(Measure::kPoliceCallouts)) out += n;
    return out;
  };
  EXPECT_NEAR(total("little", support) / total(kUsual, support), kLeft, 0.01);
  EXPECT_GT(total("little", callouts), total(kUsual, callouts));
}

// ---- Models without effects ----

// With history that goes on, leaders who come and go, a reorganisation and peers in every arm.
TEST(WithoutEffects, NothingDiffersButThePracticeAndItsCost) {
  ServiceModel model = practice();
  model.components[0].staffing = Staffing{
      .posts_per_100_cases = 6.0, .gbp_per_post = 50000.0, .months_to_recruit = 6.0, .source = "a test"};
  Scenario s = scenario_with(model, {805, 812, 857}, 36, 2);
  s.history = {adoption({0}, -36, {812}), adoption({0, 1}, -12, {857})};
  s.arms[0].shocks.push_back({.kind = ShockKind::kReorganisation,
                              .start_month = 12,
                              .end_month = 18,
                              .size = 1.0,
                              .authorities = {812}});
  s.arms[0].parameters[leadership_change_rate] = 1.0;
  Arm& zero = add_arm(s, "zero");
  zero.effects = EffectsMode::kZero;
  zero.adoption = {adoption({0, 1}, 3)};
  add_arm(s, "weighted").adoption = {adoption({0, 1}, 3)};
  const Results results = results_of(s);
  EXPECT_EQ(difference_in_lives(results, "zero", kUsual), "");
  EXPECT_NE(difference_in_lives(results, "weighted", kUsual), "");
  EXPECT_GT(series_of(results, "zero").levels(Measure::kFidelity)[35], 0.3F);
  EXPECT_GT(series_of(results, "zero").levels(Measure::kPractitionersFte)[35], 1.0F);
  EXPECT_GT(paid_by_all(series_of(results, "zero")), 0.0);
  const auto leadership = series_of(results, kUsual, 1).levels(Measure::kLeadership);
  EXPECT_LT(*std::min_element(leadership.begin(), leadership.end()), 0.7F);  // leaders did change
  // A network acts through the effects of what is practised, history included: where nothing is believed of
  // any, it changes nobody's life either.
  s.arms[0].effects = EffectsMode::kZero;
  s.arms[1].peer_learning.members = {805, 812, 857};
  const Results met = results_of(s);
  EXPECT_EQ(difference_in_lives(met, "zero", kUsual), "");
  EXPECT_GT(series_of(met, "zero", 0).levels(Measure::kFidelityFromPeers)[35], 0.0F);
}

// Those who take up a model in mode zero are at the network's table, with practice and leaders further on
// than those of an authority whose history has effects.
TEST(WithoutEffects, NobodyIsLiftedWhosePracticeActs) {
  Scenario s = scenario_with(practice(), {805, 812, 857}, 36, 2);
  s.history = {adoption({0, 1}, -12, {812})};
  s.arms[0].effects = EffectsMode::kClaimed;
  s.arms[0].peer_learning.members = {805, 812, 857};
  s.service_models[0].months_to_embed = 1.0;
  s.arms[0].parameters[leadership_change_rate] = 1.0;
  Arm& zero = add_arm(s, "zero");
  zero.effects = EffectsMode::kZero;
  zero.adoption = {adoption({0, 1}, 3, {805, 857})};
  Arm& claimed = add_arm(s, "claimed");
  claimed.adoption = zero.adoption;
  const Results results = results_of(s);
  EXPECT_EQ(difference_in_lives(results, "zero", kUsual), "");
  EXPECT_GT(series_of(results, "zero", 2).levels(Measure::kLeadershipFromPeers)[35], 0.0F);
  EXPECT_GT(series_of(results, "claimed", 1).levels(Measure::kLeadershipFromPeers)[35], 0.0F);
}

// ---- Effects drawn for each replicate ----

// Staff alone tell the draw: with no feedback, the same staff and no change of leaders, two authorities have
// the same vacancies just where they have the same effect.
TEST(Sampled, IsTheSameInEveryArmAndAuthorityAndNotInEveryReplicate) {
  ServiceModel model;
  model.name = "practice";
  model.components = {component("retention", Lever::kRetention, 1.5)};
  Scenario s = scenario_with(model, {812, 857}, 24, 3);
  for (const auto id :
       {feedback_turnover, leadership_change_rate, implementation_overload_elasticity, drift_enabled})
    s.arms[0].parameters[id] = 0.0;
  Arm& sampled = add_arm(s, "sampled");
  sampled.effects = EffectsMode::kSampled;
  sampled.adoption = {adoption({0}, 0)};
  Arm& again = add_arm(s, "again");
  again.effects = EffectsMode::kSampled;
  again.adoption = {adoption({0}, 0), adoption({0}, 0)};
  again.adoption[0].authorities = {812};
  again.adoption[1].authorities = {857};
  England places = england();
  const AuthorityOrigin& from = england().at(812);
  for (auto& authority : places.authorities)
    if (authority.code == 857) {
      authority.social_workers_fte = from.social_workers_fte;
      authority.vacancy_rate = from.vacancy_rate;
      authority.turnover_rate = from.turnover_rate;
      authority.agency_rate = from.agency_rate;
    }
  const Results results = results_of(s, places);
  const auto vacancies = [&](const std::string& arm, std::size_t authority, std::size_t replicate) {
    return series_of(results, arm, authority, replicate).levels(Measure::kVacancyRate)[23];
  };
  for (std::size_t r = 0; r < 3; ++r) {
    EXPECT_EQ(vacancies("sampled", 0, r), vacancies("sampled", 1, r));
    EXPECT_EQ(difference(series_of(results, "again", 0, r), series_of(results, "sampled", 0, r)), "");
    EXPECT_NE(vacancies("sampled", 0, r), vacancies("sampled", 0, (r + 1) % 3));
    EXPECT_EQ(vacancies(kUsual, 0, r), vacancies(kUsual, 0, (r + 1) % 3));
  }
}

// ---- Who pays, in results ----

TEST(Paying, IsByGrantThenAuthorityAndPartners) {
  ServiceModel model = practice();
  model.components[0].staffing = Staffing{
      .posts_per_100_cases = 6.0, .gbp_per_post = 50000.0, .months_to_recruit = 6.0, .source = "a test"};
  Scenario s = scenario_with(model, {812}, 36);
  const auto arm = [&](const std::string& name) -> Adoption& {
    Arm& out = add_arm(s, name);
    out.adoption = {adoption({0, 1}, 0)};
    return out.adoption[0];
  };
  arm("own money");
  arm("grant").grant_end_month = 12;
  Adoption& agreed = arm("agreed");
  agreed.grant_end_month = 12;
  agreed.partners_agree_month = 12;
  const Results results = results_of(s);
  const auto by = [&](const std::string& name, Payer payer, std::size_t begin, std::size_t end) {
    return paid(series_of(results, name), payer, begin, end);
  };
  using enum Payer;
  EXPECT_EQ(by("own money", kProgramme, 0, 36), 0.0);
  EXPECT_GT(by("own money", kAuthority, 0, 12), 0.0);
  for (const std::string name : {"grant", "agreed"}) {
    // While the grant lasts nothing else is different.
    EXPECT_EQ(by(name, kProgramme, 0, 12), by("own money", kAuthority, 0, 12));
    EXPECT_EQ(by(name, kAuthority, 0, 12) + by(name, kNhs, 0, 12) + by(name, kPolice, 0, 12), 0.0);
    EXPECT_EQ(by(name, kProgramme, 12, 36), 0.0);
    EXPECT_GT(by(name, kAuthority, 12, 36), 0.0);
  }
  EXPECT_EQ(by("grant", kNhs, 0, 36) + by("grant", kPolice, 0, 36), 0.0);
  // Partners keep the money coming, so the arm is as the one that pays for itself, shared out.
  EXPECT_EQ(difference_in_lives(results, "agreed", "own money"), "");
  const double all =
      by("agreed", kAuthority, 12, 36) + by("agreed", kNhs, 12, 36) + by("agreed", kPolice, 12, 36);
  EXPECT_NEAR(all, by("own money", kAuthority, 12, 36), 1.0);
  const Parameters& p = s.arms[0].parameters;
  EXPECT_NEAR(by("agreed", kNhs, 12, 36), all * p[implementation_partner_share_nhs], 1.0);
  EXPECT_NEAR(by("agreed", kPolice, 12, 36), all * p[implementation_partner_share_police], 1.0);
  // Without them practitioners leave and are not replaced.
  const auto posts = [&](const std::string& name, std::size_t month) {
    return series_of(results, name).levels(Measure::kPractitionersFte)[month];
  };
  EXPECT_GT(posts("grant", 11), 0.0F);
  EXPECT_EQ(posts("agreed", 11), posts("grant", 11));
  EXPECT_LT(posts("grant", 35), 0.9F * posts("agreed", 35));
}

// Those who take up a model in the same years recruit from the same few.
TEST(Recruiting, IsSlowerWhereMuchOfEnglandRecruits) {
  ServiceModel model = practice();
  model.components[0].staffing = Staffing{
      .posts_per_100_cases = 6.0, .gbp_per_post = 50000.0, .months_to_recruit = 6.0, .source = "a test"};
  Scenario s = scenario_with(model, {}, 1);
  s.arms[0].parameters[implementation_recruitment_crowding] = 3.0;
  const auto crowding = [&](const std::vector<Adoption>& adoptions) {
    s.arms[0].adoption = adoptions;
    s.horizon_months = 60;
    const AuthorityOrigin& authority = england().at(857);
    const Families families = make_families(authority, s.arms[0].parameters, s.seed, 1.0, 1);
    const CareHistory history = make_care_history(s.arms[0].parameters, england());
    return setting_of(s, s.arms[0], authority, families, history).uptakes.at(0).crowding;
  };
  double children = 0.0;
  for (const auto& authority : england().authorities) children += authority.children;
  const double one = england().at(857).children / children;
  const double two = one + england().at(812).children / children;
  EXPECT_NEAR(crowding({adoption({0}, 0)}), 1.0 + 3.0, 1e-9);  // all of England
  EXPECT_NEAR(crowding({adoption({0}, 0, {857})}), 1.0 + 3.0 * one, 1e-9);
  EXPECT_NEAR(crowding({adoption({0}, 0, {857}), adoption({0}, 12, {812})}), 1.0 + 3.0 * two, 1e-9);
  EXPECT_NEAR(crowding({adoption({0}, 0, {857}), adoption({0}, 13, {812})}), 1.0 + 3.0 * one, 1e-9);
}

// ---- Peers, in results ----

// One authority has practised for years and two begin; all with the same network, but for when and what.
Scenario meeting() {
  Scenario s = scenario_with(practice(), {805, 812, 857}, 30);
  s.history = {adoption({0, 1}, -60, {812})};
  s.arms[0].adoption = {adoption({0, 1}, 0, {805, 857})};
  s.arms[0].parameters[leadership_change_rate] = 2.0;
  return s;
}

TEST(Peers, MeetFromTheFirstMeetingOnEverySoManyMonths) {
  Scenario s = meeting();
  s.arms[0].peer_learning = {.members = {805, 812, 857}, .start_month = 6, .every_months = 5};
  const Results results = results_of(s);
  const auto gained = series_of(results, kUsual).levels(Measure::kFidelityFromPeers);
  for (std::size_t m = 1; m < 30; ++m) {
    const bool met = m > 6 && (m - 7) % 5 == 0;  // at the end of the month before
    EXPECT_EQ(gained[m] > gained[m - 1], met) << m;
  }
  EXPECT_EQ(gained[6], 0.0F);
}

TEST(Peers, ChannelsAreToldApart) {
  Scenario s = meeting();
  const auto arm = [&](const std::string& name, bool leadership, bool practice) {
    add_arm(s, name).peer_learning = {
        .members = {805, 812, 857}, .leadership = leadership, .practice = practice};
  };
  arm("leaders", true, false);
  arm("practitioners", false, true);
  arm("both", true, true);
  const Results results = results_of(s);
  const auto level = [&](const std::string& name, Measure measure) {
    return series_of(results, name).levels(measure)[29];
  };
  EXPECT_GT(level("leaders", Measure::kLeadershipFromPeers), 0.0F);
  EXPECT_EQ(level("leaders", Measure::kFidelityFromPeers), 0.0F);
  EXPECT_EQ(level("practitioners", Measure::kLeadershipFromPeers), 0.0F);
  EXPECT_GT(level("practitioners", Measure::kFidelityFromPeers), 0.0F);
  for (const std::string name : {"leaders", "practitioners"}) {
    EXPECT_GT(level(name, Measure::kFidelity), level(kUsual, Measure::kFidelity)) << name;
    EXPECT_GT(level("both", Measure::kFidelity), level(name, Measure::kFidelity)) << name;
  }
  // Whoever is furthest on learns nothing at practice: at first the most experienced, whose leaders have
  // changed since, then one that has overtaken. All hold better to the model for the company.
  const auto practised = [&](std::size_t authority, Measure measure, std::size_t month) {
    return series_of(results, "practitioners", authority).levels(measure)[month];
  };
  std::array<int, 3> months_first{};
  for (std::size_t m = 1; m < 29; ++m) {
    std::size_t first = 0;
    for (const std::size_t other : {1U, 2U})
      if (practised(other, Measure::kFidelity, m) > practised(first, Measure::kFidelity, m)) first = other;
    ++months_first[first];
    EXPECT_EQ(practised(first, Measure::kFidelityFromPeers, m + 1),
              practised(first, Measure::kFidelityFromPeers, m))
        << m;
  }
  EXPECT_GT(months_first[1], 5);
  EXPECT_GT(series_of(results, "practitioners", 1).levels(Measure::kFidelity)[29],
            series_of(results, kUsual, 1).levels(Measure::kFidelity)[29]);
}

}  // namespace
}  // namespace hearth
