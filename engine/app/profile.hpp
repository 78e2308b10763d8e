// A council's own SSDA903 returns, in counts.
#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "returns/export.hpp"

namespace hearth {

// What is asked for. As the options of hearth profile (docs/reference/cli.md).
struct ProfileRequest {
  std::filesystem::path returns;   // a folder, zip or XML with header and episodes of one or more years
  std::filesystem::path output{};  // folder; empty: outputs/profile of the project, else profile here
  std::string authority{};         // by name or code; empty: as the files say
  bool show_small_counts = false;  // does not hide counts of 1 to 5
};

// What was read and counted.
struct ReadReturns {
  returns::FoundFiles found;
  returns::Ledger ledger;
  returns::Profile profile;
  returns::ProfileHeader header;
  std::vector<std::string> notes;     // of how the files were read
  std::vector<std::string> warnings;  // of what does not fit together
  std::size_t hidden = 0;             // figures
};

// Reads and counts; writes nothing. Throws UsageError, DataError.
ReadReturns read_returns(const ProfileRequest& request);

// The folder of a request that can take a profile. Throws DataError where it holds something else, or cannot
// be made.
std::filesystem::path profile_folder(const ProfileRequest& request);

// Writes profile.json, profile.csv, observed.csv and problems.csv, all or none of them. Throws DataError.
void write_profile(const std::filesystem::path& folder, const ReadReturns& read);

// What is published of an authority that returns count too: the profile's name of it, and the column of
// history.csv.
inline constexpr std::array<std::pair<const char*, const char*>, 3> kPublishedCounts = {
    {{"looked_after", "cla_at31"}, {"care_entries", "cla_started"}, {"care_exits", "cla_ceased"}}};

// Children, in the order of kPublishedCounts; blank where nothing is published.
using PublishedYear = std::array<std::optional<double>, kPublishedCounts.size()>;

// By year to 31 March; none of an authority without a code. Throws DataError.
std::map<int, PublishedYear> published_counts(const std::string& authority_code);

}  // namespace hearth
