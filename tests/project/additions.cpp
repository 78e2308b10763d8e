// Built in a copy of the sources to which test_additions.py has added what the how-to pages add: moves of
// families (a mechanism, a measure and a shock), and a lever on poverty. Each acts, and where it is not used
// nothing changes.
#include <gtest/gtest.h>

#include "trial.hpp"

namespace hearth {
namespace {

Arm& copy_of_first(Scenario& scenario, const std::string& name) {
  Arm arm = scenario.arms.front();
  arm.name = name;
  scenario.arms.push_back(arm);
  return scenario.arms.back();
}

TEST(Additions, EachActs) {
  Scenario scenario = main_scenario({812}, 24);
  scenario.arms.resize(1);
  const std::string usual = scenario.arms.front().name;

  copy_of_first(scenario, "moves").parameters[Parameter::moves_rate] = 0.2;

  Arm& shocked = copy_of_first(scenario, "more_moves");
  shocked.parameters[Parameter::moves_rate] = 0.2;
  Shock shock;
  shock.kind = ShockKind::kHouseMoves;
  shock.start_month = 12;
  shock.end_month = 24;
  shock.size = 3.0;
  shocked.shocks.push_back(shock);

  LeverEffect effect;
  effect.lever = Lever::kReliefPoverty;
  effect.ratio = 10.0;
  ServiceModel model;
  model.name = "relief";
  model.months_to_embed = 0.1;
  model.components.resize(1);
  model.components[0].effects = {effect};
  Adoption adoption;
  adoption.service_model = scenario.service_models.size();
  adoption.components = {0};
  scenario.service_models.push_back(model);
  Arm& relief = copy_of_first(scenario, "relief");
  relief.effects = EffectsMode::kClaimed;
  relief.adoption.push_back(adoption);

  const Results results = results_of(scenario);
  const auto moved = [&](const std::string& arm, std::size_t begin, std::size_t end) {
    return sum(results.at({arm, 0}).front(), Measure::kFamiliesMoved, begin, end);
  };
  EXPECT_EQ(moved(usual, 0, 24), 0.0);
  const double families = results.at({usual, 0}).front().counts(Measure::kFamilies).front();
  // A fifth of the families without an open case, less than all, in the year.
  EXPECT_NEAR(moved("moves", 0, 12), 0.2 * families, 0.02 * families);
  EXPECT_EQ(moved("more_moves", 0, 12), moved("moves", 0, 12));
  EXPECT_NEAR(moved("more_moves", 12, 24) / moved("moves", 12, 24), 3.0, 0.2);
  const auto in_poverty = [&](const std::string& arm) {
    return results.at({arm, 0}).front().counts(Measure::kFamiliesInPoverty).back();
  };
  EXPECT_LT(in_poverty("relief"), in_poverty(usual));
  EXPECT_NE(difference(results.at({"moves", 0}).front(), results.at({usual, 0}).front()), "");
}

}  // namespace
}  // namespace hearth
