#include "app/profile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "cli/options.hpp"
#include "cli/subcommand.hpp"
#include "cli/terminal.hpp"
#include "core/words.hpp"
#include "results/wording.hpp"

namespace hearth {
namespace fs = std::filesystem;

namespace {

using namespace returns;

struct Options {
  ProfileRequest request;
  bool json = false;
};

std::string whole(std::size_t count) {
  return grouped(static_cast<double>(count));
}

std::string cell_text(const Cell* cell) {
  if (cell == nullptr) return "";
  return cell->hidden ? "hidden" : grouped(cell->value);
}

void print_found(const ReadReturns& read) {
  const auto& years = read.profile.years;
  fmt::print("{}{} to 31 March {}: {}, {} of episodes.\n",
             read.header.authority_name.empty() ? "" : read.header.authority_name + ". ",
             years.size() == 1 ? "Return of the year" : "Returns of the years",
             years.size() == 1 ? std::to_string(years.front())
                               : fmt::format("{} to {}", years.front(), years.back()),
             count_text(read.profile.children, "child", "children"),
             count_text(read.ledger.of(FileKind::kEpisodes).read, "row", "rows"));
  for (const auto& note : read.notes) fmt::print("  {}\n", note);
  for (const auto& [name, why] : read.found.not_read) fmt::print("  not used: {} ({})\n", name, why);
}

void print_rows(const Ledger& ledger) {
  fmt::print("\n{:<16}{:>10}{:>10}{:>12}{:>10}\n", "Rows", "read", "used", "not needed", "dropped");
  for (std::size_t i = 0; i < kFileKinds; ++i) {
    const auto kind = static_cast<FileKind>(i);
    const RowAccount& account = ledger.of(kind);
    if (account.read > 0)
      fmt::print("{:<16}{:>10}{:>10}{:>12}{:>10}\n", name_of(kind), whole(account.read), whole(account.used),
                 whole(account.set_aside()), whole(account.dropped()));
  }
}

// How often each rule was used, most often first.
void print_rules(const Ledger& ledger, Effect effect, const char* heading) {
  std::vector<std::tuple<std::size_t, FileKind, Rule>> counts;
  for (std::size_t k = 0; k < kFileKinds; ++k)
    for (std::size_t r = 0; r < kRules; ++r) {
      const auto rule = static_cast<Rule>(r);
      const std::size_t count = ledger.of(static_cast<FileKind>(k)).by_rule[r];
      if (count > 0 && text_of(rule).effect == effect)
        counts.emplace_back(count, static_cast<FileKind>(k), rule);
    }
  if (counts.empty()) return;
  std::ranges::stable_sort(counts, std::greater<>{}, [](const auto& row) { return std::get<0>(row); });
  fmt::print("\n{}\n", heading);
  for (const auto& [count, kind, rule] : counts)
    fmt::print("{:>8}  {}: {}: {}\n", whole(count), name_of(kind), text_of(rule).finding,
               text_of(rule).action);
}

// The first faults, as examples of where to look.
void print_examples(const ReadReturns& read) {
  constexpr std::size_t kExamples = 5;
  const auto problems = read.ledger.sorted_problems();
  if (problems.empty()) return;
  fmt::print("\nThe first of {} in problems.csv (row: its line in the file):\n",
             count_text(problems.size(), "fault", "faults"));
  for (std::size_t i = 0; i < std::min(kExamples, problems.size()); ++i) {
    const auto& problem = problems[i];
    fmt::print("  {}:{}: {}{}{}\n", read.found.files[problem.at.file].name, problem.at.line,
               problem.column.empty() ? "" : fmt::format("column {}: ", problem.column),
               problem.found.empty() ? "" : fmt::format("found {}: ", problem.found),
               text_of(problem.rule).finding);
  }
}

struct Comparison {
  int year;
  const char* measure;
  double own;
  double published;
};

std::vector<Comparison> print_years(const ReadReturns& read) {
  const auto published = published_counts(read.header.authority_code);
  std::vector<Comparison> comparisons;
  fmt::print("\nYear to 31 March  {:>14}{:>12}{:>12}{:>12}\n", "", "looked after", "entries", "exits");
  for (const int year : read.profile.years) {
    fmt::print("{:<18}{:<14}", year, "returns");
    for (const auto& [measure, column] : kPublishedCounts)
      fmt::print("{:>12}", cell_text(read.profile.find(year, measure)));
    fmt::print("\n");
    const auto known = published.find(year);
    if (known == published.end()) continue;
    std::string differences;
    fmt::print("{:<18}{:<14}", "", "published");
    for (std::size_t i = 0; i < kPublishedCounts.size(); ++i) {
      const auto& value = known->second[i];
      const Cell* const own = read.profile.find(year, kPublishedCounts[i].first);
      const bool comparable = value && own != nullptr && !own->hidden;
      fmt::print("{:>12}", value ? grouped(*value) : "-");
      differences += fmt::format("{:>12}", comparable ? rounded_text(own->value - *value, 0, true) : "-");
      if (comparable) comparisons.push_back({year, kPublishedCounts[i].first, own->value, *value});
    }
    fmt::print("\n{:<18}{:<14}{}\n", "", "difference", differences);
  }
  return comparisons;
}

void print_advice(const ReadReturns& read, const std::vector<Comparison>& comparisons) {
  constexpr double kNotableShare = 0.02;
  constexpr double kNotableChildren = 5.0;
  std::vector<std::string> advice;
  const RowAccount& episodes = read.ledger.of(FileKind::kEpisodes);
  if (static_cast<double>(episodes.dropped()) > 0.01 * static_cast<double>(episodes.read))
    advice.push_back("More than 1% of the rows of episodes were dropped: fix the most common fault first.");
  std::size_t far = 0;
  const Comparison* worst = nullptr;
  const auto off = [](const Comparison& c) { return std::abs(c.own - c.published); };
  for (const auto& c : comparisons) {
    if (off(c) <= std::max(kNotableChildren, kNotableShare * c.published)) continue;
    ++far;
    if (worst == nullptr || off(c) / c.published > off(*worst) / worst->published) worst = &c;
  }
  if (worst != nullptr)
    advice.push_back(fmt::format(
        "{} from what is published by more than 2%, most of all {} in {} ({} against {}): was a return "
        "amended, is a file missing, or is it another authority?",
        count_text(far, "figure differs", "figures differ"), worst->measure, worst->year, grouped(worst->own),
        grouped(worst->published)));
  else if (!comparisons.empty())
    advice.push_back("The figures agree with what is published within 2%, or 5 children.");
  if (read.header.authority_code.empty())
    advice.push_back(
        "With --authority CODE the published figures stand next to these, and observed.csv has its "
        "location.");
  fmt::print("\nWhat to look at\n");
  for (const auto& text : advice) fmt::print("  {}\n", text);
}

void print_summary_of(const ReadReturns& read, const fs::path& folder) {
  print_found(read);
  print_rows(read.ledger);
  print_rules(read.ledger, Effect::kSetAside, "Rows that are not needed");
  print_rules(read.ledger, Effect::kDropped, "Rows that were dropped");
  print_rules(read.ledger, Effect::kFixed, "Fixed (the row is used, or dropped by another rule)");
  print_examples(read);
  const auto comparisons = print_years(read);
  print_advice(read, comparisons);
  if (read.hidden > 0)
    fmt::print(
        "  {} of 1 to 5, and those that would give them away, are hidden; --show-small-counts keeps them.\n",
        count_text(read.hidden, "figure", "figures"));
  fmt::print("\nWritten to {}: profile.json, profile.csv, observed.csv, problems.csv.\n", folder.string());
  fmt::print("Nothing was sent anywhere: hearth profile uses no network.\n");
}

ExitCode profile(const Options& options) {
  const fs::path folder = profile_folder(options.request);
  const ReadReturns read = read_returns(options.request);
  write_profile(folder, read);
  if (options.json)
    fmt::print("{}", profile_json(read.profile, read.ledger, read.header));
  else
    print_summary_of(read, folder);
  for (const auto& warning : read.warnings) print_warning(warning);
  if (options.request.show_small_counts)
    print_warning("counts of 1 to 5 are shown: keep these files where the returns themselves may be kept");
  return ExitCode::kOk;
}

const Subcommand kProfile{
    150, "profile", "Turn a council's own SSDA903 returns into counts, on this machine",
    [](CommandLine& line) -> Action {
      const auto options = std::make_shared<Options>();
      ProfileRequest& request = options->request;
      line.argument("RETURNS", request.returns,
                    "Folder, zip or XML with header and episodes of one or more years")
          .required();
      add_output(line, request.output, "outputs/profile", "FOLDER");
      add_authority(line, request.authority);
      line.flag("--show-small-counts", request.show_small_counts, "Do not hide counts of 1 to 5");
      add_json(line, options->json);
      line.footer(
          R"(Nothing leaves this machine. The profile holds counts and no child's number; rows with faults are
dropped or fixed by rules, counted, and listed in problems.csv by file and row.

Examples:
  hearth profile scenarios/examples/ssda903
  hearth profile returns.zip --authority 305 -o outputs/bromley)");
      return [options](const Invocation&) { return profile(*options); };
    }};

}  // namespace
}  // namespace hearth
