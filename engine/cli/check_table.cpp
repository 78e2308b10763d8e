#include "cli/check_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <vector>

#include "cli/terminal.hpp"
#include "core/words.hpp"
#include "scenario/files/resolved.hpp"
#include "scenario/uncertainty.hpp"

namespace hearth {

std::string in_words(Verdict verdict) {
  std::string out(name_of(verdict));
  std::ranges::replace(out, '_', ' ');
  return out;
}

namespace {

constexpr std::size_t kColumns = 100;

std::vector<std::string> wrapped_lines(std::string_view text, std::size_t width) {
  std::vector<std::string> out(1);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of(" \n", at), text.size());
    const std::string_view word = text.substr(at, end - at);
    if (!out.back().empty() && out.back().size() + 1 + word.size() > width) out.emplace_back();
    if (!out.back().empty() && !word.empty()) out.back() += ' ';
    out.back() += word;
    at = end + 1;
  }
  return out;
}

// Commas between thousands; at most so many decimals.
std::string decimal_text(double value, int decimals, bool trimmed = false) {
  std::string digits = fmt::format("{:.{}f}", std::abs(value), decimals);
  const std::size_t point = digits.find('.');
  if (trimmed && point != std::string::npos) {
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.back() == '.') digits.pop_back();
  }
  for (std::size_t i = std::min(point, digits.size()); i > 3; i -= 3) digits.insert(i - 3, ",");
  const bool is_zero = digits.find_first_not_of("0.,") == std::string::npos;
  return (value < 0.0 && !is_zero ? "-" : "") + digits;
}

// How the figures of one target are shown.
struct Rounding {
  double scale = 1.0;
  std::string_view times;  // before the unit
  int decimals = 0;
};

Rounding rounding(const TargetResult& result) {
  const PublishedFigure& published = result.target.published;
  double largest = std::max(std::abs(published.value), std::abs(result.median));
  if (result.interval)
    largest = std::max({largest, std::abs(result.interval->low), std::abs(result.interval->high)});
  Rounding out;
  if (largest >= 1e6) out = {1e6, "million ", 0};
  const double shown = largest / out.scale;
  out.decimals = shown >= 1000.0 ? 0 : shown >= 10.0 ? 1 : shown >= 1.0 ? 2 : 3;
  return out;
}

std::string with_interval(const std::string& value, const std::string& low, const std::string& high) {
  return fmt::format("{} ({} to {})", value, low, high);
}

std::string simulated_text(const TargetResult& result) {
  if (result.verdict == Verdict::kNotDefined) return "not defined";
  const Rounding how = rounding(result);
  const auto shown = [&](double value) { return decimal_text(value / how.scale, how.decimals); };
  if (!result.interval) return shown(result.median);
  return with_interval(shown(result.median), shown(result.interval->low), shown(result.interval->high));
}

// As published: not rounded to what is simulated.
std::string published_text(const TargetResult& result) {
  constexpr int kDecimals = 6;
  const PublishedFigure& published = result.target.published;
  const double scale = rounding(result).scale;
  const auto shown = [&](double value) { return decimal_text(value / scale, kDecimals, true); };
  if (!published.interval) return shown(published.value);
  return with_interval(shown(published.value), shown(published.interval->low),
                       shown(published.interval->high));
}

// "change in % of care_entries in x, 2016-04 to 2017-03, from y, 2014-04 to 2015-03"
std::string what_text(const CheckedTargets& checked, const Target& target) {
  constexpr std::array<std::string_view, kTargetFormNames.size()> kForms = {
      "", "100 times ", "difference of ", "change in % of "};
  const MonthEnd& origin = checked.loaded.scenario.origin;
  std::string out = fmt::format("{}{}{} in {}, {}", kForms.at(static_cast<std::size_t>(target.form)),
                                target.measure.name, target.per ? " per " + target.per->name : "",
                                checked.arm(target.span), months_text(target.span, origin));
  if (target.reference)
    out +=
        fmt::format(", from {}, {}", checked.arm(*target.reference), months_text(*target.reference, origin));
  return out;
}

