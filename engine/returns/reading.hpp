// From files to rows: dates and codes are read, and what cannot be is dropped or fixed.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "returns/codes.hpp"
#include "returns/dates.hpp"
#include "returns/files.hpp"
#include "returns/problems.hpp"

namespace hearth::returns {

struct EpisodeRow {
  RowPlace at;
  int year = 0;  // of the return
  std::uint32_t child = 0;
  Day start;
  std::optional<Day> end;
  char new_episode = '\0';  // RNE; none: not given, or no code
  std::string end_code;     // REC as given where it is a code; X1: stays looked after
  std::string place;
  Provider provider = Provider::kNotGiven;
  Placement placement = Placement::kOther;
  LegalStatus legal_status = LegalStatus::kNotKnown;
  bool short_break = false;
  bool ended_unseen = false;  // `end` is not in the data: later returns lack the episode
  std::string change_reason;  // REASON_PLACE_CHANGE
};

struct HeaderRow {
  RowPlace at;
  int year = 0;
  std::uint32_t child = 0;
  Day born;
};

struct UnaccompaniedRow {
  RowPlace at;
  int year = 0;
  std::uint32_t child = 0;
  std::optional<Day> born;   // where it is given
  std::optional<Day> ended;  // DUC
};

// A row of episodes that was dropped because something in it cannot be made out.
struct UnreadableRow {
  int year = 0;                        // of the return
  std::optional<std::uint32_t> child;  // where its number can be
  std::optional<Day> start;            // where it can be
};

// What a council pays for a week of a placement, by code and, where told apart, provider.
using WeeklyCosts = std::map<std::pair<std::string, std::optional<Provider>>, double>;

// The rows of all files. Children are numbered in the order in which they are met; their own numbers stay
// here.
struct Rows {
  std::vector<int> years;      // of the returns of episodes, ascending
  std::set<int> merged_years;  // of those, the ones that come from a table that has each episode once only
  std::vector<EpisodeRow> episodes;
  std::vector<HeaderRow> headers;
  std::vector<UnaccompaniedRow> unaccompanied;
  std::vector<UnreadableRow> unreadable;
  WeeklyCosts costs;
  std::size_t children = 0;
  std::vector<std::string>
      notes;  // on whole files, for people: how their year was found, how dates are written
};

// By what name an authority is known, of what a column or a folder calls it; empty where it is known by none.
using KnownAuthority = std::function<std::string(std::string_view)>;

// The authorities whose episodes are in the files, as a column (LA) or a folder says: by their known names
// where they have one. Empty where nothing says so.
std::vector<std::string> authorities_of(const FoundFiles& found, const KnownAuthority& known = {});

// Reads the rows of `authority`, one of authorities_of(), or all where it is empty. Throws DataError for
// files that cannot be read at all.
Rows read_rows(const FoundFiles& found, Ledger& ledger, const std::string& authority = {},
               const KnownAuthority& known = {});

}  // namespace hearth::returns
