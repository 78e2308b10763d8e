// The answer of a result in sentences, for one place: decided here alone, from the statistics, for the page
// and for whatever else tells people what a result says.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "results/summary.hpp"
#include "results/wording.hpp"

namespace hearth {

// What the replicates say of a difference.
enum class Direction {
  kNone,     // nothing to tell: one replicate
  kSame,     // no difference in any replicate
  kUnclear,  // the mean is within two Monte Carlo standard errors of zero
  kFewer,    // fewer, or less, on average
  kMore
};
Direction direction_of(const PairedDifference& difference);

// A share of replicates in words, from so much on (docs/reference/report.md, "Chances in words"). The rarest
// comes first; below the last one: as likely as not.
struct ChanceWord {
  double from;
  std::string_view text;
};
inline constexpr std::array<ChanceWord, 4> kChanceWords = {{{0.95, "almost certainly"},
                                                            {0.80, "very probably"},
                                                            {0.60, "probably"},
                                                            {0.55, "slightly more probably than not"}}};
// `share` of so many replicates, taken as (share n + 1) / (n + 2): that four of four agree makes nothing
// certain.
std::string_view chance_word(double share, int replicates);

// "34 of 50 replicates", or "67% of replicates" where there are more than a hundred; in short "34", "67%".
std::string share_text(double share, int replicates);
std::string short_share_text(double share, int replicates);

// The chance of a difference that a reader would notice: of at least `size` fewer, and of at least so many
// more.
struct Tails {
  double size = 0.0;
  double fewer = 0.0;
  double more = 0.0;
};
// About a twentieth of the level, as a round number: 1, 2 or 5 times a power of ten.
double noticeable(double level);
Tails tails_of(const std::vector<double>& arm, const std::vector<double>& baseline,
               const ControlVariates& controls, double size);

// What the answer is made from.
struct AnswerFacts {
  struct Date {
    std::string text;  // "March 2027"
    int years = 0;     // since the start; 0: less than one
    int months = 0;
  };
  struct ArmFacts {
    std::string label;
    bool practised_already = false;         // the place works so already
    bool effects_given = false;             // not drawn: what follows if they are as the scenario has them
    std::vector<PairedDifference> in_care;  // looked-after children, by date
    std::vector<PairedDifference>
        net_cost;                // to authorities since the start, pounds, by date; empty: not known
    std::optional<Tails> tails;  // of looked-after children, at the last date
    std::optional<PairedDifference> unmet_need;  // children's months in it, in the last period; or not known
    // Of the model alone, whoever pays, pounds: in the first year, and since the start at the first date. And
    // the practitioners that it needs, full-time equivalents, in the period that is named. Means; zero: none.
    double first_year_cost = 0.0;
    double model_cost = 0.0;
    double practitioners = 0.0;
    std::string practitioners_in;  // "the year to 31 March 2024"
  };
  std::string place;     // "Norfolk"
  std::string payer;     // "the council", "councils"
  std::string baseline;  // title
  int replicates = 0;
  std::vector<Date> dates;  // the last is the end
  std::vector<ArmFacts> arms;
  double baseline_in_care = 0.0;     // mean, at the end
  double baseline_cost = 0.0;        // to authorities since the start, pounds, at the end
  double baseline_unmet_need = 0.0;  // children's months in the last period
  std::string last_period;           // "year to 31 March 2032"
  Rounding in_care;
  Rounding cost;  // net
  Rounding unmet_need;
  Rounding model;  // of spending on the model
};

struct Answer {
  // What is told, and the verdict that leads it: "Probably fewer children in care".
  struct Point {
    std::string verdict;
    std::string details;
    std::string text() const { return verdict + ": " + details; }
    std::string first_sentence() const { return verdict + ": " + details.substr(0, details.find(". ")); }
  };
  struct ArmAnswer {
    std::string label;
    std::vector<Point> points;
  };
  std::string headline;
  std::vector<ArmAnswer> arms;
};

Answer answer(const AnswerFacts& facts);

}  // namespace hearth
