#include "results/content/description.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "core/statistics.hpp"
#include "core/words.hpp"
#include "published/prices.hpp"
#include "results/content/areas.hpp"
#include "results/content/names.hpp"
#include "scenario/files/recorded.hpp"

namespace hearth {
namespace {

constexpr std::string_view kAlone = ", one source of uncertainty alone";

template <typename Names>
std::vector<std::string> strings(const Names& names) {
  return {names.begin(), names.end()};
}

template <typename Range, typename Member>
std::vector<std::string> strings_of(const Range& range, Member member) {
  std::vector<std::string> out;
  out.reserve(range.size());
  for (const auto& item : range) out.push_back(item.*member);
  return out;
}

// What a number is of.
std::string period(const ResultHeader& header) {
  return header.step_months == 1 ? "month" : header.step_months == 3 ? "quarter" : "year";
}

CoordinateDescription coordinate(std::string name, std::string dimension,
                                 decltype(CoordinateDescription::labels) labels, std::string long_name) {
  return {std::move(name), std::move(dimension), std::move(labels), {{"long_name", std::move(long_name)}}};
}

VariableDescription variable(std::string name, NumberType type, std::vector<std::string> categories) {
  VariableDescription out{std::move(name), type, {"arm", "replicate"}, {}};
  out.dimensions.insert(out.dimensions.end(), categories.begin(), categories.end());
  out.dimensions.insert(out.dimensions.end(), {"authority", "time"});
  out.attributes = {{"source", std::string("Hearth simulation")},
                    {"coordinates", std::string("arm_title authority_name authority_ons_code region")}};
  return out;
}

void describe(VariableDescription& variable, const std::string& long_name, std::string_view units,
              std::string_view cell_methods, std::string_view references) {
  const auto add = [&](const char* name, std::string_view text) {
    variable.attributes.emplace_back(name, std::string(text));
  };
  add("long_name", long_name);
  add("units", units);
  add("cell_methods", cell_methods);
  add("references", references);
}

VariableDescription measure_variable(const MeasureInfo& info, std::string name,
                                     std::vector<std::string> categories, std::string_view note) {
  auto out = variable(std::move(name), slot(info.id).real ? NumberType::kFloat32 : NumberType::kInt32,
                      std::move(categories));
  describe(out, std::string(info.long_name) + std::string(note), info.units,
           info.kind == MeasureKind::kFlow ? "time: sum" : "time: point", info.published);
  return out;
}

VariableDescription cost_variable(std::string_view name, std::vector<std::string> categories,
                                  const std::string& long_name) {
  auto out = variable(std::string(name), NumberType::kFloat64, std::move(categories));
  describe(out, long_name, "GBP", "time: sum",
           "Unit costs of the scenario; authorities' spending corresponds to section 251 outturn");
  return out;
}

void set(VariableDescription& variable, std::string_view attribute, const std::string& text) {
  for (auto& [name, value] : variable.attributes)
    if (name == attribute) value = text;
}

// Makes planes of one block, in buffers that are used again for each.
class Planes {
 public:
  Planes(const ResultHeader& header, const std::vector<AuthoritySeries>& series,
         const std::function<void(const ResultPlane&)>& use)
      : header_(header), series_(series), use_(use) {}

  void measure(std::size_t variable, std::vector<std::size_t> categories, const MeasureInfo& info,
               std::size_t category) {
    if (slot(info.id).real) return levels(variable, std::move(categories), info.id);
    const bool scaled = header_.sampling_fraction < 1.0 && info.per_children;
    const auto whole = [&](std::int32_t count) {
      return static_cast<std::int32_t>(std::llround(static_cast<double>(count) / header_.sampling_fraction));
    };
    counts_.resize(size());
    auto out = counts_.begin();
    for (const auto& authority : series_) {
      const auto row = authority.counts(info.id, category);
      out = scaled ? std::ranges::transform(row, out, whole).out : std::ranges::copy(row, out).out;
    }
    use_({variable, std::move(categories), std::span<const std::int32_t>(counts_)});
  }

