#include "scenario/files/cost_draws.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "kernels/draws.hpp"
#include "kernels/elementary.hpp"
#include "parameters/price_kinds.hpp"
#include "parameters/prior.hpp"

namespace hearth {
namespace {

// As with the draws of a calibration, it belongs to the model and not to the run.
constexpr std::uint64_t kSeed = 2022;
constexpr int kEngland = 0;

// Standard normal numbers, one for each draw: one from each of so many equally likely parts, so that their
// middle is at the centre however few they are. `which`: of the costs.
std::vector<double> spread_normals(std::size_t draws, std::uint32_t which) {
  std::vector<std::pair<Bits, std::size_t>> order;
  for (std::size_t draw = 0; draw < draws; ++draw)
    order.emplace_back(
        Draws(kSeed, static_cast<std::uint32_t>(draw), kEngland).block(Process::kCosts, which, 0), draw);
  std::ranges::sort(order);
  std::vector<double> out(draws);
  for (std::size_t rank = 0; rank < draws; ++rank)
    out[order[rank].second] =
        elementary::normal_quantile((static_cast<double>(rank) + 0.5) / static_cast<double>(draws));
  return out;
}

}  // namespace

void draw_costs(const Parameters& parameters, ParameterDraws& draws) {
  if (draws.values.empty()) return;
  for (std::size_t c = 0; c < kDrawnCosts.size(); ++c) {
    const Parameter cost = kDrawnCosts[c];
    const auto prior = prior_about(cost, parameters[cost]);
    if (!prior || std::ranges::find(draws.parameters, cost) != draws.parameters.end()) continue;
    draws.parameters.push_back(cost);
    const std::vector<double> normals = spread_normals(draws.values.size(), static_cast<std::uint32_t>(c));
    for (std::size_t draw = 0; draw < normals.size(); ++draw)
      draws.values[draw].push_back(prior->value(normals[draw]));
  }
}

}  // namespace hearth
