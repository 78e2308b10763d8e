#include "report/answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/calendar.hpp"
#include "core/words.hpp"

namespace hearth {
namespace {

constexpr std::string_view kNoReplicates =
    "This result has one replicate, which cannot say how sure a difference is. Run at least 100.";

// "71 fewer", "£14 million less".
std::string size_text(double difference, const Rounding& how, bool money) {
  const std::string text = more_or_fewer(difference / how.scale, how.decimals,
                                         money ? "million more" : "more", money ? "million less" : "fewer");
  return money && text != kNoDifference ? "£" + text : text;
}

// "(error 19)", "(error £200 million)": the Monte Carlo standard error of the mean.
std::string error_text(const PairedDifference& d, const Rounding& how, bool money) {
  const std::string text = rounded_text(d.monte_carlo_standard_error.value() / how.scale, how.decimals);
  return money ? fmt::format("(error £{} million)", text) : fmt::format("(error {})", text);
}

// Laplace's rule of succession.
double cautious(double share, int replicates) {
  return (share * replicates + 1.0) / (replicates + 2.0);
}

// Of the side on which the mean is.
double chance_of(const PairedDifference& difference) {
  return difference.mean < 0.0 ? difference.below_zero : difference.above_zero;
}

std::string years_text(const AnswerFacts::Date& date) {
  return date.years > 0 && date.months % kMonthsPerYear == 0
             ? count_text(static_cast<std::size_t>(date.years), "year", "years")
             : count_text(static_cast<std::size_t>(date.months), "month", "months");
}

// Children in care or money: what differs between the two points.
struct Subject {
  const Rounding& how;
  bool money;
  std::string what;   // "Children in care"
  std::string fewer;  // "fewer children in care"
  std::string more;
  std::string when;            // "by March 2032", "over the 10 years to March 2032"
  std::string_view less;       // "fewer", "less"
  std::string against;         // "the 1,207 under business as usual"
  std::optional<Tails> tails;  // at the end
};

// "Fewer in 37 of 50 replicates (50 or more fewer in 30, 50 or more extra in 10); nine in ten lie between 317
// fewer and 214 more." Where no replicate is so far apart: "(by 50 or more in none)".
std::string spread_text(const Subject& of, const PairedDifference& d, bool less, int replicates) {
  std::string out = fmt::format("{} in {}", upper_first(std::string(less ? of.less : "more")),
                                share_text(less ? d.below_zero : d.above_zero, replicates));
  if (of.tails) {
    const std::string size = rounded_text(of.tails->size, 0);
    out += of.tails->fewer == 0.0 && of.tails->more == 0.0
               ? fmt::format(" (by {} or more in none)", size)
               : fmt::format(" ({} or more fewer in {}, {} or more extra in {})", size,
                             short_share_text(of.tails->fewer, replicates), size,
                             short_share_text(of.tails->more, replicates));
  }
  return out + fmt::format("; nine in ten lie between {} and {}.", size_text(d.range->low, of.how, of.money),
                           size_text(d.range->high, of.how, of.money));
}

// The same at an earlier date, in short.
std::string earlier_text(const Subject& of, const PairedDifference& d, const AnswerFacts::Date& date,
                         int replicates) {
  switch (direction_of(d)) {
    case Direction::kSame:
      return fmt::format(" By {}: no difference.", date.text);
    case Direction::kUnclear:
      return fmt::format(" By {}: unclear, {} in {}.", date.text, of.less,
                         short_share_text(d.below_zero, replicates));
    default:
      return fmt::format(" By {}: {} on average, {} in {}.", date.text, size_text(d.mean, of.how, of.money),
                         d.mean < 0.0 ? of.less : "more", short_share_text(chance_of(d), replicates));
  }
}

Answer::Point point(const Subject& of, const std::vector<PairedDifference>& by_date,
                    const AnswerFacts& facts) {
  const PairedDifference& end = by_date.back();
  const Direction direction = direction_of(end);
  if (direction == Direction::kSame)
    return {of.what, fmt::format("the same as under {} in every replicate.", lower_first(facts.baseline))};
  Answer::Point out;
  const std::string spread = spread_text(of, end, direction != Direction::kMore, facts.replicates);
  if (direction == Direction::kUnclear) {
    out = {of.what + " unclear",
           fmt::format("{}, compared with {}, {}", of.when, of.against, lower_first(spread))};
  } else {
    const double chance = chance_of(end);
    const std::string_view word = chance_word(chance, facts.replicates);
    const std::string& side = direction == Direction::kFewer ? of.fewer : of.more;
    constexpr double kAboutHalf = 0.45;
    out.verdict = !word.empty()
                      ? upper_first(fmt::format("{} {}", word, side))
                      : fmt::format("{} on average, though in {} of the replicates", upper_first(side),
                                    cautious(chance, facts.replicates) >= kAboutHalf ? "only about half"
                                                                                     : "fewer than half");
    out.details = fmt::format("on average {} {} {} than {}. {}", size_text(end.mean, of.how, of.money),
                              error_text(end, of.how, of.money), of.when, of.against, spread);
  }
  if (by_date.size() > 1)
    out.details += earlier_text(of, by_date.front(), facts.dates.front(), facts.replicates);
  return out;
}

std::string under_baseline(const AnswerFacts& facts, const std::string& level) {
  return fmt::format("the {} under {}", level, lower_first(facts.baseline));
}

Answer::Point care_point(const AnswerFacts& facts, const AnswerFacts::ArmFacts& arm) {
  const std::string level =
      rounded_text(facts.baseline_in_care / facts.in_care.scale, facts.in_care.decimals);
  const Subject of = {facts.in_care,
                      false,
                      "Children in care",
                      "fewer children in care",
                      "more children in care",
                      "by " + facts.dates.back().text,
                      "fewer",
                      under_baseline(facts, level),
                      arm.tails};
  return point(of, arm.in_care, facts);
}

Answer::Point cost_point(const AnswerFacts& facts, const AnswerFacts::ArmFacts& arm) {
  const AnswerFacts::Date& end = facts.dates.back();
  const std::string level = rounded_text(facts.baseline_cost / facts.cost.scale, facts.cost.decimals);
  const Subject of = {facts.cost,
                      true,
                      "Net cost to " + facts.payer,
                      "a lower net cost to " + facts.payer,
                      "a higher net cost to " + facts.payer,
                      fmt::format("over the {} to {}", years_text(end), end.text),
                      "less",
                      under_baseline(facts, "£" + level + " million"),
                      std::nullopt};
  return point(of, arm.net_cost, facts);
}

// What may have been saved by looking away: closing early, higher thresholds, families who stay away.
Answer::Point unmet_need_point(const AnswerFacts& facts, const AnswerFacts::ArmFacts& arm) {
  const std::string level =
      rounded_text(facts.baseline_unmet_need / facts.unmet_need.scale, facts.unmet_need.decimals);
  const Subject of = {facts.unmet_need,
                      false,
                      "Children's months in unmet need",
                      "fewer months of children in unmet need",
                      "more months of children in unmet need",
                      "in the " + facts.last_period,
                      "fewer",
                      under_baseline(facts, level),
                      std::nullopt};
  Answer::Point out = point(of, {*arm.unmet_need}, facts);
  out.details += " A child in care counts none.";
  return out;
}

Answer::Point model_point(const AnswerFacts& facts, const AnswerFacts::ArmFacts& arm) {
  const AnswerFacts::Date& date = facts.dates.front();
  const auto pounds = [&](double gbp) {
    return fmt::format("£{} million", rounded_text(gbp / facts.model.scale, facts.model.decimals));
  };
  std::string out = fmt::format("{} in the first {}", pounds(arm.model_cost), years_text(date));
  if (date.years > 1) out += fmt::format(" ({} in the first year)", pounds(arm.first_year_cost));
  out += ", whoever pays; it is part of the net cost.";
  if (arm.practitioners > 0.0)
    out +=
        fmt::format(" {} practitioners are needed in {}.",
                    rounded_text(arm.practitioners, arm.practitioners < 10.0 ? 1 : 0), arm.practitioners_in);
  return {"Spending on the model itself", std::move(out)};
}

// What the headline says of one arm: of children in care and of cost, each where it can be told.
struct Verdict {
  Direction care = Direction::kNone;
  Direction cost = Direction::kNone;
  std::string care_text;  // "probably mean fewer children in care"
  std::string cost_text;  // "probably cost the council less"
  std::string harm_text;  // "probably leave children longer in unmet need"; empty: not that can be told
};

Verdict verdict_of(const AnswerFacts& facts, const AnswerFacts::ArmFacts& arm) {
  Verdict out;
  const auto text = [&](const PairedDifference& d, const std::string& verb) {
    const std::string_view word = chance_word(chance_of(d), facts.replicates);
    return word.empty() ? verb + " on average" : fmt::format("{} {}", word, verb);
  };
  const PairedDifference& care = arm.in_care.back();
  out.care = direction_of(care);
  out.care_text = text(care, care.mean < 0.0 ? "mean fewer children in care" : "mean more children in care");
  if (arm.unmet_need && direction_of(*arm.unmet_need) == Direction::kMore)
    out.harm_text = text(*arm.unmet_need, "leave children longer in unmet need");
  if (arm.net_cost.empty()) return out;
  const PairedDifference& cost = arm.net_cost.back();
  out.cost = direction_of(cost);
  out.cost_text = text(cost, fmt::format("cost {} {}", facts.payer, cost.mean < 0.0 ? "less" : "more"));
  return out;
}

bool is_clear(Direction direction) {
  return direction == Direction::kFewer || direction == Direction::kMore;
}

std::string subject(const AnswerFacts::ArmFacts& arm) {
  return arm.effects_given ? arm.label + ", if its effects are as given," : arm.label;
}

std::string headline(const AnswerFacts& facts) {
  if (facts.arms.empty())
    return "This result has one way of working, so there is nothing to compare it with.";
  if (facts.replicates < 2) return std::string(kNoReplicates);
  std::vector<std::string> sentences;
  std::vector<std::string> unclear;
  std::vector<std::string> same;
  bool cost_known = false;
  for (const auto& arm : facts.arms) {
    const Verdict verdict = verdict_of(facts, arm);
    cost_known = cost_known || verdict.cost != Direction::kNone;
    if (verdict.care == Direction::kSame) {
      same.push_back(arm.label);
    } else if (is_clear(verdict.care)) {
      std::string text = fmt::format("{} would {}", subject(arm), verdict.care_text);
      if (is_clear(verdict.cost)) text += " and " + verdict.cost_text;
      if (verdict.cost == Direction::kUnclear)
        text += fmt::format("; whether it would cost {} more or less is unclear", facts.payer);
      const bool gains = verdict.care == Direction::kFewer || verdict.cost == Direction::kFewer;
      if (gains && !verdict.harm_text.empty()) text += "; it would " + verdict.harm_text;
      sentences.push_back(text + ".");
    } else if (is_clear(verdict.cost)) {
      const bool gains = verdict.cost == Direction::kFewer && !verdict.harm_text.empty();
      sentences.push_back(
          fmt::format("{} would {}{}; whether it would mean fewer or more children in care is unclear.",
                      subject(arm), verdict.cost_text, gains ? " and " + verdict.harm_text : ""));
    } else {
      unclear.push_back(arm.label);
    }
  }
  if (!unclear.empty())
    sentences.push_back(fmt::format(
        "{} replicates do not tell whether {} would mean fewer or more children in care{}.", facts.replicates,
        listed(unclear, "or"), cost_known ? fmt::format(", or cost {} more or less", facts.payer) : ""));
  if (!same.empty())
    sentences.push_back(fmt::format("{} would make no difference to children in care.", listed(same)));
  std::string out = fmt::format("{} by {}:", facts.place, facts.dates.back().text);
  for (const auto& sentence : sentences) out += " " + sentence;
  return out;
}

}  // namespace

Direction direction_of(const PairedDifference& difference) {
  if (!difference.monte_carlo_standard_error) return Direction::kNone;
  if (difference.below_zero == 0.0 && difference.above_zero == 0.0) return Direction::kSame;
  if (!difference.has_sign()) return Direction::kUnclear;
  return difference.mean < 0.0 ? Direction::kFewer : Direction::kMore;
}

std::string_view chance_word(double share, int replicates) {
  const double likely = cautious(share, replicates);
  constexpr double kRounding = 1e-9;  // shares are sums of fractions
  for (const ChanceWord& word : kChanceWords)
    if (likely >= word.from - kRounding) return word.text;
  return "";
}

std::string short_share_text(double share, int replicates) {
  constexpr int kCounted = 100;
  if (replicates <= kCounted) return std::to_string(std::llround(share * replicates));
  return rounded_text(100.0 * share, 0) + "%";
}

std::string share_text(double share, int replicates) {
  const std::string text = short_share_text(share, replicates);
  return text.ends_with('%') ? text + " of replicates" : fmt::format("{} of {} replicates", text, replicates);
}

double noticeable(double level) {
  constexpr double kShare = 0.05;
  const double wanted = std::max(1.0, kShare * std::abs(level));
  const double power = std::pow(10.0, std::floor(std::log10(wanted)));
  double best = power;
  for (const double step : {1.0, 2.0, 5.0, 10.0})
    if (std::abs(step * power - wanted) < std::abs(best - wanted)) best = step * power;
  return best;
}

Tails tails_of(const std::vector<double>& arm, const std::vector<double>& baseline,
               const ControlVariates& controls, double size) {
  Tails out{size};
  auto differences = paired_differences(arm, baseline);
  const double step = controls.step(differences);  // as the mean moves, so does every replicate
  for (double& each : differences) each += step;
  const auto share = [&](auto&& is) {
    return static_cast<double>(std::ranges::count_if(differences, is)) /
           static_cast<double>(differences.size());
  };
  out.fewer = share([&](double d) { return d <= -size; });
  out.more = share([&](double d) { return d >= size; });
  return out;
}

Answer answer(const AnswerFacts& facts) {
  Answer out;
  out.headline = headline(facts);
  if (facts.replicates < 2) return out;
  for (const auto& arm : facts.arms) {
    Answer::ArmAnswer& told = out.arms.emplace_back();
    told.label = arm.label;
    if (arm.practised_already)
      told.points.push_back({"Nothing new", fmt::format("{} works this way already.", facts.place)});
    if (arm.effects_given)
      told.points.push_back({"If its effects are as given", "this says what follows, not whether they are."});
    told.points.push_back(care_point(facts, arm));
    if (!arm.net_cost.empty()) told.points.push_back(cost_point(facts, arm));
    if (arm.unmet_need) told.points.push_back(unmet_need_point(facts, arm));
    if (arm.model_cost > 0.0) told.points.push_back(model_point(facts, arm));
  }
  return out;
}

}  // namespace hearth
