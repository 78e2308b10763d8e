// From rows to children's histories of care: later returns win, impossible rows go, overlaps and gaps are
// closed, and episodes that follow on are joined into periods of being looked after.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "returns/problems.hpp"
#include "returns/reading.hpp"

namespace hearth::returns {

struct Child {
  Day born;
  bool unaccompanied = false;  // in a uasc file
  std::optional<Day> unaccompanied_until;

  bool unaccompanied_on(Day day) const {
    return unaccompanied && (!unaccompanied_until || day < *unaccompanied_until);
  }
};

// From the day a child starts to be looked after to the day the child ceases to be: on the last day, the
// child is not looked after any more.
struct Period {
  std::uint32_t child = 0;
  Day start;
  std::optional<Day> end;    // none: goes on at the end of the latest return
  bool start_known = false;  // false: it began before the first return, and when is not in the data
  ExitReason reason = ExitReason::kOther;
  std::string end_code;   // REC; empty where it was not given or cannot be right
  std::size_t first = 0;  // its episodes, in order, in Histories::episodes
  std::size_t count = 0;

  bool covers(Day day) const { return start <= day && (!end || day < *end); }
};

struct Histories {
  std::vector<int> years;       // of the returns, ascending: the years to 31 March that figures can be of
  std::vector<Child> children;  // by number; those without a date of birth have no episodes
  std::vector<EpisodeRow> episodes;  // clean, by child and start, without short breaks
  std::vector<Period> periods;       // by child and start; those of a child do not overlap

  bool has_year(int year) const;
};

// Every row is counted in the ledger as used, or under one rule that sets it aside or drops it.
Histories build_histories(Rows rows, Ledger& ledger);

}  // namespace hearth::returns
