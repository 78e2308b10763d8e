#include "returns/reading.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "core/error.hpp"
#include "core/nearest.hpp"
#include "core/text.hpp"
#include "core/words.hpp"

namespace hearth::returns {
namespace {

// A name may say the year in which a return's year begins, or in which the return was made; a table may hold
// several returns without saying of which its rows are. It is taken to be so where at least so many episodes
// or children, and this share of them, are elsewhere.
constexpr std::size_t kElsewhere = 3;
constexpr double kElsewhereShare = 0.05;

bool many(std::size_t count, std::size_t of) {
  return count >= kElsewhere && static_cast<double>(count) >= kElsewhereShare * static_cast<double>(of);
}

// What columns are called: in the return first, then elsewhere.
using Names = std::vector<std::string_view>;
const Names kChildNames = {"CHILD", "CHILDID", "CHILD_ID", "CHILD_UNIQUE_ID"};
const Names kBornNames = {"DOB", "DATE_OF_BIRTH"};
const Names kPlaceNames = {"PLACE", "PL"};
const Names kProviderNamesOfColumn = {"PLACE_PROVIDER", "PL_PROVIDER", "PROVIDER"};
const Names kYearNames = {"YEAR",           "RETURN_YEAR",    "COLLECTION_YEAR",
                          "FINANCIAL_YEAR", "REPORTING_YEAR", "SUBMISSION_YEAR",
                          "YEAR_ENDING",    "TIME_PERIOD",    "YR"};
const Names kAuthorityNames = {"LA",      "LA_NAME", "LA_CODE",   "LANAME", "LACODE", "LOCAL_AUTHORITY",
                               "COUNCIL", "LEA",     "AUTHORITY", "LAD"};

enum EpisodeColumn : std::size_t { kChild, kDecom, kRne, kLs, kPlace, kDec, kRec, kProvider, kChangeReason };
const std::vector<Names> kEpisodeColumns = {kChildNames, {"DECOM"}, {"RNE"}, {"LS"},
                                            kPlaceNames, {"DEC"},   {"REC"}};
const std::vector<Names> kMoreEpisodeColumns = {kProviderNamesOfColumn, {"REASON_PLACE_CHANGE"}};
const std::vector<Names> kHeaderColumns = {kChildNames, kBornNames};
const std::vector<Names> kUnaccompaniedColumns = {kChildNames};
const std::vector<Names> kMoreUnaccompaniedColumns = {kBornNames, {"DUC"}};
const std::vector<Names> kCostColumns = {kPlaceNames, {"WEEKLY_GBP"}};
const std::vector<Names> kPlacementColumns = {kPlaceNames, {"PLACEMENT"}};
const std::vector<Names> kProviderColumn = {kProviderNamesOfColumn};

std::optional<std::size_t> find_column(const CsvTable& table, const Names& names) {
  for (const auto name : names)
    if (const auto found = table.find_column(name)) return found;
  return std::nullopt;
}

std::string capitals(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return out;
}

// 700100.0 is 700100: programs write whole numbers so.
std::string_view whole(std::string_view cell) {
  const auto dot = cell.find('.');
  const bool made_so = dot != cell.npos && dot > 0 && dot + 1 < cell.size() &&
                       std::ranges::all_of(cell.substr(0, dot), is_digit) &&
                       std::ranges::all_of(cell.substr(dot + 1), [](char c) { return c == '0'; });
  return made_so ? cell.substr(0, dot) : cell;
}

// 7.001E+05: a number whose last digits a spreadsheet may have dropped.
bool is_rounded(std::string_view cell) {
  const auto e = cell.find_first_of("eE");
  return e != cell.npos && e > 0 && e + 1 < cell.size() && (cell[e + 1] == '+' || cell.find('.') < e) &&
         cell.substr(0, e).find_first_not_of("0123456789.") == cell.npos &&
         cell.substr(e + 1).find_first_not_of("+0123456789") == cell.npos;
}

// The code that starts a cell such as "U4 - Foster placement": its letters and digits up to the first other
// sign.
std::string code_of(std::string_view cell) {
  const std::string text = capitals(cell);
  const auto end = std::ranges::find_if(text, [](unsigned char c) { return std::isalnum(c) == 0; });
  return {text.begin(), end};
}

// A row of a table by the columns that are used, as `required` and then `optional` list them.
class Columns {
 public:
  // Throws DataError where a required column is missing or one that is used is there twice.
  Columns(const CsvTable& table, const std::vector<Names>& required, const std::vector<Names>& optional)
      : table_(table) {
    std::vector<std::string_view> missing;
    for (const auto& names : required) {
      positions_.push_back(find_column(table, names));
      if (!positions_.back())
        missing.push_back(names.front());
      else
        least_ = std::max(least_, *positions_.back() + 1);
    }
    for (const auto& names : optional) positions_.push_back(find_column(table, names));
    if (missing.empty()) return;
    std::vector<std::string_view> wanted;
    for (const auto& names : required) wanted.push_back(names.front());
    throw DataError(fmt::format(
        "{}: column{} missing; found {}. Expected {} in the first line: add what is missing, or export the "
        "file again with its header",
        table.name(),
        missing.size() == 1 ? fmt::format(" {} is", missing[0])
                            : fmt::format("s {} are", fmt::join(missing, ", ")),
        count_text(table.columns().size(), "column", "columns"), fmt::join(wanted, ", ")));
  }

