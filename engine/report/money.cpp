#include "report/money.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

namespace hearth {
namespace {

using Json = nlohmann::ordered_json;

SummaryMeasure cost_measure(std::string key, std::string name, std::vector<std::size_t> payers,
                            std::vector<std::size_t> categories) {
  SummaryMeasure out;
  out.key = std::move(key);
  out.name = std::move(name);
  out.unit = "GBP";
  out.payers = std::move(payers);
  out.costs = std::move(categories);
  return out;
}

constexpr std::array<std::string_view, kPayers> kPayerTitles = {"Council", "Programme grant", "Police", "NHS",
                                                                "Courts"};
constexpr std::array<std::string_view, kCostCategories> kCategoryTitles = {
    "placements",
    "care leavers",
    "other services for children in care",
    "social workers",
    "assessment and support",
    "legal costs",
    "service model",
    "call-outs",
    "emergency admissions"};

}  // namespace

std::vector<PayerGroup> payer_groups() {
  std::vector<PayerGroup> out;
  for (std::size_t p = 0; p < kPayers; ++p)
    out.push_back({"cost_" + std::string(kPayerNames[p]),
                   std::string(kPayerTitles[p]),
                   {p},
                   p == index(Payer::kAuthority)});
  out.push_back({"cost_total", "All together", {}, true});
  return out;
}

SummaryMeasure spending_line(const CostLine& line) {
  const std::size_t payer = index(line.payer);
  const std::size_t category = index(line.category);
  return cost_measure(
      "cost_" + std::string(kPayerNames[payer]) + "." + std::string(kCostCategoryNames[category]),
      std::string(kPayerTitles[payer]) + ": " + std::string(kCategoryTitles[category]), {payer}, {category});
}

SummaryMeasure spending_on_models() {
  return cost_measure("cost_total.service_model", "Service models, all payers", {},
                      {index(CostCategory::kServiceModel)});
}

Spending::Spending(const ResultSource& result, std::vector<AuthorityGroup> groups)
    : groups_(std::move(groups)), payers_(payer_groups()) {
  const ResultHeader& header = result.header();
  for (const CostLine& line : kCostLines) {
    const SummaryMeasure measure = spending_line(line);
    auto& by_group = lines_.emplace_back();
    for (const auto& series : result.cost_of_each(groups_, measure.payers, measure.costs))
      by_group.emplace_back(header, series, measure);
  }
  for (const PayerGroup& payers : payers_) savings_.push_back(savings(result, groups_, payers.payers));
}

const std::vector<Saving>& Spending::saving(std::size_t payer_group, std::size_t group) const {
  return savings_.at(payer_group).at(group);
}

const ByReplicate& Spending::line(const CostLine& line, std::size_t group) const {
  const auto* const found = std::ranges::find_if(kCostLines, [&](const CostLine& each) {
    return each.payer == line.payer && each.category == line.category;
  });
  return lines_.at(static_cast<std::size_t>(found - kCostLines.begin())).at(group);
}

ByReplicate Spending::models(std::size_t group) const {
  std::vector<const ByReplicate*> parts;
  for (std::size_t l = 0; l < kCostLines.size(); ++l)
    if (kCostLines[l].category == CostCategory::kServiceModel) parts.push_back(&lines_[l].at(group));
  return sum_of(parts);
}

ByReplicate Spending::total(std::size_t payer_group, std::size_t group) const {
  const auto& payers = payers_.at(payer_group).payers;
  std::vector<const ByReplicate*> parts;
  for (std::size_t l = 0; l < kCostLines.size(); ++l)
    if (payers.empty() || std::ranges::find(payers, index(kCostLines[l].payer)) != payers.end())
      parts.push_back(&lines_[l].at(group));
  return sum_of(parts);
}

Json saving_json(const Spending& spending, std::size_t payer_group, std::size_t group,
                 const ResultHeader& header) {
  const SummaryMeasure money = spending_on_models();
  const PayerGroup payers = payer_groups().at(payer_group);
  const auto& found = spending.saving(payer_group, group);
  const ByReplicate spent = spending.total(payer_group, group);
  const std::size_t periods = spent.periods();
  std::vector<SummaryCell> cells;
  for (const Saving& saving : found)
    for (const auto& year : saving.years) {
      SummaryCell cell;
      cell.difference = year.cumulative;
      cells.push_back(std::move(cell));
    }
  const Rounding how = page_rounding(money, cells);
  Json cumulative = Json::array();
  Json break_even = Json::array();
  for (std::size_t arm = 0; arm < found.size(); ++arm) {
    if (arm == header.baseline) {
      cumulative.push_back(nullptr);
      break_even.push_back(nullptr);
      continue;
    }
    Json by_period = Json::array();
    for (std::size_t p = payers.yearly ? 0 : periods - 1; p < periods; ++p) {
      constexpr double kPerCent = 100.0;
      constexpr std::size_t kSign = 5;
      Json& year = by_period.emplace_back(difference_json(found[arm].years[p].cumulative, how));
      if (year.size() == kSign) year.push_back(0);
      year.push_back(number_json(kPerCent * found[arm].years[p].broken_even, 0));
    }
    cumulative.push_back(std::move(by_period));
    break_even.push_back(found[arm].break_even ? Json(*found[arm].break_even) : Json(nullptr));
  }
  Json baseline = Json::array();
  for (std::size_t p = payers.yearly ? 0 : periods - 1; p < periods; ++p)
    baseline.push_back(level_json(cell_of(spent.so_far(header.baseline, p)), how));
  return {{"decimals", how.decimals},
          {"cumulative", std::move(cumulative)},
          {"baseline", std::move(baseline)},
          {"break_even", std::move(break_even)}};
}

std::vector<SpendingLine> spending_lines(const Spending& spending, std::size_t group,
                                         const ResultHeader& header, const std::vector<std::size_t>& at,
                                         const std::vector<ControlVariates>& controls) {
  std::vector<SpendingLine> out;
  int fewest = 0;  // decimals of the line that varies most
  const auto add = [&](const ByReplicate& line, const SummaryMeasure& measure) {
    SpendingLine& found = out.emplace_back();
    found.name = measure.name;
    found.of_models = measure.costs.front() == index(CostCategory::kServiceModel);
    std::vector<SummaryCell> all;
    for (const std::size_t p : at) {
      const auto baseline = line.so_far(header.baseline, p);
      auto& by_arm = found.cells.emplace_back();
      for (std::size_t arm = 0; arm < header.arms.size(); ++arm)
        by_arm.push_back(arm == header.baseline ? cell_of(baseline)
                                                : cell_of(line.so_far(arm, p), baseline, controls[arm]));
      all.insert(all.end(), by_arm.begin(), by_arm.end());
    }
    found.how = page_rounding(measure, all);
    fewest = out.size() == 1 ? found.how.decimals : std::min(fewest, found.how.decimals);
    if (std::ranges::all_of(all, [](const SummaryCell& cell) { return cell.mean == 0.0; })) out.pop_back();
  };
  for (const CostLine& line : kCostLines) add(spending.line(line, group), spending_line(line));
  add(spending.models(group), spending_on_models());
  for (SpendingLine& line : out) {
    line.how.decimals = std::min(line.how.decimals, std::max(fewest, 0) + 1);
    line.how.difference_decimals = line.how.decimals;
  }
  return out;
}

Json spending_json(const std::vector<SpendingLine>& lines, std::size_t baseline) {
  Json out = Json::array();
  // Where one pays for the service models alone, the sum is that line again.
  const auto of_models =
      std::ranges::count_if(lines, [](const SpendingLine& line) { return line.of_models; });
  for (const SpendingLine& line : lines) {
    if (line.name == spending_on_models().name && of_models == 2) continue;
    Json spans = Json::array();
    for (const auto& by_arm : line.cells) {
      Json differences = Json::array();
      for (const SummaryCell& cell : by_arm)
        differences.push_back(cell.difference ? difference_json(*cell.difference, line.how) : Json(nullptr));
      spans.push_back(
          {{"baseline", level_json(by_arm[baseline], line.how)}, {"difference", std::move(differences)}});
    }
    out.push_back({{"name", line.name}, {"decimals", line.how.decimals}, {"spans", std::move(spans)}});
  }
  return out;
}

}  // namespace hearth
