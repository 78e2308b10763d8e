#include "results/who_gains.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "core/calendar.hpp"
#include "core/statistics.hpp"
#include "results/wording.hpp"

namespace hearth {
namespace {

constexpr double kPer = 10000.0;

WhoGains::Value over_replicates(const std::vector<double>& values) {
  for (const double x : values)
    if (!std::isfinite(x)) return {};
  WhoGains::Value out;
  const Statistics found = statistics_of(values);
  out.mean = found.mean;
  out.monte_carlo_standard_error = found.error_of_mean();
  out.median = found.median();
  if (const auto most = found.most()) {
    out.low = most->low;
    out.high = most->high;
  }
  return out;
}

// Of one arm, from the rates by column, arm and replicate.
WhoGains::Row row_of(const std::array<std::vector<double>, WhoGains::kColumns>& rates, std::size_t replicates,
                     std::size_t arm, std::size_t baseline_arm) {
  WhoGains::Row row;
  for (std::size_t column = 0; column < WhoGains::kColumns; ++column) {
    const auto of = [&](std::size_t which) {
      const auto from = rates[column].begin() + static_cast<std::ptrdiff_t>(which * replicates);
      return std::vector<double>(from, from + static_cast<std::ptrdiff_t>(replicates));
    };
    std::vector<double> values = of(arm);
    row.rate[column] = over_replicates(values);
    if (arm == baseline_arm) continue;
    const std::vector<double> baseline = of(baseline_arm);
    for (std::size_t r = 0; r < replicates; ++r) values[r] = values[r] / baseline[r] - 1.0;
    row.difference[column] = over_replicates(values);
  }
  return row;
}

std::string per_cent(double share) {
  return rounded_text(100.0 * share, std::abs(share) < 0.9995 ? 1 : 0, true);
}

}  // namespace

std::vector<WhoGains> who_gains(const ResultSource& result, const std::vector<AuthorityGroup>& groups) {
  const ResultHeader& header = result.header();
  WhoGains empty;
  empty.end = header.origin.plus_months(header.months);
  empty.arms = header.arms;
  empty.baseline = header.baseline;
  const int last_steps = std::min(kMonthsPerYear / header.step_months, header.steps());
  empty.months = header.months - (header.steps() - last_steps) * header.step_months;
  empty.measures = {Measure::kCareEntriesByDeprivation, Measure::kChildProtectionPlansStartedByDeprivation};
  const auto replicates = static_cast<std::size_t>(header.replicates);
  const auto last = static_cast<std::size_t>(last_steps);
  const auto all = static_cast<std::size_t>(header.steps());

  // Sum over the last year by group, column, arm and replicate.
  using Sums = std::array<std::vector<double>, WhoGains::kColumns>;
  const auto sums = [&](Measure measure) {
    std::vector<Sums> by_group(groups.size());
    for (std::size_t fifth = 0; fifth < kDeprivationFifths; ++fifth) {
      const auto series = result.series_of_each(measure, groups, fifth);
      for (std::size_t g = 0; g < groups.size(); ++g)
        for (std::size_t end = all; end <= series[g].size(); end += all) {
          const double* const after = series[g].data() + end;
          by_group[g][fifth].push_back(std::accumulate(after - last, after, 0.0));
        }
    }
    return by_group;
  };
  std::vector<WhoGains> out(groups.size(), empty);
  const std::vector<Sums> children = sums(Measure::kChildrenByDeprivation);  // over the steps' ends
  const double per_year = kPer * kMonthsPerYear * last_steps / empty.months;
  for (const Measure measure : empty.measures) {
    std::vector<Sums> affected = sums(measure);
    for (std::size_t g = 0; g < groups.size(); ++g) {
      Sums& rates = affected[g];
      for (std::size_t fifth = 0; fifth < kDeprivationFifths; ++fifth)
        for (std::size_t i = 0; i < rates[fifth].size(); ++i)
          rates[fifth][i] *= per_year / children[g][fifth][i];
      for (std::size_t i = 0; i < rates.front().size(); ++i)
        rates.back().push_back(rates[kDeprivationFifths - 1][i] / rates[0][i]);
      for (std::size_t arm = 0; arm < empty.arms.size(); ++arm)
        out[g].rows.push_back(row_of(rates, replicates, arm, empty.baseline));
    }
  }
  return out;
}

WhoGains who_gains(const ResultSource& result, const std::vector<std::size_t>& authorities) {
  return std::move(who_gains(result, std::vector<AuthorityGroup>{authorities}).front());
}

std::string who_gains_text(const WhoGains& gains) {
  std::string out = fmt::format(
      "\nWho gains ({} months to {}; per 10,000 children a year, by fifths of England's\n"
      "children by deprivation of the neighbourhood; last column: the most over the least deprived.\n"
      "Medians of the replicates; a change is taken replicate by replicate, so not of medians)\n",
      gains.months, gains.end.text());
  const auto line = [&](std::string_view label, const auto& cells) {
    out += fmt::format("  {:<8}", label);
    for (const std::string& each : cells) out += fmt::format(" {:>14}", each);
    out += '\n';
  };
  const auto cells = [](const std::array<WhoGains::Value, WhoGains::kColumns>& values, const auto& text_of) {
    std::array<std::string, WhoGains::kColumns> texts;
    for (std::size_t c = 0; c < WhoGains::kColumns; ++c)
      texts[c] = values[c].median ? text_of(values[c], c) : "not available";
    return texts;
  };
  for (std::size_t m = 0; m < gains.measures.size(); ++m) {
    out +=
        fmt::format("\n{}\n", m == 0 ? "Children starting to be looked after, without unaccompanied children"
                                     : "Child protection plans started");
    line("", std::array<std::string, WhoGains::kColumns>{"least", "second", "third", "fourth", "most",
                                                         "most/least"});
    for (std::size_t arm = 0; arm < gains.arms.size(); ++arm) {
      const WhoGains::Row& row = gains.row(m, arm);
      out += fmt::format(" {:.80}{}\n", gains.arms[arm].title, arm == gains.baseline ? " (baseline)" : "");
      line("rate", cells(row.rate, [](const WhoGains::Value& v, std::size_t c) {
             return fmt::format("{:.{}f}", *v.median, c + 1 == WhoGains::kColumns ? 2 : 1);
           }));
      if (arm == gains.baseline) continue;
      line("change", cells(row.difference,
                           [](const WhoGains::Value& v, std::size_t) { return per_cent(*v.median) + "%"; }));
      line("90%", cells(row.difference, [](const WhoGains::Value& v, std::size_t) {
             return v.low ? per_cent(*v.low) + " to " + per_cent(*v.high) : "not available";
           }));
    }
  }
  return out;
}

nlohmann::ordered_json who_gains_json(const WhoGains& gains) {
  using Json = nlohmann::ordered_json;
  const auto number = [](const std::optional<double>& x) { return x ? Json(*x) : Json(nullptr); };
  const auto value = [&](const WhoGains::Value& v) {
    return Json{{"median", number(v.median)}, {"low", number(v.low)}, {"high", number(v.high)}};
  };
  Json out = {{"months", gains.months},
              {"end", gains.end.iso()},
              {"unit", "per 10,000 children a year"},
              {"measures", Json::array()}};
  for (std::size_t m = 0; m < gains.measures.size(); ++m) {
    Json arms = Json::array();
    for (std::size_t arm = 0; arm < gains.arms.size(); ++arm) {
      const WhoGains::Row& row = gains.row(m, arm);
      Json columns = Json::object();
      for (std::size_t c = 0; c < WhoGains::kColumns; ++c) {
        Json column = {{"rate", value(row.rate[c])}};
        if (arm != gains.baseline) column["relative_difference_from_baseline"] = value(row.difference[c]);
        columns[c < kDeprivationFifths ? std::string(kDeprivationFifthNames[c]) : "most_over_least"] =
            std::move(column);
      }
      arms.push_back({{"arm", gains.arms[arm].name}, {"deprivation", std::move(columns)}});
    }
    out["measures"].push_back(
        {{"measure", kMeasureTable[index(gains.measures[m])].name}, {"arms", std::move(arms)}});
  }
  return out;
}

}  // namespace hearth
