// The parts that the months of an authority are made of, each alone. Sizes are those of a middling authority.
#include <benchmark/benchmark.h>

#include <array>
#include <cstdint>
#include <initializer_list>
#include <numeric>
#include <vector>

#include "inputs.hpp"
#include "kernels/draws.hpp"
#include "kernels/registers.hpp"
#include "kernels/scan.hpp"
#include "model/care/care.hpp"
#include "model/casework/casework.hpp"
#include "model/needs/needs.hpp"
#include "model/needs/quiet_families.hpp"

namespace hearth::bench {
namespace {

constexpr std::size_t kCases = 1200;    // open in a middling authority: 190,000 in England
constexpr std::size_t kChildren = 530;  // looked after: 81,000 in England
constexpr float kFar = 1e9F;            // a threshold or reading that no benchmark reaches

// Fixed numbers of iterations: bench/compare counts instructions, and starting a benchmark takes forty
// thousand.
constexpr benchmark::IterationCount kOften = 1'000'000;  // of what takes nanoseconds
constexpr benchmark::IterationCount kMany = 20'000;      // of what takes up to a microsecond or a few
constexpr benchmark::IterationCount kSome = 2'000;       // of what takes microseconds

void count_items(benchmark::State& state, std::size_t each) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(each));
}

// A long array read once, far larger than any cache: the bandwidth of memory. Items are bytes.
void memory_read(benchmark::State& state) {
  constexpr std::size_t kWords = std::size_t{1} << 25;  // of 8 bytes
  const std::vector<std::uint64_t> words(kWords, 1);
  for (auto _ : state) {
    std::uint64_t sum = 0;
    for (const std::uint64_t word : words) sum += word;
    benchmark::DoNotOptimize(sum);
  }
  count_items(state, kWords * sizeof(std::uint64_t));
}
BENCHMARK(memory_read)->Unit(benchmark::kMillisecond);

Draws draws() {
  return {inputs().scenario.seed, 0, typical_authority().code};
}

void philox_block(benchmark::State& state) {
  const Draws d = draws();
  std::uint32_t entity = 0;
  for (auto _ : state) benchmark::DoNotOptimize(d.block(Process::kContact, entity++, 0));
  count_items(state, 1);
}
BENCHMARK(philox_block)->Iterations(kOften);

// Registers of the width that the second argument asks for: 512 bits, or those that the build targets.
class Registers {
 public:
  explicit Registers(benchmark::State& state) {
    use_wide_registers(state.range(1) == 512);
    if (state.range(1) == 512 && !wide_registers()) state.SkipWithError("no 512-bit registers");
  }
  Registers(const Registers&) = delete;
  Registers& operator=(const Registers&) = delete;
  ~Registers() { use_wide_registers(before_); }

 private:
  bool before_ = wide_registers();
};

void both_widths(benchmark::internal::Benchmark* benchmark, const char* argument,
                 std::initializer_list<std::int64_t> values) {
  benchmark->ArgNames({argument, "bits"});
  for (const std::int64_t value : values)
    for (const std::int64_t bits : {256, 512}) benchmark->Args({value, bits});
}

// As a month draws for a list of entities: all their blocks at once; items are blocks.
void philox_many(benchmark::State& state) {
  const Registers registers(state);
  const Draws d = draws();
  const auto n = static_cast<std::size_t>(state.range(0));
  std::vector<std::uint32_t> entities(n);
  std::iota(entities.begin(), entities.end(), 0U);
  const std::vector<std::uint32_t> occurrences(n, 3);
  std::vector<std::uint32_t> words(4 * n);
  const Draws::Words out = {&words[0], &words[n], &words[2 * n], &words[3 * n]};
  for (auto _ : state) {
    d.blocks(Process::kContact, entities, occurrences, out);
    benchmark::ClobberMemory();
  }
  count_items(state, n);
}
BENCHMARK(philox_many)->Apply([](auto* benchmark) {
                        both_widths(benchmark, "blocks", {16, 70, 1000});
                      }) -> Iterations(kMany);

// Items are exponentials.
void exponentials_many(benchmark::State& state) {
  const Registers registers(state);
  const Draws d = draws();
  const auto n = static_cast<std::size_t>(state.range(0));
  std::vector<std::uint32_t> bits(n);
  for (std::uint32_t i = 0; i < n; ++i) bits[i] = d.block(Process::kContact, i, 0)[0];
  std::vector<float> out(n);
  for (auto _ : state) {
    exponentials(bits, out);
    benchmark::DoNotOptimize(out.data());
    benchmark::ClobberMemory();
  }
  count_items(state, n);
}
BENCHMARK(exponentials_many)
    ->Apply([](auto* benchmark) {
      both_widths(benchmark, "numbers", {16, 70, 1000});
    }) -> Iterations(kMany);

