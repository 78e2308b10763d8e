#include "report/data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "core/words.hpp"
#include "report/answer.hpp"
#include "report/assumptions.hpp"
#include "report/money.hpp"
#include "report/numbers.hpp"
#include "report/places.hpp"
#include "report/sufficiency.hpp"
#include "report/track_record.hpp"
#include "report/uncertainty.hpp"
#include "report/ways.hpp"
#include "results/split.hpp"
#include "results/who_gains.hpp"

namespace hearth {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kPerChildren = 10000.0;

// ---- what is shown

// A figure by the name that people use; `less`: what a smaller one is.
struct Shown {
  std::string_view key;
  std::string_view title;
  std::string_view less;
};
// Year by year, with differences.
constexpr auto kCompared = std::to_array<Shown>({
    {"looked_after", "Looked-after children", "fewer"},
    {"care_entries", "Children entering care", "fewer"},
    {"child_protection_plans", "Child protection plans", "fewer"},
    {"children_in_need", "Children in need", "fewer"},
    {"referrals", "Referrals", "fewer"},
    {"caseload", "Cases per social worker", "fewer"},
    {"social_workers_fte", "Social workers in post, with agency staff", "fewer"},
    {"practitioners_fte", "Practitioners to hire", "fewer"},
    {"months_in_unmet_need", "Children's months in unmet need", "fewer"},
    {"re_referrals_to_plan_or_care", "Children referred again who reach a plan or care", "fewer"},
    {"cost_authority", "Cost to the council", "less"},
});
// Worked out from others, where there are replicates.
constexpr Shown kPlacementCost = {"placement_cost", "Cost of placements per looked-after child", "less"};
// Year by year, for each way of working.
constexpr auto kPractice = std::to_array<Shown>({
    {"fidelity", "Fidelity: how far the models are practised", "less"},
    {"leadership", "Leadership behind the models", "less"},
    {"vacancy_rate", "Social worker posts that are vacant", "fewer"},
});

// Where the uncertainty comes from is shown of these.
const std::vector<std::string> kSplit = {"looked_after", "care_entries", "cost_authority"};

std::vector<SummaryMeasure> measures_of(const auto& shown) {
  std::vector<std::string> keys;
  for (const Shown& each : shown) keys.emplace_back(each.key);
  return find_summary_measures(keys);
}

std::vector<SummaryMeasure> measures_of(Measure measure) {
  std::vector<std::string> keys;
  const MeasureInfo& info = kMeasureTable[index(measure)];
  for (const auto category : category_names(info.dimension))
    keys.push_back(fmt::format("{}.{}", info.name, category));
  return find_summary_measures(keys);
}

SummaryMeasure placement_cost() {
  SummaryMeasure out;
  out.key = kPlacementCost.key;
  out.name = kPlacementCost.title;
  out.unit = "£ a week";
  out.yearly = Yearly::kMean;
  return out;
}

std::string_view when(const SummaryMeasure& measure) {
  constexpr std::array<std::string_view, 3> kWhen = {"in the year", "at the end of the year",
                                                     "mean of the year"};
  return kWhen.at(static_cast<std::size_t>(measure.yearly));
}

// The end of the fifth year, of results that go on for two more; and the end.
std::vector<std::size_t> shown_dates(const std::vector<SummaryPeriod>& periods) {
  constexpr std::size_t kYears = 5;
  constexpr std::size_t kFewest = kYears + 2;
  std::vector<std::size_t> out;
  if (periods.size() >= kFewest) out.push_back(kYears - 1);
  out.push_back(periods.size() - 1);
  return out;
}

std::string month_text(const MonthEnd& end) {
  const std::string text = end.text();
  return text.substr(text.find(' ') + 1);
}

// ---- figures of an area

// Cells of one measure: [arm][period].
using Cells = std::vector<std::vector<SummaryCell>>;

Cells cells_of(const Summary& summary, std::size_t m) {
  Cells out(summary.arms.size());
  for (std::size_t arm = 0; arm < out.size(); ++arm)
    for (std::size_t p = 0; p < summary.periods.size(); ++p) out[arm].push_back(summary.cell(m, arm, p));
  return out;
}

Cells cells_of(const ByReplicate& values, const ResultHeader& header,
               const std::vector<ControlVariates>& controls) {
  Cells out(header.arms.size());
  for (std::size_t arm = 0; arm < out.size(); ++arm)
    for (std::size_t p = 0; p < values.periods(); ++p)
      out[arm].push_back(arm == header.baseline
                             ? cell_of(values.at(arm, p))
                             : cell_of(values.at(arm, p), values.at(header.baseline, p), controls[arm]));
  return out;
}

std::vector<SummaryCell> flat(const Cells& cells) {
  std::vector<SummaryCell> out;
  for (const auto& each : cells) out.insert(out.end(), each.begin(), each.end());
  return out;
}

// {unit, decimals, baseline: [period], mean: [arm][period], difference: [arm][period]}; null of the baseline.
// as_published: [period], the middle 90% of the baseline's figures as they would be published, where known.
Json compared_json(const SummaryMeasure& measure, const Cells& cells, std::size_t baseline) {
  const Rounding how = page_rounding(measure, flat(cells));
  Json levels = Json::array();
  for (const SummaryCell& cell : cells[baseline]) levels.push_back(level_json(cell, how));
  Json means = Json::array();
  Json differences = Json::array();
  for (std::size_t arm = 0; arm < cells.size(); ++arm) {
    if (arm == baseline) {
      means.push_back(nullptr);
      differences.push_back(nullptr);
      continue;
    }
    Json mean = Json::array();
    Json difference = Json::array();
    for (const SummaryCell& cell : cells[arm]) {
      mean.push_back(number_json(cell.mean / how.scale, how.decimals));
      difference.push_back(difference_json(cell.difference.value(), how));
    }
    means.push_back(std::move(mean));
    differences.push_back(std::move(difference));
  }
  Json out = {{"unit", how.unit},
              {"decimals", how.decimals},
              {"baseline", std::move(levels)},
              {"mean", std::move(means)},
              {"difference", std::move(differences)}};
  if (std::ranges::any_of(cells[baseline], [](const auto& cell) { return cell.as_published.has_value(); })) {
    Json published = Json::array();
    for (const SummaryCell& cell : cells[baseline])
      published.push_back(cell.as_published
                              ? Json{number_json(cell.as_published->low / how.scale, how.decimals),
                                     number_json(cell.as_published->high / how.scale, how.decimals)}
                              : Json(nullptr));
    out["as_published"] = std::move(published);
  }
  return out;
}

// {unit, decimals, level: [arm][period]}.
Json practice_json(const SummaryMeasure& measure, const Cells& cells) {
  const Rounding how = page_rounding(measure, flat(cells));
  Json levels = Json::array();
  for (const auto& arm : cells) {
    Json level = Json::array();
    for (const SummaryCell& cell : arm) level.push_back(level_json(cell, how));
    levels.push_back(std::move(level));
  }
  return {{"unit", how.unit}, {"decimals", how.decimals}, {"level", std::move(levels)}};
}

// At the end, of all categories in one rounding: {decimals, rows: [{key, baseline, difference: [arm]}]}.
Json categories_json(const Summary& summary) {
  const std::size_t last = summary.periods.size() - 1;
  std::vector<SummaryCell> cells;
  for (std::size_t m = 0; m < summary.measures.size(); ++m)
    for (std::size_t arm = 0; arm < summary.arms.size(); ++arm) cells.push_back(summary.cell(m, arm, last));
  const Rounding how = page_rounding(summary.measures.front(), cells);
  Json rows = Json::array();
  for (std::size_t m = 0; m < summary.measures.size(); ++m) {
    Json differences = Json::array();
    for (std::size_t arm = 0; arm < summary.arms.size(); ++arm) {
      const auto& difference = summary.cell(m, arm, last).difference;
      differences.push_back(difference ? difference_json(*difference, how) : Json(nullptr));
    }
    const std::string& key = summary.measures[m].key;
    rows.push_back({{"key", key.substr(key.find('.') + 1)},
                    {"baseline", level_json(summary.cell(m, summary.baseline, last), how)},
                    {"difference", std::move(differences)}});
  }
  return {{"decimals", how.decimals}, {"rows", std::move(rows)}};
}

// Looked-after children at the end, for each 10,000 children at the origin: {baseline, difference: [arm]}.
Json rates_json(const Cells& looked_after, std::size_t baseline, double children) {
  const Rounding how{"", children / kPerChildren, 1, 1};
  Json differences = Json::array();
  for (const auto& arm : looked_after) {
    const auto& difference = arm.back().difference;
    differences.push_back(difference ? difference_json(*difference, how) : Json(nullptr));
  }
  return {{"baseline", level_json(looked_after[baseline].back(), how)},
          {"difference", std::move(differences)}};
}

// Of children entering care: {rate: [arm][fifth], difference: [arm][fifth]} per 10,000 children a year, and
// per cent; null where nobody of the fifth lives there.
Json gains_json(const WhoGains& gains) {
  const auto found = std::ranges::find(gains.measures, Measure::kCareEntriesByDeprivation);
  const auto m = static_cast<std::size_t>(found - gains.measures.begin());
  const auto value_json = [](const WhoGains::Value& value, double scale, bool difference) -> Json {
    if (!value.mean) return nullptr;
    PairedDifference as{*value.mean * scale, std::nullopt, std::nullopt};
    if (value.low) as.range = {*value.low * scale, *value.high * scale};
    if (value.monte_carlo_standard_error)
      as.monte_carlo_standard_error = *value.monte_carlo_standard_error * scale;
    as.below_zero = as.above_zero = 0.5;  // not known: not shown
    const Rounding how{"", 1.0, 1, 1};
    Json out = difference_json(as, how);
    if (!difference) return {out[0], out[1], out[2]};
    out[4] = nullptr;
    return out;
  };
  Json rates = Json::array();
  Json differences = Json::array();
  for (std::size_t arm = 0; arm < gains.arms.size(); ++arm) {
    const WhoGains::Row& row = gains.row(m, arm);
    Json rate = Json::array();
    Json difference = Json::array();
    for (std::size_t fifth = 0; fifth < kDeprivationFifths; ++fifth) {
      rate.push_back(value_json(row.rate[fifth], 1.0, false));
      difference.push_back(value_json(row.difference[fifth], 100.0, true));
    }
    rates.push_back(std::move(rate));
    differences.push_back(arm == gains.baseline ? Json(nullptr) : std::move(difference));
  }
  return {{"rate", std::move(rates)}, {"difference", std::move(differences)}};
}

// ---- the whole

Json measures_json() {
  Json out = Json::object();
  const auto add = [&](const Shown& shown, const SummaryMeasure& measure) {
    out[std::string(shown.key)] = {{"title", shown.title}, {"when", when(measure)}, {"less", shown.less}};
  };
  const auto compared = measures_of(kCompared);
  for (std::size_t m = 0; m < kCompared.size(); ++m) add(kCompared[m], compared[m]);
  add(kPlacementCost, placement_cost());
  const auto practice = measures_of(kPractice);
  for (std::size_t m = 0; m < kPractice.size(); ++m) add(kPractice[m], practice[m]);
  return out;
}

// Of a year that ends on this day: "2026", and of one that does not end in March "Jun 2026".
std::string short_text(const MonthEnd& end) {
  const std::string month = month_text(end);
  return end.month == kYearEndMonth ? std::to_string(end.year)
                                    : fmt::format("{} {}", month.substr(0, 3), end.year);
}

// Figures by measure of the council's own year.
Json own_json(const OwnYear& own) {
  Json figures = Json::object();
  for (const FigureInfo& info : kFigureTable)
    if (const auto found = own.cells.find(std::string(info.column)); found != own.cells.end())
      figures[std::string(info.name)] = number_json(found->second, 0);
  return {{"short", short_text(own.date)}, {"label", "year to " + own.date.text()}, {"figures", figures}};
}

Json periods_json(const std::vector<SummaryPeriod>& periods) {
  Json out = Json::array();
  for (const auto& period : periods)
    out.push_back(
        {{"label", period.label()},
         {"short", period.months == kMonthsPerYear ? short_text(period.end) : period.end.iso().substr(0, 7)},
         {"month", month_text(period.end)},
         {"end", period.end.text()},
         {"year", period.end.year}});
  return out;
}

// The scale of chances, in per cent: the rarest first.
Json chance_words_json() {
  constexpr double kPerCent = 100.0;
  Json out = Json::array();
  double to = 0.0;
  for (const ChanceWord& word : kChanceWords) {
    out.push_back({{"word", word.text},
                   {"from", number_json(kPerCent * word.from, 0)},
                   {"to", to > 0.0 ? number_json(to, 0) : Json(nullptr)}});
    to = kPerCent * word.from;
  }
  return out;
}

// Where the map's shades part: fifths of the authorities, by what is known of them.
Json cuts_json(const std::vector<double>& values) {
  Json out = Json::array();
  if (values.empty()) return {0, 0, 0, 0};
  for (const double share : {0.2, 0.4, 0.6, 0.8}) out.push_back(number_json(quantile(values, share), 1));
  return out;
}

Json map_cuts_json(const Json& areas, const Json& facts) {
  std::vector<double> published;
  std::vector<double> baseline;
  for (const Json& area : areas) {
    if (area["kind"] != "authority") continue;
    if (const Json& rate = facts[area["id"].get<std::string>()]["rates"][0]; !rate.is_null())
      published.push_back(rate);
    baseline.push_back(area["rates"]["baseline"][0]);
  }
  return {{"published", cuts_json(published)}, {"baseline", cuts_json(baseline)}};
}

Json made_json(const ResultHeader& header) {
  Json out = {{"provenance", Json::object()}, {"inputs", Json::object()}};
  for (const auto& [key, value] : header.provenance) out["provenance"][key] = value;
  for (const auto& [file, checksum] : header.inputs) out["inputs"][file] = checksum;
  return out;
}

// "28 November 2026", when the result was made; empty where it does not say.
std::string date_made(const ResultHeader& header) {
  const auto started = header.provenance.find("started_utc");
  constexpr std::size_t kDate = 10;  // letters of 2026-11-28
  if (started == header.provenance.end() || started->second.size() < kDate) return "";
  const std::string& text = started->second;
  try {
    return fmt::format("{} {}", std::stoi(text.substr(8, 2)), month_text(parse_month_end(text.substr(0, 7))));
  } catch (const std::invalid_argument&) {
    return "";
  }
}

// Everything about the areas of a result, area by area.
class Areas {
 public:
  Areas(const ReportSources& from, std::vector<ReportArea> areas)
      : from_(from),
        header_(from.result.header()),
        ways_(header_),
        periods_(summary_periods(header_)),
        dates_(shown_dates(periods_)),
        areas_(std::move(areas)),
        controls_(control_variates(header_)),
        places_(load_places(from.data_directory)) {
    compared_ = summarise(from.result, named(), measures_of(kCompared));
    looked_after_ = from.result.series_of_each(Measure::kLookedAfter, groups());
    spending_.emplace(from.result, groups());
  }

