// The common workload (bench/README.md): a million agents of a monthly Markov model, by Hearth's own kernel
// and by plain C++ written for it. Prints CSV: implementation, million agent-steps a second, largest
// deviation from the exact expectation in standard errors.
//
// Usage: hearth_peers FOLDER [REPETITIONS], the folder with transitions.csv and expected.csv.
#include <Random123/philox.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "random/draws.hpp"
#include "simulation/due.hpp"
#include "simulation/scan.hpp"

namespace {

using namespace hearth;

constexpr std::size_t kStates = 6;
constexpr std::size_t kLeft = 5;
constexpr std::uint32_t kAgents = 1'000'000;
constexpr int kMonths = 120;
constexpr int kAdult = 216;  // months; from then on every agent has left
constexpr int kAges = kAdult + kMonths + 1;
constexpr double kAllowed = 4.0;  // standard errors

using Row = std::array<double, kStates>;
using Shares = std::vector<Row>;                                // by month
using Counts = std::vector<std::array<std::int64_t, kStates>>;  // by month

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

struct Workload {
  std::array<std::array<Row, kStates>, 19> chance{};  // by year of age and state, of each state a month later
  Shares expected;

  explicit Workload(const std::string& folder) {
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
    if (n != 19 * kStates || expected.size() != kMonths + 1)
      throw std::runtime_error("the workload is incomplete");
  }
  const Row& of(int age_months, std::size_t state) const {
    return chance[static_cast<std::size_t>(std::min(age_months / 12, 18))][state];
  }
};

// Hazard of leaving a state, cumulated over age, and where those who leave go.
struct Tables {
  static constexpr std::size_t kGuide = 512;
  std::array<std::array<float, kAges>, kStates> cumulative{};
  std::array<std::array<std::uint16_t, kGuide + 1>, kStates> guide{};  // where the search for an age starts
  std::array<float, kStates> per_hazard{};
  std::array<std::array<std::array<float, 4>, kStates>, 19> passed{};  // cumulative shares of destinations