  const std::string& text(std::size_t row, std::size_t column) const {
    static const std::string kNothing;
    return positions_[column] ? table_.text(row, *positions_[column]) : kNothing;
  }
  // A row that stops before its last required column is too short, one that goes on after all columns too
  // long.
  bool too_short(std::size_t row) const { return table_.width(row) < least_; }
  bool too_long(std::size_t row) const { return table_.extra(row); }

 private:
  const CsvTable& table_;
  std::vector<std::optional<std::size_t>> positions_;
  std::size_t least_ = 0;  // fields that a row must have
};

// Of what authority each row of a file is: by its column, else by what the path says.
class Labels {
 public:
  Labels(const ReturnFile& file, const KnownAuthority& known)
      : file_(file), known_(known), column_(find_column(file.table, kAuthorityNames)) {}

  const std::string& of(std::size_t row) {
    const std::string_view cell = column_ ? whole(file_.table.text(row, *column_)) : std::string_view();
    const std::string said(cell.empty() ? file_.authority : cell);
    const auto [name, is_new] = names_.try_emplace(said, said);
    if (is_new && known_ && !said.empty())
      if (auto full = known_(said); !full.empty()) name->second = std::move(full);
    return name->second;
  }

 private:
  const ReturnFile& file_;
  const KnownAuthority& known_;
  std::optional<std::size_t> column_;
  std::map<std::string, std::string> names_;  // by what is said
};

class ReturnsReader {
 public:
  ReturnsReader(const FoundFiles& found, Ledger& ledger, const KnownAuthority& known)
      : found_(found), ledger_(ledger), known_(known) {}

  Rows read(const std::string& authority) {
    find_ours(authority);
    find_years();
    each_file(FileKind::kPlacementCodes, &ReturnsReader::read_placement_codes);
    each_file(FileKind::kEpisodes, &ReturnsReader::read_episodes);
    each_file(FileKind::kHeader, &ReturnsReader::read_header);
    each_file(FileKind::kUnaccompanied, &ReturnsReader::read_unaccompanied);
    each_file(FileKind::kCosts, &ReturnsReader::read_costs);
    rows_.children = children_.size();
    return std::move(rows_);
  }

 private:
  // What is known of the year of a file's rows.
  struct Years {
    int year = 0;           // of all rows, or of the latest return
    int first = 0;          // of the earliest return where the table holds several without saying so
    std::vector<int> rows;  // of each row, where a column says it; 0: it says none
    bool several() const { return first < year; }
  };

  // Whose a row is: of the authority that is read, of another, or of none that is said.
  enum class Whose : std::uint8_t { kOurs, kOther, kNotSaid };