  void cost(std::size_t variable, const CostLine& line) {
    const auto position = static_cast<std::size_t>(&line - kCostLines.data());
    pounds_.resize(size());
    auto out = pounds_.begin();
    for (const auto& authority : series_)
      out = std::ranges::transform(authority.cost(position), out, gbp_from_pence).out;
    use_({variable, {index(line.payer), index(line.category)}, std::span<const double>(pounds_)});
  }

  void cost_to_authorities(std::size_t variable, std::size_t source) {
    pounds_.clear();
    for (const auto& authority : series_)
      for (std::size_t m = 0; m < authority.months(); ++m) {
        Pence pence = 0;
        for (std::size_t line = 0; line < kCostLines.size(); ++line)
          if (kCostLines[line].payer == Payer::kAuthority) pence += authority.cost(line)[m];
        pounds_.push_back(gbp_from_pence(pence));
      }
    use_({variable, {source}, std::span<const double>(pounds_)});
  }

 private:
  std::size_t size() const { return series_.size() * static_cast<std::size_t>(header_.steps()); }

  void levels(std::size_t variable, std::vector<std::size_t> categories, Measure id) {
    levels_.resize(size());
    auto out = levels_.begin();
    for (const auto& authority : series_) out = std::ranges::copy(authority.levels(id), out).out;
    use_({variable, std::move(categories), std::span<const float>(levels_)});
  }

