#include "returns/profile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <span>

#include "core/error.hpp"

namespace hearth::returns {
namespace {

// Durations, in bands that end before these months.
struct DurationBand {
  std::string_view name;
  int until_months;
};
constexpr std::array<DurationBand, 8> kDurations = {{{"under_1_month", 1},
                                                     {"1_to_3_months", 3},
                                                     {"3_to_6_months", 6},
                                                     {"6_to_12_months", 12},
                                                     {"1_to_2_years", 24},
                                                     {"2_to_3_years", 36},
                                                     {"3_to_5_years", 60},
                                                     {"5_years_or_more", 100000}}};
constexpr std::string_view kNotKnown = "not_known";
constexpr std::array<int, 4> kEntrantHorizons = {6, 12, 24, 36};
constexpr std::array<int, 2> kReEntryHorizons = {12, 24};

std::string_view duration_name(Day start, Day end) {
  for (const auto& band : kDurations)
    if (band.until_months > 1000 || end < plus_months(start, band.until_months)) return band.name;
  throw InternalError("a duration in no band");
}

std::vector<std::string> duration_names() {
  std::vector<std::string> names;
  for (const auto& band : kDurations) names.emplace_back(band.name);
  names.emplace_back(kNotKnown);
  return names;
}

template <std::size_t kSize>
std::vector<std::string> names_of(const std::array<std::string_view, kSize>& names) {
  return {names.begin(), names.end()};
}

// "under_1.adopted", ...
std::vector<std::string> crossed(const std::vector<std::string>& first,
                                 const std::vector<std::string>& second) {
  std::vector<std::string> out;
  for (const auto& a : first)
    for (const auto& b : second) out.push_back(a + "." + b);
  return out;
}

// Counts of a breakdown: every category stands there, those of nobody as 0.
class Tally {
 public:
  explicit Tally(const std::vector<std::string>& categories) {
    for (const auto& category : categories) {
      order_.push_back(category);
      counts_.emplace(category, 0);
    }
  }
  void add(std::string_view category) {
    const auto [at, is_new] = counts_.try_emplace(std::string(category), 0);
    if (is_new) order_.emplace_back(category);
    ++at->second;
  }
  const std::vector<std::string>& categories() const { return order_; }
  std::int64_t count(const std::string& category) const { return counts_.at(category); }
  std::int64_t total() const {
    std::int64_t sum = 0;
    for (const auto& [category, count] : counts_) sum += count;
    return sum;
  }

 private:
  std::vector<std::string> order_;
  std::map<std::string, std::int64_t> counts_;
};

class Counter {
 public:
  Counter(const Histories& histories, const WeeklyCosts& costs) : data_(histories), costs_(costs) {}

  Profile count() {
    out_.years = data_.years;
    std::set<std::uint32_t> children;
    for (const auto& period : data_.periods) children.insert(period.child);
    out_.children = children.size();
    for (const int year : data_.years) {
      count_stock(year);
      count_entries(year);
      count_exits(year);
      count_placements(year);
      for (const int months : kReEntryHorizons) count_re_entries(months, year);
    }
    count_durations();
    for (const int months : kEntrantHorizons) count_entrants(months);
    for (const int months : kReEntryHorizons) count_re_entries(months, kAllYears);
    relate_years();
    check_conservation();
    return std::move(out_);
  }

 private:
  const Child& child_of(const Period& period) const { return data_.children[period.child]; }
  std::span<const EpisodeRow> episodes_of(const Period& period) const {
    return std::span(data_.episodes).subspan(period.first, period.count);
  }
  const EpisodeRow& episode_on(const Period& period, Day day) const {
    const auto episodes = episodes_of(period);
    const auto after = std::ranges::find_if(episodes, [&](const EpisodeRow& row) { return row.start > day; });
    return *(after == episodes.begin() ? after : std::prev(after));
  }
  std::string_view age_name(const Period& period, Day day) const {
    return kAgeBandNames[index(age_band(child_of(period).born, day))];
  }

