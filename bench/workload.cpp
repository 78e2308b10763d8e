#include "workload.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace hearth::bench {
namespace {

std::vector<std::vector<std::string>> read_csv(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::vector<std::vector<std::string>> rows;
  std::string line;
  std::getline(file, line);  // the header
  while (std::getline(file, line)) {
    std::istringstream fields(line);
    auto& row = rows.emplace_back();
    for (std::string field; std::getline(fields, field, ',');) row.push_back(field);
  }
  return rows;
}

}  // namespace

Workload::Workload(const std::string& folder) {
  std::size_t n = 0;
  for (const auto& row : read_csv(folder + "/transitions.csv")) {
    for (std::size_t to = 0; to < kStates; ++to)
      chance.at(n / kStates).at(n % kStates).at(to) = std::stod(row.at(to + 2));
    ++n;
  }
  for (const auto& row : read_csv(folder + "/expected.csv")) {
    Row& shares = expected.emplace_back();
    for (std::size_t s = 0; s < kStates; ++s) shares.at(s) = std::stod(row.at(s + 1));
  }
  if (n != kYears * kStates || expected.size() != kMonths + 1)
    throw std::runtime_error("the tables in " + folder + " are incomplete");
}

const Row& Workload::of(int age_months, std::size_t state) const {
  return chance[static_cast<std::size_t>(std::min(age_months / 12, kYears - 1))][state];
}

double largest_deviation(const Counts& counts, const Workload& workload) {
  double agents = 0.0;
  for (const auto n : counts.front()) agents += static_cast<double>(n);
  double worst = 0.0;
  for (std::size_t m = 0; m < counts.size(); ++m)
    for (std::size_t s = 0; s < kStates; ++s) {
      const double p = workload.expected[m][s];
      const double error = std::sqrt(agents * p * (1.0 - p));
      const double off = std::abs(static_cast<double>(counts[m][s]) - agents * p);
      worst = std::max(worst, off / std::max(error, 1.0));
    }
  return worst;
}

Counts Changes::counts() const {
  Counts out = change_;
  for (std::size_t m = 1; m < out.size(); ++m)
    for (std::size_t s = 0; s < kStates; ++s) out[m][s] += out[m - 1][s];
  return out;
}

Hazards::Hazards(const Workload& workload) {
  for (std::size_t s = 0; s < kStates; ++s) {
    fill(states_[s], workload, s);
    for (std::size_t year = 0; year < passed_.size(); ++year) {
      const Row& row = workload.chance[year][s];
      double running = 0.0;
      std::size_t at = 0;
      for (std::size_t to = 0; to < kStates && at < 4; ++to)
        if (to != s) passed_[year][s][at++] = static_cast<float>((running += row[to]) / (1.0 - row[s]));
    }
  }
  states_[kLeft] = {};
  states_[kLeft].years.fill({.cumulated = 0.0F, .months_per_hazard = 0.0F, .start = 1e6F});
  states_[kLeft].last = 1e6F;
}

void Hazards::fill(State& state, const Workload& workload, std::size_t index) {
  double cumulated = 0.0;
  for (int age = 0; age <= kAdult; ++age) {
    state.at_age[static_cast<std::size_t>(age)] = static_cast<float>(cumulated);
    const double hazard = -std::log(workload.of(age, index)[index]);
    if (age % 12 == 0 && age < kAdult)
      state.years[static_cast<std::size_t>(age) / 12] = {
          .cumulated = static_cast<float>(cumulated),
          .months_per_hazard = static_cast<float>(1.0 / hazard),
          .start = static_cast<float>(age)};
    if (age < kAdult) cumulated += hazard;
  }
  // Beyond the last year: the cap on ages decides.
  state.years[kAdult / 12] = {static_cast<float>(cumulated), 1e6F, kAdult};
  state.cells = kCells / static_cast<float>(cumulated);
  std::size_t year = 0;
  for (std::size_t cell = 0; cell < state.guide.size(); ++cell) {
    const std::size_t before = year;
    while (state.years[year + 1].cumulated * state.cells <= static_cast<float>(cell)) ++year;
    if (year > before + 1) throw std::logic_error("a cell of the guide spans two years of age");
    state.guide[cell] = static_cast<std::uint8_t>(year);
  }
}

}  // namespace hearth::bench
