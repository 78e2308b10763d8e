// The common workload (bench/README.md) by Hearth's own kernel and by plain C++ written for it.
//
// Usage: hearth_peers FOLDER [--agents N] [--repetitions N] [--only NAME]
// FOLDER holds transitions.csv and expected.csv. Prints CSV: implementation, repetition, processor seconds,
// largest deviation from the exact expectation in standard errors. Exit code 1: bad input, or counts too far
// off.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/draw_list.hpp"
#include "kernels/draws.hpp"
#include "kernels/scan.hpp"
#include "workload.hpp"

namespace hearth::bench {
namespace {

struct Input {
  const Workload& workload;
  const Hazards& hazards;
  std::uint32_t agents;
  std::uint64_t seed;
};

// Hearth: authorities one after another; readings of a clock, scanned every month; keyed draws for all
// who are due at once.
class Authority {
 public:
  Authority(const Input& in, int code, std::uint32_t agents, Changes& changes)
      : hazards_(in.hazards), draws_(in.seed, 0, code), changes_(changes), agents_(agents), reading_(agents) {
    due_.resize(agents);
    constexpr std::uint32_t kTogether = 256;
    for (std::uint32_t from = 0; from < agents; from += kTogether) {
      const std::uint32_t n = std::min(kTogether, agents - from);
      draw_list_.resize(n);
      for (std::uint32_t k = 0; k < n; ++k) draw_list_.set(k, from + k, 0);
      draw_list_.draw(draws_, Process::kInitialFamily);
      draw_list_.make_waits(0);
      for (std::uint32_t k = 0; k < n; ++k) {
        Agent& a = agents_[from + k];
        a.start_age = static_cast<std::int16_t>(start_age(draw_list_.word(k, 1)));
        settle(from + k, a.start_age, draw_list_.wait(k));
      }
    }
  }

  void advance(int month) {
    const std::size_t n =
        find_due(reading_.data(), 0, reading_.size(), static_cast<float>(month), due_.data());
    draw_list_.resize(n);
    for (std::size_t k = 0; k < n; ++k) draw_list_.set(k, due_[k], std::uint32_t{agents_[due_[k]].events++});
    draw_list_.draw(draws_, Process::kTransition);
    draw_list_.make_waits(0);
    for (std::size_t k = 0; k < n; ++k) {
      Agent& a = agents_[due_[k]];
      const int age = a.start_age + month;
      const std::size_t to = hazards_.destination(a.state, age, uniform(draw_list_.word(k, 1)));
      changes_.move(month, a.state, to);
      a.state = static_cast<std::uint8_t>(to);
      settle(due_[k], age, draw_list_.wait(k));
    }
  }

 private:
  struct Agent {
    std::int16_t start_age = 0;  // months
    std::uint8_t state = 0;
    std::uint8_t events = 0;
  };

  void settle(std::uint32_t i, int age, float wait) {
    const Agent& a = agents_[i];
    reading_[i] = hazards_.leaves(a.state, age, wait) - static_cast<float>(a.start_age);
  }