  // ---- Writing cells ----

  std::size_t put(int year, std::string measure, std::string_view category, double value) {
    out_.cells.push_back({year, std::move(measure), std::string(category), value, false});
    return out_.cells.size() - 1;
  }
  std::size_t put_total(int year, const std::string& measure, std::int64_t value) {
    return put(year, measure, kTotal, static_cast<double>(value));
  }
  // The categories of a breakdown, which sum to the cell `total`.
  std::vector<std::size_t> put_parts(int year, const std::string& measure, const Tally& tally,
                                     std::size_t total) {
    SumGroup group = {total};
    for (const auto& category : tally.categories())
      group.push_back(put(year, measure, category, static_cast<double>(tally.count(category))));
    out_.sums.push_back(group);
    return {group.begin() + 1, group.end()};
  }
  void put_breakdown(int year, const std::string& measure, const Tally& tally) {
    put_parts(year, measure, tally, put_total(year, measure, tally.total()));
  }

  // ---- A year ----

  // By placement: children whose cost is given, and the sum of their weekly costs in pounds.
  using Costs = std::map<std::string, std::pair<std::int64_t, double>>;

  void count_stock(int year) {
    const Day day = year_end(year);
    Tally ages(names_of(kAgeBandNames));
    Tally placements(names_of(kPlacementNames));
    Tally providers(names_of(kProviderNames));
    Tally statuses(names_of(kLegalStatusNames));
    Costs costs;
    std::int64_t unaccompanied = 0;
    for (const auto& period : data_.periods) {
      if (!period.covers(day)) continue;
      const EpisodeRow& row = episode_on(period, day);
      const std::string placement(kPlacementNames[index(row.placement)]);
      ages.add(age_name(period, day));
      placements.add(placement);
      providers.add(kProviderNames[index(row.provider)]);
      statuses.add(kLegalStatusNames[index(row.legal_status)]);
      if (child_of(period).unaccompanied_on(day)) ++unaccompanied;
      if (const auto weekly = weekly_cost(row)) {
        ++costs[placement].first;
        costs[placement].second += *weekly;
      }
    }
    const std::size_t total = put_total(year, "looked_after", ages.total());
    put_total(year, "looked_after_unaccompanied", unaccompanied);
    put_parts(year, "looked_after_by_age", ages, total);
    const auto by_placement = put_parts(year, "looked_after_by_placement", placements, total);
    put_parts(year, "looked_after_by_provider", providers, total);
    put_parts(year, "looked_after_by_legal_status", statuses, total);
    if (!costs_.empty()) put_costs(year, costs, by_placement);
  }

  void put_costs(int year, const Costs& costs, const std::vector<std::size_t>& by_placement) {
    for (const std::size_t cell : by_placement) {
      const std::string placement = out_.cells[cell].category;
      const auto found = costs.find(placement);
      const double priced = found == costs.end() ? 0.0 : static_cast<double>(found->second.first);
      const double others = out_.cells[cell].value - priced;
      out_.sums.push_back({cell, put(year, "looked_after_with_unit_cost", placement, priced),
                           put(year, "looked_after_without_unit_cost", placement, others)});
      if (priced > 0.0) put(year, "unit_cost_week_gbp", placement, found->second.second / priced);
    }
  }

  std::optional<double> weekly_cost(const EpisodeRow& row) const {
    for (const std::optional<Provider>& by :
         {std::optional<Provider>(row.provider), std::optional<Provider>()})
      if (const auto found = costs_.find({row.place, by}); found != costs_.end()) return found->second;
    return std::nullopt;
  }

