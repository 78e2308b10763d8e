// How prices grew, and how inflation is forecast (scenarios/england/prices.csv).
#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/categories.hpp"

namespace hearth {

// Growth by year, of inflation and of each kind of price. Years are years to 31 March.
class PriceTable {
 public:
  // Without anything.
  PriceTable() = default;
  // Reads a table with the columns "kind" (inflation, or one of kPriceKindNames), "year" and "growth" over
  // the year before in cash (0.03: three per cent). Throws DataError.
  explicit PriceTable(const std::filesystem::path& file);

  // Nothing in years that the table does not have.
  std::optional<double> inflation(int year) const;
  std::optional<double> growth(PriceKind kind, int year) const;
  bool has_inflation() const { return !inflation_.empty(); }
  // Of which growth is known; where there is any.
  int first_inflation_year() const { return inflation_.begin()->first; }
  int last_inflation_year() const { return inflation_.rbegin()->first; }

  // What a pound of the year `from` is in cash in the year `to`, before or after it. After the table's last
  // year inflation stays as it is in that; before its first there is none.
  double cash(int from, int to) const;
  // What costs a pound in the year `from`, in cash in the year `to`: in years for which the growth of its
  // kind is not known it grows with inflation.
  double price(PriceKind kind, int from, int to) const;
  // How much more cash that costs, or a pound of then is, so much of a year after the end of `year`.
  double cash_within(int year, double share) const;
  double price_within(PriceKind kind, int year, double share) const;

  // Years of a kind of which `own` says anything are as it says.
  void replace_with(const PriceTable& own);

 private:
  double inflation_in(int year) const;

  std::map<int, double> inflation_;
  std::array<std::map<int, double>, kPriceKinds> growth_;
};

// "2021-22": the year to 31 March 2022.
std::string financial_year(int year);
// Nothing where the text is no such year.
std::optional<int> parse_financial_year(std::string_view text);

}  // namespace hearth
