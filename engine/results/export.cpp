#include "results/export.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <set>

#include "core/csv.hpp"
#include "core/decimals.hpp"
#include "core/error.hpp"
#include "core/statistics.hpp"
#include "results/authority_statistics.hpp"
#include "results/wording.hpp"

namespace hearth {
namespace {

// "looked_after_by_age.under_1": the measure, and its category if it has one.
std::pair<std::string, std::string> parts(const std::string& key) {
  const auto dot = key.find('.');
  return dot == std::string::npos ? std::pair{key, std::string()}
                                  : std::pair{key.substr(0, dot), key.substr(dot + 1)};
}

// A month is a period of one month.
std::vector<SummaryPeriod> periods(const ResultHeader& header, bool monthly) {
  if (!monthly) return summary_periods(header);
  if (header.step_months != 1)
    throw UsageError(fmt::format(
        "the result has numbers every {} months, none of single months; allowed: years", header.step_months));
  std::vector<SummaryPeriod> out;
  out.reserve(static_cast<std::size_t>(header.months));
  for (int month = 0; month < header.months; ++month)
    out.push_back({header.origin.plus_months(month + 1), 1, month, 1});
  return out;
}

// One measure of one arm: [replicate][authority][step].
std::vector<double> values_of(const ResultSource& result, const SummaryMeasure& measure, std::size_t arm) {
  std::vector<double> out;
  for (std::size_t r = 0; r < static_cast<std::size_t>(result.header().replicates); ++r) {
    const auto plane = measure.measure ? result.by_authority(arm, r, *measure.measure, measure.category)
                                       : result.cost_by_authority(arm, r, measure.payers);
    out.insert(out.end(), plane.begin(), plane.end());
  }
  return out;
}

bool is_single(const ExportPlace& place) {
  return place.authorities.size() == 1;
}

// The numbers of one measure of one arm, of a place and a period: one for each of the quantiles, or where
// there are none for each replicate.
class Numbers {
 public:
  Numbers(const ResultSource& result, const ExportChoice& choice, const SummaryMeasure& measure,
          const std::vector<SummaryPeriod>& periods)
      : result_(result), choice_(choice), measure_(measure), periods_(periods) {
    const bool summarised = result.header().summarised;
    std::vector<AuthorityGroup> groups;
    for (const auto& place : choice.places) {
      // One line of cost has no planes of single authorities.
      if (is_single(place) && (summarised || measure.costs.empty())) continue;
      in_series_[&place] = groups.size();
      groups.push_back(place.authorities);
    }
    if (!groups.empty())
      series_ = measure.measure ? result.series_of_each(*measure.measure, groups, measure.category)
                                : result.cost_of_each(groups, measure.payers, measure.costs);
    if (groups.size() == choice.places.size()) return;
    single_ = true;
    if (summarised) kept_.emplace(result, measure, false);
  }

  // Reads the single authorities of an arm, if any are asked for.
  void turn_to(std::size_t arm) {
    arm_ = arm;
    if (single_ && !kept_) values_ = values_of(result_, measure_, arm);
  }

  std::vector<double> at(const ExportPlace& place, std::size_t period) const {
    if (is_single(place) && kept_) return kept(place.authorities.front(), period);
    const std::vector<double> replicates = of_replicates(place, periods_[period]);
    if (choice_.quantiles.empty()) return replicates;
    std::vector<double> out;
    for (const double level : choice_.quantiles) out.push_back(quantile(replicates, level));
    return out;
  }

 private:
  std::vector<double> of_replicates(const ExportPlace& place, const SummaryPeriod& period) const {
    const ResultHeader& header = result_.header();
    if (const auto found = in_series_.find(&place); found != in_series_.end())
      return yearly_values(header, measure_, series_[found->second], arm_, period);
    const auto steps = static_cast<std::size_t>(header.steps());
    std::vector<double> out;
    for (std::size_t r = 0; r < static_cast<std::size_t>(header.replicates); ++r) {
      const std::size_t plane = r * header.authorities.size() + place.authorities.front();
      out.push_back(yearly_value(values_.data() + plane * steps, period, measure_.yearly));
    }
    return out;
  }

  // Those that a summarised result keeps.
  std::vector<double> kept(std::size_t authority, std::size_t period) const {
    const Statistics statistics = kept_->of(arm_, authority, period);
    std::vector<double> out;
    for (const double level : choice_.quantiles) {
      const auto at = std::ranges::find(kShownQuantiles, level) - kShownQuantiles.begin();
      out.push_back(statistics.quantiles.at(static_cast<std::size_t>(at)));
    }
    return out;
  }

