#include "published/england.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "core/error.hpp"

namespace hearth {

const AuthorityOrigin& England::at(int code) const {
  const auto found = std::lower_bound(authorities.begin(), authorities.end(), code,
                                      [](const AuthorityOrigin& a, int wanted) { return a.code < wanted; });
  if (found != authorities.end() && found->code == code) return *found;
  std::vector<std::pair<int, const AuthorityOrigin*>> near;
  for (const auto& authority : authorities) near.emplace_back(std::abs(authority.code - code), &authority);
  std::stable_sort(near.begin(), near.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> names;
  for (std::size_t n = 0; n < std::min<std::size_t>(3, near.size()); ++n)
    names.push_back(fmt::format("{} ({})", near[n].second->code, near[n].second->name));
  throw UsageError(fmt::format("there is no authority {} at {}; the nearest codes are {}", code,
                               origin.text(), fmt::join(names, ", ")));
}

std::uint32_t region_number(std::string_view name) {
  const auto found = std::ranges::find(kRegions, name, &Region::name);
  return found == kRegions.end() ? 0 : static_cast<std::uint32_t>(found - kRegions.begin()) + 1;
}

}  // namespace hearth