  const Hazards& hazards_;
  Draws draws_;
  Changes& changes_;
  std::vector<Agent> agents_;
  std::vector<float> reading_;  // month of the next event
  std::vector<std::uint32_t> due_;
  DrawList draw_list_;
};

Counts hearth_kernel(const Input& in) {
  constexpr std::uint32_t kAgents = 45'000;  // families of a mean authority
  Changes changes(in.agents);
  int code = 0;
  for (std::uint32_t first = 0; first < in.agents; first += kAgents) {
    Authority authority(in, code++, std::min(kAgents, in.agents - first), changes);
    for (int month = 1; month <= kMonths; ++month) authority.advance(month);
  }
  return changes.counts();
}

Bits block(std::uint32_t agent, std::uint32_t occurrence, std::uint64_t seed) {
  return philox::block({agent, occurrence, 0, 0},
                       {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)});
}

// Plain C++: each agent from event to event; the same inversion of hazards and the same logarithm. A block of
// draws serves two events, the first of them the start and one event.
Counts next_event(const Input& in) {
  Changes changes(in.agents);
  for (std::uint32_t i = 0; i < in.agents; ++i) {
    auto bits = block(i, 0, in.seed);
    const int start = start_age(bits[1]);
    const auto latest = static_cast<float>(start + kMonths);
    float at = in.hazards.leaves(0, start, exponential(bits[0]));
    std::size_t state = 0;
    for (std::uint32_t events = 1; at <= latest; ++events) {
      const int age = static_cast<int>(at);
      const std::size_t word = std::size_t{2} * (events % 2);
      if (word == 0) bits = block(i, events, in.seed);
      const std::size_t to = in.hazards.destination(state, age, uniform(bits[word]));
      changes.move(age - start, state, to);
      state = to;
      at = in.hazards.leaves(state, age, exponential(bits[word + 1]));
    }
  }
  return changes.counts();
}

// Plain C++: each agent through all its months; a block of draws serves four of them, and most months nothing
// happens, which is asked first.
Counts agent_by_agent(const Input& in) {
  std::array<std::array<float, kStates>, kYears> stays{};
  for (std::size_t year = 0; year < stays.size(); ++year)
    for (std::size_t s = 0; s < kStates; ++s)
      stays[year][s] = static_cast<float>(in.workload.chance[year][s][s]);
  Changes changes(in.agents);
  for (std::uint32_t i = 0; i < in.agents; ++i) {
    int age = start_age(block(i, 0, in.seed)[1]);
    std::size_t state = 0;
    Bits bits{};
    for (int month = 1; month <= kMonths && state != kLeft; ++month, ++age) {
      const auto word = static_cast<std::size_t>((month - 1) % 4);
      if (word == 0) bits = block(i, static_cast<std::uint32_t>(month), in.seed);
      const float stay = stays[static_cast<std::size_t>(age) / 12][state];
      const float u = uniform(bits[word]);
      if (u < stay) continue;
      // Given that it leaves, where it is in the rest of the interval is uniform again.
      const std::size_t to = in.hazards.destination(state, age + 1, (u - stay) / (1.0F - stay));
      changes.move(month, state, to);
      state = to;
    }
  }
  return changes.counts();
}

struct Implementation {
  const char* name;
  Counts (*run)(const Input&);
};
constexpr std::array<Implementation, 3> kAll{
    {{"hearth", hearth_kernel}, {"next_event", next_event}, {"agent_by_agent", agent_by_agent}}};

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

constexpr std::uint64_t kSeed = 1;  // of all repetitions: they time the same work

struct Options {
  std::string folder;
  std::uint32_t agents = 1'000'000;
  int repetitions = 5;  // 0: reads the tables and ends, which is what instruction counts are taken less of
  std::string only;
};

Options options_of(int argc, char** argv) {
  if (argc < 2 || argc % 2 != 0)
    throw std::runtime_error("usage: hearth_peers FOLDER [--agents N] [--repetitions N] [--only NAME]");
  Options out;
  out.folder = argv[1];
  for (int i = 2; i < argc; i += 2) {
    const std::string_view option = argv[i];
    const std::string value = argv[i + 1];
    if (option == "--agents")
      out.agents = static_cast<std::uint32_t>(std::stoul(value));
    else if (option == "--repetitions")
      out.repetitions = std::stoi(value);
    else if (option == "--only")
      out.only = value;
    else
      throw std::runtime_error("unknown option " + std::string(option) +
                               ": --agents, --repetitions and --only are allowed");
  }
  return out;
}

// In turn, so that whatever else the machine does falls on all alike. Returns the largest deviation.
double run_all(const Options& options) {
  const Workload workload(options.folder);
  const Hazards hazards(workload);
  double worst = 0.0;
  for (int r = 0; r < options.repetitions; ++r)
    for (const Implementation& one : kAll) {
      if (!options.only.empty() && options.only != one.name) continue;
      const double start = processor_seconds();
      const Counts counts = one.run({workload, hazards, options.agents, kSeed});
      const double seconds = processor_seconds() - start;
      const double off = largest_deviation(counts, workload);
      worst = std::max(worst, off);
      std::printf("%s,%d,%.9f,%.3f\n", one.name, r, seconds, off);
      std::fflush(stdout);
    }
  return worst;
}

}  // namespace
}  // namespace hearth::bench

int main(int argc, char** argv) {
  try {
    return hearth::bench::run_all(hearth::bench::options_of(argc, argv)) <= hearth::bench::kAllowed ? 0 : 1;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "hearth_peers: %s\n", e.what());
    return 1;
  }
}
