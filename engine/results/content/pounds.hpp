// In whose pounds money is shown. A result holds it in pounds of its origin's year: general inflation is
// taken out, what prices of a kind grow beyond it is not.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "results/content/result_header.hpp"

namespace hearth {

struct Pounds {
  bool cash = false;        // of the year in which it is spent
  std::optional<int> year;  // of the year to this 31 March; nothing: the origin's

  bool are_of_origin() const { return !cash && !year; }
};

// "real", "cash" or a financial year ("2024-25"). Throws UsageError.
Pounds parse_pounds(std::string_view text);

// What money of the origin's year is multiplied by, [step]; ones where nothing is to be done. Throws
// UsageError where the result's inflation does not reach the year, or is not recorded.
std::vector<double> money_factors(const Pounds& pounds, const ResultHeader& header);

// "pounds of 2021-22", "cash".
std::string pounds_text(const Pounds& pounds, const ResultHeader& header);
// A sentence on it: "Money is in pounds of 2021-22: ...".
std::string pounds_sentence(const Pounds& pounds, const ResultHeader& header);
// For a column: "GBP" of the origin's year, else "GBP of 2024-25" or "GBP in cash".
std::string pounds_unit(const Pounds& pounds);

}  // namespace hearth
