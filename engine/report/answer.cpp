#include "report/answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

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

// Of the side on which the mean is.
double chance_of(const PairedDifference& difference) {
  return difference.mean < 0.0 ? difference.below_zero : difference.above_zero;
}

std::string years_text(const AnswerFacts::Date& date) {
  return date.years > 0 ? count_text(static_cast<std::size_t>(date.years), "year", "years")
                        : count_text(static_cast<std::size_t>(date.months), "month", "months");
}

// "Nine replicates in ten lie between 317 fewer and 214 more."
std::string range_text(const PairedDifference& difference, const Rounding& how, bool money) {
  if (!difference.range) return "";
  return fmt::format("nine replicates in ten lie between {} and {}",
                     size_text(difference.range->low, how, money),
                     size_text(difference.range->high, how, money));
}

// Children in care or money: what differs between the two sentences.
struct Subject {
  const Rounding& how;
  bool money;
  std::string what;   // "Children in care"
  std::string fewer;  // "fewer children in care"
  std::string more;
  std::string when;  // "by March 2032", "over the 10 years to March 2032"
  std::string have;  // "have fewer", "cost less"
  std::string have_more;
  std::string against;  // "the 1,207 under business as usual"
};

std::string sentence(const Subject& of, const std::vector<PairedDifference>& by_date,
                     const AnswerFacts& facts) {
  const PairedDifference& end = by_date.back();
  const Direction direction = direction_of(end);
  const std::string range = range_text(end, of.how, of.money);
  const auto share = [&](const PairedDifference& d, bool fewer) {
    return share_text(fewer ? d.below_zero : d.above_zero, facts.replicates);
  };
  if (direction == Direction::kSame)
    return fmt::format("{}: the same as under {} in every replicate.", of.what, lower_first(facts.baseline));
  if (direction == Direction::kUnclear)
    return fmt::format(
        "{}: unclear. {}, {} {} than {}, and {}; the mean is too close to zero to tell on which side it is.",
        of.what, upper_first(of.when), share(end, true), of.have, of.against, range);
  const bool fewer = direction == Direction::kFewer;
  const double chance = chance_of(end);
  const std::string_view word = chance_word(chance);
  const std::string& side = fewer ? of.fewer : of.more;
  constexpr double kAboutHalf = 0.45;
  std::string out = !word.empty()
                        ? fmt::format("{} {}: ", upper_first(std::string(word)), side)
                        : fmt::format("{} on average, though in {} of the replicates: ", upper_first(side),
                                      chance >= kAboutHalf ? "only about half" : "fewer than half");
  out += fmt::format("{} on average {} than {}. {} {}; {}.", size_text(end.mean, of.how, of.money), of.when,
                     of.against, upper_first(share(end, fewer)), fewer ? of.have : of.have_more, range);
  return out;
}

// The same at an earlier date, in short.
std::string earlier_text(const Subject& of, const PairedDifference& at, const AnswerFacts::Date& date,
                         int replicates) {
  switch (direction_of(at)) {
    case Direction::kSame:
      return fmt::format(" By {}: no difference.", date.text);
    case Direction::kUnclear:
      return fmt::format(" By {}: unclear; {} {}.", date.text, share_text(at.below_zero, replicates),
                         of.have);
    default:
      return fmt::format(" By {}: {} on average; {} {}.", date.text, size_text(at.mean, of.how, of.money),
                         share_text(chance_of(at), replicates), at.mean < 0.0 ? of.have : of.have_more);
  }
}

std::string care_sentence(const AnswerFacts& facts, const AnswerFacts::ArmFacts& arm) {
  const AnswerFacts::Date& end = facts.dates.back();
  const Subject of = {facts.in_care,
                      false,
                      "Children in care",
                      "fewer children in care",
                      "more children in care",
                      "by " + end.text,
                      "have fewer",
                      "have more",
                      fmt::format("the {} under {}",
                                  shown(facts.baseline_in_care / facts.in_care.scale, facts.in_care.decimals),
                                  lower_first(facts.baseline))};
  std::string out = sentence(of, arm.in_care, facts);
  if (arm.tails && direction_of(arm.in_care.back()) != Direction::kSame)
    out += fmt::format(" {} or more fewer: {}; {} or more extra: {}.", shown(arm.tails->size, 0),
                       share_text(arm.tails->fewer, facts.replicates), shown(arm.tails->size, 0),
                       share_text(arm.tails->more, facts.replicates));
  if (facts.dates.size() > 1)
    out += earlier_text(of, arm.in_care.front(), facts.dates.front(), facts.replicates);
  return out;
}

std::string cost_sentence(const AnswerFacts& facts, const AnswerFacts::ArmFacts& arm) {
  const AnswerFacts::Date& end = facts.dates.back();
  const Subject of = {facts.cost,
                      true,
                      "Net cost to " + facts.payer,
                      "a lower net cost to " + facts.payer,
                      "a higher net cost to " + facts.payer,
                      fmt::format("over the {} to {}", years_text(end), end.text),
                      "cost less",
                      "cost more",
                      fmt::format("the £{} million under {}",
                                  shown(facts.baseline_cost / facts.cost.scale, facts.cost.decimals),
                                  lower_first(facts.baseline))};
  std::string out = sentence(of, arm.net_cost, facts);
  if (facts.dates.size() > 1)
    out += earlier_text(of, arm.net_cost.front(), facts.dates.front(), facts.replicates);
  return out;
}

