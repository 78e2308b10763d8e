// Who gains: rates by deprivation of the neighbourhood in each arm's last year, and how they differ from the
// baseline's with the same luck.
#pragma once

#include <array>
#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "results/content/result_source.hpp"

namespace hearth {

struct WhoGains {
  // Over the replicates; nothing where it is not a number (no children, or none affected).
  struct Value {
    std::optional<double> mean;
    std::optional<double> monte_carlo_standard_error;  // of the mean; nothing with one replicate
    std::optional<double> median;
    std::optional<double> low, high;  // the middle 90%; nothing with one replicate
  };
  // Least to most deprived fifth, and the ratio of the most to the least deprived.
  static constexpr std::size_t kColumns = kDeprivationFifths + 1;
  struct Row {
    std::array<Value, kColumns> rate;        // per 10,000 children a year; the last is a ratio
    std::array<Value, kColumns> difference;  // share of the baseline's, paired; empty for the baseline
  };

  int months = 0;  // at the end of the horizon: twelve, or fewer where it does not end with a year
  MonthEnd end;
  std::vector<ResultHeader::Arm> arms;
  std::size_t baseline = 0;
  std::vector<Measure> measures;
  std::vector<Row> rows;  // [measure][arm]
  const Row& row(std::size_t measure, std::size_t arm) const { return rows.at(measure * arms.size() + arm); }
};

// Throws DataError where the file cannot be read.
WhoGains who_gains(const ResultSource& result, const std::vector<std::size_t>& authorities);
// The same of several groups, reading the file once for all of them.
std::vector<WhoGains> who_gains(const ResultSource& result, const std::vector<AuthorityGroup>& groups);

std::string who_gains_text(const WhoGains& gains);
nlohmann::ordered_json who_gains_json(const WhoGains& gains);

}  // namespace hearth