// One block, read as a uniform and a unit exponential.
void uniform_and_exponential(benchmark::State& state) {
  const Draws d = draws();
  std::uint32_t entity = 0;
  for (auto _ : state) {
    const Bits bits = d.block(Process::kContact, entity++, 0);
    benchmark::DoNotOptimize(uniform(bits[0]));
    benchmark::DoNotOptimize(exponential(bits[1]));
  }
  count_items(state, 1);
}
BENCHMARK(uniform_and_exponential)->Iterations(kOften);

// The thresholds of a case or of a looked-after child: two blocks, eight exponentials.
void thresholds(benchmark::State& state) {
  const Draws d = draws();
  std::uint32_t entity = 0;
  for (auto _ : state) {
    const Lanes lanes = exponential_lanes(d.block(Process::kCaseOpening, entity, 0),
                                          d.block(Process::kCaseOpening, entity, 1));
    benchmark::DoNotOptimize(lanes);
    ++entity;
  }
  count_items(state, 1);
}
BENCHMARK(thresholds)->Iterations(kOften);

// The readings of all families of an authority, one in `step` of which is due by 1 (0: none); `other` makes
// others.
std::vector<float> due_readings(std::uint32_t step, std::uint32_t other = 0) {
  const Families& families = typical_prepared().families;
  const std::size_t n = families.alive_end.front() - families.alive_begin.front();
  std::vector<float> readings(n, kFar);
  if (step > 0) {
    const Draws d = draws();
    for (std::uint32_t i = 0; i < n; ++i)
      if (d.block(Process::kTransition, i, other)[0] % step == 0) readings[i] = 0.0F;
  }
  return readings;
}

// A month's search for them: four months in turn, which the processor cannot learn by heart.
void find_due(benchmark::State& state) {
  const Registers registers(state);
  std::array<std::vector<float>, 4> months;
  for (std::uint32_t m = 0; m < months.size(); ++m)
    months[m] = due_readings(static_cast<std::uint32_t>(state.range(0)), m);
  const std::size_t n = months[0].size();
  std::vector<std::uint32_t> due(n);
  std::size_t month = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        hearth::find_due(months[++month % months.size()].data(), 0, n, 1.0F, due.data()));
    benchmark::ClobberMemory();
  }
  count_items(state, n);
}
BENCHMARK(find_due)->Apply([](auto* benchmark) {
                     both_widths(benchmark, "one_due_in", {0, 56, 150});
                   }) -> Iterations(kSome);

CaseMonth ordinary_month() {
  CaseMonth month;
  make_case_month(month, typical_prepared().setting.casework, {}, neutral_levers(), inputs().parameters());
  return month;
}

// What practice, propensities and workforce make of the tables, once a month for each authority.
void month_tables(benchmark::State& state) {
  CaseMonth month;
  for (auto _ : state) {
    make_case_month(month, typical_prepared().setting.casework, {.caseload_ratio = 1.1, .direct_time = 0.95},
                    neutral_levers(), inputs().parameters());
    benchmark::DoNotOptimize(month);
    benchmark::ClobberMemory();
  }
  count_items(state, 1);
}
BENCHMARK(month_tables)->Iterations(kSome);

// A month of every open case, none of which has an event: hazard, threshold, test.
void case_months(benchmark::State& state) {
  constexpr std::array<float, kStages> kStageShares = {0.35F, 0.45F, 0.03F, 0.13F, 0.02F, 0.02F};
  const CaseTables& tables = typical_prepared().setting.casework;
  const CaseMonth month = ordinary_month();
  const Draws d = draws();
  std::vector<Case> cases(kCases);
  for (std::uint32_t i = 0; i < kCases; ++i) {
    const Bits bits = d.block(Process::kCaseOpening, i, 0);
    Case& c = cases[i];
    c.remaining = all_lanes(kFar);
    c.stage = static_cast<Stage>(pick(kStageShares, 1.0F, uniform(bits[0])));
    c.since = static_cast<std::int16_t>(-36.0F * uniform(bits[1]));
    c.engagement = uniform(bits[2]);
    c.state = static_cast<std::uint8_t>(bits[3] % kNeedStates);
    c.family_class = static_cast<std::uint8_t>((bits[3] >> 8) % kFamilyClasses);
    c.care_weight = c.court_weight = 1.0F;
  }
  std::size_t due = 0;
  for (auto _ : state) {
    for (Case& c : cases) {
      const Lanes remaining = c.remaining - case_hazard(c, tables, month, hazard_band(-c.since));
      if (any_due(remaining))
        ++due;
      else
        c.remaining = remaining;
    }
    benchmark::DoNotOptimize(due);
    benchmark::ClobberMemory();
  }
  count_items(state, kCases);
}
BENCHMARK(case_months)->Iterations(kSome);

