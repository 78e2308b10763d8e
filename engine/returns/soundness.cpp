#include "returns/soundness.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "core/words.hpp"

namespace hearth::returns {
namespace {

using Children = std::set<std::uint32_t>;

constexpr double kUnreadable = 0.1;
constexpr double kDoNotFit = 0.05;
constexpr double kOtherChildren = 0.9;

// More than the share, and more than a slip or two.
bool exceeds(std::size_t count, std::size_t of, double share) {
  constexpr std::size_t kLeast = 3;
  return count >= kLeast && static_cast<double>(count) > share * static_cast<double>(of);
}

// Each serious fault of a return, most frequent first, and the first row with it.
std::vector<std::string> faults_of(FileKind kind, int year, const ReturnAccount& account,
                                   const Ledger& ledger, const FoundFiles& found) {
  std::vector<std::pair<std::size_t, Rule>> counts;
  for (std::size_t i = 0; i < kRules; ++i)
    if (account.by_rule[i] > 0) counts.emplace_back(account.by_rule[i], static_cast<Rule>(i));
  std::ranges::stable_sort(counts, std::greater<>{}, &std::pair<std::size_t, Rule>::first);
  const std::vector<Problem> problems = ledger.sorted_problems();
  std::vector<std::string> out;
  for (const auto& [count, rule] : counts) {
    const auto first = std::ranges::find_if(problems, [&, wanted = rule](const Problem& problem) {
      return problem.rule == wanted && problem.at.year == year && found.files[problem.at.file].kind == kind;
    });
    std::string line = fmt::format("  {}: {}", count, text_of(rule).finding);
    if (first != problems.end())
      line += fmt::format("; first {}:{}{}{}", found.files[first->at.file].name, first->at.line,
                          first->column.empty() ? "" : fmt::format(", column {}", first->column),
                          first->found.empty() ? "" : fmt::format(", found {}", first->found));
    out.push_back(std::move(line));
  }
  return out;
}

// The child's care goes on at the end of the return of the year.
bool is_open(const EpisodeRow& row) {
  return !row.end && !row.short_break;
}

// Children who were looked after on 31 March `when`, and are not in the return of the year `lacking` at all.
std::optional<std::string> missing_children(std::size_t missing, std::size_t of, int when, int lacking) {
  if (!exceeds(missing, of, kDoNotFit)) return std::nullopt;
  const std::string text = fmt::format(
      "{} of {} children who were looked after on 31 March {} are not in the return of the year to 31 March "
      "{}",
      missing, of, when, lacking);
  if (exceeds(missing, of, kOtherChildren))
    throw DataError(
        fmt::format("{}. It is not whole, or of another authority, or children have other numbers in it. "
                    "Export it again with "
                    "all its rows and the same numbers, or leave it out: its year then has no figures",
                    text));
  return fmt::format("{}, and count as {}: is it whole, and are children's numbers the same in it?", text,
                     lacking > when ? "having left unseen" : "there all the same");
}

}  // namespace

void require_readable(const Ledger& ledger, const FoundFiles& found) {
  std::map<FileKind, std::size_t> rows;
  for (const auto& [key, account] : ledger.of_returns()) rows[key.first] += account.rows;
  for (const auto& [key, account] : ledger.of_returns()) {
    const auto& [kind, year] = key;
    if (kind != FileKind::kEpisodes && kind != FileKind::kHeader) continue;
    const std::size_t of = year == 0 ? rows[kind] : account.rows;
    const bool all = account.dropped > 0 && account.dropped >= of;
    if (!all && !exceeds(account.serious, of, kUnreadable)) continue;
    const std::string where =
        year == 0 ? "in all returns" : fmt::format("in the return of the year to 31 March {}", year);
    throw DataError(fmt::format(
        "{} of {} of {} {} cannot be used, and counts without them would be wrong:\n{}\n"
        "Correct them, or leave the return out: its year then has no figures. Write days as 31/03/2020",
        account.serious, count_text(of, "row", "rows"), name_of(kind), where,
        fmt::join(faults_of(kind, year, account, ledger, found), "\n")));
  }
}

std::vector<std::string> check_continuity(const Rows& rows) {
  std::map<int, Children> present;
  std::map<int, Children> open_at_end;    // of the return
  std::map<int, Children> open_at_start;  // in care on the last day before the year of the return
  for (const auto& row : rows.episodes) {
    present[row.year].insert(row.child);
    if (is_open(row)) open_at_end[row.year].insert(row.child);
    if (!row.short_break && row.start <= year_end(row.year - 1)) open_at_start[row.year].insert(row.child);
  }
  for (const auto& row : rows.unreadable)
    if (row.child) present[row.year].insert(*row.child);
  std::vector<std::string> out;
  const auto compare = [&](const Children& children, int when, int lacking) {
    const auto missing = static_cast<std::size_t>(std::ranges::count_if(
        children, [&](std::uint32_t child) { return !present[lacking].contains(child); }));
    if (auto text = missing_children(missing, children.size(), when, lacking))
      out.push_back(std::move(*text));
  };
  for (const int year : rows.years) {
    if (!present.contains(year) || !present.contains(year - 1)) continue;
    if (rows.merged_years.contains(year) || rows.merged_years.contains(year - 1)) continue;
    compare(open_at_end[year - 1], year - 1, year);
    compare(open_at_start[year], year - 1, year - 1);
  }
  return out;
}

}  // namespace hearth::returns
