#include "results/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "core/csv.hpp"
#include "core/decimals.hpp"
#include "core/error.hpp"
#include "results/as_published.hpp"
#include "results/authority_statistics.hpp"
#include "results/content/description.hpp"
#include "results/wording.hpp"
#include "scenario/files/json_text.hpp"
#include "scenario/files/recorded.hpp"

namespace hearth {
namespace {

// ---- statistics

PairedDifference difference_of(const Statistics& of) {
  return {of.mean, of.most(), of.error_of_mean(), of.below_zero, of.above_zero};
}

SummaryCell cell_with(const Statistics& level) {
  SummaryCell out;
  out.mean = level.mean;
  out.monte_carlo_standard_error = level.error_of_mean();
  out.median = level.median();
  out.range = level.most();
  out.half = level.half();
  return out;
}

// Moved by what the mean of its difference from the baseline moves by.
SummaryCell moved(SummaryCell cell, double step) {
  cell.mean += step;
  cell.median += step;
  for (auto* range : {&cell.range, &cell.half})
    if (*range) (*range)->low += step, (*range)->high += step;
  return cell;
}

// How far the mean of an arm lies, in its replicates, from the baseline's and the mean difference: nothing
// where no more than the rounding of the sums.
double step_to_agree(const Statistics& level, double baseline, double difference) {
  constexpr double kRounding = 1e-12;
  const double step = baseline + difference - level.mean;
  return std::abs(step) <= kRounding * (std::abs(level.mean) + std::abs(baseline)) ? 0.0 : step;
}

// Of one measure: [arm][period].
using Cells = std::vector<SummaryCell>;

Cells cells_of_replicates(const ResultHeader& header, const SummaryMeasure& measure,
                          const std::vector<double>& series, const Summary& summary,
                          const std::vector<ControlVariates>& controls) {
  Cells out;
  for (std::size_t arm = 0; arm < summary.arms.size(); ++arm)
    for (const SummaryPeriod& period : summary.periods) {
      const auto values = yearly_values(header, measure, series, arm, period);
      out.push_back(arm == summary.baseline
                        ? cell_of(values)
                        : cell_of(values, yearly_values(header, measure, series, summary.baseline, period),
                                  controls[arm]));
    }
  return out;
}

// A measure of single authorities, as a summarised result keeps it.
struct KeptStatistics {
  AuthorityStatistics levels;
  AuthorityStatistics differences;

  KeptStatistics(const ResultSource& result, const SummaryMeasure& measure)
      : levels(result, measure, false), differences(result, measure, true) {}

