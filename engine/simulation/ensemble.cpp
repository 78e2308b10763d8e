#include "simulation/ensemble.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <numeric>
#include <optional>

#include "core/error.hpp"
#include "model/authority.hpp"
#include "scenario/uncertainty.hpp"

namespace hearth {
namespace {

// An arm as it is in some replicates, and what follows from its parameters whatever the authority.
struct ArmInReplicates {
  ArmInReplicates(const Scenario& scenario, const England& england, std::size_t position,
                  std::size_t replicate)
      : arm(arm_in_replicate(scenario, scenario.arms[position], replicate)),
        care_history(make_care_history(arm.parameters, england)) {}

  Arm arm;
  CareHistory care_history;
};
using ArmPointer = std::shared_ptr<const ArmInReplicates>;  // settings point into it

// What all replicates share.
struct Prepared {
  std::vector<const AuthorityOrigin*> authorities;  // in scenario order
  std::vector<Families> own_families;               // by authority; empty where they were made before
  std::span<const Families> families;               // by authority
  std::vector<ArmPointer> arms;                     // none where each replicate draws its parameters
  std::vector<std::vector<Setting>> settings;       // by arm, by authority; likewise
  std::vector<double> family_months;                // by authority, one replicate of one arm
  std::vector<std::size_t> largest_first;           // authorities in the order in which they are handed out
};

// What the settings of a run are made from.
struct Maker {
  const Scenario& scenario;
  const England& england;
  const RunOptions& options;

