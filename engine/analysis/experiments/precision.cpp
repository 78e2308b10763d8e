#include "analysis/experiments/precision.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <numeric>
#include <string_view>

#include "core/error.hpp"
#include "core/from_chars.hpp"
#include "core/nearest.hpp"
#include "results/wording.hpp"

namespace hearth {
namespace {

constexpr std::string_view kForm =
    "difference(MEASURE).mcse < 1% or total(MEASURE, ARM).mcse < 25, for example "
    "difference(care_entries).mcse < 1%";

// Reads a goal from left to right; each mistake names its place.
class Reader {
 public:
  explicit Reader(const std::string& text) : text_(text) {}

  // A name: letters, digits, _ and . within.
  std::string word() {
    skip();
    const std::size_t start = at_;
    while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) != 0 ||
                                  text_[at_] == '_' || text_[at_] == '.'))
      ++at_;
    last_ = start;
    return text_.substr(start, at_ - start);
  }
  bool take(std::string_view sign) {
    skip();
    last_ = at_;
    if (text_.compare(at_, sign.size(), sign) != 0) return false;
    at_ += sign.size();
    return true;
  }
  void expect(std::string_view sign) {
    if (!take(sign)) fail(fmt::format("\"{}\"", sign));
  }
  double number() {
    skip();
    last_ = at_;
    double value = 0.0;
    const auto [stop, error] = number_from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    if (error != std::errc{} || !(value > 0.0) || !std::isfinite(value)) fail("a number above 0");
    at_ = static_cast<std::size_t>(stop - text_.data());
    return value;
  }
  void expect_end() {
    skip();
    last_ = at_;
    if (at_ < text_.size()) fail("the end");
  }
  // What was read last, or comes next, is not what may stand there.
  [[noreturn]] void fail(const std::string& allowed) const {
    const std::string found = last_ < text_.size() ? text_.substr(last_) : "the end";
    throw UsageError(fmt::format("--until \"{}\", character {}: found {}; allowed: {}; a goal looks like {}",
                                 text_, last_ + 1, found, allowed, kForm));
  }

 private:
  void skip() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }

  const std::string& text_;
  std::size_t at_ = 0;
  std::size_t last_ = 0;
};

SummaryMeasure measure_named(const std::string& key, const Reader& reader) {
  const auto known = summary_measures();
  const auto found = std::ranges::find(known, key, &SummaryMeasure::key);
  if (found != known.end()) return *found;
  std::vector<std::string> names;
  names.reserve(known.size());
  for (const auto& each : known) names.push_back(each.key);
  const std::string hint = did_you_mean(nearest_names(key, names));
  reader.fail(hint.empty() ? "a measure of docs/reference/measures.md" : "a measure; " + hint);
}

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// Standard deviation / square root of their number; without bound below two values.
double standard_error(const std::vector<double>& values) {
  if (values.size() < 2) return std::numeric_limits<double>::infinity();
  const double middle = mean(values);
  double squares = 0.0;
  for (const double value : values) squares += (value - middle) * (value - middle);
  const auto count = static_cast<double>(values.size());
  return std::sqrt(squares / (count - 1.0) / count);
}

}  // namespace

PrecisionGoal parse_precision_goal(const std::string& text, const std::vector<std::string>& arms,
                                   std::size_t baseline) {
  PrecisionGoal out;
  out.text = text;
  Reader reader(text);
  const std::string quantity = reader.word();
  if (quantity != "difference" && quantity != "total") reader.fail("difference or total");
  out.difference = quantity == "difference";
  reader.expect("(");
  out.measure = measure_named(reader.word(), reader);
  if (reader.take(",")) {
    const auto found = std::ranges::find(arms, reader.word());
    if (found == arms.end()) reader.fail(fmt::format("an arm of the scenario: {}", fmt::join(arms, ", ")));
    out.arms = {static_cast<std::size_t>(found - arms.begin())};
    if (out.difference && out.arms.front() == baseline)
      reader.fail("an arm other than the baseline, from which differences are taken");
  } else {
    for (std::size_t arm = 0; arm < arms.size(); ++arm)
      if (!out.difference || arm != baseline) out.arms.push_back(arm);
    if (out.arms.empty()) throw UsageError("--until: a difference needs two arms, and the scenario has one");
  }
  reader.expect(")");
  reader.expect(".mcse");
  reader.expect("<");
  out.limit = reader.number();
  out.relative = reader.take("%");
  constexpr double kPerCent = 0.01;
  if (out.relative) out.limit *= kPerCent;
  reader.expect_end();
  return out;
}

