// Effects inferred through the model: claims come back as claimed, and effects that are drawn about none make
// no difference on average. With the committed scenarios/england/effects.json.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <string>
#include <vector>

#include "analysis/effects/outcome_runs.hpp"
#include "folder.hpp"
#include "model/practice/practice.hpp"
#include "published/england_reader.hpp"
#include "results/control_variates.hpp"
#include "results/measured.hpp"
#include "scenario/beliefs.hpp"
#include "scenario/files/loader.hpp"
#include "simulation/ensemble.hpp"
#include "source_dir.hpp"
#include "threads/threads.hpp"

namespace hearth {
namespace {

namespace fs = std::filesystem;

Scenario scenario_of(const std::string& text) {
  return load_scenario(ScenarioText{source_dir() / "scenarios" / "test_effects.json", text}).scenario;
}

// ---- Claims ----

Scenario hertfordshire() {
  return scenario_of(
      R"({"name": "claims", "origin": "2014-03-31", "horizon_months": 84, "replicates": 60, "seed": 77,
    "authorities": ["Hertfordshire"], "baseline": "no_programme", "parameters": {"drift.enabled": false},
    "uncertainty": {"parameters": false},
    "arms": {"no_programme": {}, "claimed": {"effects": "claimed", "adoption": [{"service_model":
    "family_safeguarding", "start": "2015-01", "grant_end": "2016-03", "partners_agree": "2016-04"}]}}})");
}

// Another seed than the response was measured with. Tolerance: half of the outcome's sampling error, as early
// and late figures cannot both come back (docs/evidence.md), beside four Monte Carlo errors.
TEST(Claims, ComeBackAsClaimed) {
  const Scenario scenario = hertfordshire();
  const ServiceModel& model = scenario.service_models.front();
  ASSERT_TRUE(model.response);
  const England england = load_england(scenario.data_directory, scenario.origin, scenario.population);
  const Eigen::VectorXd claimed = effect_beliefs(model, Parameters{}).claimed;
  ServiceModel original = model;
  std::erase_if(original.studies, [](const Study& study) { return study.repetition; });
  StudyPlace place{scenario, england};
  place.scenario.arms.resize(1);
  OutcomeRuns runs(original, {place}, on_threads(0), nullptr);
  const Eigen::VectorXd found = runs.log_outcomes(claimed);
  constexpr double kShare = 0.5;
  int looked_at = 0;
  for (std::size_t k = 0; k < original.studies.front().outcomes.size(); ++k) {
    const StudyOutcome& outcome = original.studies.front().outcomes[k];
    for (const char* measure : {"care_entries_under_16", "child_protection_plans", "care_applications"}) {
      if (outcome.measure != measure) continue;
      ++looked_at;
      const auto at = static_cast<Eigen::Index>(k);
      EXPECT_NEAR(found[at], std::log(outcome.ratio),
                  kShare * sampling_error(outcome) + 4.0 * runs.errors()[at])
          << outcome.title << ": " << std::exp(found[at]) << " against " << outcome.ratio;
    }
  }
  EXPECT_EQ(looked_at, 6);
}

// ---- A placebo ----

// The model with every effect claimed at 1.00, as wide as it is.
ServiceModel placebo(ServiceModel model) {
  model.studies.clear();
  model.response = nullptr;
  for (auto& component : model.components)
    for (auto& effect : component.effects) {
      effect.low /= effect.ratio;
      effect.high /= effect.ratio;
      effect.ratio = 1.0;
    }
  return model;
}

Scenario placebo_scenario(const std::string& name, int replicates) {
  Scenario out =
      scenario_of(R"({"name": "placebo", "origin": "2025-03-31", "horizon_months": 120, "replicates": )" +
                  std::to_string(replicates) +
                  R"(, "seed": 5, "authorities": [{"region": "East Midlands"}], "baseline": "zero",
    "sampling_fraction": 0.25, "uncertainty": {"parameters": false}, "parameters": {"drift.enabled": false},
    "arms": {"zero": {"effects": "zero", "adoption": [{"service_model": ")" +
                  name + R"(", "start": "2025-05"}]},
             "sampled": {"effects": "sampled", "adoption": [{"service_model": ")" +
                  name + R"(", "start": "2025-05"}]}}})");
  out.history.clear();
  for (ServiceModel& model : out.service_models) model = placebo(model);
  return out;
}

// Mean difference of each quantity over ten years, in its standard errors.
std::vector<double> deviates(const Scenario& scenario, const England& england,
                             const std::vector<std::string>& quantities) {
  const auto n = static_cast<std::size_t>(scenario.replicates);
  std::vector<std::vector<double>> differences(quantities.size(), std::vector<double>(n));
  RunOptions options;
  options.parallel = on_threads(0);
  std::vector<std::size_t> all(scenario.authorities.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  run_ensemble(scenario, england, options,
               [&](std::size_t arm, std::size_t replicate, const std::vector<AuthoritySeries>& series) {
                 for (std::size_t q = 0; q < quantities.size(); ++q)
                   differences[q][replicate] +=
                       (arm == scenario.baseline ? -1.0 : 1.0) *
                       measured(quantities_by_name().find(quantities[q])->second,
                                {arm, 0, scenario.horizon_months}, all, series, scenario.sampling_fraction);
               });
  const ControlVariates controls(draw_effects(scenario, 0, n), n, 1, scenario.baseline);
  std::vector<double> out;
  for (std::size_t q = 0; q < quantities.size(); ++q) {
    const Statistics found = controls.statistics(differences[q]);
    std::printf("%s: %.1f, standard error %.1f\n", quantities[q].c_str(), found.mean, found.standard_error);
    out.push_back(found.mean / found.standard_error);
  }
  return out;
}

struct Copied {
  const char* model;
  // Whether draws about the mean of the logarithm are found out. The convexity of Protection only's few and
  // weak levers takes a thousand replicates to be told from chance.
  bool told = true;
};
class Placebo : public testing::TestWithParam<Copied> {};

// False alarms: six quantities beyond 3.5 standard errors, three in a thousand if the test had another seed.
TEST_P(Placebo, MakesNoDifferenceOnAverage) {
  constexpr int kReplicates = 120;
  constexpr double kAlarm = 3.5;
  Scenario scenario = placebo_scenario(GetParam().model, kReplicates);
  const England england = load_england(scenario.data_directory, scenario.origin, scenario.population);
  for (const double z : deviates(scenario, england, {"care_entries", "looked_after", "cost"}))
    EXPECT_LT(std::abs(z), kAlarm);
  if (!GetParam().told) return;
  for (ServiceModel& model : scenario.service_models) model.entries_response = {};
  EXPECT_GT(deviates(scenario, england, {"care_entries"}).front(), kAlarm);
}

INSTANTIATE_TEST_SUITE_P(SlowModels, Placebo,
                         testing::Values(Copied{"family_safeguarding"}, Copied{"protection_only", false}),
                         [](const auto& each) { return std::string(each.param.model); });

}  // namespace
}  // namespace hearth