std::string model_sentence(const AnswerFacts& facts, const AnswerFacts::ArmFacts& arm) {
  const AnswerFacts::Date& date = facts.dates.front();
  std::string out =
      fmt::format("The model itself costs {} in the first {}", pounds(arm.model_cost), years_text(date));
  if (date.years > 1) out += fmt::format(" ({} in the first year)", pounds(arm.first_year_cost));
  out += ", whoever pays";
  if (arm.practitioners > 0.0)
    out += fmt::format(", and needs {} practitioners in {}",
                       shown(arm.practitioners, arm.practitioners < 10.0 ? 1 : 0), arm.practitioners_in);
  return out + ". That is part of the net cost.";
}

std::string headline(const AnswerFacts& facts) {
  if (facts.arms.empty())
    return "This result has one way of working, so there is nothing to compare it with.";
  if (facts.replicates < 2) return std::string(kNoReplicates);
  const std::string by = facts.dates.back().text;
  std::vector<std::string> told;
  std::vector<std::string> unclear;
  std::vector<std::string> same;
  for (const auto& arm : facts.arms) {
    const PairedDifference& end = arm.in_care.back();
    switch (direction_of(end)) {
      case Direction::kSame:
        same.push_back(arm.label);
        break;
      case Direction::kFewer:
      case Direction::kMore: {
        const std::string_view word = chance_word(chance_of(end));
        const std::string_view side = end.mean < 0.0 ? "fewer" : "more";
        told.push_back(word.empty()
                           ? fmt::format("{} would mean {} children in care on average", arm.label, side)
                           : fmt::format("{} would {} mean {} children in care", arm.label, word, side));
        break;
      }
      default:
        unclear.push_back(arm.label);
    }
  }
  std::string out;
  const auto add = [&](const std::string& text) { out += (out.empty() ? "" : " ") + text; };
  for (std::size_t i = 0; i < told.size(); ++i)
    add(i == 0 ? fmt::format("In {}, {} by {}.", facts.place, told[i], by) : upper_first(told[i]) + ".");
  if (!unclear.empty())
    add(fmt::format(
        "{} replicates do not tell whether {} would mean fewer or more children in care in {} by {}.",
        facts.replicates, listed(unclear, "or"), facts.place, by));
  if (!same.empty())
    add(fmt::format("{} makes no difference to children in care in {}.", listed(same), facts.place));
  return out;
}

}  // namespace

Direction direction_of(const PairedDifference& difference) {
  if (!difference.monte_carlo_standard_error) return Direction::kNone;
  if (difference.below_zero == 0.0 && difference.above_zero == 0.0) return Direction::kSame;
  if (!difference.has_sign()) return Direction::kUnclear;
  return difference.mean < 0.0 ? Direction::kFewer : Direction::kMore;
}

std::string_view chance_word(double share) {
  constexpr double kRounding = 1e-9;  // shares are sums of fractions
  for (const ChanceWord& word : kChanceWords)
    if (share >= word.from - kRounding) return word.text;
  return "";
}

std::string share_text(double share, int replicates) {
  constexpr int kCounted = 100;
  if (replicates <= kCounted)
    return fmt::format("{} of {} replicates", std::llround(share * replicates), replicates);
  return fmt::format("{}% of replicates", shown(100.0 * share, 0));
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

Tails tails_of(const std::vector<double>& arm, const std::vector<double>& baseline, double size) {
  Tails out{size};
  const auto differences = paired_differences(arm, baseline);
  const auto share = [&](auto&& is) {
    return static_cast<double>(std::ranges::count_if(differences, is)) /
           static_cast<double>(differences.size());
  };
  out.fewer = share([&](double d) { return d <= -size; });
  out.more = share([&](double d) { return d >= size; });
  return out;
}

std::string pounds(double gbp) {
  constexpr double kMillion = 1e6;
  if (std::abs(gbp) < kMillion) return "£" + shown(rounded(gbp, -4), 0);
  const double millions = gbp / kMillion;
  return fmt::format("£{} million", shown(millions, std::abs(millions) < 100.0 ? 1 : 0));
}

Answer answer(const AnswerFacts& facts) {
  Answer out;
  out.headline = headline(facts);
  if (facts.replicates < 2) return out;
  for (const auto& arm : facts.arms) {
    Answer::ArmAnswer& told = out.arms.emplace_back();
    told.label = arm.label;
    if (arm.practised_already)
      told.sentences.push_back(fmt::format("{} works this way already: little changes here.", facts.place));
    told.sentences.push_back(care_sentence(facts, arm));
    if (!arm.net_cost.empty()) told.sentences.push_back(cost_sentence(facts, arm));
    if (arm.model_cost > 0.0) told.sentences.push_back(model_sentence(facts, arm));
  }
  return out;
}

}  // namespace hearth
