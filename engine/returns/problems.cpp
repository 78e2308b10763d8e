#include "returns/problems.hpp"

#include <algorithm>
#include <cctype>
#include <tuple>

namespace hearth::returns {
namespace {

// In the order of Rule; docs/how-to/profile-your-own-data.md lists them (a test compares).
constexpr std::array<RuleText, kRules> kTexts = {{
    {"superseded", Effect::kSetAside, "a later return repeats the row", "the later row is used"},
    {"short_break", Effect::kSetAside, "a short break (legal status V3 or V4)",
     "not counted as looked after"},
    {"no_episodes", Effect::kSetAside, "a child without episodes", "not needed"},
    {"other_authority", Effect::kSetAside, "a row of another authority", "not needed"},
    {"blank_child", Effect::kDropped, "no child's number", "row dropped"},
    {"rounded_child", Effect::kDropped, "a child's number that a spreadsheet has rounded (1.23E+09)",
     "row dropped"},
    {"bad_year", Effect::kDropped, "no year of a return in the column of years", "row dropped"},
    {"no_authority", Effect::kDropped, "no authority in a table of several", "row dropped"},
    {"too_few_fields", Effect::kDropped, "fewer cells than the columns that are needed", "row dropped"},
    {"too_many_fields", Effect::kDropped, "more cells than the header names", "row dropped"},
    {"bad_date_of_birth", Effect::kDropped, "no date of birth, or no day of the calendar", "row dropped"},
    {"bad_start", Effect::kDropped, "no day on which the episode starts", "row dropped"},
    {"ends_before_start", Effect::kDropped, "the episode ends before it starts", "row dropped"},
    {"starts_after_return", Effect::kDropped, "the episode starts after the year of the return",
     "row dropped"},
    {"no_header", Effect::kDropped, "the child has no usable row in any header file", "row dropped"},
    {"born_after_start", Effect::kDropped, "the child was born after the episode starts", "row dropped"},
    {"adult_at_start", Effect::kDropped, "the child is 18 or older when the episode starts", "row dropped"},
    {"duplicate", Effect::kDropped, "the row is in the same return twice", "dropped once"},
    {"same_start", Effect::kDropped, "two episodes of a child start on one day in a return",
     "the one that lasts longer is kept"},
    {"inside_another", Effect::kDropped, "the episode lies inside another of the child", "row dropped"},
    {"bad_cost", Effect::kDropped, "no weekly cost in pounds", "row dropped"},
    {"bad_placement", Effect::kDropped, "no placement code, provider or placement of Hearth", "row dropped"},
    {"bad_end", Effect::kFixed, "the end is no day of the calendar",
     "ends on the last day of the return's year if a reason for leaving is given; otherwise taken as open"},
    {"ends_after_return", Effect::kFixed, "the episode ends after the year of the return", "taken as open"},
    {"bad_legal_status", Effect::kFixed, "no legal status, or no code of one", "counted as not known"},
    {"bad_reason_for_new_episode", Effect::kFixed, "no reason for the new episode, or no code of one",
     "judged by the dates"},
    {"bad_place", Effect::kFixed, "no placement, or no code of one", "counted as other"},
    {"bad_provider", Effect::kFixed, "no code of a provider", "counted as not given"},
    {"bad_reason_ended", Effect::kFixed, "no code of a reason why an episode ended",
     "judged by the next episode; a child who leaves does so for another reason"},
    {"no_reason_ended", Effect::kFixed, "an end without a reason",
     "judged by the next episode; a child who leaves does so for another reason"},
    {"reason_without_end", Effect::kFixed, "a reason for the end without an end", "taken as open"},
    {"bad_placement_change_reason", Effect::kFixed, "no code of a reason for changing placement",
     "counted as not given"},
    {"overlap", Effect::kFixed, "the child's next episode starts before this one ends",
     "ends when the next starts"},
    {"missing_later", Effect::kFixed, "an open episode that no later return repeats",
     "ends when an episode of the next return starts that is no new entry to care; otherwise on 1 April "
     "after its return"},
    {"unreadable_later", Effect::kFixed, "an open episode whose row in the next return cannot be read",
     "taken as going on in that return"},
    {"past_18", Effect::kFixed, "the episode goes on after the child's 18th birthday",
     "ends on the birthday"},
    {"ended_and_continued", Effect::kFixed,
     "the child left care, or started again, on a day on which care went on", "taken as going on"},
    {"nothing_after", Effect::kFixed, "stays looked after (X1), but no episode follows",
     "the child leaves care for another reason"},
    {"gap", Effect::kFixed, "the next episode starts later, though the codes say that care went on",
     "ends when the next starts; if the next says that care started again (S), or a whole return in between "
     "lacks the child, the child left and entered again"},
    {"no_start", Effect::kFixed, "care starts with an episode that says it went on before",
     "counted as an entry"},
    {"date_of_birth_changed", Effect::kFixed, "another date of birth than in the latest return",
     "the latest is used"},
    {"bad_uasc_end", Effect::kFixed, "the end of being unaccompanied is no day of the calendar",
     "taken as open"},
}};

}  // namespace

const RuleText& text_of(Rule rule) {
  return kTexts.at(static_cast<std::size_t>(rule));
}

std::string redacted_cell(std::string_view cell) {
  constexpr std::size_t kLongestCode = 4;
  constexpr std::size_t kLongest = 24;
  const auto is_digit = [](unsigned char c) { return std::isdigit(c) != 0; };
  const auto is_letter = [](unsigned char c) { return std::isalpha(c) != 0; };
  // A code starts with a letter and is not mostly digits, as numbers of pupils are.
  const bool code = !cell.empty() && cell.size() <= kLongestCode &&
                    is_letter(static_cast<unsigned char>(cell[0])) &&
                    std::ranges::count_if(cell, is_digit) <= 2;
  if (code && std::ranges::all_of(cell, [&](unsigned char c) { return is_digit(c) || is_letter(c); }))
    return std::string(cell);
  std::string out;
  for (const char c : cell.substr(0, kLongest)) {
    const auto u = static_cast<unsigned char>(c);
    out += is_digit(u)                                                  ? '9'
           : is_letter(u)                                               ? 'A'
           : std::string_view("/-. ").find(c) != std::string_view::npos ? c
                                                                        : '?';
  }
  return cell.size() > kLongest ? out + "..." : out;
}

std::size_t RowAccount::sum(Effect effect) const {
  std::size_t total = 0;
  for (std::size_t i = 0; i < kRules; ++i)
    if (text_of(static_cast<Rule>(i)).effect == effect) total += by_rule[i];
  return total;
}

bool is_serious(Rule rule) {
  switch (rule) {
    case Rule::kBlankChild:
    case Rule::kRoundedChild:
    case Rule::kBadYear:
    case Rule::kNoAuthority:
    case Rule::kTooFewFields:
    case Rule::kTooManyFields:
    case Rule::kBadDateOfBirth:
    case Rule::kBadStart:
    case Rule::kEndsBeforeStart:
    case Rule::kStartsAfterReturn:
    case Rule::kNoHeader:
    case Rule::kBornAfterStart:
    case Rule::kBadEnd:
    case Rule::kEndsAfterReturn:
      return true;
    default:
      return false;
  }
}

void Ledger::note(FileKind kind, RowPlace at, Rule rule, std::string_view column, std::string found) {
  ++account(kind).by_rule[static_cast<std::size_t>(rule)];
  if (is_serious(rule)) {
    ReturnAccount& of_return = returns_[{kind, at.year}];
    ++of_return.serious;
    if (text_of(rule).effect == Effect::kDropped) ++of_return.dropped;
    ++of_return.by_rule[static_cast<std::size_t>(rule)];
  }
  if (text_of(rule).effect != Effect::kSetAside) problems_.push_back({at, column, std::move(found), rule});
}

std::vector<Problem> Ledger::sorted_problems() const {
  std::vector<Problem> sorted = problems_;
  std::ranges::stable_sort(sorted, {}, [](const Problem& problem) {
    return std::tuple(problem.at.file, problem.at.line, problem.column, problem.rule);
  });
  return sorted;
}

}  // namespace hearth::returns