  void find_ours(const std::string& authority) {
    whose_.resize(found_.files.size());
    if (authority.empty()) return;
    const bool several = authorities_of(found_, known_).size() > 1;
    const std::string wanted = lower_case(authority);
    for (std::size_t i = 0; i < found_.files.size(); ++i) {
      const ReturnFile& source = found_.files[i];
      if (source.kind == FileKind::kCosts || source.kind == FileKind::kPlacementCodes) continue;
      Labels labels(source, known_);
      const bool says = find_column(source.table, kAuthorityNames) || !source.authority.empty();
      for (std::size_t row = 0; row < source.table.rows(); ++row) {
        const std::string& label = labels.of(row);
        whose_[i].push_back(lower_case(label) == wanted ? Whose::kOurs
                            : !label.empty()            ? Whose::kOther
                            : several && says           ? Whose::kNotSaid
                                                        : Whose::kOurs);
      }
    }
  }
  Whose whose(std::size_t file, std::size_t row) const {
    return whose_[file].empty() ? Whose::kOurs : whose_[file][row];
  }

  void each_file(FileKind kind, void (ReturnsReader::*take)()) {
    for (index_ = 0; index_ < found_.files.size(); ++index_) {
      if (file().kind != kind) continue;
      forms_.fill(0);
      (this->*take)();
      note_forms();
    }
  }

  const ReturnFile& file() const { return found_.files[index_]; }
  const CsvTable& table() const { return file().table; }
  int year_of(std::size_t row) const {
    const Years& years = years_[index_];
    return years.rows.empty() ? years.year : years.rows[row];
  }
  RowPlace at(std::size_t row) const {
    return {static_cast<std::uint32_t>(index_), static_cast<std::uint32_t>(table().line(row)), year_of(row)};
  }

  // Spreadsheets drop zeros in front of a number, and mark text with an apostrophe.
  std::uint32_t child(std::string_view number) {
    if (number.starts_with('\'')) number.remove_prefix(1);
    number = whole(number);
    while (number.size() > 1 && number.front() == '0') number.remove_prefix(1);
    const auto next = static_cast<std::uint32_t>(children_.size());
    return children_.try_emplace(capitals(number), next).first->second;
  }

  DateCell date(std::string_view cell) {
    const DateCell out = read_date(cell);
    if (out.day) ++forms_.at(static_cast<std::size_t>(out.form));
    return out;
  }

  void note_forms() {
    constexpr std::array<std::string_view, kDateForms> kForms = {
        "", "are written year first (2020-03-31)", "have their month by name (31-Mar-2020)",
        "have a year of two digits (31/03/20), taken as of 1970 to 2069",
        "are day numbers of a spreadsheet (43921 is 31/03/2020)"};
    for (std::size_t i = 1; i < kDateForms; ++i)
      if (forms_.at(i) > 0)
        rows_.notes.push_back(
            fmt::format("{}: {} dates {}; read as such", file().name, forms_.at(i), kForms.at(i)));
  }

  // ---- The year of each file, or of each row ----

  // 0 where a cell says none, or several.
  static std::vector<int> years_by_column(const ReturnFile& source, std::size_t column) {
    std::vector<int> out;
    for (std::size_t row = 0; row < source.table.rows(); ++row) {
      const auto said = years_in(whole(source.table.text(row, column)));
      out.push_back(said.size() == 1 ? *said.begin() : 0);
    }
    return out;
  }

  void find_years() {
    years_.assign(found_.files.size(), {});
    std::map<int, std::string> episodes;
    for (std::size_t i = 0; i < years_.size(); ++i) {
      const auto& source = found_.files[i];
      if (source.kind != FileKind::kEpisodes) continue;
      std::vector<std::size_t> ours;
      for (std::size_t row = 0; row < source.table.rows(); ++row)
        if (whose(i, row) == Whose::kOurs) ours.push_back(row);
      if (ours.empty() && source.table.rows() > 0) continue;  // of other authorities
      years_[i] = years_of_episodes(source, ours);
      std::set<int> here;
      for (const std::size_t row : ours)
        if (!years_[i].rows.empty()) here.insert(years_[i].rows[row]);
      if (years_[i].rows.empty())
        for (int year = years_[i].first; year <= years_[i].year; ++year) here.insert(year);
      for (const int year : here) {
        if (year == 0) continue;
        const auto [other, first] = episodes.try_emplace(year, source.name);
        if (!first)
          rows_.notes.push_back(fmt::format("{} and {}: both are of the year to 31 March {}; read together",
                                            other->second, source.name, year));
      }
    }
    for (std::size_t i = 0; i < years_.size(); ++i)
      if (found_.files[i].kind != FileKind::kEpisodes) years_[i] = years_beside(found_.files[i]);
    for (const auto& [year, name] : episodes) rows_.years.push_back(year);
    for (std::size_t i = 1; i < rows_.years.size(); ++i)
      for (int year = rows_.years[i - 1] + 1; year < rows_.years[i]; ++year)
        rows_.notes.push_back(fmt::format(
            "no return of the year to 31 March {}: the profile has no figures of that year", year));
  }

