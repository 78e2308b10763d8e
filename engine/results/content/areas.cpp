#include "results/content/areas.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <numeric>
#include <utility>

#include "core/error.hpp"
#include "core/nearest.hpp"

namespace hearth {

Area find_area(const ResultHeader& header, std::string_view name) {
  const std::string wanted = lower_case(name);
  Area area;
  if (wanted == "england") {
    // England has had 150 to 152 authorities: fewer are not England, and must not be read as England.
    constexpr std::size_t kAlmostAll = 150;
    const std::size_t n = header.authorities.size();
    area.name = n >= kAlmostAll ? "England" : n == 1 ? header.authorities.front().name : "All in the result";
    area.authorities.resize(n);
    std::iota(area.authorities.begin(), area.authorities.end(), std::size_t{0});
    return area;
  }
  std::vector<std::string> known = {"England"};
  for (std::size_t a = 0; a < header.authorities.size(); ++a) {
    const auto& authority = header.authorities[a];
    if (wanted == std::to_string(authority.code) || wanted == lower_case(authority.ons_code) ||
        wanted == lower_case(authority.name))
      return {authority.name, {a}};
    if (wanted == lower_case(authority.region)) {
      area.name = authority.region;
      area.authorities.push_back(a);
    }
    if (std::ranges::find(known, authority.region) == known.end()) known.push_back(authority.region);
  }
  if (!area.authorities.empty()) return area;
  // A code is nearest to a code, a name to a name.
  const bool digits = std::ranges::all_of(wanted, [](unsigned char c) { return std::isdigit(c) != 0; });
  const bool ons = wanted.size() > 1 && std::isalpha(static_cast<unsigned char>(wanted[0])) != 0 &&
                   std::isdigit(static_cast<unsigned char>(wanted[1])) != 0;
  if (digits || ons) known.clear();
  for (const auto& authority : header.authorities)
    known.push_back(digits ? std::to_string(authority.code) : ons ? authority.ons_code : authority.name);
  throw UsageError(
      fmt::format("the result has no area \"{}\"; nearest: {} (give England, a region, or an authority's"
                  " name or code)",
                  name, fmt::join(nearest_first(name, known, 3), ", ")));
}

std::vector<Area> areas_with_replicates(const ResultHeader& header) {
  std::vector<Area> out = {find_area(header, "England")};
  for (const auto& authority : header.authorities) {
    const auto known = [&](const Area& area) { return area.name == authority.region; };
    if (std::ranges::any_of(out, known)) continue;
    Area region = find_area(header, authority.region);
    if (region.authorities != out.front().authorities) out.push_back(std::move(region));
  }
  return out;
}

}  // namespace hearth
