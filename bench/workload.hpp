// The common workload (bench/README.md): a monthly Markov model of a million agents in six states, with
// chances by year of age, and its exact expectation.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace hearth::bench {

constexpr std::size_t kStates = 6;
constexpr std::size_t kLeft = 5;  // absorbs
constexpr int kMonths = 120;
constexpr int kAdult = 216;     // months of age; whoever is as old has left a month later
constexpr int kYears = 19;      // of age with chances of their own
constexpr double kAllowed = 4;  // standard errors that a count may be off

using Row = std::array<double, kStates>;
using Counts = std::vector<std::array<std::int64_t, kStates>>;  // agents by month and state

struct Workload {
  std::array<std::array<Row, kStates>, kYears>
      chance{};               // by year of age and state: of each state next month
  std::vector<Row> expected;  // shares by month

  // Reads transitions.csv and expected.csv of a folder; throws std::runtime_error.
  explicit Workload(const std::string& folder);
  const Row& of(int age_months, std::size_t state) const;
};

// The largest deviation of counts from the expectation, in standard errors; 0 to a million or more.
double largest_deviation(const Counts& counts, const Workload& workload);

// Agents who change state, by month: counts are their running sums.
class Changes {
 public:
  explicit Changes(std::uint32_t agents) : change_(kMonths + 1) { change_[0][0] = agents; }
  void move(int month, std::size_t from, std::size_t to) {
    auto& row = change_[static_cast<std::size_t>(month)];
    --row[from];
    ++row[to];
  }
  Counts counts() const;

 private:
  Counts change_;
};

// The law as hazards: when an agent leaves a state, and where those who leave go. Chances are constant
// within a year of age, so that the cumulated hazard is straight there and is inverted without a search
// through months.
class Hazards {
 public:
  explicit Hazards(const Workload& workload);

  // The age in months at which an agent who is in a state at `age` leaves it, after a unit exponential; far
  // above all ages for those who have left for good. No branches: which year it will be cannot be foreseen.
  float leaves(std::size_t state, int age, float wait) const {
    const State& s = states_[state];
    const float target = s.at_age[static_cast<std::size_t>(age)] + wait;
    const float cell = target * s.cells;
    const auto guess = s.guide[static_cast<std::size_t>(cell < kCells ? cell : kCells)];
    const Year& year = s.years[guess + (target > s.years[guess + 1].cumulated ? 1U : 0U)];
    const float months = (target - year.cumulated) * year.months_per_hazard;
    // Rounded up, as an event falls in the month in which the threshold is passed.
    const auto whole = static_cast<float>(static_cast<int>(months));
    const float at = year.start + whole + (months > whole ? 1.0F : 0.0F);
    return at < s.last ? at : s.last;
  }
  // Where an agent goes who leaves a state on turning `age`.
  std::size_t destination(std::size_t state, int age, float u) const {
    std::size_t to = 0;
    for (const float share : passed_[static_cast<std::size_t>(age - 1) / 12][state]) to += u >= share ? 1 : 0;
    return to + (to >= state ? 1 : 0);
  }

 private:
  static constexpr float kCells = 512.0F;
  struct Year {
    float cumulated = 1e30F;  // hazard at its start
    float months_per_hazard = 0.0F;
    float start = 0.0F;  // age in months
  };
  struct State {
    std::array<Year, kYears + 2> years{};
    std::array<std::uint8_t, static_cast<std::size_t>(kCells) + 1> guide{};  // year at the start of a cell
    std::array<float, kAdult + 2> at_age{};                                  // cumulated hazard
    float cells = 0.0F;                                                      // per hazard
    float last = kAdult + 1.0F;                                              // age at which all leave
  };
  void fill(State& state, const Workload& workload, std::size_t index);

  std::array<State, kStates> states_{};
  std::array<std::array<std::array<float, 4>, kStates>, kYears> passed_{};  // cumulative shares
};

// An age in months at the start, uniform on 0 to 215.
inline int start_age(std::uint32_t bits) {
  return static_cast<int>(static_cast<std::uint64_t>(bits) * kAdult >> 32);
}

}  // namespace hearth::bench