  Cells cells(std::size_t authority, const Summary& summary) const {
    Cells out;
    for (std::size_t arm = 0; arm < summary.arms.size(); ++arm)
      for (std::size_t period = 0; period < summary.periods.size(); ++period) {
        const Statistics level = levels.of(arm, authority, period);
        out.push_back(cell_with(level));
        if (arm == summary.baseline) continue;
        const Statistics difference = differences.of(arm, authority, period);
        const double baseline = levels.of(summary.baseline, authority, period).mean;
        out.back() = moved(out.back(), step_to_agree(level, baseline, difference.mean));
        out.back().difference = difference_of(difference);
      }
    return out;
  }
};

// What the resolved scenario says of the sources of uncertainty. Results of earlier versions do not name
// them: chance and drift were always on, and parameters were never drawn.
void read_uncertainty(const RecordedScenario& scenario, Summary& out) {
  if (scenario.uncertainty)
    for (const auto& source : kUncertaintySourceTable)
      if (const auto why = scenario.not_in_intervals.find(std::string(source.name));
          why != scenario.not_in_intervals.end())
        out.coverage.left_out[index(source.id)] = why->second;
  bool drawn = false;
  bool given = false;
  for (const auto& [name, arm] : scenario.arms)
    if (!arm.adoption.empty()) (arm.effects == EffectsMode::kSampled ? drawn : given) = true;
  if (!scenario.uncertainty) {
    out.coverage.left_out[index(UncertaintySource::kParameters)] = "the calibration has no draws";
    if (!drawn)
      out.coverage.left_out[index(UncertaintySource::kEffects)] = "no arm has \"effects\": \"sampled\"";
  }
  const bool covered = out.coverage.covers(UncertaintySource::kEffects);
  out.effects_drawn = drawn && covered;
  out.effects_taken_as_given = given || (drawn && !covered);
}

// ---- text

// For all arms and years of a measure.
Rounding rounding(const Summary& summary, std::size_t measure) {
  double largest = 0.0;
  for (std::size_t a = 0; a < summary.arms.size(); ++a)
    for (std::size_t p = 0; p < summary.periods.size(); ++p)
      largest = std::max(largest, std::abs(summary.cell(measure, a, p).median));
  return rounding(summary.measures[measure], largest);
}

std::string shown_error(const std::optional<double>& error, const Rounding& how, int decimals) {
  if (!error) return "not available";
  const double smallest = std::pow(10.0, -decimals);
  const double value = *error / how.scale;
  if (value > 0.0 && value < smallest / 2.0) return fmt::format("<{}", rounded_text(smallest, decimals));
  return rounded_text(value, decimals);
}

std::string short_label(const SummaryPeriod& period) {
  return period.end.text() + (period.months == kMonthsPerYear ? "" : "*");
}

// A mean that the replicates do not tell from zero has no sign, and so is no number.
std::string shown_mean(const PairedDifference& difference, const Rounding& how) {
  if (!difference.has_sign() && difference.monte_carlo_standard_error.value_or(1.0) > 0.0) return "unclear";
  return rounded_text(difference.mean / how.scale, how.difference_decimals, true);
}

constexpr std::size_t kLevelColumns = 4;
using TableRow = std::array<std::string, 7>;

void append_table(const Summary& summary, std::size_t measure, std::string& out) {
  Rounding how = rounding(summary, measure);
  if (is_money(summary.measures[measure]))  // "£ million in cash"
    how.unit += summary.money_unit.substr(std::string_view("GBP").size());
  const TableRow head = {"Year to", "Mean", "90% interval", "Error", "Mean", "90% interval", "Error"};
  std::array<std::size_t, head.size()> widths{};
  for (std::size_t c = 0; c < head.size(); ++c) widths[c] = head[c].size();
  std::vector<std::vector<TableRow>> rows(summary.arms.size());
  for (std::size_t a = 0; a < summary.arms.size(); ++a)
    for (std::size_t p = 0; p < summary.periods.size(); ++p) {
      const SummaryCell& at = summary.cell(measure, a, p);
      TableRow row = {short_label(summary.periods[p]), rounded_text(at.mean / how.scale, how.decimals),
                      range_text(at.range, how, how.decimals),
                      shown_error(at.monte_carlo_standard_error, how, how.decimals)};
      if (at.difference) {
        row[4] = shown_mean(*at.difference, how);
        row[5] = range_text(at.difference->range, how, how.difference_decimals, true);
        row[6] = shown_error(at.difference->monte_carlo_standard_error, how, how.difference_decimals);
      }
      for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
      rows[a].push_back(std::move(row));
    }
  std::vector<TableRow> published;  // of the baseline
  for (std::size_t p = 0; p < summary.periods.size(); ++p)
    if (const auto& range = summary.cell(measure, summary.baseline, p).as_published) {
      published.push_back({short_label(summary.periods[p]), "", range_text(range, how, how.decimals)});
      widths[2] = std::max(widths[2], published.back()[2].size());
    }

  const auto line = [&](const TableRow& row) {
    std::string text = fmt::format("  {:<{}}", row[0], widths[0]);
    for (std::size_t c = 1; c < row.size(); ++c) text += fmt::format("  {:>{}}", row[c], widths[c]);
    text.erase(text.find_last_not_of(' ') + 1);
    out += text + '\n';
  };
  out += '\n' + wrapped(heading(summary.measures[measure], how));
  if (summary.arms.size() > 1) {
    std::size_t before = 2;
    std::size_t room = 0;
    for (std::size_t c = 0; c < widths.size(); ++c) (c < kLevelColumns ? before : room) += widths[c] + 2;
    room -= 2;
    const std::string title = "difference from the baseline";
    out += std::string(before + (room > title.size() ? room - title.size() : 0), ' ') + title + '\n';
    line(head);
  } else {
    line({head[0], head[1], head[2], head[3]});
  }
  for (std::size_t a = 0; a < summary.arms.size(); ++a) {
    out += ' ' + wrapped(summary.arms[a].title + (a == summary.baseline ? " (baseline)" : ""), 1);
    for (const TableRow& row : rows[a]) line(row);
    if (a != summary.baseline || published.empty()) continue;
    out += ' ' + wrapped("As it would be published", 1);
    for (const TableRow& row : published) line(row);
  }
}

// ---- CSV

std::string csv_number(const std::optional<double>& value, std::string_view unit) {
  return value ? plain_number(*value, unit) : "";
}

}  // namespace

PairedDifference paired_difference(const std::vector<double>& arm, const std::vector<double>& baseline,
                                   const ControlVariates& controls) {
  return difference_of(controls.statistics(paired_differences(arm, baseline)));
}

SummaryCell cell_of(const std::vector<double>& values) {
  return cell_with(statistics_of(values));
}

SummaryCell cell_of(const std::vector<double>& values, const std::vector<double>& baseline,
                    const ControlVariates& controls) {
  const Statistics level = statistics_of(values);
  const Statistics difference = controls.statistics(paired_differences(values, baseline));
  SummaryCell out = moved(cell_with(level), step_to_agree(level, mean_of(baseline), difference.mean));
  out.difference = difference_of(difference);
  return out;
}

bool PairedDifference::has_sign() const {
  constexpr double kErrors = 2.0;
  return monte_carlo_standard_error && std::abs(mean) > kErrors * *monte_carlo_standard_error;
}

Summary summarise(const ResultSource& result, std::string_view area,
                  const std::vector<std::string>& measures) {
  Summary out = summarise(result, find_area(result.header(), area), find_summary_measures(measures));
  if (out.summarised) return out;
  if (measures.empty()) out.who_gains = who_gains(result, out.area.authorities);
  out.split = split(result, out.area, out.measures);
  return out;
}

std::vector<Summary> summarise(const ResultSource& result, const std::vector<Area>& areas,
                               const std::vector<SummaryMeasure>& measures) {
  const ResultHeader& header = result.header();
  Summary out;
  out.title = header.title;
  out.question = header.question;
  out.origin = header.origin;
  out.replicates = header.replicates;
  out.seed = header.seed;
  out.sampling_fraction = header.sampling_fraction;
  out.arms = header.arms;
  out.baseline = header.baseline;
  const RecordedScenario scenario = read_recorded(header.scenario_json);
  out.adopting_elsewhere = scenario.adopting_elsewhere.size();
  read_uncertainty(scenario, out);
  out.measures = measures;
  out.pounds = pounds_sentence(result.pounds(), header);
  out.money_unit = pounds_unit(result.pounds());
  out.step_months = header.step_months;
  if (header.step_months == kMonthsPerYear)  // the mean of one number
    for (auto& measure : out.measures)
      if (measure.yearly == Yearly::kMean) measure.yearly = Yearly::kEnd;
  out.periods = summary_periods(header);

  std::vector<Summary> each(areas.size(), out);
  std::vector<AuthorityGroup> groups;  // those that the result has replicates of
  for (std::size_t i = 0; i < areas.size(); ++i) {
    each[i].area = areas[i];
    each[i].summarised = areas[i].authorities.size() == 1 && !result.has_replicates(areas[i].authorities);
    if (!each[i].summarised) groups.push_back(areas[i].authorities);
  }
  std::vector<ControlVariates> controls;
  for (std::size_t arm = 0; arm < header.arms.size(); ++arm) controls.emplace_back(header, arm);
  const bool with_noise = std::ranges::any_of(out.measures, is_published_with_noise);
  const std::string why_not = with_noise ? why_not_as_published(result) : "";
  for (Summary& of : each) of.why_not_as_published = why_not;
  for (const SummaryMeasure& measure : out.measures) {
    const auto series = measure.measure ? result.series_of_each(*measure.measure, groups, measure.category)
                                        : result.cost_of_each(groups, measure.payers, measure.costs);
    std::optional<KeptStatistics> kept;
    if (groups.size() < areas.size()) kept.emplace(result, measure);
    auto next = series.begin();
    for (Summary& of : each) {
      const auto cells = of.summarised ? kept->cells(of.area.authorities.front(), out)
                                       : cells_of_replicates(header, measure, *next++, out, controls);
      of.cells.insert(of.cells.end(), cells.begin(), cells.end());
    }
  }
  for (std::size_t m = 0; m < out.measures.size() && why_not.empty(); ++m) {
    if (!is_published_with_noise(out.measures[m])) continue;
    const PublishedRanges ranges = ranges_as_published(result, areas, out.measures[m]);
    for (std::size_t i = 0; i < each.size(); ++i)
      for (std::size_t p = 0; p < out.periods.size(); ++p)
        each[i].cell(m, out.baseline, p).as_published = ranges[i][p];
  }
  return each;
}

Summary summarise(const ResultSource& result, const Area& area, const std::vector<SummaryMeasure>& measures) {
  return std::move(summarise(result, std::vector<Area>{area}, measures).front());
}

const std::string& Summary::unit(const SummaryMeasure& measure) const {
  return is_money(measure) ? money_unit : measure.unit;
}

std::string summary_text(const Summary& summary) {
  std::string out = wrapped(summary.title);
  if (!summary.question.empty()) out += wrapped(summary.question);
  const std::size_t authorities = summary.area.authorities.size();
  const std::string whole = summary.area.name == "England" ? "all in the result, " : "";
  out += '\n' + wrapped(fmt::format("{}: {} authorit{}, {}from {} to {}; {} replicate{}, seed {}.",
                                    summary.area.name, authorities, authorities == 1 ? "y" : "ies", whole,
                                    summary.origin.text(), summary.periods.back().end.text(),
                                    summary.replicates, summary.replicates == 1 ? "" : "s", summary.seed));
  if (summary.adopting_elsewhere > 0) out += wrapped(adopting_elsewhere_text(summary.adopting_elsewhere));
  if (summary.sampling_fraction < 1.0)
    out += wrapped(fmt::format("{:.3g}% of families were simulated; counts are scaled up to all of them.",
                               100.0 * summary.sampling_fraction));
  if (summary.effects_taken_as_given)
    out += wrapped(
        "These differences assume that each service model works as the scenario says. Only arms whose "
        "effects are \"sampled\" have uncertainty about the effects in their intervals.");
  else if (summary.effects_drawn)
    out += wrapped(
        "Each replicate draws a new set of effects from the evidence, so the intervals include uncertainty "
        "about how well the service models work.");
  for (std::size_t measure = 0; measure < summary.measures.size(); ++measure)
    append_table(summary, measure, out);
  if (summary.who_gains) out += who_gains_text(*summary.who_gains);
  if (summary.split) out += split_text(*summary.split, false);

  out += '\n';
  if (summary.summarised)
    out += wrapped(
        "The result is summarised: it does not keep the replicates of single authorities. Ask for England or "
        "a region to see who gains and where the uncertainty comes from.",
        2);
  if (const SummaryPeriod& last = summary.periods.back(); last.months != kMonthsPerYear)
    out += wrapped(fmt::format("* Not a whole year: {}.", last.label()), 2);
  if (summary.step_months > 1 && summary.step_months < kMonthsPerYear &&
      std::ranges::any_of(summary.measures, [](const auto& m) { return m.yearly == Yearly::kMean; }))
    out += wrapped("The mean of a year is that of the ends of its quarters, as the result has no months.", 2);
  if (summary.replicates == 1) {
    out += wrapped("Intervals and errors are not available: they need at least two replicates.", 2);
  } else {
    out += wrapped(fmt::format("The 90% interval holds the middle 90% of {} replicates. {}",
                               summary.replicates, coverage_sentence(summary.coverage)),
                   2);
    if (const std::string few = few_replicates_text(summary.replicates); !few.empty())
      out += wrapped(few + ".", 2);
    out +=
        wrapped("Error is the Monte Carlo standard error of the mean: more replicates make it smaller.", 2);
  }
  if (!summary.why_not_as_published.empty())
    out += wrapped("There is no interval as it would be published. " + summary.why_not_as_published, 2);
  else if (std::ranges::any_of(summary.cells, [](const auto& cell) { return cell.as_published.has_value(); }))
    out += wrapped(
        "Compare published figures with the interval as it would be published: it includes the noise of "
        "recording, which the others do not.",
        2);
  if (summary.arms.size() > 1)
    out += wrapped(
        "Differences compare the same replicates: both arms have the same families and the same random "
        "numbers. A mean difference is \"unclear\" where it is less than two errors away from zero.",
        2);
  if (summary.arms.size() > 1 && summary.effects_drawn)
    out += wrapped(
        "Means of differences, and of the arms that they belong to, are corrected for the chance in the "
        "effects that were drawn (docs/model.md, control variates).",
        2);
  if (std::ranges::any_of(summary.measures, is_money))
    out += wrapped(
        "Money is counted where and when it is spent, by who pays: the authority (placements, care leavers, "
        "other services for children in care, social work, "
        "assessment and support, legal, service model), the programme, the police, the NHS and the courts. " +
            summary.pounds,
        2);
  return out;
}

std::string summary_json(const Summary& summary) {
  using Json = nlohmann::ordered_json;
  constexpr std::array<std::string_view, 3> kYearly = {"sum", "end", "mean"};
  const auto number_json = [](const std::optional<double>& value) {
    return value ? Json(*value) : Json(nullptr);
  };
  const auto interval = [](const std::optional<Range>& range) {
    return range ? Json{{"low", range->low}, {"high", range->high}} : Json(nullptr);
  };
  Json covers = Json::array();
  Json not_covered = Json::object();
  for (const auto& source : kUncertaintySourceTable)
    if (summary.coverage.covers(source.id))
      covers.push_back(source.name);
    else
      not_covered[std::string(source.name)] = summary.coverage.left_out[index(source.id)];
  Json out = {{"title", summary.title},
              {"question", summary.question},
              {"area", summary.area.name},
              {"authorities", summary.area.authorities.size()},
              {"adopting_elsewhere", summary.adopting_elsewhere},
              {"origin", summary.origin.iso()},
              {"replicates", summary.replicates},
              {"summarised", summary.summarised},
              {"seed", summary.seed},
              {"sampling_fraction", summary.sampling_fraction},
              {"baseline", summary.arms.at(summary.baseline).name},
              {"money", summary.pounds},
              {"interval",
               {{"share", kIntervalShare},
                {"low_probability", kShownQuantiles.front()},
                {"high_probability", kShownQuantiles.back()},
                {"quantile_type", 7},
                {"covers", std::move(covers)},
                {"does_not_cover", std::move(not_covered)},
                {"not_as_published", summary.why_not_as_published}}},
              {"measures", Json::array()}};
  for (std::size_t m = 0; m < summary.measures.size(); ++m) {
    const SummaryMeasure& measure = summary.measures[m];
    Json arms = Json::array();
    for (std::size_t a = 0; a < summary.arms.size(); ++a) {
      Json years = Json::array();
      for (std::size_t p = 0; p < summary.periods.size(); ++p) {
        const SummaryPeriod& period = summary.periods[p];
        const SummaryCell& at = summary.cell(m, a, p);
        Json year = {{"period", period.label()},
                     {"end", period.end.iso()},
                     {"months", period.months},
                     {"mean", at.mean},
                     {"monte_carlo_standard_error", number_json(at.monte_carlo_standard_error)},
                     {"median", at.median},
                     {"interval", interval(at.range)}};
        if (at.as_published) year["interval_as_published"] = interval(at.as_published);
        if (at.difference)
          year["difference_from_baseline"] = {
              {"mean", at.difference->mean},
              {"monte_carlo_standard_error", number_json(at.difference->monte_carlo_standard_error)},
              {"has_sign", at.difference->has_sign()},
              {"share_below_zero", at.difference->below_zero},
              {"share_above_zero", at.difference->above_zero},
              {"interval", interval(at.difference->range)}};
        years.push_back(std::move(year));
      }
      arms.push_back(
          {{"arm", summary.arms[a].name}, {"title", summary.arms[a].title}, {"years", std::move(years)}});
    }
    out["measures"].push_back({{"measure", measure.key},
                               {"name", measure.name},
                               {"unit", summary.unit(measure)},
                               {"yearly", kYearly.at(static_cast<std::size_t>(measure.yearly))},
                               {"arms", std::move(arms)}});
  }
  if (summary.who_gains) out["who_gains"] = who_gains_json(*summary.who_gains);
  if (summary.split) out["split"] = split_json(*summary.split);
  return json_text(out, 2) + '\n';
}

std::string summary_csv(const Summary& summary) {
  std::string out =
      "area,arm,year,period,measure,unit,mean,mcse,median,low,high,difference_mean,difference_mcse,"
      "difference_low,difference_high,difference_share_below_zero,published_low,published_high\n";
  for (std::size_t m = 0; m < summary.measures.size(); ++m)
    for (std::size_t a = 0; a < summary.arms.size(); ++a)
      for (std::size_t p = 0; p < summary.periods.size(); ++p) {
        const SummaryCell& at = summary.cell(m, a, p);
        std::optional<double> low, high, mean, difference_low, difference_high, error, below, least, most;
        if (at.range) low = at.range->low, high = at.range->high;
        if (at.difference) {
          mean = at.difference->mean;
          below = at.difference->below_zero;
          error = at.difference->monte_carlo_standard_error;
          if (at.difference->range)
            difference_low = at.difference->range->low, difference_high = at.difference->range->high;
        }
        if (at.as_published) least = at.as_published->low, most = at.as_published->high;
        const std::string& unit = summary.measures[m].unit;
        const auto in_unit = [&](const std::optional<double>& value) { return csv_number(value, unit); };
        out += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n",
                           csv_field(summary.area.name), csv_field(summary.arms[a].name),
                           summary.periods[p].end.year, summary.periods[p].label(), summary.measures[m].key,
                           summary.unit(summary.measures[m]), in_unit(at.mean),
                           in_unit(at.monte_carlo_standard_error), in_unit(at.median), in_unit(low),
                           in_unit(high), in_unit(mean), in_unit(error), in_unit(difference_low),
                           in_unit(difference_high), csv_number(below, "1"), in_unit(least), in_unit(most));
      }
  return out;
}

}  // namespace hearth