  const Summary& any() const { return compared_.front(); }
  const std::vector<SummaryPeriod>& periods() const { return periods_; }
  const std::vector<std::size_t>& dates() const { return dates_; }
  const WaysOfWorking& ways() const { return ways_; }
  std::vector<int> codes() const { return areas_.front().codes; }

  // Of the first area.
  Answer first_answer() const {
    std::vector<Cells> cells;
    for (std::size_t m = 0; m < kCompared.size(); ++m) cells.push_back(cells_of(compared_.front(), m));
    const bool replicates = from_.result.has_replicates(areas_.front().area.authorities);
    return answer_of(areas_.front(), cells, replicates ? std::optional<std::size_t>(0) : std::nullopt);
  }

  // Of the arms, as areas name them: filled by json().
  const std::vector<Json>& labels() const { return labels_; }

  Json json() const {
    const Details details = {summarise(from_.result, named(), measures_of(kPractice)),
                             summarise(from_.result, named(), measures_of(Measure::kLookedAfterByPlacement)),
                             summarise(from_.result, named(), measures_of(Measure::kLookedAfterByAge)),
                             who_gains(from_.result, groups())};
    Json out = Json::array();
    std::size_t group = 0;
    for (std::size_t i = 0; i < areas_.size(); ++i) {
      const bool replicates = from_.result.has_replicates(areas_[i].area.authorities);
      out.push_back(area_json(i, replicates ? std::optional(group) : std::nullopt, details));
      if (replicates) ++group;
    }
    return out;
  }