  // `ours`: the rows that are read.
  Years years_of_episodes(const ReturnFile& source, const std::vector<std::size_t>& ours) {
    const CsvTable& table = source.table;
    const Columns columns(table, kEpisodeColumns, kMoreEpisodeColumns);
    if (table.rows() == 0)
      throw DataError(fmt::format(
          "{}: found no row below the header; a return without any episode would look as if every child had "
          "left. Export it again, or leave it out: its year then has no figures",
          source.name));
    std::map<std::size_t, int> starts;  // by row, the year in which the episode starts
    for (const std::size_t row : ours)
      if (const auto start = read_date(columns.text(row, kDecom)).day) starts[row] = return_year(*start);
    if (const auto column = find_column(table, kYearNames)) {
      std::vector<int> said = years_by_column(source, *column);
      if (std::ranges::any_of(ours, [&](std::size_t row) { return said[row] != 0; }))
        return years_of_rows(source, std::move(said), ours, starts);
    }
    Years out = year_of_file(source, starts);
    find_span(source, columns, ours, out);
    return out;
  }

  // A column that names the year in which a return's year begins, or in which it was made, is moved.
  Years years_of_rows(const ReturnFile& source, std::vector<int> said, const std::vector<std::size_t>& ours,
                      const std::map<std::size_t, int>& starts) {
    std::array<std::size_t, 3> start{};  // in the year before the one that is said, in it, after it
    for (const auto& [row, year] : starts)
      if (const int off = year - said[row]; said[row] != 0 && -1 <= off && off <= 1)
        ++start.at(static_cast<std::size_t>(off + 1));
    shift_ = many(start[2], starts.size()) ? 1 : start[1] == 0 && many(start[0], starts.size()) ? -1 : 0;
    for (int& year : said) year += year == 0 ? 0 : shift_;
    std::set<int> found;
    for (const std::size_t row : ours) found.insert(said[row]);
    found.erase(0);
    rows_.notes.push_back(fmt::format(
        "{}: told apart by its column of years: {} to 31 March {}{}", source.name,
        found.size() == 1 ? "the return of the year" : "returns of the years", fmt::join(found, ", "),
        shift_ == 0
            ? ""
            : fmt::format(" (by its dates one {} than the column says)", shift_ > 0 ? "more" : "less")));
    return {*found.rbegin(), *found.rbegin(), std::move(said)};
  }

  Years year_of_file(const ReturnFile& source, const std::map<std::size_t, int>& starts) {
    std::map<int, std::size_t> by_year;
    for (const auto& [row, year] : starts) ++by_year[year];
    if (source.year == 0) {
      if (by_year.empty())
        throw DataError(
            fmt::format("{}: neither the name nor the data say of which year this return is: no DECOM in it "
                        "is a date. Give the year in the name, such as 2020/episodes.csv for the year to 31 "
                        "March 2020, and dates as 31/03/2020",
                        source.name));
      const int year = by_year.rbegin()->first;
      rows_.notes.push_back(fmt::format(
          "{}: no year in its name; read as the year to 31 March {}, in which its last episode starts",
          source.name, year));
      return {year, year, {}};
    }
    const auto starting = [&](int year) { return by_year.contains(year) ? by_year.at(year) : 0; };
    shift_ = many(starting(source.year + 1), starts.size())                                 ? 1
             : starting(source.year) == 0 && many(starting(source.year - 1), starts.size()) ? -1
                                                                                            : 0;
    const int year = source.year + shift_;
    if (shift_ != 0)
      rows_.notes.push_back(fmt::format(
          "{}: its name says {}, but {} after 31 March {}; read as the year to 31 March {}", source.name,
          source.year, shift_ > 0 ? "many of its episodes start" : "none of its episodes starts",
          shift_ > 0 ? source.year : year, year));
    return {year, year, {}};
  }

