#include "model/outcomes/prices.hpp"

#include <algorithm>
#include <cassert>

#include "kernels/elementary.hpp"

namespace hearth {

PriceLevels price_levels(const PricePaths& paths, const Parameters& p, const Draws& england, int years) {
  assert(years >= 1);
  PriceLevels out{};
  for (std::size_t k = 0; k < kPriceKinds; ++k) {
    const std::vector<double>& own = paths.own[k];
    const int known = std::min(years, static_cast<int>(own.size()));
    out[k] = known == 0 ? 1.0 : own[static_cast<std::size_t>(known - 1)];
    out[k] *= elementary::pow(1.0 + p[rows::kPriceGrowth.at(k)], years - known);
    if (!p.on(Parameter::drift_enabled)) continue;
    const Bits bits = england.block(Process::kPrices, static_cast<std::uint32_t>(k), 0);
    const double spread = p[rows::kPriceGrowthSd.at(k)] * years;
    out[k] *= elementary::exp(spread * normal(bits[0], bits[1]) - 0.5 * spread * spread);
  }
  return out;
}

}  // namespace hearth
