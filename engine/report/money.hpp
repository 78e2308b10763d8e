// Money of a result for the page: net cost over the years by who pays, and spending by line.
#pragma once

#include <array>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "report/numbers.hpp"
#include "results/saving.hpp"

namespace hearth {

// Who pays, as the page shows it: one payer, or all together. Those of `yearly` are shown year by year.
struct PayerGroup {
  std::string key;
  std::string name;
  std::vector<std::size_t> payers;
  bool yearly = false;
};
std::vector<PayerGroup> payer_groups();

// A line of spending: its key is that of a measure, "cost_authority.placements".
SummaryMeasure spending_line(const CostLine& line);
// What the service models cost, whoever pays.
SummaryMeasure spending_on_models();

// What several areas spend, read from the file once for all of them.
class Spending {
 public:
  Spending(const ResultSource& result, std::vector<AuthorityGroup> groups);

  std::size_t groups() const { return groups_.size(); }
  // By arm, against the baseline.
  const std::vector<Saving>& saving(std::size_t payer_group, std::size_t group) const;
  const ByReplicate& line(const CostLine& line, std::size_t group) const;  // one of kCostLines
  ByReplicate models(std::size_t group) const;
  ByReplicate total(std::size_t payer_group, std::size_t group) const;

 private:
  std::vector<AuthorityGroup> groups_;
  std::vector<PayerGroup> payers_;
  std::vector<std::vector<ByReplicate>> lines_;            // [line][group]
  std::vector<std::vector<std::vector<Saving>>> savings_;  // [payer group][group][arm]
};

// {decimals, cumulative: [arm][period] as difference_json() and the per cent that have broken even, baseline:
// [period] as level_json(), break_even: [arm] period or null}; null of the baseline. In £ million since the
// start, only the last period unless `every_year`.
nlohmann::ordered_json saving_json(const Spending& spending, std::size_t payer_group, std::size_t group,
                                   const ResultHeader& header);

// A line of spending since the start, at some dates.
struct SpendingLine {
  std::string name;
  bool of_models = false;  // what the service models cost
  Rounding how;
  std::vector<std::vector<SummaryCell>> cells;  // [date][arm]
};
// Lines on which something is spent, at the periods `at`, rounded to at most one digit more than the line
// that varies most. The last, where there is any, is what the service models cost, whoever pays.
std::vector<SpendingLine> spending_lines(const Spending& spending, std::size_t group,
                                         const ResultHeader& header, const std::vector<std::size_t>& at,
                                         const std::vector<ControlVariates>& controls);

// [{name, decimals, spans: [{baseline, difference: [arm]}]}].
nlohmann::ordered_json spending_json(const std::vector<SpendingLine>& lines, std::size_t baseline);

}  // namespace hearth
