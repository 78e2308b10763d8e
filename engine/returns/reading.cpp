#include "returns/reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <set>

#include "core/error.hpp"
#include "core/nearest.hpp"
#include "returns/table.hpp"

namespace hearth::returns {
namespace {

// A name may say the year in which a return's year begins, or in which the return was made. It is taken to do
// so where at least so many episodes, and this share of them, start in the next year, or none in the one that
// is named.
constexpr std::size_t kStartsElsewhere = 3;
constexpr double kStartsElsewhereShare = 0.05;

enum EpisodeColumn : std::size_t { kChild, kDecom, kRne, kLs, kPlace, kDec, kRec, kProvider, kChangeReason };
constexpr std::array<std::string_view, 7> kEpisodeColumns = {"CHILD", "DECOM", "RNE", "LS",
                                                             "PLACE", "DEC",   "REC"};
constexpr std::array<std::string_view, 2> kMoreEpisodeColumns = {"PLACE_PROVIDER", "REASON_PLACE_CHANGE"};
constexpr std::array<std::string_view, 2> kHeaderColumns = {"CHILD", "DOB"};
constexpr std::array<std::string_view, 1> kUnaccompaniedColumns = {"CHILD"};
constexpr std::array<std::string_view, 2> kMoreUnaccompaniedColumns = {"DOB", "DUC"};
constexpr std::array<std::string_view, 2> kCostColumns = {"PLACE", "WEEKLY_GBP"};
constexpr std::array<std::string_view, 2> kPlacementColumns = {"PLACE", "PLACEMENT"};
constexpr std::array<std::string_view, 1> kProviderColumn = {"PLACE_PROVIDER"};

std::string capitals(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return out;
}

class Reader {
 public:
  Reader(const FoundFiles& found, Ledger& ledger) : found_(found), ledger_(ledger) {}

  Rows read() {
    find_years();
    read_placement_codes();
    for (index_ = 0; index_ < found_.files.size(); ++index_) {
      file_dates_year_first_ = 0;
      switch (file().kind) {
        case FileKind::kEpisodes:
          read_episodes();
          break;
        case FileKind::kHeader:
          read_header();
          break;
        case FileKind::kUnaccompanied:
          read_unaccompanied();
          break;
        case FileKind::kCosts:
          read_costs();
          break;
        case FileKind::kPlacementCodes:
          break;
      }
      if (file_dates_year_first_ > 0)
        rows_.notes.push_back(fmt::format("{}: {} dates are written year first (2020-03-31); read as such",
                                          file().name, file_dates_year_first_));
    }
    rows_.children = children_.size();
    return std::move(rows_);
  }

 private:
  const ReturnFile& file() const { return found_.files[index_]; }
  RowPlace at(const ReturnTable& table) const {
    return {static_cast<std::uint32_t>(index_), static_cast<std::uint32_t>(table.line())};
  }
  // Spreadsheets drop zeros in front of a number.
  std::uint32_t child(std::string_view number) {
    while (number.size() > 1 && number.front() == '0') number.remove_prefix(1);
    const auto next = static_cast<std::uint32_t>(children_.size());
    return children_.try_emplace(capitals(number), next).first->second;
  }
  DateCell date(std::string_view cell) {
    const DateCell out = read_date(cell);
    if (out.year_first && out.day) ++file_dates_year_first_;
    return out;
  }

  // ---- The year of each file ----

  // How many episodes start in each year.
  std::map<int, std::size_t> starts_by_year(const ReturnFile& source) const {
    ReturnTable table(source, kEpisodeColumns, kMoreEpisodeColumns);
    std::map<int, std::size_t> starts;
    while (table.next())
      if (const auto start = read_date(table.text(kDecom)).day) ++starts[return_year(*start)];
    return starts;
  }

