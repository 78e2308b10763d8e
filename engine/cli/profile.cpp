#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "cli/places.hpp"
#include "cli/terminal.hpp"
#include "cli/version.hpp"
#include "core/csv.hpp"
#include "core/nearest.hpp"
#include "core/text.hpp"
#include "published/authorities.hpp"
#include "results/wording.hpp"
#include "returns/export.hpp"
#include "returns/soundness.hpp"

namespace hearth {
namespace fs = std::filesystem;

namespace {

using namespace returns;

struct Options {
  std::string input;
  std::string output;
  std::string authority;
  bool show_small_counts = false;
  bool json = false;
};

struct Read {
  FoundFiles found;
  Ledger ledger;
  Profile profile;
  ProfileHeader header;
  std::vector<std::string> notes;
  std::vector<std::string> warnings;
  std::size_t hidden = 0;
};

// ---- The folder that is written ----

constexpr std::array<const char*, 4> kFiles = {"profile.json", "profile.csv", "observed.csv", "problems.csv"};

// A folder that holds a profile and nothing else.
bool is_profile_folder(const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator(folder))
    if (std::ranges::find(kFiles, entry.path().filename().string()) == kFiles.end()) return false;
  std::ifstream stream(folder / "profile.json");
  const auto json = nlohmann::json::parse(stream, nullptr, false);
  return json.is_object() && json.contains("format") && json["format"] == kProfileFormat;
}

void require_replaceable(const fs::path& folder) {
  std::error_code error;
  const auto status = fs::status(folder, error);
  if (!fs::exists(status)) {
    // The folder itself is made, and no more.
    const fs::path parent = folder.has_parent_path() ? folder.parent_path() : fs::path(".");
    if (fs::is_directory(parent, error)) return;
    throw DataError(fmt::format("cannot write {}: there is no folder {}; make it, or choose another with -o",
                                folder.string(), parent.string()));
  }
  if (!fs::is_directory(status))
    throw DataError(fmt::format("cannot write {}: it is a file; name a folder with -o", folder.string()));
  if (fs::is_empty(folder) || is_profile_folder(folder)) return;
  throw DataError(
      fmt::format("cannot write {}: this folder holds something else than a profile, and nothing in it is "
                  "overwritten; choose "
                  "another with -o",
                  folder.string()));
}

// Puts `made` in the place of `folder`, at one stroke where the file system can.
void replace_folder(const fs::path& made, const fs::path& folder) {
  if (!fs::exists(folder)) {
    fs::rename(made, folder);
    return;
  }
  if (renameat2(AT_FDCWD, made.c_str(), AT_FDCWD, folder.c_str(), RENAME_EXCHANGE) == 0) {
    fs::remove_all(made);
    return;
  }
  fs::path old = made;
  old += ".old";
  fs::rename(folder, old);
  fs::rename(made, folder);
  fs::remove_all(old);
}

void write_folder(const fs::path& folder, const Read& read) {
  fs::path made = folder;
  made += fmt::format(".{}.tmp", getpid());
  fs::remove_all(made);
  fs::create_directory(made);
  try {
    write_text(made / "profile.json", profile_json(read.profile, read.ledger, read.header));
    write_text(made / "profile.csv", profile_csv(read.profile));
    write_text(made / "observed.csv", observed_csv(read.profile, read.header));
    write_text(made / "problems.csv", problems_csv(read.ledger, read.found));
    replace_folder(made, folder);
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(made, ignored);
    throw;
  }
}

// "profile/" means the folder, not a nameless file in it.
fs::path output_folder(const Options& options) {
  if (options.output.empty()) {
    const fs::path outputs = project_outputs(fs::current_path());
    return outputs.empty() ? fs::path("profile") : fs::proximate(outputs / "profile");
  }
  const fs::path folder = fs::path(options.output).lexically_normal();
  return folder.has_filename() ? folder : folder.parent_path();
}

// ---- The authority and what is published of it ----

constexpr int kLastPublishedYear = 2022;

using Identities = std::vector<AuthorityIdentity>;

AuthorityIdentity identify(const Identities& all, const std::string& text) {
  if (const auto* const found = find_authority(all, text, kLastPublishedYear)) return *found;
  std::vector<std::string> names;
  for (const auto& authority : all)
    names.insert(names.end(), {std::to_string(authority.code), authority.name});
  throw UsageError(with_suggestion(
      fmt::format("--authority: there is no authority {}; give its code (305) or name (Bromley)", text), text,
      names));
}

// Which of the authorities in the files is read, and the note that says so.
struct Chosen {
  std::string label;  // as the files say; empty: they say none
  std::string note;
};

// `labels`: the authorities in the files, by their names where they are known.
Chosen choose_authority(const std::vector<std::string>& labels, const std::string& wanted,
                        const Identities& all) {
  const auto known = [&](const std::string& text) { return find_authority(all, text, kLastPublishedYear); };
  const auto list = [&] {
    constexpr std::size_t kShown = 10;
    const std::vector<std::string> first(
        labels.begin(), labels.begin() + static_cast<std::ptrdiff_t>(std::min(kShown, labels.size())));
    return fmt::format("{}{}", fmt::join(first, ", "),
                       labels.size() > kShown ? fmt::format(" and {} more", labels.size() - kShown) : "");
  };
  if (labels.empty()) return {};
  if (!wanted.empty()) {
    const auto* const authority = known(wanted);
    const std::string name = lower_case(authority == nullptr ? wanted : authority->name);
    const auto found =
        std::ranges::find_if(labels, [&](const std::string& label) { return lower_case(label) == name; });
    if (found != labels.end()) return {*found, ""};
    if (labels.size() > 1 || known(labels.front()) != nullptr)
      throw UsageError(with_suggestion(
          fmt::format("--authority: the returns are of {}, not of {}", list(), wanted), wanted, labels));
    return {labels.front(),
            fmt::format("the returns call their authority {}; taken as {}, as --authority says",
                        labels.front(), authority == nullptr ? wanted : authority->name)};
  }
  if (labels.size() > 1)
    throw DataError(fmt::format(
        "the returns are of {} authorities, which are not counted together: {}. Choose one, for example "
        "--authority \"{}\", and profile each into a folder of its own (-o)",
        labels.size(), list(), labels.front()));
  return {labels.front(), fmt::format("the returns are of {}, as they say themselves", labels.front())};
}

constexpr std::array<std::pair<const char*, const char*>, 3> kPublished = {
    {{"looked_after", "cla_at31"}, {"care_entries", "cla_started"}, {"care_exits", "cla_ceased"}}};

// In the order of kPublished; blank where nothing is published.
using PublishedYear = std::array<std::optional<double>, kPublished.size()>;

std::map<int, PublishedYear> published_figures(const std::string& code) {
  std::map<int, PublishedYear> figures;
  if (code.empty()) return figures;
  const CsvTable history(find_england_tables() / "history.csv");
  for (std::size_t row = 0; row < history.rows(); ++row) {
    if (history.text(row, "code") != code) continue;
    auto& year = figures[history.required_integer(row, "year")];
    for (std::size_t i = 0; i < kPublished.size(); ++i) year[i] = history.number(row, kPublished[i].second);
  }
  return figures;
}

// ---- The summary ----

std::string whole(std::size_t count) {
  return grouped(static_cast<double>(count));
}

std::string shown(const Cell* cell) {
  if (cell == nullptr) return "";
  return cell->hidden ? "hidden" : grouped(cell->value);
}

void print_found(const Read& read) {
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
void print_examples(const Read& read) {
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

std::vector<Comparison> print_years(const Read& read) {
  const auto published = published_figures(read.header.authority_code);
  std::vector<Comparison> comparisons;
  fmt::print("\nYear to 31 March  {:>14}{:>12}{:>12}{:>12}\n", "", "looked after", "entries", "exits");
  for (const int year : read.profile.years) {
    fmt::print("{:<18}{:<14}", year, "returns");
    for (const auto& [measure, column] : kPublished)
      fmt::print("{:>12}", shown(read.profile.find(year, measure)));
    fmt::print("\n");
    const auto known = published.find(year);
    if (known == published.end()) continue;
    std::string differences;
    fmt::print("{:<18}{:<14}", "", "published");
    for (std::size_t i = 0; i < kPublished.size(); ++i) {
      const auto& value = known->second[i];
      const Cell* const own = read.profile.find(year, kPublished[i].first);
      const bool comparable = value && own != nullptr && !own->hidden;
      fmt::print("{:>12}", value ? grouped(*value) : "-");
      differences += fmt::format("{:>12}", comparable ? hearth::shown(own->value - *value, 0, true) : "-");
      if (comparable) comparisons.push_back({year, kPublished[i].first, own->value, *value});
    }
    fmt::print("\n{:<18}{:<14}{}\n", "", "difference", differences);
  }
  return comparisons;
}

void print_advice(const Read& read, const std::vector<Comparison>& comparisons) {
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

void print_summary_of(const Read& read, const fs::path& folder) {
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
  Read read;
  const fs::path folder = output_folder(options);
  require_replaceable(folder);
  const Identities identities = load_authority_identities(find_england_tables());
  const KnownAuthority known = [&](std::string_view text) {
    const auto* const found = find_authority(identities, text, kLastPublishedYear);
    return found == nullptr ? std::string() : found->name;
  };
  // Numbers in paths are seldom codes of authorities.
  const auto names_authority = [&](std::string_view text) {
    return std::ranges::none_of(text, [](char c) { return c >= '0' && c <= '9'; }) && !known(text).empty();
  };
  const NamedValues identity = build_identity();
  read.header.hearth_version = std::ranges::find(identity, "hearth", &NamedValues::value_type::first)->second;
  read.header.small_counts_shown = options.show_small_counts;

  read.found = find_returns(options.input, names_authority);
  const std::string wanted = without_invisible(options.authority);
  const Chosen chosen = choose_authority(authorities_of(read.found, known), wanted, identities);
  const std::string& named = wanted.empty() ? chosen.label : wanted;
  if (!chosen.label.empty() && known(named).empty()) {
    read.header.authority_name = named;
  } else if (!named.empty()) {
    const AuthorityIdentity authority = identify(identities, named);
    read.header.authority_code = std::to_string(authority.code);
    read.header.authority_name = authority.name;
  }
  Rows rows = read_rows(read.found, read.ledger, chosen.label, known);
  if (!chosen.note.empty()) read.notes.push_back(chosen.note);
  read.notes.insert(read.notes.end(), rows.notes.begin(), rows.notes.end());
  require_readable(read.ledger, read.found);
  read.warnings = check_continuity(rows);
  const WeeklyCosts costs = rows.costs;
  const Histories histories = build_histories(std::move(rows), read.ledger);
  require_readable(read.ledger, read.found);
  read.profile = build_profile(histories, costs);
  if (!options.show_small_counts) read.hidden = hide_small_counts(read.profile);

  write_folder(folder, read);
  if (options.json)
    fmt::print("{}", profile_json(read.profile, read.ledger, read.header));
  else
    print_summary_of(read, folder);
  for (const auto& warning : read.warnings)
    fmt::print(stderr, "{} {}\n", coloured(stderr, Colour::kYellow, "hearth:"), warning);
  if (options.show_small_counts)
    fmt::print(stderr,
               "{} counts of 1 to 5 are shown: keep these files where the returns themselves may be kept\n",
               coloured(stderr, Colour::kYellow, "hearth:"));
  return ExitCode::kOk;
}

}  // namespace

Command add_profile(CLI::App& program) {
  CLI::App* const app =
      program.add_subcommand("profile", "Turn a council's own SSDA903 returns into counts, on this machine");
  const auto options = std::make_shared<Options>();
  app->add_option("RETURNS", options->input,
                  "Folder, zip or XML with header and episodes of one or more years")
      ->required();
  add_output(*app, options->output, "outputs/profile", "FOLDER");
  add_authority(*app, options->authority);
  app->add_flag("--show-small-counts", options->show_small_counts, "Do not hide counts of 1 to 5");
  add_json(*app, options->json);
  app->footer(
      R"(Nothing leaves this machine. The profile holds counts and no child's number; rows with faults are
dropped or fixed by rules, counted, and listed in problems.csv by file and row.

Examples:
  hearth profile scenarios/examples/ssda903
  hearth profile returns.zip --authority 305 -o outputs/bromley)");
  return {app, [options] { return profile(*options); }};
}

}  // namespace hearth