  // A return has no episode that ended before its year. Where children are last seen in each of the years
  // before, the table holds the returns of those years too.
  void find_span(const ReturnFile& source, const Columns& columns, const std::vector<std::size_t>& ours,
                 Years& years) {
    std::map<std::string, int> last_seen;  // by child
    for (const std::size_t row : ours) {
      const DateCell end = read_date(columns.text(row, kDec));
      int& last = last_seen.try_emplace(columns.text(row, kChild), 0).first->second;
      last = std::max(last, end.day ? std::min(return_year(*end.day), years.year) : years.year);
    }
    std::map<int, std::size_t> children;
    for (const auto& [child, year] : last_seen) ++children[year];
    while (children.contains(years.first - 1) && many(children[years.first - 1], last_seen.size()))
      --years.first;
    if (years.several())
      rows_.notes.push_back(
          fmt::format("{}: children leave in every year from the one to 31 March {}, so it holds the returns "
                      "of {} to {}; read so. A column YEAR would tell them apart",
                      source.name, years.first, years.first, years.year));
  }

  // Header and other files go with the episodes: by their own column, by the year in their name (moved where
  // those of the episodes are), else as the latest in their folder, else as the latest of all.
  Years years_beside(const ReturnFile& source) const {
    const auto column = find_column(source.table, kYearNames);
    Years out;
    out.year = out.first = year_beside(source);
    if (!column) return out;
    out.rows = years_by_column(source, *column);
    for (int& year : out.rows) year = year == 0 ? out.year : year + shift_;
    return out;
  }

  int year_beside(const ReturnFile& source) const {
    if (source.year != 0) {
      for (std::size_t i = 0; i < years_.size(); ++i)
        if (years_[i].year != 0 && found_.files[i].kind == FileKind::kEpisodes &&
            found_.files[i].year == source.year)
          return years_[i].year;
      return source.year + shift_;
    }
    const auto folder = [](const std::string& name) { return name.substr(0, name.rfind('/') + 1); };
    int in_folder = 0;
    int latest = 0;
    for (std::size_t i = 0; i < years_.size(); ++i) {
      if (found_.files[i].kind != FileKind::kEpisodes) continue;
      latest = std::max(latest, years_[i].year);
      if (folder(found_.files[i].name) == folder(source.name))
        in_folder = std::max(in_folder, years_[i].year);
    }
    return in_folder != 0 ? in_folder : latest;
  }

  // ---- Rows ----

  // Calls `take` with each row of the file that is one of the chosen authority, of a year and whole; the
  // others are counted.
  template <typename Take>
  void each_row(const Columns& columns, const Take& take) {
    const bool of_children = file().kind != FileKind::kCosts && file().kind != FileKind::kPlacementCodes;
    for (std::size_t row = 0; row < table().rows(); ++row) {
      if (whose(index_, row) == Whose::kOther) {
        ledger_.read(file().kind);
        drop(row, Rule::kOtherAuthority, "LA", {});
        continue;
      }
      ledger_.read(file().kind, at(row));
      if (whose(index_, row) == Whose::kNotSaid) {
        drop(row, Rule::kNoAuthority, "LA", {});
      } else if (columns.too_long(row)) {
        drop(row, Rule::kTooManyFields, {}, {});
      } else if (columns.too_short(row)) {
        drop(row, Rule::kTooFewFields, {}, {});
      } else if (of_children && year_of(row) == 0) {
        drop(row, Rule::kBadYear, "YEAR", {});
      } else if (of_children && columns.text(row, 0).empty()) {
        drop(row, Rule::kBlankChild, "CHILD", {});
      } else if (of_children && is_rounded(columns.text(row, 0))) {
        drop(row, Rule::kRoundedChild, "CHILD", redacted_cell(columns.text(row, 0)));
      } else {
        take(row);
        continue;
      }
      if (file().kind == FileKind::kEpisodes) note_unreadable(columns, row);
    }
  }

