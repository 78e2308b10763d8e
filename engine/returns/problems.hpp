// The rules by which rows of a return are dropped or fixed, and the account of what became of every row.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "returns/return_file.hpp"

namespace hearth::returns {

enum class Rule : std::uint8_t {
  // Rows that are not needed; no fault.
  kSuperseded,
  kShortBreak,
  kNoEpisodes,
  kOtherAuthority,
  // Rows that are dropped.
  kBlankChild,
  kRoundedChild,
  kBadYear,
  kNoAuthority,
  kTooFewFields,
  kTooManyFields,
  kBadDateOfBirth,
  kBadStart,
  kEndsBeforeStart,
  kStartsAfterReturn,
  kNoHeader,
  kBornAfterStart,
  kAdultAtStart,
  kDuplicate,
  kSameStart,
  kInsideAnother,
  kBadCost,
  kBadPlacement,
  // Rows that are fixed and used.
  kBadEnd,
  kEndsAfterReturn,
  kBadLegalStatus,
  kBadReasonForNewEpisode,
  kBadPlace,
  kBadProvider,
  kBadReasonEnded,
  kNoReasonEnded,
  kReasonWithoutEnd,
  kBadPlacementChangeReason,
  kOverlap,
  kMissingLater,
  kUnreadableLater,
  kPast18,
  kEndedAndContinued,
  kNothingAfter,
  kGap,
  kNoStart,
  kDateOfBirthChanged,
  kBadUnaccompaniedEnd
};
inline constexpr std::size_t kRules = 42;

enum class Effect : std::uint8_t { kSetAside, kDropped, kFixed };
struct RuleText {
  std::string_view name;  // "overlap", as files write it
  Effect effect;
  std::string_view finding;  // what is wrong with the row
  std::string_view action;   // what was done about it
};
const RuleText& text_of(Rule rule);

// A row of a file: the place of the file in FoundFiles::files, the line on which the row starts, and the year
// of the return that it is of (0: not known).
struct RowPlace {
  std::uint32_t file = 0;
  std::uint32_t line = 0;
  int year = 0;
};

// Whether a row under this rule no longer says what happened to the child: the child or the days cannot be
// made out, or contradict each other or what else is known. Nothing follows from such a row, nor from its
// absence.
bool is_serious(Rule rule);

// A fault of one row. Never holds what would identify a child (redacted_cell()).
struct Problem {
  RowPlace at;
  std::string_view column;
  std::string found;
  Rule rule;
};

// What stood in a cell, fit for being written down: codes as they are, anything else as its shape, with 9 for
// digits and A for letters, so that no number of a child or name is given away.
std::string redacted_cell(std::string_view cell);

// What became of the rows of one kind of file.
struct RowAccount {
  std::size_t read = 0;
  std::size_t used = 0;
  std::array<std::size_t, kRules>
      by_rule{};  // rows set aside or dropped; fixes of those used (or dropped later)

  std::size_t set_aside() const { return sum(Effect::kSetAside); }
  std::size_t dropped() const { return sum(Effect::kDropped); }

 private:
  std::size_t sum(Effect effect) const;
};

// Rows of one kind in the return of one year, and how many have a serious fault, by rule.
struct ReturnAccount {
  std::size_t rows = 0;
  std::size_t serious = 0;
  std::size_t dropped = 0;  // of these
  std::array<std::size_t, kRules> by_rule{};
};

// Collects problems and counts rows, by kind of file.
class Ledger {
 public:
  // A row that is of no return that is read; one that is.
  void read(FileKind kind) { ++account(kind).read; }
  void read(FileKind kind, RowPlace at) {
    read(kind);
    ++returns_[{kind, at.year}].rows;
  }
  void used(FileKind kind, std::size_t rows = 1) { account(kind).used += rows; }
  // Counts the row under the rule; a fault is listed too.
  void note(FileKind kind, RowPlace at, Rule rule, std::string_view column = {}, std::string found = {});

  const RowAccount& of(FileKind kind) const { return accounts_[static_cast<std::size_t>(kind)]; }
  const std::map<std::pair<FileKind, int>, ReturnAccount>& of_returns() const { return returns_; }
  // In the order of files and lines.
  std::vector<Problem> sorted_problems() const;

 private:
  RowAccount& account(FileKind kind) { return accounts_[static_cast<std::size_t>(kind)]; }

  std::array<RowAccount, kFileKinds> accounts_;
  std::map<std::pair<FileKind, int>, ReturnAccount> returns_;
  std::vector<Problem> problems_;
};

}  // namespace hearth::returns