  explicit Tables(const Workload& w) {
    for (std::size_t s = 0; s < kStates; ++s) {
      for (int age = 0; age + 1 < kAges; ++age) {
        const double stays = w.of(age, s)[s];
        const auto a = static_cast<std::size_t>(age);
        cumulative[s][a + 1] = s == kLeft     ? 0.0F
                               : age < kAdult ? cumulative[s][a] + static_cast<float>(-std::log(stays))
                                              : 1e30F;
      }
      const float top = s == kLeft ? 1.0F : cumulative[s][kAdult];
      per_hazard[s] = static_cast<float>(kGuide) / top;
      std::size_t age = 0;
      for (std::size_t g = 0; g <= kGuide && s != kLeft; ++g) {
        while (age < kAdult && cumulative[s][age + 1] * per_hazard[s] < static_cast<float>(g)) ++age;
        guide[s][g] = static_cast<std::uint16_t>(age);
      }
      for (std::size_t year = 0; year < passed.size(); ++year) {
        const Row& row = w.chance[year][s];
        double running = 0.0;
        std::size_t at = 0;
        for (std::size_t to = 0; to + 1 < kStates; ++to)
          if (to != s && at < 4)
            passed[year][s][at++] = static_cast<float>((running += row[to]) / (1.0 - row[s]));
      }
    }
  }
  // The age, in months, at which an agent who is in a state at `age` leaves it, after a unit exponential.
  int leaves(std::size_t state, int age, float wait) const {
    const auto& of = cumulative[state];
    const float target = of[static_cast<std::size_t>(age)] + wait;
    const float at = target * per_hazard[state];
    std::size_t to = guide[state][at < static_cast<float>(kGuide) ? static_cast<std::size_t>(at) : kGuide];
    to = std::max(to, static_cast<std::size_t>(age) + 1);
    while (of[to] < target) ++to;
    return static_cast<int>(to);
  }
  // Where an agent goes who leaves a state on turning `age`.
  std::size_t destination(std::size_t state, int age, float u) const {
    std::size_t to = 0;
    for (const float share : passed[static_cast<std::size_t>(std::min((age - 1) / 12, 18))][state])
      to += u >= share ? 1 : 0;
    return to + (to >= state ? 1 : 0);
  }
};

int start_age(std::uint32_t bits) {
  return static_cast<int>(static_cast<std::uint64_t>(bits) * kAdult >> 32);
}

// Changes of the number in each state, by month, summed up at the end.
struct Changes {
  Counts by_month = Counts(kMonths + 1);
  void move(int month, std::size_t from, std::size_t to) {
    auto& row = by_month[static_cast<std::size_t>(month)];
    --row[from];
    ++row[to];
  }
  Counts counts() const {
    Counts out = by_month;
    out[0][0] += kAgents;
    for (std::size_t m = 1; m < out.size(); ++m)
      for (std::size_t s = 0; s < kStates; ++s) out[m][s] += out[m - 1][s];
    return out;
  }
};

// Hearth: authorities of 45,000 agents; readings of a clock, scanned every month; keyed draws eight at a
// time.
Counts hearth_kernel(const Workload&, const Tables& tables, std::uint64_t seed) {
  constexpr std::uint32_t kAuthority = 45'000;
  Changes changes;
  std::vector<float> reading(kAuthority);
  struct Agent {
    std::int16_t start_age;
    std::uint8_t state;
    std::uint8_t events;
  };
  std::vector<Agent> agents(kAuthority);
  std::vector<std::uint32_t> due;
  due.reserve(kAuthority);
  int code = 0;
  for (std::uint32_t first = 0; first < kAgents; first += kAuthority) {
    const std::uint32_t n = std::min(kAuthority, kAgents - first);
    const Draws draws(seed, 0, code++);
    const auto settle = [&](std::uint32_t i, int month, float wait) {
      const Agent& a = agents[i];
      reading[i] = a.state == kLeft
                       ? std::numeric_limits<float>::max()
                       : static_cast<float>(tables.leaves(a.state, a.start_age + month, wait) - a.start_age);
    };
    due.resize(n);
    for (std::uint32_t i = 0; i < n; ++i) due[i] = i;
    for_each_with_draws(
        draws, Process::kInitialFamily, due, [](std::uint32_t) { return 0U; },
        [&](std::uint32_t i, const Bits& bits, float wait) {
          agents[i] = {static_cast<std::int16_t>(start_age(bits[1])), 0, 0};
          settle(i, 0, wait);
        });
    for (int month = 1; month <= kMonths; ++month) {
      due.clear();
      for_each_due(reading.data(), 0, n, static_cast<float>(month),
                   [&](std::size_t i) { due.push_back(static_cast<std::uint32_t>(i)); });
      for_each_with_draws(
          draws, Process::kNeeds, due, [&](std::uint32_t i) { return std::uint32_t{agents[i].events++}; },
          [&](std::uint32_t i, const Bits& bits, float wait) {
            Agent& a = agents[i];
            const std::size_t to = tables.destination(a.state, a.start_age + month, uniform(bits[1]));
            changes.move(month, a.state, to);
            a.state = static_cast<std::uint8_t>(to);
            settle(i, month, wait);
          });
    }
  }
  return changes.counts();
}

r123::Philox4x32::ctr_type block(std::uint32_t agent, std::uint32_t occurrence, std::uint64_t seed) {
  const r123::Philox4x32::key_type key = {
      {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}};
  const r123::Philox4x32::ctr_type counter = {{agent, occurrence, 0, 0}};
  return r123::Philox4x32{}(counter, key);
}

// Plain C++: each agent from event to event, the changes noted; the tables and logarithm are the same.
Counts next_event(const Workload&, const Tables& tables, std::uint64_t seed) {
  Changes changes;
  for (std::uint32_t i = 0; i < kAgents; ++i) {
    auto bits = block(i, 0, seed);
    const int start = start_age(bits[1]);
    std::size_t state = 0;
    int month = 0;
    for (std::uint32_t events = 1; state != kLeft; ++events) {
      month = tables.leaves(state, start + month, exponential(bits[0])) - start;
      if (month > kMonths) break;
      bits = block(i, events, seed);
      const std::size_t to = tables.destination(state, start + month, uniform(bits[2]));
      changes.move(month, state, to);
      state = to;
    }
  }
  return changes.counts();
}

// Plain C++: each agent through all its months; a block of draws serves four of them.
Counts agent_by_agent(const Workload& w, const Tables&, std::uint64_t seed) {
  std::array<std::array<std::array<float, kStates>, kStates>, 19> passed{};
  for (std::size_t year = 0; year < passed.size(); ++year)
    for (std::size_t s = 0; s < kStates; ++s) {
      double running = 0.0;
      for (std::size_t to = 0; to < kStates; ++to)
        passed[year][s][to] = to + 1 == kStates ? 2.0F : static_cast<float>(running += w.chance[year][s][to]);
    }
  Counts counts(kMonths + 1);
  counts[0][0] = kAgents;
  for (std::uint32_t i = 0; i < kAgents; ++i) {
    int age = start_age(block(i, 0, seed)[1]);
    std::size_t state = 0;
    r123::Philox4x32::ctr_type bits{};
    for (int month = 1; month <= kMonths; ++month, ++age) {
      const auto word = static_cast<std::size_t>((month - 1) % 4);
      if (word == 0) bits = block(i, static_cast<std::uint32_t>(month), seed);
      const auto& shares = passed[static_cast<std::size_t>(std::min(age / 12, 18))][state];
      const float u = uniform(bits[word]);
      std::size_t to = 0;
      for (const float share : shares) to += u >= share ? 1 : 0;
      state = to;
      ++counts[static_cast<std::size_t>(month)][state];
    }
  }
  return counts;
}

double largest_deviation(const Counts& counts, const Shares& expected) {
  double worst = 0.0;
  for (std::size_t m = 0; m < counts.size(); ++m)
    for (std::size_t s = 0; s < kStates; ++s) {
      const double p = expected[m][s];
      const double error = std::sqrt(kAgents * p * (1.0 - p));
      const double off = std::abs(static_cast<double>(counts[m][s]) - kAgents * p);
      worst = std::max(worst, off / std::max(error, 1.0));
    }
  return worst;
}

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fputs("Usage: hearth_peers FOLDER [REPETITIONS]\n", stderr);
    return 2;
  }
  try {
    const Workload workload(argv[1]);
    const Tables tables(workload);
    const int repetitions = argc > 2 ? std::max(1, std::atoi(argv[2])) : 5;
    struct Implementation {
      const char* name;
      Counts (*run)(const Workload&, const Tables&, std::uint64_t);
      double worst = 0.0;
      std::vector<double> seconds{};
    };
    std::array<Implementation, 3> all{{{"hearth kernel", hearth_kernel},
                                       {"plain C++, next-event times", next_event},
                                       {"plain C++, agent by agent", agent_by_agent}}};
    // In turn, so that whatever else the machine does falls on all alike.
    for (int r = 0; r < repetitions; ++r)
      for (auto& one : all) {
        const double start = processor_seconds();
        const Counts counts = one.run(workload, tables, static_cast<std::uint64_t>(r) + 1);
        one.seconds.push_back(processor_seconds() - start);
        one.worst = std::max(one.worst, largest_deviation(counts, workload.expected));
      }
    int wrong = 0;
    for (auto& one : all) {
      std::sort(one.seconds.begin(), one.seconds.end());
      const double steps = 1e-6 * kAgents * kMonths;
      std::printf("%s,%.1f,%.1f,%.1f,%.2f\n", one.name, steps / one.seconds[one.seconds.size() / 2],
                  steps / one.seconds.back(), steps / one.seconds.front(), one.worst);
      wrong += one.worst > kAllowed ? 1 : 0;
    }
    return wrong == 0 ? 0 : 1;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "hearth_peers: %s\n", e.what());
    return 1;
  }
}