  bool drop(std::size_t row, Rule rule, std::string_view column, std::string found) {
    ledger_.note(file().kind, at(row), rule, column, std::move(found));
    return false;
  }

  void fix(std::size_t row, Rule rule, std::string_view column, std::string found) {
    ledger_.note(file().kind, at(row), rule, column, std::move(found));
  }

  void note_unreadable(const Columns& columns, std::size_t row) {
    UnreadableRow out;
    out.year = year_of(row);
    const std::string& number = columns.text(row, kChild);
    if (!number.empty() && !is_rounded(number)) out.child = child(number);
    out.start = read_date(columns.text(row, kDecom)).day;
    rows_.unreadable.push_back(out);
  }

  // Days of events are shown as they stand, where they look like days.
  static std::string shown_date(std::string_view cell) {
    const bool dated = cell.size() <= 10 && cell.find_first_not_of("0123456789/-.") == cell.npos &&
                       cell.find_first_of("/-.") != cell.npos;
    return dated ? std::string(cell) : redacted_cell(cell);
  }

  void read_episodes() {
    const Columns columns(table(), kEpisodeColumns, kMoreEpisodeColumns);
    std::vector<EpisodeRow> read;
    each_row(columns, [&](std::size_t at_row) {
      EpisodeRow row;
      row.at = at(at_row);
      row.year = year_of(at_row);
      if (!read_span(columns, at_row, row)) {
        note_unreadable(columns, at_row);
        return;
      }
      row.child = child(columns.text(at_row, kChild));
      read_codes(columns, at_row, row);
      read.push_back(std::move(row));
    });
    if (years_[index_].several()) tell_returns_apart(read);
    note_merged_years(read);
    std::ranges::move(read, std::back_inserter(rows_.episodes));
  }

  // Of several returns in one table an episode that has ended was last in the return of that year; while it
  // was open it was in those before.
  void tell_returns_apart(std::vector<EpisodeRow>& rows) {
    std::map<std::pair<std::uint32_t, Day>, const EpisodeRow*> last;
    for (auto& row : rows) {
      if (row.end)
        row.year = row.at.year = std::clamp(return_year(*row.end), years_[index_].first, years_[index_].year);
      const EpisodeRow*& kept = last.try_emplace({row.child, row.start}, &row).first->second;
      if (!kept->end || (row.end && *row.end >= *kept->end)) kept = &row;
    }
    std::erase_if(rows, [&](const EpisodeRow& row) {
      const bool earlier = last.at({row.child, row.start}) != &row;
      if (earlier) ledger_.note(FileKind::kEpisodes, row.at, Rule::kSuperseded);
      return earlier;
    });
  }

  // Where no episode is in two returns, they were merged: that a row is not in one of them says nothing.
  void note_merged_years(const std::vector<EpisodeRow>& rows) {
    std::set<int> years;
    std::map<std::pair<std::uint32_t, Day>, int> seen;
    for (const auto& row : rows) {
      years.insert(row.year);
      if (seen.try_emplace({row.child, row.start}, row.year).first->second != row.year) return;
    }
    if (years.size() > 1) rows_.merged_years.insert(years.begin(), years.end());
  }

  bool read_span(const Columns& columns, std::size_t at_row, EpisodeRow& row) {
    const DateCell start = date(columns.text(at_row, kDecom));
    if (!start.day) return drop(at_row, Rule::kBadStart, "DECOM", shown_date(columns.text(at_row, kDecom)));
    const Day last_day = year_end(row.year);
    if (*start.day > last_day) return drop(at_row, Rule::kStartsAfterReturn, "DECOM", date_text(*start.day));
    row.start = *start.day;

    const DateCell end = date(columns.text(at_row, kDec));
    const std::string code = reason_code(columns.text(at_row, kRec));
    if (end.day && *end.day < row.start)
      return drop(at_row, Rule::kEndsBeforeStart, "DEC", date_text(*end.day));
    if (end.day && *end.day > last_day) {
      fix(at_row, Rule::kEndsAfterReturn, "DEC", date_text(*end.day));
      return true;
    }
    row.end = end.day;
    if (!end.day && !end.blank) {
      fix(at_row, Rule::kBadEnd, "DEC", shown_date(columns.text(at_row, kDec)));
      if (exit_reason(code)) row.end = last_day;
    }
    if (row.end)
      read_reason_ended(at_row, code, row);
    else if (end.blank && !code.empty() && code != "X1")
      fix(at_row, Rule::kReasonWithoutEnd, "REC", redacted_cell(code));
    return true;
  }

