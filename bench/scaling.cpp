// What a run of England takes when one thing about it grows. bench/scaling asks and draws.
//
// Usage: hearth_scaling < POINTS. A point is a line of six numbers: share of England's families (may be above
// 1), months, how often concerns are raised (1: as in business as usual), arms, replicates, threads. Prints
// for each: families at the origin, family-months, children in need x months, processor and wall-clock
// seconds, as CSV. Exit code 1: a line is not a point.
#include <chrono>
#include <cstdio>
#include <ctime>
#include <exception>
#include <iostream>
#include <numeric>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "inputs.hpp"
#include "simulation/ensemble.hpp"
#include "threads/threads.hpp"

namespace hearth::bench {
namespace {

struct Point {
  double share = 1.0;
  int months = 120;
  double referrals = 1.0;
  std::size_t arms = 1;
  int replicates = 1;
  int threads = 1;
};

Point read_point(const std::string& line) {
  std::istringstream in(line);
  Point p;
  if (!(in >> p.share >> p.months >> p.referrals >> p.arms >> p.replicates >> p.threads) || p.share <= 0.0 ||
      p.months < 1 || p.referrals < 0.0 || p.arms < 1 || p.replicates < 1 || p.threads < 1)
    throw std::runtime_error("'" + line + "' is not a point: share months referrals arms replicates threads");
  return p;
}

Scenario scenario_of(const Point& p) {
  Scenario out = inputs().scenario;
  out.sampling_fraction = p.share;
  out.horizon_months = p.months;
  out.replicates = p.replicates;
  out.arms.front().shocks.push_back({.kind = ShockKind::kReferrals,
                                     .start_month = 0,
                                     .end_month = p.months,
                                     .size = p.referrals,
                                     .authorities = {}});
  out.arms.resize(p.arms, out.arms.front());
  return out;
}

struct Taken {
  double families = 0.0;
  double family_months = 0.0;
  double in_need = 0.0;  // children x months
};

Taken& operator+=(Taken& left, const Taken& right) {
  left.families += right.families;
  left.family_months += right.family_months;
  left.in_need += right.in_need;
  return left;
}

Taken simulate(const Scenario& scenario, int threads) {
  const England& england = inputs().england;
  const std::vector<Families> families = make_all_families(scenario, england, *on_threads(threads));
  RunOptions options;
  options.parallel = on_threads(threads);
  options.families = families;
  Taken out;
  for (const Families& f : families)
    out.families += static_cast<double>(f.alive_end.front() - f.alive_begin.front());
  const auto sink = [&](std::size_t, std::size_t, const std::vector<AuthoritySeries>& series) {
    for (const AuthoritySeries& one : series) {
      const auto in_need = one.counts(Measure::kChildrenInNeed);
      out.in_need += std::accumulate(in_need.begin(), in_need.end(), 0.0);
    }
  };
  out.family_months = run_ensemble(scenario, england, options, sink).family_months;
  return out;
}

// Authorities of more than twice England come one after another, so that a hundred million families need the
// memory of the largest authority alone.
Taken run(const Point& point) {
  const Scenario scenario = scenario_of(point);
  if (point.share <= 2.0) return simulate(scenario, point.threads);
  Taken out;
  for (const int code : scenario.authorities) {
    Scenario one = scenario;
    one.authorities = {code};
    out += simulate(one, point.threads);
  }
  return out;
}

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

void time_points() {
  inputs();  // read before the first is timed
  for (std::string line; std::getline(std::cin, line);) {
    const Point point = read_point(line);
    const auto wall = std::chrono::steady_clock::now();
    const double processor = processor_seconds();
    const Taken taken = run(point);
    const double took = processor_seconds() - processor;
    const std::chrono::duration<double> waited = std::chrono::steady_clock::now() - wall;
    std::printf("%.0f,%.0f,%.0f,%.6f,%.6f\n", taken.families, taken.family_months, taken.in_need, took,
                waited.count());
    std::fflush(stdout);
  }
}

}  // namespace
}  // namespace hearth::bench

int main() {
  try {
    hearth::bench::time_points();
    return 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "hearth_scaling: %s\n", e.what());
    return 1;
  }
}
