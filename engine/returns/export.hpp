// The files of a profile (docs/reference/profile.md).
#pragma once

#include <string>

#include "returns/files.hpp"
#include "returns/problems.hpp"
#include "returns/profile.hpp"

namespace hearth::returns {

inline constexpr const char* kProfileFormat = "hearth profile";
inline constexpr int kProfileVersion = 1;

// What stands beside the figures.
struct ProfileHeader {
  std::string hearth_version;
  std::string authority_code;  // empty where it was not given
  std::string authority_name;
  bool small_counts_shown = false;
};

// profile.json
std::string profile_json(const Profile& profile, const Ledger& ledger, const ProfileHeader& header);
// profile.csv: year,measure,category,value; a hidden value is blank.
std::string profile_csv(const Profile& profile);
// observed.csv: location,year,measure,value; hidden values are left out.
std::string observed_csv(const Profile& profile, const ProfileHeader& header);
// problems.csv: file,row,column,found,rule,action.
std::string problems_csv(const Ledger& ledger, const FoundFiles& found);

}  // namespace hearth::returns