  static std::string reason_code(const std::string& cell) {
    const std::string code = code_of(cell);
    return code == "X1" || exit_reason(code) ? code : capitals(cell);
  }

  void read_reason_ended(std::size_t at_row, const std::string& code, EpisodeRow& row) {
    if (code == "X1" || exit_reason(code))
      row.end_code = code;
    else
      fix(at_row, code.empty() ? Rule::kNoReasonEnded : Rule::kBadReasonEnded, "REC", redacted_cell(code));
  }

  void read_codes(const Columns& columns, std::size_t at_row, EpisodeRow& row) {
    const std::string rne = code_of(columns.text(at_row, kRne));
    if (is_reason_for_new_episode(rne))
      row.new_episode = rne.front();
    else
      fix(at_row, Rule::kBadReasonForNewEpisode, "RNE", redacted_cell(columns.text(at_row, kRne)));

    const std::string ls = code_of(columns.text(at_row, kLs));
    row.short_break = is_short_break(ls);
    if (const auto known = legal_status(ls))
      row.legal_status = *known;
    else
      fix(at_row, Rule::kBadLegalStatus, "LS", redacted_cell(columns.text(at_row, kLs)));

    const std::string& by = columns.text(at_row, kProvider);
    if (const auto known = provider(code_of(by)))
      row.provider = *known;
    else if (!by.empty())
      fix(at_row, Rule::kBadProvider, "PLACE_PROVIDER", redacted_cell(by));

    // A code of the council's own may have any signs in it.
    const std::string own = capitals(whole(columns.text(at_row, kPlace)));
    for (const auto& place : {own, code_of(own)})
      if (const auto known = placement_of(place, row.provider); known && row.place.empty()) {
        row.placement = *known;
        row.place = place;
      }
    if (row.place.empty()) fix(at_row, Rule::kBadPlace, "PLACE", redacted_cell(own));

    const std::string& change = columns.text(at_row, kChangeReason);
    if (const std::string code = code_of(change); is_placement_change_reason(code))
      row.change_reason = code;
    else if (!change.empty())
      fix(at_row, Rule::kBadPlacementChangeReason, "REASON_PLACE_CHANGE", redacted_cell(change));
  }

  void read_header() {
    const Columns columns(table(), kHeaderColumns, {});
    each_row(columns, [&](std::size_t row) {
      const DateCell born = date(columns.text(row, 1));
      // A date of birth is not written down, right or wrong; nor is DUC, often the 18th birthday.
      if (!born.day)
        drop(row, Rule::kBadDateOfBirth, "DOB", redacted_cell(columns.text(row, 1)));
      else
        rows_.headers.push_back({at(row), year_of(row), child(columns.text(row, 0)), *born.day});
    });
  }

  void read_unaccompanied() {
    const Columns columns(table(), kUnaccompaniedColumns, kMoreUnaccompaniedColumns);
    each_row(columns, [&](std::size_t row) {
      const DateCell ended = date(columns.text(row, 2));
      if (!ended.day && !ended.blank)
        fix(row, Rule::kBadUnaccompaniedEnd, "DUC", redacted_cell(columns.text(row, 2)));
      rows_.unaccompanied.push_back(
          {at(row), year_of(row), child(columns.text(row, 0)), date(columns.text(row, 1)).day, ended.day});
    });
  }

  // ---- What councils add ----

