// Who the authorities are: codes, names, regions, neighbours, and what a boundary change made of them
// (scenarios/england/authorities.csv).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hearth {

// A row of the table: every authority with figures, live or not.
struct AuthorityIdentity {
  int code = 0;  // Department for Education code, e.g. 919
  std::string ons_code;
  std::string name;
  std::string region;
  int first_year = 0;  // first and last year (to 31 March) with figures
  int last_year = 0;
  std::vector<int> successors{};       // codes of the authorities that took over its area; empty: it lives on
  std::optional<double> idaci_2015{};  // average score, 0 to 1
  std::optional<double> idaci_2019{};
  std::vector<int> statistical_neighbours{};  // codes, nearest first; none where none are published

  bool live_at(int year) const { return first_year <= year && year <= last_year; }
};

// By code, ascending. Throws DataError.
std::vector<AuthorityIdentity> load_authority_identities(const std::filesystem::path& data_directory);

// The IDACI score of each that was known on 31 March of `year`, on the scale of 2019: that of 2019, or where
// an authority has none, and for all before it was published in September of that year, that of 2015 times
// how the mean of both has changed. Nothing where there is neither.
std::vector<std::optional<double>> idaci_known(const std::vector<const AuthorityIdentity*>& authorities,
                                               int year);

// Codes of the authorities whose area, or a part of it, an authority took over; ascending.
std::vector<int> predecessors(const std::vector<AuthorityIdentity>& all, int code);

// The last year with figures: those live then live on, as far as the table knows.
int last_year(const std::vector<AuthorityIdentity>& all);

// What authorities (by code, ascending) are together: "England", "London and Norfolk", "Norfolk, Suffolk and
// 3 other authorities". Regions count as such where all their authorities live at 31 March of `year` are
// among them.
std::string place_name(const std::vector<AuthorityIdentity>& all, const std::vector<int>& codes, int year);

// ---- Finding one. People write a code ("919"), an ONS code ("E10000015") or a name ("Hertfordshire"); case
// does not matter.

// What an authority goes by, in England's tables, at an origin or in a result.
struct AuthorityNames {
  template <typename Authority>  // must outlive this
  requires requires(const Authority& authority) { authority.code, authority.ons_code, authority.name; }
  AuthorityNames(const Authority& authority)
      : code(authority.code), ons_code(authority.ons_code), name(authority.name) {}

  bool matches(std::string_view text) const;

  int code;
  std::string_view ons_code;
  std::string_view name;
};

// Where a boundary change left two authorities of one name, the one live at 31 March of `year`. Null where
// there is none.
const AuthorityIdentity* find_authority(const std::vector<AuthorityIdentity>& all, std::string_view text,
                                        int year);

// For a text that none of `known` matches: 'did you mean "Norfolk"?' of names near to it, or "near it are 919
// Hertfordshire, 941 West Northamptonshire" of codes; empty where nothing is near. `places`: what else could
// be meant, such as regions.
std::string nearest_authorities(std::string_view text, const std::vector<AuthorityNames>& known,
                                std::vector<std::string> places = {});

}  // namespace hearth