  void count_entries(int year) {
    Tally ages(names_of(kAgeBandNames));
    Tally placements(names_of(kPlacementNames));
    Tally statuses(names_of(kLegalStatusNames));
    std::int64_t unaccompanied = 0;
    const Period* counted = nullptr;
    for (const auto& period : data_.periods) {
      if (return_year(period.start) != year || (counted != nullptr && counted->child == period.child))
        continue;
      counted = &period;
      const EpisodeRow& row = data_.episodes[period.first];
      ages.add(age_name(period, period.start));
      placements.add(kPlacementNames[index(row.placement)]);
      statuses.add(kLegalStatusNames[index(row.legal_status)]);
      if (child_of(period).unaccompanied_on(period.start)) ++unaccompanied;
    }
    const std::size_t total = put_total(year, "care_entries", ages.total());
    const std::int64_t over_16 = ages.count(std::string(kAgeBandNames.back()));
    const std::size_t under_16 = put_total(year, "care_entries_under_16", ages.total() - over_16);
    put_total(year, "care_entries_unaccompanied", unaccompanied);
    const auto by_age = put_parts(year, "care_entries_by_age", ages, total);
    out_.sums.push_back({total, under_16, by_age.back()});
    SumGroup younger = {under_16};
    younger.insert(younger.end(), by_age.begin(), by_age.end() - 1);
    out_.sums.push_back(younger);
    put_parts(year, "care_entries_by_placement", placements, total);
    put_parts(year, "care_entries_by_legal_status", statuses, total);
  }

  void count_exits(int year) {
    Tally ages(names_of(kAgeBandNames));
    Tally reasons(names_of(kExitReasonNames));
    Tally codes({});
    Tally durations(duration_names());
    std::int64_t unaccompanied = 0;
    for (std::size_t i = 0; i < data_.periods.size(); ++i) {
      const Period& period = data_.periods[i];
      const auto ends_in_year = [&](const Period& other) {
        return other.end && return_year(*other.end) == year;
      };
      if (!ends_in_year(period)) continue;
      const bool last = i + 1 == data_.periods.size() || data_.periods[i + 1].child != period.child ||
                        !ends_in_year(data_.periods[i + 1]);
      if (!last) continue;
      ages.add(age_name(period, *period.end));
      reasons.add(kExitReasonNames[index(period.reason)]);
      codes.add(period.end_code.empty() || period.end_code == "X1" ? kNotKnown
                                                                   : std::string_view(period.end_code));
      durations.add(period.start_known ? duration_name(period.start, *period.end) : kNotKnown);
      if (child_of(period).unaccompanied_on(*period.end - std::chrono::days{1})) ++unaccompanied;
    }
    const std::size_t total = put_total(year, "care_exits", ages.total());
    put_total(year, "care_exits_unaccompanied", unaccompanied);
    put_parts(year, "care_exits_by_age", ages, total);
    const auto by_reason = put_parts(year, "care_exits_by_reason", reasons, total);
    relate_codes(by_reason, put_parts(year, "care_exits_by_code", codes, total));
    put_parts(year, "care_exits_by_duration", durations, total);
  }

  // A reason is the sum of its codes, but for those who turned 18.
  void relate_codes(const std::vector<std::size_t>& reasons, const std::vector<std::size_t>& codes) {
    for (const std::size_t reason : reasons) {
      SumGroup sum = {reason};
      double of_codes = 0.0;
      for (const std::size_t code : codes) {
        const ExitReason meant = exit_reason(out_.cells[code].category).value_or(ExitReason::kOther);
        if (kExitReasonNames[index(meant)] != out_.cells[reason].category) continue;
        sum.push_back(code);
        of_codes += out_.cells[code].value;
      }
      if (sum.size() > 1 && of_codes == out_.cells[reason].value) out_.sums.push_back(sum);
    }
  }

  // ---- Placements ----

  struct PlacementSpell {
    const EpisodeRow* first;
    const EpisodeRow* last;
    bool start_known;
  };

