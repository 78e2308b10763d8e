// Who the authorities are: codes, names, regions, and what a boundary change made of them.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace hearth {

// Identity of every authority in the tables, live or not.
struct AuthorityIdentity {
  int code = 0;
  std::string ons_code;
  std::string name;
  std::string region;
  int first_year = 0;  // first and last year (to 31 March) with figures
  int last_year = 0;
  std::vector<int> successors;  // codes of the authorities that took over its area; empty: it lives on

  bool live_at(int year) const { return first_year <= year && year <= last_year; }
};

// In the order of authorities.csv. Throws DataError.
std::vector<AuthorityIdentity> load_authority_identities(const std::filesystem::path& data_directory);

// By code ("919"), ONS code ("E10000015") or name ("Hertfordshire"); case does not matter. Where a boundary
// change left two authorities of one name, the one live at 31 March of `year`. Null where there is none.
const AuthorityIdentity* find_authority(const std::vector<AuthorityIdentity>& all, std::string_view text,
                                        int year);

// What authorities (by code, ascending) are together: "England", "London and Norfolk", "Norfolk, Suffolk and
// 3 other authorities". Regions count as such where all their authorities live at 31 March of `year` are
// among them.
std::string place_name(const std::vector<AuthorityIdentity>& all, const std::vector<int>& codes, int year);

}  // namespace hearth