 private:
  // What the answer needs nothing of.
  struct Details {
    std::vector<Summary> practice;
    std::vector<Summary> placements;
    std::vector<Summary> ages;
    std::vector<WhoGains> gains;  // of those with replicates
  };

  std::vector<Area> named() const {
    std::vector<Area> out;
    for (const auto& each : areas_) out.push_back(each.area);
    return out;
  }

  // Whose replicates there are: what needs them is shown of these.
  std::vector<AuthorityGroup> groups() const {
    std::vector<AuthorityGroup> out;
    for (const auto& each : areas_)
      if (from_.result.has_replicates(each.area.authorities)) out.push_back(each.area.authorities);
    return out;
  }

  Json area_json(std::size_t i, std::optional<std::size_t> group, const Details& details) const {
    const ReportArea& each = areas_[i];
    Json out = {{"id", each.id},
                {"kind", each.kind},
                {"name", each.area.name},
                {"region", each.region},
                {"labels", labels_of(each)},
                {"practised_before", ways_.before_text(each.codes, each.area.name)},
                {"published", published_json(each, from_.england, from_.published)}};
    if (from_.own && each.codes == std::vector{from_.own->code}) out["own"] = own_json(*from_.own);
    std::vector<Cells> cells;
    for (std::size_t m = 0; m < kCompared.size(); ++m) cells.push_back(cells_of(compared_[i], m));
    double children = 0.0;
    for (const int code : each.codes) children += from_.england.at(code).children;
    out["answer"] = answer_json(answer_of(each, cells, group));
    out["rates"] = rates_json(cells[position("looked_after")], header_.baseline, children);
    auto& compared = out["compared"] = Json::object();
    for (std::size_t m = 0; m < kCompared.size(); ++m)
      compared[std::string(kCompared[m].key)] =
          compared_json(compared_[i].measures[m], cells[m], header_.baseline);
    if (group) {
      compared[std::string(kPlacementCost.key)] = compared_json(
          placement_cost(), cells_of(placement_cost_of(*group), header_, controls_), header_.baseline);
    }
    auto& practice = out["practice"] = Json::object();
    for (std::size_t m = 0; m < kPractice.size(); ++m)
      practice[std::string(kPractice[m].key)] =
          practice_json(details.practice[i].measures[m], cells_of(details.practice[i], m));
    out["mix"] = {{"placements", categories_json(details.placements[i])},
                  {"ages", categories_json(details.ages[i])}};
    out["places"] = sufficiency_json(details.placements[i], sufficiency_dates(periods_), each.codes, places_);
    if (group) {
      auto& saving = out["saving"] = Json::object();
      const auto payers = payer_groups();
      for (std::size_t p = 0; p < payers.size(); ++p)
        saving[payers[p].key] = saving_json(*spending_, p, *group, header_);
      out["spending"] =
          spending_json(spending_lines(*spending_, *group, header_, dates_, controls_), header_.baseline);
      out["gains"] = gains_json(details.gains[*group]);
      if (const auto found = split(from_.result, each.area, find_summary_measures(kSplit))) {
        std::vector<std::string> names;
        for (const auto& measure : found->measures)
          names.emplace_back(kCompared[position(measure.key)].title);
        out["split"] = uncertainty_json(*found, names);
      }
    }
    if (each.kind == "authority") out["neighbours"] = neighbours_json(from_.england, each.codes.front());
    return out;
  }

