// The whole model: how many family-months a core simulates in a second.
#include <benchmark/benchmark.h>

#include <memory>
#include <span>
#include <vector>

#include "inputs.hpp"
#include "simulation/ensemble.hpp"

namespace hearth::bench {
namespace {

void report(benchmark::State& state, double family_months) {
  state.counters["family_months/s"] = benchmark::Counter(
      family_months, benchmark::Counter::kIsIterationInvariantRate, benchmark::Counter::kIs1000);
}

// From the tables in memory to the series in memory, as `hearth run` does but for files: families and tables
// of every authority are made anew each time.
void england_decade(benchmark::State& state) {
  const Inputs& in = inputs();
  RunOptions options;
  double family_months = 0.0;
  for (auto _ : state) {
    std::vector<AuthoritySeries> kept;
    const RunStatistics run = run_ensemble(
        in.scenario, in.england, options,
        [&](std::size_t, std::size_t, const std::vector<AuthoritySeries>& series) { kept = series; });
    benchmark::DoNotOptimize(kept.data());
    family_months = run.family_months;
  }
  report(state, family_months);
}
BENCHMARK(england_decade)->Unit(benchmark::kMillisecond)->Repetitions(5);

// What each further replicate or arm costs: origin and months, the families being there already.
void england_replicate(benchmark::State& state) {
  static const auto prepared = [] {
    std::vector<std::unique_ptr<Prepared>> all;
    for (const auto& authority : inputs().england.authorities)
      all.push_back(std::make_unique<Prepared>(authority));
    return all;
  }();
  const Inputs& in = inputs();
  double family_months = 0.0;
  for (const auto& p : prepared) family_months += p->families.family_months();
  for (auto _ : state)
    for (const auto& p : prepared) {
      AuthoritySeries series(in.scenario.horizon_months);
      AuthorityState here = start_authority(p->setting, in.scenario.seed, 0);
      advance(here, in.scenario.horizon_months, series);
      benchmark::DoNotOptimize(series);
    }
  report(state, family_months);
}
BENCHMARK(england_replicate)->Unit(benchmark::kMillisecond)->Repetitions(5);

// What happens in a replicate of some authorities, counted from its log: what bench/limits needs to know, not
// a speed.
void count_events(benchmark::State& state, std::span<const AuthorityOrigin> authorities) {
  const Inputs& in = inputs();
  double family_months = 0.0;
  double families = 0.0;
  double events = 0.0;
  for (auto _ : state)
    for (const auto& authority : authorities) {
      Prepared p(authority);
      EventLog log;
      p.setting.log = &log;
      AuthoritySeries series(in.scenario.horizon_months);
      AuthorityState here = start_authority(p.setting, in.scenario.seed, 0);
      advance(here, in.scenario.horizon_months, series);
      family_months += p.families.family_months();
      families += static_cast<double>(p.families.size());
      events += static_cast<double>(log.events.size());
    }
  report(state, family_months);
  state.counters["family_months"] = family_months;
  state.counters["families"] = families;
  state.counters["events"] = events;
}
void england_events(benchmark::State& state) {
  count_events(state, inputs().england.authorities);
}
BENCHMARK(england_events)->Unit(benchmark::kMillisecond)->Iterations(1)->Repetitions(1);
void authority_events(benchmark::State& state) {
  count_events(state, {&typical_authority(), 1});
}
BENCHMARK(authority_events)->Unit(benchmark::kMillisecond)->Iterations(1)->Repetitions(1);

// One authority of middling size: for quick comparisons while working on the engine.
void authority_decade(benchmark::State& state) {
  const Inputs& in = inputs();
  const Prepared& p = typical_prepared();
  for (auto _ : state) {
    AuthoritySeries series(in.scenario.horizon_months);
    AuthorityState here = start_authority(p.setting, in.scenario.seed, 0);
    advance(here, in.scenario.horizon_months, series);
    benchmark::DoNotOptimize(series);
  }
  report(state, p.families.family_months());
  state.SetLabel(typical_authority().name);
}
BENCHMARK(authority_decade)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace hearth::bench
