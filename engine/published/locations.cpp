#include "published/locations.hpp"

#include <algorithm>
#include <utility>

namespace hearth {

std::vector<Location> make_locations(const England& england, const std::vector<int>& codes) {
  std::vector<Location> out;
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const AuthorityOrigin& a = england.at(codes[i]);
    out.push_back({Level::kAuthority, a.code, a.ons_code, a.name, a.region, {i}});
  }
  Location all{Level::kEngland, 0, std::string(kEnglandOnsCode), "England", "", {}};
  for (const Region& region : kRegions) {
    Location here{Level::kRegion, 0, std::string(region.ons_code), std::string(region.name), "", {}};
    for (std::size_t i = 0; i < codes.size(); ++i)
      if (out[i].region == region.name) here.members.push_back(i);
    const auto whole = static_cast<std::size_t>(std::ranges::count(
        england.authorities, region.name, [](const auto& a) -> std::string_view { return a.region; }));
    if (here.members.size() == whole) out.push_back(std::move(here));
  }
  if (codes.size() < england.authorities.size()) return out;
  for (std::size_t i = 0; i < codes.size(); ++i) all.members.push_back(i);
  out.push_back(std::move(all));
  return out;
}

}  // namespace hearth