  // Pounds a week for each looked-after child, by period.
  ByReplicate placement_cost_of(std::size_t group) const {
    constexpr double kWeeksPerMonth = 365.25 / 7.0 / kMonthsPerYear;
    std::vector<double> per_week;
    for (const SummaryPeriod& period : periods_) per_week.push_back(1.0 / (kWeeksPerMonth * period.months));
    const ByReplicate in_care(header_, looked_after_[group], placement_cost());
    return spending_->line({Payer::kAuthority, CostCategory::kPlacements}, group).over(in_care, per_week);
  }

  static std::size_t position(std::string_view key) {
    return static_cast<std::size_t>(std::ranges::find(kCompared, key, &Shown::key) - kCompared.begin());
  }

  // Position in labels(): most areas have the same.
  std::size_t labels_of(const ReportArea& area) const {
    Json found = Json::array();
    for (std::size_t arm = 0; arm < header_.arms.size(); ++arm)
      found.push_back(
          {{"label", ways_.label(arm, area.codes)}, {"adoptions", ways_.adoptions(arm, area.codes)}});
    const auto known = std::ranges::find(labels_, found);
    const auto at = static_cast<std::size_t>(known - labels_.begin());
    if (known == labels_.end()) labels_.push_back(std::move(found));
    return at;
  }