  Setting setting(const Prepared& prepared, const ArmInReplicates& in, std::size_t arm,
                  std::size_t authority) const {
    Setting out = make_setting(scenario, in.arm, england, *prepared.authorities[authority],
                               prepared.families[authority], in.care_history);
    if (options.log) out.log = options.log(arm, authority);
    return out;
  }
  // The arm in a replicate: shared, or its own where parameters are drawn.
  ArmPointer arm(const Prepared& prepared, std::size_t position, std::size_t replicate) const {
    return prepared.arms.empty() ? std::make_shared<ArmInReplicates>(scenario, england, position, replicate)
                                 : prepared.arms[position];
  }
};

std::vector<Families> families_of(const Scenario& scenario, const England& england,
                                  const Parallel& parallel) {
  std::vector<Families> out(scenario.authorities.size());
  // All arms share one population: that of the baseline's parameters.
  const Parameters& shared = scenario.arms.at(scenario.baseline).parameters;
  parallel.for_each_index(out.size(), [&](std::size_t i) {
    out[i] = make_families(england.at(scenario.authorities[i]), shared, scenario.seed,
                           scenario.sampling_fraction, scenario.horizon_months);
  });
  return out;
}

Prepared prepare(const Scenario& scenario, const England& england, const RunOptions& options) {
  Prepared out;
  const std::size_t n = scenario.authorities.size();
  for (const int code : scenario.authorities) out.authorities.push_back(&england.at(code));
  if (options.families.empty()) out.own_families = families_of(scenario, england, *options.parallel);
  out.families = options.families.empty() ? std::span<const Families>(out.own_families) : options.families;
  if (!draws_parameters(scenario)) {
    const Maker make{scenario, england, options};
    for (std::size_t a = 0; a < scenario.arms.size(); ++a) {
      const auto& arm = out.arms.emplace_back(std::make_shared<ArmInReplicates>(scenario, england, a, 0));
      auto& settings = out.settings.emplace_back(n);
      options.parallel->for_each_index(n,
                                       [&](std::size_t i) { settings[i] = make.setting(out, *arm, a, i); });
    }
  }
  for (const auto& families : out.families) out.family_months.push_back(families.family_months());
  out.largest_first.resize(n);
  std::iota(out.largest_first.begin(), out.largest_first.end(), std::size_t{0});
  std::stable_sort(out.largest_first.begin(), out.largest_first.end(),
                   [&](std::size_t a, std::size_t b) { return out.family_months[a] > out.family_months[b]; });
  return out;
}

std::vector<std::size_t> replicates_to_run(const Maker& make) {
  return make.options.replicates.value_or(
      replicate_range(0, static_cast<std::size_t>(make.scenario.replicates)));
}

bool stopped(const RunOptions& options) {
  return options.stop != nullptr && options.stop->load(std::memory_order_relaxed);
}

// Authorities that do not learn from each other are independent: each runs to the horizon on its own.
void run_independent(const Maker& make, const Prepared& prepared, const ResultSink& sink, double total) {
  const Scenario& scenario = make.scenario;
  const RunOptions& options = make.options;
  struct Item {
    std::size_t arm, replicate, authority;
    ArmPointer in;
    AuthoritySeries series{0};
  };
  const std::size_t authorities = prepared.authorities.size();
  const std::size_t arms = scenario.arms.size();
  const std::vector<std::size_t> replicates = replicates_to_run(make);
  const std::size_t items = replicates.size() * arms * authorities;
  std::size_t next = 0;
  ArmPointer in;  // of the item handed out last
  // Slots bound how many results are on their way.
  std::vector<Item> slots(4 * static_cast<std::size_t>(options.parallel->threads()));
  const auto begin = [&](std::size_t slot) {
    if (next == items || stopped(options)) return false;
    const std::size_t arm = next / authorities % arms;
    const std::size_t replicate = replicates[next / authorities / arms];
    if (next % authorities == 0) in = make.arm(prepared, arm, replicate);
    slots[slot] = {arm, replicate, prepared.largest_first[next % authorities], in};
    ++next;
    return true;
  };
  const auto work = [&](std::size_t slot) {
    auto& [arm, replicate, authority, item_arm, series] = slots[slot];
    series = AuthoritySeries(scenario.horizon_months);
    Setting own;
    if (prepared.arms.empty()) own = make.setting(prepared, *item_arm, arm, authority);
    AuthorityState state =
        start_authority(prepared.arms.empty() ? own : prepared.settings[arm][authority], scenario.seed,
                        ReplicateKeys(scenario.uncertainty, static_cast<std::uint32_t>(replicate)));
    for (int m = 0; m < scenario.horizon_months && !stopped(options); m += kMonthsPerYear)
      advance(state, std::min(m + kMonthsPerYear, scenario.horizon_months), series);
  };
  double done = 0.0;
  std::vector<AuthoritySeries> block;
  const auto empty_block = [&] { block.assign(authorities, AuthoritySeries(0)); };
  empty_block();
  const auto end = [&](std::size_t slot) {
    if (stopped(options)) return;
    Item& item = slots[slot];
    block[item.authority] = std::move(item.series);
    done += prepared.family_months[item.authority];
    if (item.authority == prepared.largest_first.back()) {
      sink(item.arm, item.replicate, block);
      empty_block();
    }
    if (options.progress) options.progress(done, total);
  };
  options.parallel->in_order(slots.size(), {begin, work, end});
}

// With peer learning all authorities of an arm advance together from one meeting to the next: the only
// coupling between authorities.
void run_coupled(const Maker& make, const Prepared& prepared, const ResultSink& sink, double total) {
  const Scenario& scenario = make.scenario;
  const RunOptions& options = make.options;
  const std::size_t n = prepared.authorities.size();
  double done = 0.0;
  for (const std::size_t replicate : replicates_to_run(make))
    for (std::size_t arm = 0; arm < scenario.arms.size(); ++arm) {
      std::vector<AuthoritySeries> block(n, AuthoritySeries(scenario.horizon_months));
      const ArmPointer in = make.arm(prepared, arm, replicate);
      std::vector<Setting> own(prepared.arms.empty() ? n : 0);
      std::vector<std::optional<AuthorityState>> states(n);
      options.parallel->for_each_index(n, [&](std::size_t i) {
        if (!own.empty()) own[i] = make.setting(prepared, *in, arm, i);
        states[i].emplace(
            start_authority(own.empty() ? prepared.settings[arm][i] : own[i], scenario.seed,
                            ReplicateKeys(scenario.uncertainty, static_cast<std::uint32_t>(replicate))));
      });
      const PeerNetwork& network = in->arm.peer_learning;
      std::vector<NetworkMember> members;
      for (std::size_t i = 0; i < n; ++i)
        if (std::find(network.members.begin(), network.members.end(), scenario.authorities[i]) !=
            network.members.end())
          members.push_back(network_member(*states[i]));
      for (int m = 0; m < scenario.horizon_months;) {
        if (stopped(options)) return;
        // Meetings are at the end of their month; without a network, some months at a time.
        const int next =
            std::min(m <= network.start_month ? network.start_month + 1 : m + network.every_months,
                     scenario.horizon_months);
        options.parallel->for_each_index(n, [&](std::size_t i) { advance(*states[i], next, block[i]); });
        if (next > network.start_month) exchange(members, network, next - 1, in->arm.parameters);
        m = next;
      }
      sink(arm, replicate, block);
      done += std::accumulate(prepared.family_months.begin(), prepared.family_months.end(), 0.0);
      if (options.progress) options.progress(done, total);
    }
}

}  // namespace

std::vector<std::size_t> replicate_range(std::size_t first, std::size_t count) {
  std::vector<std::size_t> out(count);
  std::iota(out.begin(), out.end(), first);
  return out;
}

RunStatistics run_ensemble(const Scenario& scenario, const England& england, const RunOptions& options,
                           const ResultSink& sink) {
  RunStatistics out;
  out.threads = options.parallel->threads();
  const auto start = std::chrono::steady_clock::now();
  const Prepared prepared = prepare(scenario, england, options);
  const Maker make{scenario, england, options};
  const double total = std::accumulate(prepared.family_months.begin(), prepared.family_months.end(), 0.0) *
                       static_cast<double>(replicates_to_run(make).size()) *
                       static_cast<double>(scenario.arms.size());
  const bool coupled = std::any_of(scenario.arms.begin(), scenario.arms.end(),
                                   [](const Arm& arm) { return !arm.peer_learning.members.empty(); });
  if (coupled)
    run_coupled(make, prepared, sink, total);
  else
    run_independent(make, prepared, sink, total);
  out.family_months = total;
  if (stopped(options)) throw Interrupted();
  out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return out;
}

std::vector<Families> make_all_families(const Scenario& scenario, const England& england,
                                        const Parallel& parallel) {
  return families_of(scenario, england, parallel);
}

namespace {

// Of one authority in one replicate of one arm, with so many numbers along time.
double bytes_of_series(int steps) {
  return static_cast<double>(integer_rows() * 4 + real_rows() * 4 + kCostLines.size() * 8) * steps;
}

// Numbers along time in a result.
int steps_of(const Scenario& scenario) {
  const int every = scenario.output.every_months();
  return (scenario.horizon_months + every - 1) / every;
}
double years_of(const Scenario& scenario) {
  return std::ceil(static_cast<double>(scenario.horizon_months) / kMonthsPerYear);
}

}  // namespace

double estimate_file_bytes(const Scenario& scenario, std::size_t replicates) {
  constexpr double kCompressed = 0.2;   // of the bytes of the series: England measures 0.19
  constexpr double kStructure = 1.5e6;  // names, provenance and the scenario
  const double blocks = static_cast<double>(replicates * scenario.arms.size() * scenario.authorities.size());
  return (scenario.output.compression > 0 ? kCompressed : 1.0) * bytes_of_series(steps_of(scenario)) *
             blocks +
         kStructure;
}

double estimate_summarised_bytes(const Scenario& scenario, std::size_t replicates) {
  constexpr double kCompressed = 0.3;  // England measures 0.28
  constexpr double kStructure = 4e6;
  constexpr double kAreas = 10.0;        // England and its regions
  constexpr double kStatistics = 2 * 7;  // of levels and of differences
  const auto arms = static_cast<double>(scenario.arms.size());
  const auto authorities = static_cast<double>(scenario.authorities.size());
  const double areas = std::min(kAreas, authorities) * arms * static_cast<double>(replicates) *
                       bytes_of_series(steps_of(scenario));
  const double statistics = kStatistics * authorities * arms * sizeof(double) * years_of(scenario) *
                            static_cast<double>(integer_rows() + real_rows() + kPayers + 1);
  return (scenario.output.compression > 0 ? kCompressed : 1.0) * (areas + statistics) + kStructure;
}

RunEstimate estimate_run(const Scenario& scenario, const England& england, const Parallel& parallel) {
  const double threads = parallel.threads();
  RunEstimate out;
  double children = 0.0;
  const AuthorityOrigin* typical = nullptr;
  double largest = 0.0;
  for (const int code : scenario.authorities) {
    const AuthorityOrigin& a = england.at(code);
    children += a.children * scenario.sampling_fraction;
    largest = std::max(largest, static_cast<double>(a.children) * scenario.sampling_fraction);
    if (typical == nullptr || std::abs(a.children - 80000) < std::abs(typical->children - 80000))
      typical = &a;
  }
  if (typical == nullptr) return out;
  // A short run of one authority on this machine gives the rate.
  Scenario probe = scenario;
  probe.authorities = {typical->code};
  probe.replicates = 1;
  probe.arms = {scenario.arms.at(scenario.baseline)};
  probe.arms.front().peer_learning.members.clear();
  probe.baseline = 0;
  probe.uncertainty.reset(index(UncertaintySource::kParameters));  // drawing them is little work
  const Prepared prepared = prepare(probe, england, {});
  AuthoritySeries series(probe.horizon_months);
  const auto start = std::chrono::steady_clock::now();
  AuthorityState state = start_authority(prepared.settings[0][0], probe.seed, 0);
  advance(state, probe.horizon_months, series);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const double probe_children = typical->children * scenario.sampling_fraction;
  const double runs = scenario.replicates * static_cast<double>(scenario.arms.size());
  const double months = scenario.horizon_months;
  const double families_per_child =
      static_cast<double>(prepared.families[0].alive_end.front()) / probe_children;
  out.families = children * families_per_child;
  out.family_months = prepared.family_months[0] / probe_children * children * runs;
  out.seconds = seconds / probe_children * children * runs / threads + 0.5;
  // Shared: families and children of the horizon; in flight: state of one authority a thread, series of a
  // replicate.
  const double shared_bytes =
      children * families_per_child * (1.0 + months / kAdultMonths) * (sizeof(Births) + 1.0);
  const double series_bytes = bytes_of_series(scenario.horizon_months);
  const double authorities = static_cast<double>(scenario.authorities.size());
  const double settings_bytes = authorities * static_cast<double>(scenario.arms.size()) * sizeof(Setting);
  // With peer learning all authorities of an arm are in flight together, else one a thread.
  const bool coupled = std::any_of(scenario.arms.begin(), scenario.arms.end(),
                                   [](const Arm& arm) { return !arm.peer_learning.members.empty(); });
  const double in_flight = coupled ? children : largest * threads;
  const double state_bytes =
      in_flight * families_per_child * (1.0 + months / kAdultMonths) * (sizeof(FamilyState) + 16.0);
  out.memory_bytes = 40e6 + shared_bytes + settings_bytes + state_bytes + 3.0 * authorities * series_bytes;
  if (scenario.output.replicates == OutputReplicates::kSummary)  // of one measure, when the run is done
    out.memory_bytes =
        std::max(out.memory_bytes, 350e6 + sizeof(double) * authorities * runs * years_of(scenario));
  return out;
}

}  // namespace hearth
