// What tests of the simulation share: scenarios small enough for a test, their results, and made-up
// authorities whose futures can be written down.
#pragma once

#include <filesystem>
#include <map>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "model/authority.hpp"
#include "published/england_reader.hpp"
#include "scenario/files/loader.hpp"
#include "simulation/ensemble.hpp"
#include "source_dir.hpp"
#include "threads/threads.hpp"

namespace hearth {

inline const std::filesystem::path kRoot = source_dir();

inline const England& england() {
  static const England value = load_england(kRoot / "scenarios" / "england", {2025, 3});
  return value;
}

// The main scenario, for some authorities and months.
inline Scenario main_scenario(const std::vector<int>& authorities, int months, int replicates = 1) {
  ScenarioOverrides overrides;
  overrides.months = months;
  overrides.replicates = replicates;
  for (const int code : authorities) overrides.authorities.push_back(std::to_string(code));
  return load_scenario(kRoot / "scenarios" / "england.json", overrides).scenario;
}

inline Setting setting_of(const Scenario& scenario, const Arm& arm, const AuthorityOrigin& authority,
                          const Families& families, const CareHistory& care_history) {
  return make_setting(scenario, arm, england(), authority, families, care_history);
}

// Series of all authorities by arm and replicate.
using Results = std::map<std::pair<std::string, std::size_t>, std::vector<AuthoritySeries>>;

// Adds an arm like the first; any reference to an arm before it is no longer good.
inline Arm& add_arm(Scenario& scenario, const std::string& name) {
  scenario.arms.push_back(scenario.arms[0]);
  scenario.arms.back().name = name;
  return scenario.arms.back();
}

// One that adopts, everywhere and from the start, a model of one claimed effect.
inline void add_arm_with(Scenario& scenario, const std::string& name, Lever lever, double ratio) {
  ServiceModel model;
  model.name = name;
  model.months_to_embed = 0.1;
  LeverEffect effect;
  effect.lever = lever;
  effect.ratio = ratio;
  model.components.resize(1);
  model.components[0].effects = {effect};
  Adoption adoption;
  adoption.service_model = scenario.service_models.size();
  adoption.components = {0};
  scenario.service_models.push_back(model);
  Arm& arm = add_arm(scenario, name);
  arm.effects = EffectsMode::kClaimed;
  arm.adoption.push_back(adoption);
}

inline Results results_of(const Scenario& scenario, const England& places = england(), int threads = 2) {
  Results out;
  RunOptions options;
  options.parallel = on_threads(threads);
  run_ensemble(scenario, places, options,
               [&](std::size_t arm, std::size_t replicate, const std::vector<AuthoritySeries>& series) {
                 out.emplace(std::pair{scenario.arms[arm].name, replicate}, series);
               });
  return out;
}

// Sum over months [begin, end) and, if none is named, over the categories of a measure.
inline double sum(const AuthoritySeries& series, Measure measure, std::size_t begin = 0,
                  std::size_t end = static_cast<std::size_t>(-1)) {
  double out = 0.0;
  for (std::size_t category = 0; category < size_of(kMeasureTable[index(measure)].dimension); ++category) {
    const auto row = series.counts(measure, category);
    for (std::size_t m = begin; m < std::min(end, row.size()); ++m) out += row[m];
  }
  return out;
}
inline double sum(const Results& results, const std::string& arm, Measure measure) {
  double out = 0.0;
  for (const auto& [key, authorities] : results)
    if (key.first == arm)
      for (const auto& series : authorities) out += sum(series, measure);
  return out;
}

// The place of a line of costs.
inline std::size_t cost_line(CostCategory category, Payer payer = Payer::kAuthority) {
  for (std::size_t line = 0; line < kCostLines.size(); ++line)
    if (kCostLines[line].category == category && kCostLines[line].payer == payer) return line;
  throw std::out_of_range("no such line of costs");
}

// Where two series first differ, in words; nothing if nowhere.
inline std::string difference(const AuthoritySeries& a, const AuthoritySeries& b) {
  if (a.months() != b.months())
    return std::to_string(a.months()) + " months against " + std::to_string(b.months());
  const auto say = [](const std::string& what, std::size_t month, auto x, auto y) {
    return what + ", month " + std::to_string(month) + ": " + std::to_string(x) + " against " +
           std::to_string(y);
  };
  for (std::size_t m = 0; m < a.months(); ++m) {
    for (const auto& row : kMeasureTable) {
      const std::string name(row.name);
      if (row.kind == MeasureKind::kLevel) {
        if (a.levels(row.id)[m] != b.levels(row.id)[m])
          return say(name, m, a.levels(row.id)[m], b.levels(row.id)[m]);
        continue;
      }
      for (std::size_t c = 0; c < size_of(row.dimension); ++c)
        if (a.counts(row.id, c)[m] != b.counts(row.id, c)[m])
          return say(name + " " + std::to_string(c), m, a.counts(row.id, c)[m], b.counts(row.id, c)[m]);
    }
    for (std::size_t line = 0; line < kCostLines.size(); ++line)
      if (a.cost(line)[m] != b.cost(line)[m])
        return say("cost line " + std::to_string(line), m, a.cost(line)[m], b.cost(line)[m]);
  }
  return a == b ? "" : "a difference outside the measures";
}
inline std::string difference(const Results& a, const Results& b) {
  if (a.size() != b.size()) return std::to_string(a.size()) + " blocks against " + std::to_string(b.size());
  for (const auto& [key, authorities] : a) {
    const std::string where = key.first + ", replicate " + std::to_string(key.second);
    const auto found = b.find(key);
    if (found == b.end()) return "no " + where;
    for (std::size_t i = 0; i < authorities.size(); ++i)
      if (const std::string what = difference(authorities[i], found->second.at(i)); !what.empty())
        return where + ", authority " + std::to_string(i) + ": " + what;
  }
  return "";
}

// An array of parameters (by age, by band of time, by placement) at one value.
template <std::size_t... kLengths>
void set_rows(Parameters& p, const ParameterArray<kLengths...>& array, double value) {
  for (std::size_t i = 0; i < array.size(); ++i)
    p[static_cast<Parameter>(static_cast<std::size_t>(array.first) + i)] = value;
}

// Nothing happens to anyone, but that needs come and go and children grow up; tests switch on what they are
// about.
inline Parameters quiet_parameters() {
  using enum Parameter;
  Parameters p;
  for (const auto id :
       {feedback_caseload, feedback_turnover, feedback_threshold, drift_enabled, contact_domestic_abuse,
        contact_mental_ill_health, contact_substance_misuse, enquiry_rate_assessment,
        enquiry_rate_child_in_need, pre_proceedings_rate_child_in_need, pre_proceedings_rate_protection_plan,
        accommodation_rate, unaccompanied_entry_ratio})
    p[id] = 0.0;
  p[contact_base] = 1e-9;  // not nothing: families known to services are chosen in proportion to it
  for (const auto& array : {rows::kCareReturnHome, rows::kCareGuardianship, rows::kCareAdoptionPlacing,
                            rows::kCareLeaving, rows::kCareMove})
    set_rows(p, array, 0.0);
  for (const auto& array :
       {rows::kCareReturnHomeShape, rows::kCareGuardianshipShape, rows::kCareLeavingShape})
    set_rows(p, array, 1.0);
  set_rows(p, rows::kChildInNeedClosure, 0.0);
  set_rows(p, rows::kProtectionPlanEnd, 0.0);
  for (const auto id :
       {child_in_need_closure_scale, child_in_need_closure_need_ratio, child_in_need_closure_engagement_ratio,
        protection_plan_end_scale, protection_plan_end_engagement_ratio, care_return_home_need_ratio})
    p[id] = 1.0;
  p[contact_frailty_spread] = 0.0;
  p[engagement_kept_share] = 0.0;
  return p;
}

// A made-up authority under its own parameters, without a service model.
class Trial {
 public:
  // `deviation`: how far its referrals are from their level at the origin (log).
  Trial(AuthorityOrigin authority, const Parameters& parameters, int months, double deviation = 0.0)
      : authority_(complete(std::move(authority))) {
    scenario_.horizon_months = months;
    scenario_.deviations[authority_.code][index(Propensity::kReferral)] = deviation;
    scenario_.arms.resize(1);
    scenario_.arms[0].parameters = parameters;
    families_ = make_families(authority_, parameters, scenario_.seed, 1.0, months);
    make();
  }
  // With these families instead: `n` of them, each with children born in these months (ascending).
  Trial(AuthorityOrigin authority, const Parameters& parameters, int months, std::size_t n,
        const std::vector<int>& births)
      : Trial(std::move(authority), parameters, months) {
    families_ = Families{};
    for (std::size_t f = 0; f < n; ++f) {
      families_.family_class.push_back(family_class(4, 0));
      Births& born = families_.births.emplace_back();
      for (std::size_t k = 0; k < births.size(); ++k) born.month.at(k) = static_cast<std::int16_t>(births[k]);
    }
    const auto m = static_cast<std::size_t>(months);
    families_.alive_begin.assign(m, 0);
    families_.alive_end.assign(m, static_cast<std::uint32_t>(n));
    families_.departures_from.assign(m + 1, 0);
    families_.present.assign(m, static_cast<std::int32_t>(n));
    families_.children.assign(m, 0);
    for (auto& children : families_.children_by_fifth) children.assign(m, 0);
    make();
  }
  Trial(const Trial&) = delete;
  Trial& operator=(const Trial&) = delete;