// A month of every looked-after child, without an event.
void care_months(benchmark::State& state) {
  const CareTables& tables = typical_prepared().setting.care;
  const CareMonth month = care_month(1.0, neutral_levers());
  const Draws d = draws();
  std::vector<LookedAfterChild> children(kChildren);
  std::vector<std::uint8_t> needs(kChildren);
  for (std::uint32_t i = 0; i < kChildren; ++i) {
    const Bits bits = d.block(Process::kCareOpening, i, 0);
    LookedAfterChild& x = children[i];
    x.remaining = all_lanes(kFar);
    x.since = static_cast<std::int16_t>(-60.0F * uniform(bits[0]));
    x.birth = static_cast<std::int16_t>(-static_cast<int>(bits[1] % static_cast<unsigned>(kAdultMonths)));
    x.placement = static_cast<Placement>(bits[2] % kPlacementKinds);
    needs[i] = static_cast<std::uint8_t>(bits[3] % kNeedStates);
  }
  std::size_t due = 0;
  for (auto _ : state) {
    for (std::size_t i = 0; i < kChildren; ++i) {
      LookedAfterChild& x = children[i];
      const std::size_t band = hazard_band(-x.since);
      Lanes hazard =
          tables.base[0][static_cast<std::size_t>(x.placement)][year_of_age(-x.birth)][band] * month[band];
      hazard[kReturnHomeLane] *= tables.return_home_needs[needs[i]];
      const Lanes remaining = x.remaining - hazard;
      if (any_due(remaining))
        ++due;
      else
        x.remaining = remaining;
    }
    benchmark::DoNotOptimize(due);
    benchmark::ClobberMemory();
  }
  count_items(state, kChildren);
}
BENCHMARK(care_months)->Iterations(kSome);

// Transitions of the needs of quiet families, one family in so many each time (as in a month): keys, draws,
// which need flips, and the waits until the next. Items are transitions.
void needs_transitions(benchmark::State& state) {
  const Registers registers(state);
  const Prepared& p = typical_prepared();
  const Draws d = draws();
  const auto step = static_cast<std::uint32_t>(state.range(0));
  const auto n = static_cast<std::uint32_t>(p.families.size()) / step * step;
  std::vector<FamilyState> families(n);
  for (std::uint32_t f = 0; f < n; ++f) families[f].family_class = p.families.family_class[f];
  std::vector<float> contact(n, 10.0F);
  std::vector<float> needs(n, 0.0F);
  const QuietMonth month{.contact_end = 1.0F, .needs_end = 1.0F};
  std::vector<std::uint32_t> due(n / step);
  std::array<int, kComponents> families_with{};
  DrawList list;
  std::uint32_t first = 0;
  for (auto _ : state) {
    first = (first + 1) % step;
    for (std::uint32_t k = 0; k < due.size(); ++k) due[k] = first + step * k;
    needs_keys(families.data(), due, list);
    list.draw(d, Process::kTransition);
    list.make_waits(0);
    needs_events({families.data(), contact.data(), needs.data()}, p.setting.needs, p.setting.contact, month,
                 list, due, families_with);
    benchmark::DoNotOptimize(needs.data());
    benchmark::ClobberMemory();
  }
  count_items(state, due.size());
}
BENCHMARK(needs_transitions)
    ->Apply([](auto* benchmark) { both_widths(benchmark, "one_due_in", {56}); }) -> Iterations(kSome);

// Families and children of an authority, present and to come; items are families. Once a run.
void authority_families(benchmark::State& state) {
  const Inputs& in = inputs();
  std::size_t n = 0;
  for (auto _ : state) {
    const Families families = make_families(typical_authority(), in.parameters(), in.scenario.seed,
                                            in.scenario.sampling_fraction, in.scenario.horizon_months);
    n = families.size();
    benchmark::DoNotOptimize(families.family_class.data());
  }
  count_items(state, n);
}
BENCHMARK(authority_families)->Unit(benchmark::kMicrosecond);

// Tables of an authority. Once an arm.
void authority_setting(benchmark::State& state) {
  const Prepared& p = typical_prepared();
  for (auto _ : state) benchmark::DoNotOptimize(setting_of(typical_authority(), p.families, p.care_history));
  count_items(state, 1);
}
BENCHMARK(authority_setting)->Unit(benchmark::kMicrosecond);

// The authority on the day the simulation starts; items are families. Once for each arm and replicate.
void authority_origin(benchmark::State& state) {
  const Prepared& p = typical_prepared();
  std::uint32_t replicate = 0;
  for (auto _ : state) {
    const AuthorityState here = start_authority(p.setting, inputs().scenario.seed, replicate++);
    benchmark::DoNotOptimize(running(here));
  }
  count_items(state, p.families.alive_end.front() - p.families.alive_begin.front());
}
BENCHMARK(authority_origin)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace hearth::bench
