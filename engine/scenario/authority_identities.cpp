#include "scenario/authority_identities.hpp"

#include <algorithm>
#include <cctype>

#include "core/csv.hpp"
#include "scenario/nearest.hpp"

namespace hearth {

namespace {

// Authority codes have three digits; the table may add words, as in "838 (Dorset new)+839 (part)".
std::vector<int> codes_in(std::string_view text) {
  std::vector<int> out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end]))) ++end;
    if (end - at == 3) out.push_back(std::stoi(std::string(text.substr(at, 3))));
    at = std::max(end, at + 1);
  }
  return out;
}

}  // namespace

std::vector<AuthorityIdentity> load_authority_identities(const std::filesystem::path& data_directory) {
  const CsvTable table(data_directory / "authorities.csv");
  const auto successors = table.find_column("successor_la_code");
  std::vector<AuthorityIdentity> out;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    AuthorityIdentity authority;
    authority.code = table.required_integer(row, "la_code");
    authority.ons_code = table.text(row, "ons_code");
    authority.name = table.text(row, "la_name");
    authority.region = table.text(row, "region");
    authority.first_year = table.required_integer(row, "first_year");
    authority.last_year = table.required_integer(row, "last_year");
    if (successors) authority.successors = codes_in(table.text(row, *successors));
    out.push_back(std::move(authority));
  }
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
