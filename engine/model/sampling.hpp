// Drawing from lists, as the origin does.
#pragma once

#include <algorithm>
#include <bit>
#include <boost/sort/spreadsort/integer_sort.hpp>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace hearth {

// Index of the first cumulative share above u, which is a uniform draw; the shares are of the last of them.
// At least one share.
inline std::size_t pick_cumulative(std::span<const float> cumulative, float u) {
  const auto at = std::upper_bound(cumulative.begin(), cumulative.end(), u * cumulative.back());
  return std::min(static_cast<std::size_t>(at - cumulative.begin()), cumulative.size() - 1);
}

// Sorts `order` by ascending value(k) of what is in place k, then by number. No value is negative: floats of
// one sign are in the order of their bits.
template <typename Value>
void sort_by(std::vector<std::uint32_t>& order, Value&& value) {
  std::vector<std::uint64_t> keys(order.size());
  for (std::size_t k = 0; k < order.size(); ++k)
    keys[k] = std::uint64_t{std::bit_cast<std::uint32_t>(value(k))} << 32 | order[k];
  boost::sort::spreadsort::integer_sort(keys.begin(), keys.end());
  std::transform(keys.begin(), keys.end(), order.begin(),
                 [](std::uint64_t key) { return static_cast<std::uint32_t>(key); });
}

}  // namespace hearth
