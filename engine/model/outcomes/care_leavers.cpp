#include "model/outcomes/care_leavers.hpp"

namespace hearth {

CareLeavers::CareLeavers(const std::array<double, kCareLeaverYears>& turned_18) {
  for (std::size_t month = 0; month < kMonths; ++month) {
    const double leavers = turned_18[kCareLeaverYears - 1 - month / kMonthsPerYear] / kMonthsPerYear;
    turned_18_[month] = leavers;
    (month < kMonths - kMonthsBelow21 ? from_21_ : below_21_) += leavers;
  }
}

void CareLeavers::pass_month(double turned_18) {
  const double now_21 = turned_18_[(next_ + kMonths - kMonthsBelow21) % kMonths];
  below_21_ += turned_18 - now_21;
  from_21_ += now_21 - turned_18_[next_];
  turned_18_[next_] = turned_18;
  next_ = (next_ + 1) % kMonths;
}

}  // namespace hearth