  const ResultSource& result_;
  const ExportChoice& choice_;
  const SummaryMeasure& measure_;
  const std::vector<SummaryPeriod>& periods_;
  std::map<const ExportPlace*, std::size_t> in_series_;  // position
  std::vector<std::vector<double>> series_;              // [place][arm][replicate][step]
  std::vector<double> values_;  // of single ones, in the arm: [replicate][authority][step]
  std::optional<AuthorityStatistics> kept_;
  bool single_ = false;
  std::size_t arm_ = 0;
};

// That a summarised result has what is asked for.
void require_kept(const ExportChoice& choice) {
  constexpr std::string_view kRunAgain = "or run its scenario with \"output\": {\"replicates\": \"all\"}";
  if (choice.monthly)
    throw UsageError(fmt::format(
        "the result is summarised: it does not have single months of authorities; allowed: years, {}",
        kRunAgain));
  if (choice.quantiles.empty())
    throw UsageError(
        fmt::format("the result is summarised: it does not have the replicates of single authorities; "
                    "allowed: quantiles {}, {}",
                    fmt::join(kShownQuantiles, ", "), kRunAgain));
  for (const double level : choice.quantiles)
    if (std::ranges::find(kShownQuantiles, level) == kShownQuantiles.end())
      throw UsageError(fmt::format(
          "the result is summarised: it does not have the quantile {} of single authorities; allowed: {}, {}",
          level, fmt::join(kShownQuantiles, ", "), kRunAgain));
}

// The rows of one place.
std::string rows(const ResultHeader& header, const ExportChoice& choice, const SummaryMeasure& measure,
                 std::size_t arm, const ExportPlace& place, const std::vector<SummaryPeriod>& all,
                 const Numbers& numbers, const std::string& unit) {
  const auto [name, category] = parts(measure.key);
  fmt::memory_buffer out;
  for (std::size_t p = 0; p < all.size(); ++p) {
    const std::string start =
        fmt::format("{},{},{},{},{},{},{},{},{},{},{},", csv_field(header.arms[arm].name), place.level,
                    place.code, place.ons_code, csv_field(place.name), all[p].end.year, all[p].end.iso(),
                    all[p].months, name, category, unit);
    const std::vector<double> values = numbers.at(place, p);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::string id = choice.quantiles.empty()
                                 ? fmt::to_string(i + static_cast<std::size_t>(header.first_replicate))
                                 : fmt::to_string(choice.quantiles[i]);
      fmt::format_to(std::back_inserter(out), "{}{},{}\n", start, id, plain_number(values[i], measure.unit));
    }
  }
  return fmt::to_string(out);
}

}  // namespace

std::vector<SummaryMeasure> find_exported_measures(const std::vector<std::string>& keys) {
  const auto known = summary_measures();
  std::vector<std::string> wanted;
  for (const auto& key : keys) {
    const std::size_t before = wanted.size();
    for (const auto& measure : known)
      if (key == "all" || parts(measure.key).first == key) wanted.push_back(measure.key);
    if (wanted.size() == before) wanted.push_back(key);
  }
  return find_summary_measures(wanted);
}

std::vector<std::size_t> find_authorities(const ResultHeader& header, const std::vector<std::string>& areas) {
  std::set<std::size_t> out;
  for (const auto& area : areas.empty() ? std::vector<std::string>{"England"} : areas) {
    const auto found = find_area(header, area).authorities;
    out.insert(found.begin(), found.end());
  }
  return {out.begin(), out.end()};
}

ExportPlace place_of_authority(const ResultHeader& header, std::size_t authority) {
  const auto& who = header.authorities.at(authority);
  return {"authority", std::to_string(who.code), who.ons_code, who.name, {authority}};
}

void export_csv(const ResultSource& result, const ExportChoice& choice,
                const std::function<void(std::string_view)>& write) {
  const ResultHeader& header = result.header();
  if (header.summarised && std::ranges::any_of(choice.places, is_single)) require_kept(choice);
  write(fmt::format("arm,level,code,ons_code,name,year,end,months,measure,category,unit,{},value\n",
                    choice.quantiles.empty() ? "replicate" : "quantile"));
  const std::vector<SummaryPeriod> all = periods(header, choice.monthly);
  for (const SummaryMeasure& measure : choice.measures) {
    Numbers numbers(result, choice, measure, all);
    const std::string unit = is_money(measure) ? pounds_unit(result.pounds()) : measure.unit;
    for (std::size_t arm = 0; arm < header.arms.size(); ++arm) {
      numbers.turn_to(arm);
      for (const ExportPlace& place : choice.places)
        write(rows(header, choice, measure, arm, place, all, numbers, unit));
    }
  }
}

}  // namespace hearth
