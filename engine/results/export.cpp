#include "results/export.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <set>

#include "core/csv.hpp"
#include "core/error.hpp"
#include "results/statistics.hpp"
#include "results/summarised.hpp"
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
std::vector<double> values_of(const ResultReader& result, const SummaryMeasure& measure, std::size_t arm) {
  std::vector<double> out;
  for (std::size_t r = 0; r < static_cast<std::size_t>(result.header().replicates); ++r) {
    const auto plane = measure.measure ? result.by_authority(arm, r, *measure.measure, measure.category)
                                       : result.cost_by_authority(arm, r, measure.payers);
    out.insert(out.end(), plane.begin(), plane.end());
  }
  return out;
}

// The numbers of one measure of one arm, of an authority and a period: one for each of the quantiles, or
// where there are none for each replicate.
using Numbers = std::function<std::vector<double>(std::size_t authority, std::size_t period)>;

Numbers numbers_of_replicates(const ResultReader& result, const ExportChoice& choice,
                              const SummaryMeasure& measure, std::size_t arm) {
  const ResultHeader& header = result.header();
  return [&, all = periods(header, choice.monthly), values = values_of(result, measure, arm)](
             std::size_t authority, std::size_t period) {
    const auto steps = static_cast<std::size_t>(header.steps());
    std::vector<double> replicates;
    for (std::size_t r = 0; r < static_cast<std::size_t>(header.replicates); ++r) {
      const std::size_t plane = r * header.authorities.size() + authority;
      replicates.push_back(yearly_value(values.data() + plane * steps, all[period], measure.yearly));
    }
    if (choice.quantiles.empty()) return replicates;
    std::vector<double> out;
    for (const double level : choice.quantiles) out.push_back(quantile(replicates, level));
    return out;
  };
}

// Those that a summarised result keeps.
Numbers kept_numbers(const ResultReader& result, const ExportChoice& choice, const SummaryMeasure& measure,
                     std::size_t arm) {
  return [&choice, arm, kept = AuthorityStatistics(result, measure, false)](std::size_t authority,
                                                                            std::size_t period) {
    const Statistics statistics = kept.at(arm, authority, period);
    std::vector<double> out;
    for (const double level : choice.quantiles) {
      const auto at = std::ranges::find(kShownQuantiles, level) - kShownQuantiles.begin();
      out.push_back(statistics.quantiles.at(static_cast<std::size_t>(at)));
    }
    return out;
  };
}

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

// The rows of one authority.
std::string rows(const ResultHeader& header, const ExportChoice& choice, const SummaryMeasure& measure,
                 std::size_t arm, std::size_t authority, const Numbers& numbers_of) {
  const auto& who = header.authorities[authority];
  const auto [name, category] = parts(measure.key);
  const auto all = periods(header, choice.monthly);
  fmt::memory_buffer out;
  for (std::size_t p = 0; p < all.size(); ++p) {
    const std::string start =
        fmt::format("{},{},{},{},{},{},{},{},{},", csv_field(header.arms[arm].name), who.code, who.ons_code,
                    csv_field(who.name), all[p].end.iso(), all[p].months, name, category, measure.unit);
    const std::vector<double> values = numbers_of(authority, p);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::string id = choice.quantiles.empty()
                                 ? fmt::to_string(i + static_cast<std::size_t>(header.first_replicate))
                                 : fmt::to_string(choice.quantiles[i]);
      fmt::format_to(std::back_inserter(out), "{}{},{}\n", start, id, values[i]);
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

void export_csv(const ResultReader& result, const ExportChoice& choice,
                const std::function<void(std::string_view)>& write) {
  if (result.header().summarised) require_kept(choice);
  write(fmt::format("arm,code,ons_code,name,end,months,measure,category,unit,{},value\n",
                    choice.quantiles.empty() ? "replicate" : "quantile"));
  const auto make_numbers = result.header().summarised ? kept_numbers : numbers_of_replicates;
  for (const SummaryMeasure& measure : choice.measures)
    for (std::size_t arm = 0; arm < result.header().arms.size(); ++arm) {
      const Numbers numbers = make_numbers(result, choice, measure, arm);
      for (const std::size_t authority : choice.authorities)
        write(rows(result.header(), choice, measure, arm, authority, numbers));
    }
}

}  // namespace hearth
