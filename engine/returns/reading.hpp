// From files to rows: dates and codes are read, and what cannot be is dropped or mended.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
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

// What a council pays for a week of a placement, by code and, where told apart, provider.
using WeeklyCosts = std::map<std::pair<std::string, std::optional<Provider>>, double>;

// The rows of all files. Children are numbered in the order in which they are met; their own numbers stay
// here.
struct Rows {
  std::vector<int> years;  // of the returns of episodes, ascending
  std::vector<EpisodeRow> episodes;
  std::vector<HeaderRow> headers;
  std::vector<UnaccompaniedRow> unaccompanied;
  WeeklyCosts costs;
  std::size_t children = 0;
  std::vector<std::string>
      notes;  // on whole files, for people: how their year was found, how dates are written
};

// Throws DataError for files that cannot be read at all.
Rows read_rows(const FoundFiles& found, Ledger& ledger);

}  // namespace hearth::returns