  // A placement lasts until an episode starts for a change of placement, or in another one. What began before
  // the first return has no start.
  std::vector<PlacementSpell> placements_of(const Period& period) const {
    std::vector<PlacementSpell> spells;
    for (const EpisodeRow& row : episodes_of(period)) {
      const bool moved = row.new_episode != 'L' && row.new_episode != '\0';
      if (!spells.empty() && !moved && spells.back().last->place == row.place &&
          spells.back().last->provider == row.provider) {
        spells.back().last = &row;
        continue;
      }
      spells.push_back(
          {&row, &row, !spells.empty() || row.new_episode != 'L' || data_.has_year(return_year(row.start))});
    }
    return spells;
  }

  void count_placements(int year) {
    Tally durations(duration_names());
    Tally changes(names_of(kPlacementChangeReasons));
    for (const auto& period : data_.periods) {
      const auto spells = placements_of(period);
      for (std::size_t i = 0; i < spells.size(); ++i) {
        const auto& end = spells[i].last->end;
        if (!end || return_year(*end) != year) continue;
        durations.add(spells[i].start_known ? duration_name(spells[i].first->start, *end) : kNotKnown);
        if (i + 1 == spells.size()) continue;
        const std::string& why = spells[i].last->change_reason;
        changes.add(why.empty() ? std::string_view("not_given") : std::string_view(why));
      }
    }
    put_breakdown(year, "placements_ended_by_duration", durations);
    put_breakdown(year, "placement_changes_by_reason", changes);
  }

  // ---- All years together ----

  void count_durations() {
    const auto ages = names_of(kAgeBandNames);
    Tally periods(crossed(ages, duration_names()));
    Tally placements(crossed(names_of(kPlacementNames), duration_names()));
    for (const auto& period : data_.periods) {
      if (period.end && data_.has_year(return_year(*period.end))) {
        const std::string_view duration =
            period.start_known ? duration_name(period.start, *period.end) : kNotKnown;
        periods.add(fmt::format("{}.{}", age_name(period, period.start), duration));
      }
      for (const auto& spell : placements_of(period)) {
        if (!spell.last->end || !data_.has_year(return_year(*spell.last->end))) continue;
        const std::string_view duration =
            spell.start_known ? duration_name(spell.first->start, *spell.last->end) : kNotKnown;
        placements.add(fmt::format("{}.{}", kPlacementNames[index(spell.first->placement)], duration));
      }
    }
    put_breakdown(kAllYears, "periods_ended_by_age_at_start_and_duration", periods);
    put_breakdown(kAllYears, "placements_ended_by_placement_and_duration", placements);
  }

  // What is counted by year and for all years together has the same sum, for every last word of a category.
  void relate_years() {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kPairs = {
        {{"leavers_after_12_months", "leavers_after_12_months"},
         {"leavers_after_24_months", "leavers_after_24_months"},
         {"placements_ended_by_placement_and_duration", "placements_ended_by_duration"}}};
    for (const auto& [of_all_years, by_year] : kPairs) {
      std::map<std::string, SumGroup> relations;
      for (std::size_t i = 0; i < out_.cells.size(); ++i) {
        const Cell& cell = out_.cells[i];
        if (cell.measure != (cell.year == kAllYears ? of_all_years : by_year)) continue;
        relations[cell.category.substr(cell.category.rfind('.') + 1)].push_back(i);
      }
      for (auto& [category, relation] : relations) {
        std::ranges::stable_sort(relation, std::greater<>{},
                                 [&](std::size_t i) { return out_.cells[i].value; });
        out_.sums.push_back(relation);
      }
    }
  }

  // All years from one to the other have returns.
  bool followed(Day from, Day to) const {
    for (int year = return_year(from); year <= return_year(to); ++year)
      if (!data_.has_year(year)) return false;
    return true;
  }

