#include "results/split.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>
#include <numeric>

#include "core/csv.hpp"
#include "core/decimals.hpp"
#include "results/wording.hpp"

namespace hearth {
namespace {

constexpr std::size_t kFewest = 4;  // replicates for an error of a variance

Bands bands_of(const std::vector<double>& values) {
  const Statistics found = statistics_of(values);
  return {*found.half(), *found.most()};
}

// Sums of a pair of samples about their means, from which one pair can be taken away again.
struct Moments {
  Moments(const std::vector<double>& x, const std::vector<double>& y) : n(static_cast<double>(x.size())) {
    mean_x = std::accumulate(x.begin(), x.end(), 0.0) / n;
    mean_y = std::accumulate(y.begin(), y.end(), 0.0) / n;
    for (std::size_t i = 0; i < x.size(); ++i) {
      xx += (x[i] - mean_x) * (x[i] - mean_x);
      xy += (x[i] - mean_x) * (y[i] - mean_y);
    }
  }
  double ratio() const { return xy / xx; }
  double ratio_without(double x, double y) const {
    const double more = n / (n - 1.0);
    return (xy - more * (x - mean_x) * (y - mean_y)) / (xx - more * (x - mean_x) * (x - mean_x));
  }

  double n, mean_x = 0.0, mean_y = 0.0, xx = 0.0, xy = 0.0;
};

// Standard error from the statistic with one replicate left out, each in turn.
std::optional<double> jackknife(const std::vector<double>& without) {
  if (without.size() < kFewest) return std::nullopt;
  const auto n = static_cast<double>(without.size());
  const double mean = std::accumulate(without.begin(), without.end(), 0.0) / n;
  double squares = 0.0;
  for (const double x : without) squares += (x - mean) * (x - mean);
  if (!std::isfinite(squares)) return std::nullopt;  // one replicate alone was different
  return std::sqrt((n - 1.0) / n * squares);
}

// Where replicates are the same but for rounding, nothing is shared.
bool varies(const std::vector<double>& values) {
  const auto [least, most] = std::ranges::minmax(values);
  return most - least > 1e-12 * std::max(std::abs(least), std::abs(most));
}

// What is decomposed: [arm][replicate][period].
struct Values {
  std::size_t replicates;
  std::size_t periods;
  std::vector<double> data;