  Answer answer_of(const ReportArea& area, const std::vector<Cells>& cells,
                   std::optional<std::size_t> group) const {
    const std::size_t baseline = header_.baseline;
    const std::size_t last = periods_.size() - 1;
    const Cells& in_care = cells[position("looked_after")];
    AnswerFacts facts;
    facts.place = area.area.name;
    facts.payer = area.codes.size() == 1 ? "the council" : "councils";
    facts.baseline = header_.arms[baseline].title;
    facts.replicates = header_.replicates;
    facts.baseline_in_care = in_care[baseline][last].mean;
    facts.in_care = page_rounding(compared_.front().measures[position("looked_after")], flat(in_care));
    const Cells& unmet_need = cells[position("months_in_unmet_need")];
    facts.baseline_unmet_need = unmet_need[baseline][last].mean;
    facts.unmet_need =
        page_rounding(compared_.front().measures[position("months_in_unmet_need")], flat(unmet_need));
    facts.last_period = periods_[last].label();
    int months = 0;
    for (std::size_t p = 0; p <= last; ++p) {
      months += periods_[p].months;
      if (std::ranges::find(dates_, p) != dates_.end())
        facts.dates.push_back({month_text(periods_[p].end), months / kMonthsPerYear, months});
    }
    std::optional<ByReplicate> children;
    std::optional<ByReplicate> models;
    const std::size_t council = 0;  // of payer_groups()
    if (group) {
      SummaryMeasure at_end = find_summary_measures({"looked_after"}).front();
      children.emplace(header_, looked_after_[*group], at_end);
      models = spending_->models(*group);
      if (const auto lines = spending_lines(*spending_, *group, header_, dates_, controls_); !lines.empty())
        facts.model = lines.back().how;
      const ByReplicate spent = spending_->total(council, *group);
      facts.baseline_cost = cell_of(spent.so_far(baseline, last)).mean;
      std::vector<SummaryCell> differences;
      for (const Saving& saving : spending_->saving(council, *group))
        for (const auto& year : saving.years) differences.emplace_back().difference = year.cumulative;
      facts.cost = page_rounding(spending_on_models(), differences);
    }
    for (std::size_t arm = 0; arm < header_.arms.size(); ++arm) {
      if (arm == baseline) continue;
      AnswerFacts::ArmFacts& of = facts.arms.emplace_back();
      of.label = ways_.label(arm, area.codes);
      of.practised_already = ways_.is_practised_already(arm, area.codes);
      of.effects_given = ways_.effects_given(arm);
      for (const std::size_t p : dates_) of.in_care.push_back(in_care[arm][p].difference.value());
      of.unmet_need = unmet_need[arm][last].difference;
      const std::size_t second = std::min<std::size_t>(1, last);
      of.practitioners = cells[position("practitioners_fte")][arm][second].difference->mean;
      of.practitioners_in = "the " + periods_[second].label();
      if (!group) continue;
      const Saving& saving = spending_->saving(council, *group)[arm];
      for (const std::size_t p : dates_) of.net_cost.push_back(saving.years[p].cumulative);
      if (header_.replicates > 1)
        of.tails = tails_of(children->at(arm, last), children->at(baseline, last), controls_[arm],
                            noticeable(facts.baseline_in_care));
      const auto spent_on_models = [&](std::size_t p) {
        return cell_of(models->so_far(arm, p), models->so_far(baseline, p), controls_[arm]).difference->mean;
      };
      of.first_year_cost = spent_on_models(0);
      of.model_cost = spent_on_models(dates_.front());
    }
    return hearth::answer(facts);
  }

