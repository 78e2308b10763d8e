#include "published/authorities.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <utility>

#include "core/csv.hpp"
#include "core/error.hpp"
#include "core/nearest.hpp"
#include "core/words.hpp"

namespace hearth {

namespace {

// Codes separated by spaces.
std::vector<int> read_codes(const CsvTable& table, std::size_t row, std::size_t column) {
  std::vector<int> out;
  const std::string& list = table.text(row, column);
  for (std::size_t at = 0; at < list.size();) {
    const std::size_t end = std::min(list.find(' ', at), list.size());
    const std::string word = list.substr(at, end - at);
    if (word.empty() || word.size() > 6 || word.find_first_not_of("0123456789") != std::string::npos)
      throw DataError(fmt::format("{}: found '{}'; expected codes of authorities, separated by spaces",
                                  table.where(row, column), word));
    out.push_back(std::stoi(word));
    at = end + 1;
  }
  return out;
}

}  // namespace

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
    authority.idaci_2015 = table.number(row, "idaci_2015");
    authority.idaci_2019 = table.number(row, "idaci_2019");
    authority.statistical_neighbours = read_codes(table, row, table.column("statistical_neighbours"));
    out.push_back(std::move(authority));
  }
  if (out.empty()) throw DataError(table.name() + ": no authority in the table; expected one a row");
  std::ranges::stable_sort(out, {}, &AuthorityIdentity::code);
  const auto twice = std::ranges::adjacent_find(out, {}, &AuthorityIdentity::code);
  if (twice != out.end())
    throw DataError(
        fmt::format("{}: authority {} appears twice; expected one row for each", table.name(), twice->code));
  return out;
}

std::vector<std::optional<double>> idaci_known(const std::vector<const AuthorityIdentity*>& authorities,
                                               int year) {
  constexpr int kFirstWithLater = 2020;
  double sum_2015 = 0.0, sum_2019 = 0.0;
  for (const auto* each : authorities) {
    if (!each->idaci_2015 || !each->idaci_2019) continue;
    sum_2015 += *each->idaci_2015;
    sum_2019 += *each->idaci_2019;
  }
  std::vector<std::optional<double>> out;
  for (const auto* each : authorities) {
    const bool later = each->idaci_2019 && (year >= kFirstWithLater || !each->idaci_2015);
    out.push_back(later              ? each->idaci_2019
                  : each->idaci_2015 ? std::optional(*each->idaci_2015 * sum_2019 / sum_2015)
                                     : std::nullopt);
  }
  return out;
}

std::vector<int> predecessors(const std::vector<AuthorityIdentity>& all, int code) {
  std::vector<int> out;
  for (const auto& other : all)
    if (std::ranges::find(other.successors, code) != other.successors.end()) out.push_back(other.code);
  return out;
}

int last_year(const std::vector<AuthorityIdentity>& all) {
  return std::ranges::max(all, {}, &AuthorityIdentity::last_year).last_year;
}

bool AuthorityNames::matches(std::string_view text) const {
  return text == std::to_string(code) || lower_case(text) == lower_case(ons_code) ||
         lower_case(text) == lower_case(name);
}

const AuthorityIdentity* find_authority(const std::vector<AuthorityIdentity>& all, std::string_view text,
                                        int year) {
  const AuthorityIdentity* found = nullptr;
  for (const auto& authority : all) {
    if (!AuthorityNames(authority).matches(text)) continue;
    if (found == nullptr || authority.live_at(year)) found = &authority;
  }
  return found;
}

std::string nearest_authorities(std::string_view text, const std::vector<AuthorityNames>& known,
                                std::vector<std::string> places) {
  std::vector<std::string> codes;
  for (const AuthorityNames& authority : known) {
    places.emplace_back(authority.name);
    codes.push_back(std::to_string(authority.code));
    codes.emplace_back(authority.ons_code);
  }
  if (const auto near = nearest_names(text, places); !near.empty()) return did_you_mean(near);
  std::vector<std::string> out;
  for (const auto& code : nearest_names(text, codes)) {
    const auto named = std::ranges::find_if(known, [&](const auto& each) { return each.matches(code); });
    out.push_back(fmt::format("{} {}", named->code, named->name));
  }
  return out.empty() ? "" : fmt::format("near it are {}", fmt::join(out, ", "));
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