  // PLACE and PLACE_PROVIDER of a row of costs or placement codes; empty where they are none.
  std::optional<std::pair<std::string, std::optional<Provider>>> read_place(const Columns& columns,
                                                                            std::size_t row) {
    const std::string place = capitals(whole(columns.text(row, 0)));
    const std::string by = capitals(columns.text(row, 2));
    const auto known = provider(by);
    if (!placement(place, Provider::kNotGiven) && file().kind == FileKind::kCosts && !own_code(place))
      drop(row, Rule::kBadPlacement, "PLACE", redacted_cell(place));
    else if (place.empty())
      drop(row, Rule::kBadPlacement, "PLACE", {});
    else if (!by.empty() && !known)
      drop(row, Rule::kBadPlacement, "PLACE_PROVIDER", redacted_cell(by));
    else
      return std::pair{place, known};
    return std::nullopt;
  }

  bool own_code(const std::string& place) const {
    return std::ranges::any_of(own_placements_, [&](const auto& row) { return row.first.first == place; });
  }

  void read_costs() {
    const Columns columns(table(), kCostColumns, kProviderColumn);
    each_row(columns, [&](std::size_t row) {
      const auto place = read_place(columns, row);
      if (!place) return;
      const std::string& cell = columns.text(row, 1);
      const auto weekly = read_number(cell);
      if (!weekly || *weekly < 0.0)
        drop(row, Rule::kBadCost, "WEEKLY_GBP", redacted_cell(cell));
      else if (rows_.costs.try_emplace(*place, *weekly).second)
        ledger_.used(FileKind::kCosts);
      else
        drop(row, Rule::kDuplicate, "PLACE", place->first);
    });
  }

  void read_placement_codes() {
    const Columns columns(table(), kPlacementColumns, kProviderColumn);
    each_row(columns, [&](std::size_t row) {
      const auto place = read_place(columns, row);
      if (!place) return;
      const auto name = std::ranges::find(kPlacementNames, lower_case(columns.text(row, 1)));
      if (name == kPlacementNames.end())
        drop(row, Rule::kBadPlacement, "PLACEMENT", redacted_cell(columns.text(row, 1)));
      else if (own_placements_.try_emplace(*place, static_cast<Placement>(name - kPlacementNames.begin()))
                   .second)
        ledger_.used(FileKind::kPlacementCodes);
      else
        drop(row, Rule::kDuplicate, "PLACE", place->first);
    });
  }

  // A council's own table comes before the codes of the return, and a row with a provider before one without.
  std::optional<Placement> placement_of(const std::string& place, Provider by) const {
    for (const std::optional<Provider>& key : {std::optional<Provider>(by), std::optional<Provider>()})
      if (const auto own = own_placements_.find({place, key}); own != own_placements_.end())
        return own->second;
    return placement(place, by);
  }

  const FoundFiles& found_;
  Ledger& ledger_;
  const KnownAuthority& known_;
  std::vector<std::vector<Whose>> whose_;  // by file and row; empty: all are ours
  Rows rows_;
  std::vector<Years> years_;  // of each file
  int shift_ = 0;             // what names of files say too little, in years
  std::size_t index_ = 0;
  std::array<std::size_t, kDateForms> forms_{};  // dates of the file, by how they are written
  std::unordered_map<std::string, std::uint32_t> children_;
  std::map<std::pair<std::string, std::optional<Provider>>, Placement> own_placements_;
};

}  // namespace

std::vector<std::string> authorities_of(const FoundFiles& found, const KnownAuthority& known) {
  std::map<std::string, std::string> names;  // by small letters
  for (const auto& file : found.files) {
    if (file.kind != FileKind::kEpisodes) continue;
    Labels labels(file, known);
    std::string before;
    for (std::size_t row = 0; row < file.table.rows(); ++row) {
      const std::string& label = labels.of(row);
      if (label.empty() || label == before) continue;
      names.try_emplace(lower_case(label), label);
      before = label;
    }
  }
  std::vector<std::string> out;
  for (auto& [key, name] : names) out.push_back(std::move(name));
  return out;
}

Rows read_rows(const FoundFiles& found, Ledger& ledger, const std::string& authority,
               const KnownAuthority& known) {
  return ReturnsReader(found, ledger, known).read(authority);
}

}  // namespace hearth::returns