  int year_of_episodes(const ReturnFile& source) {
    const auto starts = starts_by_year(source);
    std::size_t rows = 0;
    for (const auto& [year, count] : starts) rows += count;
    if (source.year == 0) {
      if (starts.empty())
        throw DataError(fmt::format(
            "{}: neither the name nor the data say of which year this return is; give the year in the name, "
            "such as 2020/episodes.csv for the year to 31 March 2020",
            source.name));
      const int year = starts.rbegin()->first;
      rows_.notes.push_back(fmt::format(
          "{}: no year in its name; read as the year to 31 March {}, in which its last episode starts",
          source.name, year));
      return year;
    }
    const auto starting = [&](int year) { return starts.contains(year) ? starts.at(year) : 0; };
    const auto many = [&](std::size_t count) {
      return count >= kStartsElsewhere &&
             static_cast<double>(count) >= kStartsElsewhereShare * static_cast<double>(rows);
    };
    shift_ = many(starting(source.year + 1))                                 ? 1
             : starting(source.year) == 0 && many(starting(source.year - 1)) ? -1
                                                                             : 0;
    if (shift_ == 0) return source.year;
    const int year = source.year + shift_;
    rows_.notes.push_back(fmt::format(
        "{}: its name says {}, but {} after 31 March {}; read as the year to 31 March {}", source.name,
        source.year, shift_ > 0 ? "many of its episodes start" : "none of its episodes starts",
        shift_ > 0 ? source.year : year, year));
    return year;
  }

  // Header and other files go with the episodes: by the year in their name (moved where those of the episodes
  // are), else as the latest in their folder, else as the latest of all.
  int year_beside(const ReturnFile& source) const {
    if (source.year != 0) {
      for (std::size_t i = 0; i < years_.size(); ++i)
        if (found_.files[i].kind == FileKind::kEpisodes && found_.files[i].year == source.year)
          return years_[i];
      return source.year + shift_;
    }
    const auto folder = [](const std::string& name) { return name.substr(0, name.rfind('/') + 1); };
    int in_folder = 0;
    int latest = 0;
    for (std::size_t i = 0; i < years_.size(); ++i) {
      if (found_.files[i].kind != FileKind::kEpisodes) continue;
      latest = std::max(latest, years_[i]);
      if (folder(found_.files[i].name) == folder(source.name)) in_folder = std::max(in_folder, years_[i]);
    }
    return in_folder != 0 ? in_folder : latest;
  }

  void find_years() {
    years_.assign(found_.files.size(), 0);
    std::map<int, std::string> episodes;
    for (std::size_t i = 0; i < years_.size(); ++i) {
      const auto& source = found_.files[i];
      if (source.kind != FileKind::kEpisodes) continue;
      years_[i] = year_of_episodes(source);
      const auto [other, first] = episodes.try_emplace(years_[i], source.name);
      if (!first)
        rows_.notes.push_back(fmt::format("{} and {}: both are of the year to 31 March {}; read together",
                                          other->second, source.name, years_[i]));
    }
    for (std::size_t i = 0; i < years_.size(); ++i)
      if (found_.files[i].kind != FileKind::kEpisodes) years_[i] = year_beside(found_.files[i]);
    for (const auto& [year, name] : episodes) rows_.years.push_back(year);
    for (std::size_t i = 1; i < rows_.years.size(); ++i)
      for (int year = rows_.years[i - 1] + 1; year < rows_.years[i]; ++year)
        rows_.notes.push_back(fmt::format(
            "no return of the year to 31 March {}: the profile has no figures of that year", year));
  }

  // ---- Rows ----

  // False where the row is dropped; counts it as read either way.
  bool sound(const ReturnTable& table, FileKind kind) {
    ledger_.read(kind);
    if (table.too_long()) return drop(table, kind, Rule::kTooManyFields, {}, {});
    if (table.too_short()) return drop(table, kind, Rule::kTooFewFields, {}, {});
    if (table.text(0).empty() && kind != FileKind::kCosts && kind != FileKind::kPlacementCodes)
      return drop(table, kind, Rule::kBlankChild, "CHILD", {});
    return true;
  }

  bool drop(const ReturnTable& table, FileKind kind, Rule rule, std::string_view column, std::string found) {
    ledger_.note(kind, at(table), rule, column, std::move(found));
    return false;
  }

  void mend(const ReturnTable& table, Rule rule, std::string_view column, std::string found) {
    ledger_.note(file().kind, at(table), rule, column, std::move(found));
  }

