// Young people who turned 18 in care, for whom the authority works until they are 25: a stock of past
// leavers.
#pragma once

#include <array>
#include <cstddef>

#include "core/calendar.hpp"
#include "core/categories.hpp"

namespace hearth {

class CareLeavers {
 public:
  // `turned_18`: young people by year to the origin, the latest first; spread evenly over each year.
  explicit CareLeavers(const std::array<double, kCareLeaverYears>& turned_18);

  // A month later, `turned_18` more.
  void pass_month(double turned_18);

  double below_21() const { return below_21_; }
  double from_21() const { return from_21_; }

 private:
  static constexpr std::size_t kMonths = kCareLeaverYears * kMonthsPerYear;
  static constexpr std::size_t kMonthsBelow21 = 36;

  std::array<double, kMonths> turned_18_{};  // by month; `next_` is the one that is 25 next
  std::size_t next_ = 0;
  double below_21_ = 0.0;
  double from_21_ = 0.0;
};

}  // namespace hearth