  const Families& families() const { return families_; }
  Setting& setting() { return setting_; }
  AuthorityState start(std::uint32_t replicate) const {
    return start_authority(setting_, scenario_.seed, replicate);
  }
  AuthoritySeries run(std::uint32_t replicate = 0) const {
    AuthoritySeries series(scenario_.horizon_months);
    AuthorityState here = start(replicate);
    advance(here, scenario_.horizon_months, series);
    return series;
  }

 private:
  static AuthorityOrigin complete(AuthorityOrigin a) {
    a.code = 857;
    a.name = "Made up";
    a.idaci = kAverageIdaci;
    a.low_income_share = 0.2;
    a.child_protection_plan_duration = {1.0, 0.0, 0.0, 0.0, 0.0};
    a.children_in_need_duration = {1.0, 0.0, 0.0, 0.0, 0.0};
    a.looked_after_by_age = {};
    a.looked_after = 0;
    for (const auto& by_age : a.looked_after_by_placement_and_age)
      for (std::size_t age = 0; age < kAgeBands; ++age) {
        a.looked_after_by_age[age] += by_age[age];
        a.looked_after += by_age[age];
      }
    return a;
  }
  void make() {
    const Arm& arm = scenario_.arms[0];
    history_ = make_care_history(arm.parameters, england());
    setting_ = setting_of(scenario_, arm, authority_, families_, history_);
  }

  Scenario scenario_;
  AuthorityOrigin authority_;
  Families families_;
  CareHistory history_;
  Setting setting_;
};

}  // namespace hearth