  // Days of events are shown as they stand, where they look like days.
  static std::string shown_date(std::string_view cell) {
    const bool dated = cell.size() <= 10 && cell.find_first_not_of("0123456789/-") == cell.npos &&
                       cell.find_first_of("/-") != cell.npos;
    return dated ? std::string(cell) : shown(cell);
  }

  void read_episodes() {
    ReturnTable table(file(), kEpisodeColumns, kMoreEpisodeColumns);
    while (table.next()) {
      if (!sound(table, FileKind::kEpisodes)) continue;
      EpisodeRow row;
      row.at = at(table);
      row.year = years_[index_];
      if (!read_span(table, row)) continue;
      row.child = child(table.text(kChild));
      read_codes(table, row);
      rows_.episodes.push_back(std::move(row));
    }
  }

  bool read_span(const ReturnTable& table, EpisodeRow& row) {
    constexpr FileKind kKind = FileKind::kEpisodes;
    const DateCell start = date(table.text(kDecom));
    if (!start.day) return drop(table, kKind, Rule::kBadStart, "DECOM", shown_date(table.text(kDecom)));
    const Day last_day = year_end(row.year);
    if (*start.day > last_day)
      return drop(table, kKind, Rule::kStartsAfterReturn, "DECOM", date_text(*start.day));
    row.start = *start.day;

    const DateCell end = date(table.text(kDec));
    const std::string code = capitals(table.text(kRec));
    if (end.day && *end.day < row.start)
      return drop(table, kKind, Rule::kEndsBeforeStart, "DEC", date_text(*end.day));
    if (end.day && *end.day > last_day) {
      mend(table, Rule::kEndsAfterReturn, "DEC", date_text(*end.day));
      return true;
    }
    row.end = end.day;
    if (!end.day && !end.blank) {
      mend(table, Rule::kBadEnd, "DEC", shown_date(table.text(kDec)));
      if (exit_reason(code)) row.end = last_day;
    }
    if (row.end)
      read_reason_ended(table, code, row);
    else if (end.blank && !code.empty())
      mend(table, Rule::kReasonWithoutEnd, "REC", shown(code));
    return true;
  }

  void read_reason_ended(const ReturnTable& table, const std::string& code, EpisodeRow& row) {
    if (code == "X1" || exit_reason(code))
      row.end_code = code;
    else
      mend(table, code.empty() ? Rule::kNoReasonEnded : Rule::kBadReasonEnded, "REC", shown(code));
  }

  void read_codes(const ReturnTable& table, EpisodeRow& row) {
    const std::string rne = capitals(table.text(kRne));
    if (is_reason_for_new_episode(rne))
      row.new_episode = rne.front();
    else
      mend(table, Rule::kBadReasonForNewEpisode, "RNE", shown(rne));

    const std::string ls = capitals(table.text(kLs));
    row.short_break = is_short_break(ls);
    if (const auto known = legal_status(ls))
      row.legal_status = *known;
    else
      mend(table, Rule::kBadLegalStatus, "LS", shown(ls));

    const std::string by = capitals(table.text(kProvider));
    if (const auto known = provider(by))
      row.provider = *known;
    else if (!by.empty())
      mend(table, Rule::kBadProvider, "PLACE_PROVIDER", shown(by));

    row.place = capitals(table.text(kPlace));
    if (const auto known = placement_of(row.place, row.provider)) {
      row.placement = *known;
    } else {
      mend(table, Rule::kBadPlace, "PLACE", shown(row.place));
      row.place.clear();
    }

    const std::string change = capitals(table.text(kChangeReason));
    if (is_placement_change_reason(change))
      row.change_reason = change;
    else if (!change.empty())
      mend(table, Rule::kBadPlacementChangeReason, "REASON_PLACE_CHANGE", shown(change));
  }

  void read_header() {
    ReturnTable table(file(), kHeaderColumns, {});
    while (table.next()) {
      if (!sound(table, FileKind::kHeader)) continue;
      const DateCell born = date(table.text(1));
      // A date of birth is not written down, right or wrong; nor is DUC, often the 18th birthday.
      if (!born.day)
        drop(table, FileKind::kHeader, Rule::kBadDateOfBirth, "DOB", shown(table.text(1)));
      else
        rows_.headers.push_back({at(table), years_[index_], child(table.text(0)), *born.day});
    }
  }

