#include "scenario/authority_identities.hpp"

#include "core/csv.hpp"
#include "core/error.hpp"
#include "core/nearest.hpp"

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

}  // namespace hearth