  std::vector<double> of(std::size_t arm, std::size_t period) const {
    std::vector<double> out(replicates);
    for (std::size_t r = 0; r < replicates; ++r) out[r] = data[(arm * replicates + r) * periods + period];
    return out;
  }
};

Values yearly(const std::vector<double>& series, const ResultHeader& header, const Split& split, Yearly how) {
  const auto steps = static_cast<std::size_t>(header.steps());
  Values out{static_cast<std::size_t>(header.replicates), split.periods.size(), {}};
  for (std::size_t block = 0; block < header.arms.size() * out.replicates; ++block)
    for (std::size_t p = 0; p < out.periods; ++p)
      out.data.push_back(yearly_value(series.data() + block * steps, split.periods[p], how));
  return out;
}

// ---- text

std::string per_cent(const VarianceShare& share) {
  if (!share.share) return "-";
  const std::string value = rounded_text(100.0 * *share.share, 0) + "%";
  return share.error ? fmt::format("{} ±{}", value, rounded_text(std::ceil(100.0 * *share.error), 0)) : value;
}

// fmt counts bytes where ± has two.
std::string right(const std::string& text, std::size_t width) {
  const auto columns = static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
  return std::string(width > columns ? width - columns : 0, ' ') + text;
}

// The first year, the fifth, the last.
std::vector<std::size_t> shown_periods(const Split& split) {
  std::vector<std::size_t> out;
  constexpr std::size_t kFifth = 4;
  for (const std::size_t p : {std::size_t{0}, kFifth, split.periods.size() - 1})
    if (p < split.periods.size() && (out.empty() || out.back() < p)) out.push_back(p);
  return out;
}

std::string_view heading(UncertaintySource source) {
  return kUncertaintySourceTable[index(source)].heading;
}

std::string line_of(const std::string& label, const std::vector<std::string>& cells, std::size_t width) {
  std::string out = fmt::format("  {:<18}", label);
  for (const auto& cell : cells) out += right(cell, width);
  return out + '\n';
}

void append_shares(const Split& split, const SplitCell& cell, std::size_t period, std::string& out) {
  std::vector<std::string> cells;
  for (const auto& share : cell.shares) cells.push_back(per_cent(share));
  cells.push_back(per_cent(cell.together));
  out += line_of(split.periods[period].end.text(), cells, 13);
}

void append_bands(const Split& split, const SplitCell& cell, std::size_t period, const Rounding& how,
                  bool difference, std::string& out) {
  const int decimals = difference ? how.difference_decimals : how.decimals;
  const auto row = [&](std::string_view name, const std::string& share, const Bands& bands) {
    out += line_of(std::string(name),
                   {share, range_text(bands.half, how, decimals, difference),
                    range_text(bands.most, how, decimals, difference)},
                   24);
  };
  out += fmt::format("  {}\n", split.periods[period].label());
  for (std::size_t s = 0; s < split.sources.size(); ++s)
    row(heading(split.sources[s]), per_cent(cell.shares[s]), cell.alone[s]);
  out += line_of("Together", {per_cent(cell.together)}, 24);
  row("All", "100%", cell.whole);
}

// How to read the table: its second year, the sources that are surely not nothing, the largest first.
std::string example(const Split& split) {
  const auto periods = shown_periods(split);
  const std::size_t period = periods[std::min<std::size_t>(1, periods.size() - 1)];
  const SplitCell& cell = split.levels[split.position(0, split.baseline, period)];
  std::vector<std::size_t> sure;
  for (std::size_t s = 0; s < cell.shares.size(); ++s)
    if (cell.shares[s].error && *cell.shares[s].share > 2.0 * *cell.shares[s].error) sure.push_back(s);
  std::ranges::sort(sure, std::greater<>(), [&](std::size_t s) { return *cell.shares[s].share; });
  std::string parts;
  for (const std::size_t s : sure) {
    std::string name(heading(split.sources[s]));
    name.front() = static_cast<char>(name.front() + ('a' - 'A'));
    parts += fmt::format("{}{}% {}{}", parts.empty() ? "" : ", ",
                         rounded_text(100.0 * *cell.shares[s].share, 0), parts.empty() ? "is " : "", name);
  }
  if (parts.empty()) return "";
  return fmt::format("For example: of the uncertainty about \"{}\" in the {} under {}, {}. ",
                     split.measures[0].name, split.periods[period].label(), split.arms[split.baseline].title,
                     parts);
}

}  // namespace

SplitCell split_variance(const std::vector<double>& whole, const std::vector<std::vector<double>>& alone) {
  SplitCell out;
  out.whole = bands_of(whole);
  const bool any = varies(whole);
  double sum = 0.0;
  std::vector<double> left(whole.size(), 1.0);  // together, without each replicate
  for (const auto& source : alone) {
    out.alone.push_back(bands_of(source));
    VarianceShare& share = out.shares.emplace_back();
    if (!any) continue;
    const Moments moments(whole, source);
    share.share = moments.ratio();
    std::vector<double> without(whole.size());
    for (std::size_t r = 0; r < whole.size(); ++r) {
      without[r] = moments.ratio_without(whole[r], source[r]);
      left[r] -= without[r];
    }
    share.error = jackknife(without);
    sum += *share.share;
  }
  if (any) out.together = {1.0 - sum, jackknife(left)};
  return out;
}

std::vector<std::string> split_measures() {
  std::vector<std::string> out;
  for (const Measure measure : kSplitMeasures)
    if (measure != Measure::kSocialWorkersFte) out.emplace_back(kMeasureTable[index(measure)].name);
  out.emplace_back("cost_authority");
  return out;
}

std::optional<Split> split(const ResultSource& result, const Area& area,
                           const std::vector<SummaryMeasure>& measures) {
  const ResultHeader& header = result.header();
  if (header.split.empty() || header.replicates < 2) return std::nullopt;
  Split out;
  out.sources = header.split;
  out.arms = header.arms;
  out.baseline = header.baseline;
  out.periods = summary_periods(header);
  const auto known = split_measures();
  for (const auto& measure : measures)
    if (std::ranges::find(known, measure.key) != known.end()) out.measures.push_back(measure);
  if (out.measures.empty()) return std::nullopt;

  const std::size_t authority = index(Payer::kAuthority);
  for (const auto& measure : out.measures) {
    const Values whole = yearly(measure.measure ? result.series(*measure.measure, area.authorities)
                                                : result.cost(area.authorities, {authority}),
                                header, out, measure.yearly);
    std::vector<Values> alone;
    for (std::size_t s = 0; s < out.sources.size(); ++s)
      alone.push_back(yearly(measure.measure ? result.series_alone(s, *measure.measure, area.authorities)
                                             : result.cost_alone(s, area.authorities),
                             header, out, measure.yearly));
    for (std::size_t arm = 0; arm < out.arms.size(); ++arm)
      for (std::size_t p = 0; p < out.periods.size(); ++p) {
        std::vector<std::vector<double>> levels;
        std::vector<std::vector<double>> differences;
        for (const Values& values : alone) {
          levels.push_back(values.of(arm, p));
          differences.push_back(paired_differences(levels.back(), values.of(out.baseline, p)));
        }
        out.levels.push_back(split_variance(whole.of(arm, p), levels));
        out.differences.push_back(
            split_variance(paired_differences(whole.of(arm, p), whole.of(out.baseline, p)), differences));
      }
  }
  return out;
}

std::string split_text(const Split& split, bool bands) {
  std::string out = "\nWhere the uncertainty comes from\n";
  out += wrapped(
      example(split) +
      "A share is what a source alone explains of the variance between replicates, with its Monte Carlo "
      "standard error; a share below twice its error may be zero. Together: how sources change each other's "
      "effect, and random events that differ when anything changes; negative where they offset each other.");
  if (bands)
    out += wrapped(
        "Intervals hold the middle half and the middle 90% of the replicates: of a source, those with that "
        "source alone, the others at their middle (chance at that of the first replicate); in the row All, "
        "those with all.");
  for (std::size_t m = 0; m < split.measures.size(); ++m) {
    double largest = 0.0;
    for (const std::size_t p : shown_periods(split))
      largest =
          std::max(largest, std::abs(split.levels[split.position(m, split.baseline, p)].whole.most.high));
    const Rounding how = rounding(split.measures[m], largest);
    out += '\n' + wrapped(hearth::heading(split.measures[m], how));
    std::vector<std::string> head;
    for (const UncertaintySource source : split.sources) head.emplace_back(heading(source));
    head.emplace_back("Together");
    if (bands) head = {"Share of variance", "50% interval", "90% interval"};
    out += line_of(bands ? "" : "Year to", head, bands ? 24 : 13);
    const auto append = [&](std::size_t arm, bool difference) {
      out += ' ' + wrapped(split.arms[arm].title + (difference ? ": difference from the baseline" : ""), 1);
      for (const std::size_t p : shown_periods(split)) {
        const std::size_t at = split.position(m, arm, p);
        const SplitCell& cell = difference ? split.differences[at] : split.levels[at];
        if (bands)
          append_bands(split, cell, p, how, difference, out);
        else
          append_shares(split, cell, p, out);
      }
    };
    append(split.baseline, false);
    for (std::size_t arm = 0; arm < split.arms.size(); ++arm)
      if (arm != split.baseline) append(arm, true);
  }
  return out;
}

namespace {

nlohmann::ordered_json cell_json(const Split& split, const SplitCell& cell) {
  using Json = nlohmann::ordered_json;
  const auto number = [](const std::optional<double>& x) { return x ? Json(*x) : Json(nullptr); };
  const auto share = [&](const VarianceShare& of) {
    return Json{{"share_of_variance", number(of.share)}, {"monte_carlo_standard_error", number(of.error)}};
  };
  const auto add_bands = [](Json& to, const Bands& bands) {
    to["interval_50"] = {{"low", bands.half.low}, {"high", bands.half.high}};
    to["interval_90"] = {{"low", bands.most.low}, {"high", bands.most.high}};
  };
  Json out;
  add_bands(out, cell.whole);
  for (std::size_t s = 0; s < split.sources.size(); ++s) {
    Json source = share(cell.shares[s]);
    add_bands(source, cell.alone[s]);
    out["sources"][std::string(kUncertaintySourceTable[index(split.sources[s])].name)] = std::move(source);
  }
  out["together"] = share(cell.together);
  return out;
}

}  // namespace

nlohmann::ordered_json split_json(const Split& split) {
  using Json = nlohmann::ordered_json;
  Json out = Json::array();
  for (std::size_t m = 0; m < split.measures.size(); ++m) {
    Json arms = Json::array();
    for (std::size_t arm = 0; arm < split.arms.size(); ++arm) {
      Json years = Json::array();
      for (std::size_t p = 0; p < split.periods.size(); ++p) {
        const std::size_t at = split.position(m, arm, p);
        Json year = {{"period", split.periods[p].label()},
                     {"end", split.periods[p].end.iso()},
                     {"level", cell_json(split, split.levels[at])}};
        if (arm != split.baseline) year["difference_from_baseline"] = cell_json(split, split.differences[at]);
        years.push_back(std::move(year));
      }
      arms.push_back({{"arm", split.arms[arm].name}, {"years", std::move(years)}});
    }
    out.push_back({{"measure", split.measures[m].key}, {"arms", std::move(arms)}});
  }
  return out;
}

std::string split_csv(const Split& split, std::string_view area) {
  std::string out =
      "area,arm,of,year,period,measure,unit,source,share_of_variance,share_mcse,low_50,high_50,low_90,high_"
      "90\n";
  const auto share_text = [](const std::optional<double>& x) {
    return x ? plain_number(*x, "1") : std::string();
  };
  const auto append = [&](std::size_t m, std::size_t arm, std::size_t p, bool difference) {
    const std::size_t at = split.position(m, arm, p);
    const SplitCell& cell = difference ? split.differences[at] : split.levels[at];
    const std::string before =
        fmt::format("{},{},{},{},{},{},{}", csv_field(area), csv_field(split.arms[arm].name),
                    difference ? "difference" : "level", split.periods[p].end.year, split.periods[p].label(),
                    split.measures[m].key, split.measures[m].unit);
    const auto number = [&](double x) { return plain_number(x, split.measures[m].unit); };
    const auto row = [&](std::string_view source, const VarianceShare& share, const Bands* bands) {
      out += fmt::format("{},{},{},{}", before, source, share_text(share.share), share_text(share.error));
      out += bands == nullptr
                 ? std::string(",,,,\n")
                 : fmt::format(",{},{},{},{}\n", number(bands->half.low), number(bands->half.high),
                               number(bands->most.low), number(bands->most.high));
    };
    for (std::size_t s = 0; s < split.sources.size(); ++s)
      row(kUncertaintySourceTable[index(split.sources[s])].name, cell.shares[s], &cell.alone[s]);
    row("together", cell.together, nullptr);
    row("all", {}, &cell.whole);
  };
  for (std::size_t m = 0; m < split.measures.size(); ++m)
    for (std::size_t arm = 0; arm < split.arms.size(); ++arm)
      for (const bool difference : {false, true})
        for (std::size_t p = 0; p < split.periods.size(); ++p)
          if (!difference || arm != split.baseline) append(m, arm, p, difference);
  return out;
}

}  // namespace hearth