  const ResultHeader& header_;
  const std::vector<AuthoritySeries>& series_;
  const std::function<void(const ResultPlane&)>& use_;
  std::vector<std::int32_t> counts_;
  std::vector<float> levels_;
  std::vector<double> pounds_;
};

// "2022-23: 1.0698, 2023-24: 1.1265": what a pound of the origin's year is in cash in each year of the
// result.
std::string cash_by_year(const RecordedScenario& scenario, const ResultHeader& header) {
  std::vector<std::string> out;
  const int last = header.origin.year + (header.months + kMonthsPerYear - 1) / kMonthsPerYear;
  for (int year = header.origin.year + 1; year <= last; ++year)
    if (const auto at = static_cast<std::size_t>(year - scenario.first_cash_year); at < scenario.cash.size())
      out.push_back(fmt::format("{}: {}", financial_year(year), scenario.cash[at]));
  return fmt::format("{}", fmt::join(out, ", "));
}

}  // namespace

Attributes result_attributes(const ResultHeader& header) {
  Attributes out = {{"Conventions", std::string("CF-1.8")},
                    {std::string(names::kFormatAttribute), std::int32_t{header.format_version()}},
                    {"title", header.title},
                    {"question", header.question},
                    {"source", std::string("Hearth simulation")},
                    {"baseline", header.arms.at(header.baseline).name},
                    {"origin", header.origin.iso()},
                    {"seed", header.seed},
                    {"sampling_fraction", header.sampling_fraction}};
  if (header.step_months > 1)
    out.emplace_back(std::string(names::kStepMonths), std::int32_t{header.step_months});
  if (header.run_replicates > 0)
    out.emplace_back(std::string(names::kRunReplicates), std::int32_t{header.run_replicates});
  const RecordedScenario scenario = read_recorded(header.scenario_json);
  if (!scenario.cash.empty()) out.emplace_back("cash", cash_by_year(scenario, header));
  if (const std::size_t others = scenario.adopting_elsewhere.size(); others > 0)
    out.emplace_back("adopting_elsewhere", static_cast<std::int32_t>(others));
  return out;
}

std::string adopting_elsewhere_text(std::size_t authorities) {
  if (authorities == 0) return "";
  return fmt::format("{} without being simulated; all recruit from the same people.",
                     count_text(authorities, "other authority adopts too", "other authorities adopt too"));
}

std::vector<CoordinateDescription> result_coordinates(const ResultHeader& header) {
  std::vector<std::int32_t> replicates;
  replicates.reserve(static_cast<std::size_t>(header.replicates));
  for (std::int32_t r = 0; r < header.replicates; ++r) replicates.push_back(header.first_replicate + r);
  std::vector<std::int32_t> codes;
  for (const auto& authority : header.authorities) codes.push_back(authority.code);
  std::vector<std::int32_t> days;
  for (int step = 1; step <= header.steps(); ++step) {
    const int month = std::min(step * header.step_months, header.months);
    days.push_back(static_cast<std::int32_t>(header.origin.plus_months(month).days_since_1970()));
  }

  using Authority = ResultHeader::Authority;
  const auto own = [](const std::string& name, decltype(CoordinateDescription::labels) labels,
                      std::string long_name) {
    return coordinate(name, name, std::move(labels), std::move(long_name));
  };
  std::vector<CoordinateDescription> out = {
      own("arm", strings_of(header.arms, &ResultHeader::Arm::name), "Arm of the scenario"),
      own("replicate", replicates, "Replicate; equal numbers share their random numbers in every arm"),
      own("authority", codes, "Department for Education code of the authority"),
      own("time", days, "End of the " + period(header))};
  for (const DimensionInfo& each : kDimensionTable)
    if (!each.name.empty())
      out.push_back(own(std::string(each.name), strings(each.categories), std::string(each.long_name)));
  out.push_back(own("payer", strings(kPayerNames), "Who pays"));
  out.push_back(own("cost_category", strings(kCostCategoryNames), "What is paid for"));
  for (const auto& [name, text] : {std::pair{"units", "days since 1970-01-01"},
                                   {"calendar", "standard"},
                                   {"standard_name", "time"},
                                   {"axis", "T"}})
    out[3].attributes.emplace_back(name, std::string(text));
  if (!header.split.empty()) {
    std::vector<std::string> sources;
    for (const UncertaintySource source : header.split)
      sources.emplace_back(kUncertaintySourceTable[index(source)].name);
    out.push_back(
        own(std::string(names::kSource), sources, "Source of uncertainty that is on, all others being off"));
  }
  out.push_back(
      coordinate("arm_title", "arm", strings_of(header.arms, &ResultHeader::Arm::title), "Arm, for people"));
  out.push_back(coordinate("authority_name", "authority", strings_of(header.authorities, &Authority::name),
                           "Authority"));
  out.push_back(coordinate("authority_ons_code", "authority",
                           strings_of(header.authorities, &Authority::ons_code),
                           "Office for National Statistics code of the authority"));
  out.push_back(coordinate("region", "authority", strings_of(header.authorities, &Authority::region),
                           "Region of England"));
  return out;
}

std::vector<VariableDescription> result_variables(const ResultHeader& header) {
  std::vector<VariableDescription> out;
  for (const MeasureInfo& info : kMeasureTable) {
    std::vector<std::string> categories;
    if (info.dimension != MeasureDimension::kNone)
      categories.emplace_back(dimension_info(info.dimension).name);
    out.push_back(measure_variable(info, std::string(info.name), std::move(categories), ""));
  }
  out.push_back(cost_variable(names::kCost, {"payer", "cost_category"},
                              "Cost in the " + period(header) + ", by who pays and what for"));
  if (header.split.empty()) return out;
  const std::vector<std::string> source = {std::string(names::kSource)};
  for (const Measure measure : kSplitMeasures)
    out.push_back(measure_variable(kMeasureTable[index(measure)], names::alone(measure), source, kAlone));
  out.push_back(cost_variable(names::kCostAlone, source,
                              "Cost to authorities in the " + period(header) + std::string(kAlone)));
  return out;
}

std::vector<CoordinateDescription> area_coordinates(const ResultHeader& header) {
  std::vector<CoordinateDescription> out = result_coordinates(header);
  std::vector<std::string> names;
  for (const Area& area : areas_with_replicates(header)) names.push_back(area.name);
  const std::string area(names::kArea);
  out.insert(
      std::ranges::find(out, "authority", &CoordinateDescription::name),
      coordinate(area, area, std::move(names), "All authorities of the result together, and its regions"));
  return out;
}

std::vector<VariableDescription> area_variables(const ResultHeader& header) {
  std::vector<VariableDescription> out = result_variables(header);
  for (VariableDescription& each : out) {
    if (each.type == NumberType::kFloat32) each.type = NumberType::kFloat64;  // sums of several
    *std::ranges::find(each.dimensions, "authority") = names::kArea;
    set(each, "coordinates", "arm_title");
  }
  return out;
}

std::vector<CoordinateDescription> authority_coordinates(const ResultHeader& header) {
  ResultHeader years = header;
  years.step_months = kMonthsPerYear;
  std::vector<CoordinateDescription> out = result_coordinates(years);
  std::erase_if(out, [](const CoordinateDescription& each) {
    return each.name == "replicate" || each.name == names::kSource;
  });
  std::vector<std::string> statistics = {"mean", "standard_error", "standard_deviation", "share_below_zero",
                                         "share_above_zero"};
  for (const double level : kShownQuantiles) statistics.push_back(fmt::format("quantile_{}", level));
  const std::string statistic(names::kStatistic);
  out.insert(out.begin(), coordinate(statistic, statistic, std::move(statistics), "Over the replicates"));
  return out;
}

std::vector<VariableDescription> authority_variables(const ResultHeader& header) {
  std::vector<VariableDescription> out;
  const auto add = [&](VariableDescription each, const std::string& long_name, bool is_mean) {
    each.type = NumberType::kFloat64;
    each.dimensions[0] = names::kStatistic;
    each.dimensions[1] = "arm";
    set(each, "long_name", long_name);
    if (is_mean) set(each, "cell_methods", "time: mean");
    out.push_back(each);
    each.name += names::kDifference;
    set(each, "long_name", long_name + ", less the baseline's in the same replicate");
    out.push_back(std::move(each));
  };
  const std::vector<VariableDescription> known = result_variables(header);
  for (const MeasureInfo& info : kMeasureTable)
    add(known[index(info.id)], std::string(info.long_name), info.kind == MeasureKind::kLevel);
  add(cost_variable(names::kCost, {"payer", "cost_category"}, ""),
      "Cost in the year, by who pays and what for", false);
  add(cost_variable(names::kCostByPayer, {"payer"}, ""), "Cost in the year, by who pays", false);
  add(cost_variable(names::kCostByCategory, {"cost_category"}, ""), "Cost in the year, by what it is for",
      false);
  add(cost_variable(names::kCostTotal, {}, ""), "Cost in the year, all payers", false);
  return out;
}

std::vector<std::size_t> position_of(const MeasureInfo& info, std::size_t category) {
  return info.dimension == MeasureDimension::kNone ? std::vector<std::size_t>{} : std::vector{category};
}

void for_each_plane(const ResultHeader& header, std::optional<std::size_t> alone,
                    const std::vector<AuthoritySeries>& series,
                    const std::function<void(const ResultPlane&)>& use) {
  Planes planes(header, series, use);
  if (alone) {
    for (std::size_t i = 0; i < kSplitMeasures.size(); ++i)
      planes.measure(kFirstVariableAlone + i, {*alone}, kMeasureTable[index(kSplitMeasures[i])], 0);
    planes.cost_to_authorities(kCostVariableAlone, *alone);
    return;
  }
  for (const MeasureInfo& info : kMeasureTable)
    for (std::size_t category = 0; category < size_of(info.dimension); ++category)
      planes.measure(index(info.id), position_of(info, category), info, category);
  for (const CostLine& line : kCostLines) planes.cost(kCostVariable, line);
}

}  // namespace hearth
