#include "results/export.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "core/csv.hpp"
#include "core/error.hpp"
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

// The rows of one measure of one arm.
class Rows {
 public:
  Rows(const ResultReader& result, const ExportChoice& choice, const SummaryMeasure& measure, std::size_t arm)
      : header_(result.header()),
        choice_(choice),
        measure_(measure),
        arm_(header_.arms[arm].name),
        values_(values_of(result, measure, arm)) {}

  // Those of one authority.
  std::string of(std::size_t authority) const {
    const auto& who = header_.authorities[authority];
    const auto [name, category] = parts(measure_.key);
    fmt::memory_buffer out;
    for (const SummaryPeriod& period : periods(header_, choice_.monthly)) {
      const std::string start =
          fmt::format("{},{},{},{},{},{},{},{},{},", csv_field(arm_), who.code, who.ons_code,
                      csv_field(who.name), period.end.iso(), period.months, name, category, measure_.unit);
      const auto row = [&](auto id, double value) {
        fmt::format_to(std::back_inserter(out), "{}{},{}\n", start, id, value);
      };
      const std::vector<double> values = replicates(authority, period);
      for (const double level : choice_.quantiles) row(level, quantile(values, level));
      if (choice_.quantiles.empty())
        for (std::size_t r = 0; r < values.size(); ++r)
          row(r + static_cast<std::size_t>(header_.first_replicate), values[r]);
    }
    return fmt::to_string(out);
  }

 private:
  // One value a replicate.
  std::vector<double> replicates(std::size_t authority, const SummaryPeriod& period) const {
    const auto steps = static_cast<std::size_t>(header_.steps());
    std::vector<double> out;
    for (std::size_t r = 0; r < static_cast<std::size_t>(header_.replicates); ++r) {
      const std::size_t plane = r * header_.authorities.size() + authority;
      out.push_back(yearly_value(values_.data() + plane * steps, period, measure_.yearly));
    }
    return out;
  }

  const ResultHeader& header_;
  const ExportChoice& choice_;
  const SummaryMeasure& measure_;
  const std::string& arm_;
  std::vector<double> values_;
};

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
  write(fmt::format("arm,code,ons_code,name,end,months,measure,category,unit,{},value\n",
                    choice.quantiles.empty() ? "replicate" : "quantile"));
  for (const SummaryMeasure& measure : choice.measures)
    for (std::size_t arm = 0; arm < result.header().arms.size(); ++arm) {
      const Rows rows(result, choice, measure, arm);
      for (const std::size_t authority : choice.authorities) write(rows.of(authority));
    }
}

}  // namespace hearth