PrecisionTally::PrecisionTally(PrecisionGoal goal, const ResultHeader& header)
    : goal_(std::move(goal)),
      baseline_(header.baseline),
      last_year_(summary_periods(header).back()),
      sampling_fraction_(header.sampling_fraction),
      values_(header.arms.size()) {}

double PrecisionTally::value(const std::vector<AuthoritySeries>& series) const {
  const auto first = static_cast<std::size_t>(last_year_.first_step);
  const std::size_t end = first + static_cast<std::size_t>(last_year_.steps);
  std::vector<double> values(end, 0.0);  // of the last year only
  for (std::size_t step = first; step < end; ++step) {
    if (!goal_.measure.measure) {
      Pence pence = 0;
      for (const auto& authority : series)
        for (std::size_t line = 0; line < kCostLines.size(); ++line)
          if (goal_.measure.payers.empty() ||
              std::ranges::find(goal_.measure.payers, index(kCostLines[line].payer)) !=
                  goal_.measure.payers.end())
            pence += authority.cost(line)[step];
      values[step] = gbp_from_pence(pence);
      continue;
    }
    const MeasureInfo& info = kMeasureTable.at(index(*goal_.measure.measure));
    double weights = 0.0;
    for (const auto& authority : series) {
      if (!slot(info.id).real) {
        const auto count = static_cast<double>(authority.counts(info.id, goal_.measure.category)[step]);
        values[step] +=
            info.per_children && sampling_fraction_ < 1.0 ? std::round(count / sampling_fraction_) : count;
        continue;
      }
      const double level = static_cast<double>(authority.levels(info.id)[step]);
      const double weight =
          is_ratio(info)
              ? ratio_weight(info.id, level,
                             static_cast<double>(authority.levels(Measure::kSocialWorkersFte)[step]))
              : 1.0;
      weights += weight;
      values[step] += weight * level;
    }
    if (slot(info.id).real && is_ratio(info) && weights > 0.0) values[step] /= weights;
  }
  return yearly_value(values.data(), last_year_, goal_.measure.yearly);
}

void PrecisionTally::add(std::size_t arm, std::size_t replicate, const std::vector<AuthoritySeries>& series) {
  values_.at(arm)[replicate] = value(series);
}

void PrecisionTally::add(const ResultSource& result, const std::vector<std::size_t>& replicates) {
  const ResultHeader& header = result.header();
  std::vector<std::size_t> everywhere(header.authorities.size());
  std::iota(everywhere.begin(), everywhere.end(), std::size_t{0});
  const std::vector<double> series =
      goal_.measure.measure ? result.series(*goal_.measure.measure, everywhere, goal_.measure.category)
                            : result.cost(everywhere, goal_.measure.payers);
  const auto steps = static_cast<std::size_t>(header.steps());
  for (std::size_t arm = 0; arm < values_.size(); ++arm)
    for (const std::size_t replicate : replicates) {
      const std::size_t row = arm * static_cast<std::size_t>(header.replicates) + replicate -
                              static_cast<std::size_t>(header.first_replicate);
      values_[arm][replicate] = yearly_value(series.data() + row * steps, last_year_, goal_.measure.yearly);
    }
}

PrecisionTally::State PrecisionTally::state(std::size_t count) const {
  State worst;
  double worst_ratio = -1.0;
  for (const std::size_t arm : goal_.arms) {
    std::vector<double> values;
    std::vector<double> scale;
    for (std::size_t r = 0; r < count; ++r) {
      const double baseline = values_[baseline_].at(r);
      values.push_back(values_[arm].at(r) - (goal_.difference ? baseline : 0.0));
      scale.push_back(goal_.difference ? baseline : values_[arm].at(r));
    }
    State now{standard_error(values), goal_.limit};
    if (goal_.relative) now.limit *= std::abs(mean(scale));
    const double ratio = now.error > 0.0 ? now.error / now.limit : 0.0;
    if (ratio <= worst_ratio) continue;
    worst_ratio = ratio;
    worst = now;
  }
  return worst;
}

std::string PrecisionTally::text(const State& state) const {
  // In four figures, but whole thousands as people write them.
  const auto figure = [](double x) { return x < 1000.0 ? fmt::format("{:.4g}", x) : rounded_text(x, 0); };
  std::string now = figure(state.error);
  std::string bound = figure(goal_.limit);
  if (goal_.relative) {
    constexpr double kPerCent = 100.0;
    const double whole = state.limit / goal_.limit;
    now = fmt::format("{:.3g}% of {}", kPerCent * state.error / whole,
                      goal_.difference ? "the baseline" : "the total");
    bound = fmt::format("{:.3g}%", kPerCent * goal_.limit);
  }
  return fmt::format("{}, {} {}", now, state.met() ? "below" : "not below", bound);
}

}  // namespace hearth