// An arm that does nothing reaches such a figure too.
bool allows_no_change(const Target& target) {
  const auto& interval = target.published.interval;
  return needs_reference(target.form) && interval && interval->low <= 0.0 && 0.0 <= interval->high;
}

std::string outcome_text(const CheckedTargets& checked, const TargetResult& result) {
  std::string out;
  if (result.verdict == Verdict::kNotDefined) {
    out = fmt::format(
        "not defined: what it is divided by or compared with is zero in {} of {}.",
        result.undefined_replicates,
        count_text(static_cast<std::size_t>(checked.loaded.scenario.replicates), "replicate", "replicates"));
  } else if (result.verdict != Verdict::kReached) {
    const Rounding how = rounding(result);
    out = fmt::format("The median is {} {} the published figure.",
                      decimal_text(std::abs(result.gap) / how.scale, how.decimals),
                      result.gap < 0.0 ? "below" : "above");
  } else if (allows_no_change(result.target)) {
    out = "The published interval includes no change.";
  }
  if (const auto expected = result.as_expected())
    out += fmt::format("{}Expected: {}{}.", out.empty() ? "" : " ", in_words(*result.target.expect),
                       *expected ? "" : ", which it is not");
  return out;
}

std::string coloured(Verdict verdict) {
  constexpr std::array<Colour, kVerdicts> kColours = {Colour::kGreen, Colour::kYellow, Colour::kRed,
                                                      Colour::kRed};
  return coloured(stdout, kColours.at(static_cast<std::size_t>(verdict)), in_words(verdict));
}

}  // namespace

void print_check(const CheckedTargets& checked) {
  const Scenario& scenario = checked.loaded.scenario;
  for (const auto& line : wrapped_lines(scenario.title, kColumns)) fmt::print("{}\n", line);
  const std::string how = fmt::format(
      "{} from {}, {}, seed {}. Simulated: the median of the replicates and the interval that holds 90% of "
      "them. {}",
      count_text(scenario.authorities.size(), "authority", "authorities"), scenario.origin.text(),
      count_text(static_cast<std::size_t>(scenario.replicates), "replicate", "replicates"), scenario.seed,
      coverage_sentence(coverage(scenario)));
  for (const auto& line : wrapped_lines(how, kColumns)) fmt::print("{}\n", line);

  std::size_t simulated = std::string_view("Simulated").size();
  std::size_t published = std::string_view("Published").size();
  for (const auto& result : checked.results) {
    simulated = std::max(simulated, simulated_text(result).size());
    published = std::max(published, published_text(result).size());
  }
  const std::size_t verdict = in_words(Verdict::kNotReached).size();
  constexpr std::size_t kLeast = 20;
  const std::size_t room = simulated + published + verdict + 6;
  const std::size_t title = room + kLeast < kColumns ? kColumns - room : kLeast;
  fmt::print("\n{:<{}}  {:<{}}  {:<{}}  Verdict\n", "Target", title, "Simulated", simulated, "Published",
             published);
  for (const auto& result : checked.results) {
    const Target& target = result.target;
    const auto lines =
        wrapped_lines(fmt::format("{} ({}{})", target.title, rounding(result).times, target.unit), title);
    fmt::print("\n{:<{}}  {:<{}}  {:<{}}  {}\n", lines.front(), title, simulated_text(result), simulated,
               published_text(result), published, coloured(result.verdict));
    for (std::size_t i = 1; i < lines.size(); ++i) fmt::print("{}\n", lines[i]);
    for (const auto& text : {fmt::format("{}; source {}", what_text(checked, target), target.source),
                             outcome_text(checked, result), target.note})
      if (!text.empty())
        for (const auto& line : wrapped_lines(text, kColumns - 2)) fmt::print("  {}\n", line);
  }
  fmt::print("\n{} of {} reached", checked.count(Verdict::kReached), checked.results.size());
  const std::size_t met = checked.expectations(true);
  if (const std::size_t all = met + checked.expectations(false); all > 0)
    fmt::print("; {} of {} as the scenario expects", met, all);
  fmt::print(".\n");
}

}  // namespace hearth
