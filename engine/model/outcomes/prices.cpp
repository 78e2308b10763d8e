#include "model/outcomes/prices.hpp"

#include <cassert>
#include <optional>

#include "kernels/elementary.hpp"

namespace hearth {

PriceLevels price_levels(const PricePaths& paths, const Parameters& p, const Draws& england, int years) {
  assert(years >= 1);
  PriceLevels out{};
  for (std::size_t k = 0; k < kPriceKinds; ++k) {
    const auto& own = paths.own[k];
    out[k] = 1.0;
    for (std::size_t year = 0; year < static_cast<std::size_t>(years); ++year)
      out[k] *= 1.0 + (year < own.size() ? own[year] : std::nullopt).value_or(p[rows::kPriceGrowth.at(k)]);
    if (!p.on(Parameter::drift_enabled)) continue;
    const Bits bits = england.block(Process::kPrices, static_cast<std::uint32_t>(k), 0);
    const double spread = p[rows::kPriceGrowthSd.at(k)] * years;
    out[k] *= elementary::exp(spread * normal(bits[0], bits[1]) - 0.5 * spread * spread);
  }
  return out;
}

}  // namespace hearth