  // Of those who started in the years of the returns and could be followed so long: who is still looked after
  // without a break.
  void count_entrants(int months) {
    const std::string measure = fmt::format("entrants_after_{}_months", months);
    Tally tally(crossed(names_of(kAgeBandNames), {"still_looked_after", "left"}));
    for (const auto& period : data_.periods) {
      const Day then = plus_months(period.start, months);
      if (!followed(period.start, then)) continue;
      const bool still = !period.end || *period.end > then;
      tally.add(fmt::format("{}.{}", age_name(period, period.start), still ? "still_looked_after" : "left"));
    }
    put_breakdown(kAllYears, measure, tally);
  }

  // Of those who left in the year (all years) and could be followed so long, but for the adopted and those
  // who turned 18: who starts again within that time.
  void count_re_entries(int months, int year) {
    const bool all = year == kAllYears;
    const std::vector<std::string> outcomes = {"re_entered", "not_re_entered"};
    const std::vector<std::string> reasons = {"returned_home", "guardianship", "other"};
    Tally tally(all ? crossed(reasons, outcomes) : outcomes);
    for (std::size_t i = 0; i < data_.periods.size(); ++i) {
      const Period& period = data_.periods[i];
      if (!period.end || (!all && return_year(*period.end) != year)) continue;
      if (period.reason == ExitReason::kAdopted || period.reason == ExitReason::kTurned18) continue;
      const Day then = plus_months(*period.end, months);
      if (!followed(*period.end, then)) continue;
      const bool again = i + 1 < data_.periods.size() && data_.periods[i + 1].child == period.child &&
                         data_.periods[i + 1].start <= then;
      const std::string& outcome = outcomes[again ? 0 : 1];
      tally.add(all ? fmt::format("{}.{}", kExitReasonNames[index(period.reason)], outcome) : outcome);
    }
    put_breakdown(year, fmt::format("leavers_after_{}_months", months), tally);
  }

  // Who is looked after at the end of a year is who was at its start, and came, and did not leave.
  void check_conservation() const {
    for (const int year : data_.years) {
      if (!data_.has_year(year - 1)) continue;
      std::int64_t balance = 0;
      for (const auto& period : data_.periods) {
        balance += period.covers(year_end(year - 1)) - period.covers(year_end(year));
        balance += return_year(period.start) == year;
        balance -= period.end && return_year(*period.end) == year;
      }
      // A child who leaves on 31 March is looked after no more on that day, and leaves in that year.
      if (balance != 0)
        throw InternalError(
            fmt::format("the children of the year to 31 March {} do not add up: {}", year, balance));
    }
  }