  static Json answer_json(const Answer& found) {
    Json arms = Json::array();
    for (const auto& arm : found.arms) {
      Json points = Json::array();
      for (const auto& point : arm.points) points.push_back({point.verdict, point.details});
      arms.push_back({{"label", arm.label}, {"points", std::move(points)}});
    }
    return {{"headline", found.headline}, {"arms", std::move(arms)}};
  }

  const ReportSources& from_;
  const ResultHeader& header_;
  WaysOfWorking ways_;
  std::vector<SummaryPeriod> periods_;
  std::vector<std::size_t> dates_;
  std::vector<ReportArea> areas_;
  std::vector<ControlVariates> controls_;  // by arm
  PlacesTable places_;
  std::vector<Summary> compared_;
  std::vector<std::vector<double>> looked_after_;  // of those with replicates
  std::optional<Spending> spending_;               // likewise
  mutable std::vector<Json> labels_;
};

}  // namespace

Answer answer_of_all(const ReportSources& from) {
  std::vector<ReportArea> areas = report_areas(from.result.header(), from.england, from.published);
  areas.resize(1);
  return Areas(from, std::move(areas)).first_answer();
}

Json report_data(const ReportSources& from) {
  const ResultHeader& header = from.result.header();
  const Areas areas(from, report_areas(header, from.england, from.published));
  const std::string place = place_name(header, from.england);
  std::vector<std::string> others;
  Json arms = Json::array();
  for (std::size_t arm = 0; arm < header.arms.size(); ++arm) {
    arms.push_back({{"name", header.arms[arm].name},
                    {"title", header.arms[arm].title},
                    {"description", areas.ways().description(arm)}});
    if (arm != header.baseline) others.push_back(header.arms[arm].title);
  }
  const std::string baseline = lower_first(header.arms[header.baseline].title);
  const std::string span = fmt::format("{} to {}", month_text(header.origin.plus_months(1)),
                                       month_text(areas.periods().back().end));
  const std::string subtitle = others.empty()
                                   ? fmt::format("{}, {}", header.arms[header.baseline].title, span)
                                   : fmt::format("{} compared with {}, {}", listed(others), baseline, span);
  Json out = {{"place", place},
              {"subtitle", subtitle},
              {"title", place + ": " + subtitle},
              {"scenario_title", header.title},
              {"question", header.question},
              {"origin", header.origin.text()},
              {"published_year", from.england.origin.year},
              {"pounds_text", pounds_sentence(from.result.pounds(), header)},
              {"made_on", date_made(header)},
              {"replicates", header.replicates},
              {"seed", header.seed},
              {"sampling_text",
               rounded_text(100.0 * header.sampling_fraction, header.sampling_fraction < 0.01 ? 2 : 0) + "%"},
              {"summarised", header.summarised},
              {"rough", header.replicates < kEnoughReplicates},
              {"coverage", coverage_sentence(areas.any().coverage)},
              {"effects_taken_as_given", areas.any().effects_taken_as_given},
              {"authorities_in_england", from.england.authorities.size()},
              {"baseline", header.baseline},
              {"arms", std::move(arms)},
              {"periods", periods_json(areas.periods())},
              {"dates", areas.dates()},
              {"measures", measures_json()},
              {"payers", Json::array()}};
  for (const auto& payers : payer_groups())
    out["payers"].push_back({{"key", payers.key}, {"name", payers.name}});
  out["areas"] = areas.json();
  out["labels"] = areas.labels();
  out["facts"] = facts_json(from.england, from.published);
  out["map_cuts"] = map_cuts_json(out["areas"], out["facts"]);
  out["tiles"] = tiles_json(header);
  out["chance_words"] = chance_words_json();
  out["track_record"] = track_record();
  out["effects"] = effects_json(areas.ways().scenario(), from.data_directory);
  out["parameters"] = parameters_json(areas.ways().scenario());
  out["made"] = made_json(header);
  return out;
}

}  // namespace hearth