  void read_unaccompanied() {
    ReturnTable table(file(), kUnaccompaniedColumns, kMoreUnaccompaniedColumns);
    while (table.next()) {
      if (!sound(table, FileKind::kUnaccompanied)) continue;
      const DateCell ended = date(table.text(2));
      if (!ended.day && !ended.blank) mend(table, Rule::kBadUnaccompaniedEnd, "DUC", shown(table.text(2)));
      rows_.unaccompanied.push_back(
          {at(table), years_[index_], child(table.text(0)), date(table.text(1)).day, ended.day});
    }
  }

  // ---- What councils add ----

  // PLACE and PLACE_PROVIDER of a row of costs or placement codes; empty where they are none.
  std::optional<std::pair<std::string, std::optional<Provider>>> read_place(const ReturnTable& table,
                                                                            FileKind kind) {
    const std::string place = capitals(table.text(0));
    const std::string by = capitals(table.text(2));
    const auto known = provider(by);
    if (!placement(place, Provider::kNotGiven) && kind == FileKind::kCosts && !own_code(place))
      drop(table, kind, Rule::kBadPlacement, "PLACE", shown(place));
    else if (place.empty())
      drop(table, kind, Rule::kBadPlacement, "PLACE", {});
    else if (!by.empty() && !known)
      drop(table, kind, Rule::kBadPlacement, "PLACE_PROVIDER", shown(by));
    else
      return std::pair{place, known};
    return std::nullopt;
  }

  bool own_code(const std::string& place) const {
    return std::ranges::any_of(own_placements_, [&](const auto& row) { return row.first.first == place; });
  }

  void read_costs() {
    ReturnTable table(file(), kCostColumns, kProviderColumn);
    while (table.next()) {
      if (!sound(table, FileKind::kCosts)) continue;
      const auto place = read_place(table, FileKind::kCosts);
      if (!place) continue;
      std::string cell(table.text(1));
      std::erase(cell, ',');
      double weekly = 0.0;
      const auto [stop, error] = std::from_chars(cell.data(), cell.data() + cell.size(), weekly);
      if (error != std::errc{} || stop != cell.data() + cell.size() || !std::isfinite(weekly) ||
          weekly < 0.0) {
        drop(table, FileKind::kCosts, Rule::kBadCost, "WEEKLY_GBP", shown(table.text(1)));
      } else if (rows_.costs.try_emplace(*place, weekly).second) {
        ledger_.used(FileKind::kCosts);
      } else {
        drop(table, FileKind::kCosts, Rule::kDuplicate, "PLACE", place->first);
      }
    }
  }

  void read_placement_codes() {
    for (index_ = 0; index_ < found_.files.size(); ++index_) {
      if (file().kind != FileKind::kPlacementCodes) continue;
      ReturnTable table(file(), kPlacementColumns, kProviderColumn);
      while (table.next()) {
        if (!sound(table, FileKind::kPlacementCodes)) continue;
        const auto place = read_place(table, FileKind::kPlacementCodes);
        if (!place) continue;
        const auto name = std::ranges::find(kPlacementNames, lower_case(table.text(1)));
        if (name == kPlacementNames.end()) {
          drop(table, FileKind::kPlacementCodes, Rule::kBadPlacement, "PLACEMENT", shown(table.text(1)));
        } else if (own_placements_.try_emplace(*place, static_cast<Placement>(name - kPlacementNames.begin()))
                       .second) {
          ledger_.used(FileKind::kPlacementCodes);
        } else {
          drop(table, FileKind::kPlacementCodes, Rule::kDuplicate, "PLACE", place->first);
        }
      }
    }
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
  Rows rows_;
  std::vector<int> years_;  // of each file
  int shift_ = 0;           // what names of files say too little, in years
  std::size_t index_ = 0;
  std::size_t file_dates_year_first_ = 0;
  std::unordered_map<std::string, std::uint32_t> children_;
  std::map<std::pair<std::string, std::optional<Provider>>, Placement> own_placements_;
};

}  // namespace

Rows read_rows(const FoundFiles& found, Ledger& ledger) {
  return Reader(found, ledger).read();
}

}  // namespace hearth::returns