  const Histories& data_;
  const WeeklyCosts& costs_;
  Profile out_;
};

bool is_small(const Cell& cell) {
  return cell.measure != "unit_cost_week_gbp" && cell.value >= 1.0 && cell.value <= kLargestSmallCount;
}

// Hides a second figure of a sum that has one hidden; true where it did.
bool hide_second(Profile& profile, const SumGroup& sum) {
  const auto hidden = std::ranges::count_if(sum, [&](std::size_t i) { return profile.cells[i].hidden; });
  if (hidden != 1) return false;
  Cell* smallest = nullptr;
  for (std::size_t i = 1; i < sum.size(); ++i) {
    Cell& part = profile.cells[sum[i]];
    // A nil is taken only where there is nothing else: that a figure is nil says little.
    const auto rank = [](const Cell& cell) { return std::pair(cell.value == 0.0, cell.value); };
    if (!part.hidden && (smallest == nullptr || rank(part) < rank(*smallest))) smallest = &part;
  }
  if (smallest == nullptr) return false;
  smallest->hidden = true;
  return true;
}

}  // namespace

const std::vector<MeasureText>& profile_measures() {
  static const std::vector<MeasureText> kMeasures = {
      {"looked_after", "children", "Looked after at 31 March"},
      {"looked_after_unaccompanied", "children",
       "Looked after at 31 March: unaccompanied asylum-seeking children"},
      {"looked_after_by_age", "children", "Looked after at 31 March, by age"},
      {"looked_after_by_placement", "children", "Looked after at 31 March, by placement"},
      {"looked_after_by_provider", "children", "Looked after at 31 March, by provider of the placement"},
      {"looked_after_by_legal_status", "children", "Looked after at 31 March, by legal status"},
      {"looked_after_with_unit_cost", "children",
       "Looked after at 31 March in placements whose cost is given"},
      {"looked_after_without_unit_cost", "children",
       "Looked after at 31 March in placements whose cost is not given"},
      {"unit_cost_week_gbp", "pounds a week",
       "Mean cost of a placement at 31 March, of those whose cost is given"},
      {"care_entries", "children", "Started to be looked after in the year (the first time)"},
      {"care_entries_under_16", "children", "Started to be looked after in the year, aged under 16"},
      {"care_entries_unaccompanied", "children",
       "Started to be looked after in the year: unaccompanied asylum-seeking children"},
      {"care_entries_by_age", "children", "Started to be looked after in the year, by age"},
      {"care_entries_by_placement", "children", "Started to be looked after in the year, by first placement"},
      {"care_entries_by_legal_status", "children",
       "Started to be looked after in the year, by first legal status"},
      {"care_exits", "children", "Ceased to be looked after in the year (the last time)"},
      {"care_exits_unaccompanied", "children",
       "Ceased to be looked after in the year: unaccompanied asylum-seeking children"},
      {"care_exits_by_age", "children", "Ceased to be looked after in the year, by age"},
      {"care_exits_by_reason", "children", "Ceased to be looked after in the year, by reason"},
      {"care_exits_by_code", "children", "Ceased to be looked after in the year, by code of the reason"},
      {"care_exits_by_duration", "children", "Ceased to be looked after in the year, by time looked after"},
      {"placements_ended_by_duration", "placements", "Placements that ended in the year, by duration"},
      {"placement_changes_by_reason", "placements",
       "Placements that ended for another in the year, by reason"},
      {"leavers_after_12_months", "periods",
       "Those who left care: whether they entered again within 12 months"},
      {"leavers_after_24_months", "periods",
       "Those who left care: whether they entered again within 24 months"},
      {"periods_ended_by_age_at_start_and_duration", "periods",
       "Periods of being looked after that ended, by age at their start and duration"},
      {"placements_ended_by_placement_and_duration", "placements",
       "Placements that ended, by kind and duration"},
      {"entrants_after_6_months", "periods",
       "Those who entered care: still looked after 6 months later, by age"},
      {"entrants_after_12_months", "periods",
       "Those who entered care: still looked after 12 months later, by age"},
      {"entrants_after_24_months", "periods",
       "Those who entered care: still looked after 24 months later, by age"},
      {"entrants_after_36_months", "periods",
       "Those who entered care: still looked after 36 months later, by age"},
  };
  return kMeasures;
}

const Cell* Profile::find(int year, std::string_view measure, std::string_view category) const {
  const auto found = std::ranges::find_if(cells, [&](const Cell& cell) {
    return cell.year == year && cell.measure == measure && cell.category == category;
  });
  return found == cells.end() ? nullptr : &*found;
}

Profile build_profile(const Histories& histories, const WeeklyCosts& costs) {
  return Counter(histories, costs).count();
}

std::size_t hide_small_counts(Profile& profile) {
  for (auto& cell : profile.cells)
    if (is_small(cell)) cell.hidden = true;
  for (bool again = true; again;) {
    again = false;
    for (const auto& sum : profile.sums) again = hide_second(profile, sum) || again;
  }
  for (auto& cell : profile.cells) {
    if (cell.measure != "unit_cost_week_gbp") continue;
    const Cell* const children = profile.find(cell.year, "looked_after_with_unit_cost", cell.category);
    cell.hidden = children == nullptr || children->hidden;
  }
  return static_cast<std::size_t>(std::ranges::count_if(profile.cells, &Cell::hidden));
}

}  // namespace hearth::returns
