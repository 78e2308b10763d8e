#include "published/authorities.hpp"

#include <algorithm>
#include <map>

#include "core/csv.hpp"
#include "core/error.hpp"
#include "core/nearest.hpp"
#include "core/words.hpp"

namespace hearth {

std::vector<AuthorityIdentity> load_authority_identities(const std::filesystem::path& data_directory) {
  const CsvTable table(data_directory / "authorities.csv");
  std::vector<AuthorityIdentity> out;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    AuthorityIdentity authority;
    authority.code = table.required_integer(row, "code");
    authority.ons_code = table.text(row, "ons_code");
    authority.name = table.text(row, "name");
    authority.region = table.text(row, "region");
    authority.first_year = table.required_integer(row, "first_year");
    authority.last_year = table.required_integer(row, "last_year");
    for (const char* column : {"successor", "second_successor"})
      if (const auto code = table.integer(row, column)) authority.successors.push_back(*code);
    out.push_back(std::move(authority));
  }
  if (out.empty()) throw DataError(table.name() + ": no authority in the table; expected one a row");
  return out;
}

const AuthorityIdentity* find_authority(const std::vector<AuthorityIdentity>& all, std::string_view text,
                                        int year) {
  const std::string wanted = lower_case(text);
  const AuthorityIdentity* found = nullptr;
  for (const auto& authority : all) {
    if (std::to_string(authority.code) != wanted && lower_case(authority.ons_code) != wanted &&
        lower_case(authority.name) != wanted)
      continue;
    if (found == nullptr || authority.live_at(year)) found = &authority;
  }
  return found;
}

std::string place_name(const std::vector<AuthorityIdentity>& all, const std::vector<int>& codes, int year) {
  struct Region {
    std::size_t live = 0;
    std::size_t chosen = 0;
  };
  std::map<std::string, Region> regions;
  std::size_t live = 0;
  const auto is_chosen = [&](const AuthorityIdentity& authority) {
    return authority.live_at(year) && std::ranges::binary_search(codes, authority.code);
  };
  for (const auto& authority : all) {
    if (!authority.live_at(year)) continue;
    ++live;
    Region& region = regions[authority.region];
    ++region.live;
    if (is_chosen(authority)) ++region.chosen;
  }
  if (codes.size() == live) return "England";
  std::vector<std::string> names;
  std::vector<std::string> single;
  const auto is_whole = [](const Region& region) { return region.live > 1 && region.chosen == region.live; };
  for (const auto& [name, region] : regions)
    if (is_whole(region)) names.push_back(name);
  for (const auto& authority : all)
    if (is_chosen(authority) && !is_whole(regions[authority.region])) single.push_back(authority.name);
  constexpr std::size_t kNamed = 3;
  for (std::size_t i = 0; i < single.size(); ++i) {
    const std::size_t left = single.size() - i;
    if (names.size() + left > kNamed && names.size() + 1 >= kNamed) {
      names.push_back(count_text(left, "other authority", "other authorities"));
      break;
    }
    names.push_back(single[i]);
  }
  return joined(names);
}

}  // namespace hearth
