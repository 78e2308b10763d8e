// Filling what is not published: suppressed cells, years without a return, measures that began later.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "published/authorities.hpp"
#include "published/history.hpp"
#include "published/national_series.hpp"
#include "published/reconcile.hpp"

namespace hearth {

// Figures of one year for the authorities live at its end (positions a: by code, ascending), with the gaps
// filled. A measure that the year does not have at all is taken from the nearest year that has it, and noted
// in `borrowed`. The tables and `borrowed` must outlive this.
class FilledYear {
 public:
  // Throws DataError where no authority is live at 31 March of the year, or one has no children.
  FilledYear(const History& history, const NationalSeries& national,
             const std::vector<AuthorityIdentity>& all, int year, std::map<std::string, int>& borrowed);

  std::size_t size() const { return live_.size(); }
  const AuthorityIdentity& authority(std::size_t a) const { return *live_[a]; }
  double children(std::size_t a) const { return children_[a]; }  // aged 0 to 17
  // Not a number where it is not published.
  double published(std::size_t a, std::string_view measure) const {
    return history_.value(live_[a]->code, year_, measure);
  }

  // The same authorities in the tables of another year; what it takes from elsewhere is noted in `borrowed`.
  FilledYear in(int year, std::map<std::string, int>& borrowed) const;

  // The nearest year in which authorities have the measure; this year where none is as near as a decade.
  int nearest_year(std::string_view measure) const;

  // Children (or pounds, or posts). A gap is filled at the authority's last published rate per child, moved
  // as England's moved since; failing that, or where it was nil, at the rate of its region, else of all
  // authorities. The filled values are then scaled to what the published ones leave of England's total, if
  // that is more than rounding.
  std::vector<double> counts(std::string_view measure) const;

  // Percentages, rates and unit costs. A gap is filled by the mean of the authority's successors where they
  // already publish; else by its last value, moved as England's moved since; else by the mean of its region,
  // else of all.
  std::vector<double> levels(std::string_view measure) const;

  // Rows: authorities, with these totals. Columns: measures, published as counts or, when `percentages`, in
  // percent of the row's total. Of a count that this year does not have, only England's is taken from
  // another.
  CountTable complete(const std::vector<std::string_view>& measures, const std::vector<double>& row_totals,
                      bool percentages) const;

 private:
  static constexpr int kYearsBack = 8;

  // Of this year, else of the nearest that has them (Isles of Scilly: from 2018).
  void read_children();
  // Itself, then those it came from.
  std::vector<int> own_codes(std::size_t a) const;
  // The authority's last published shares over these measures, else England's; every share positive.
  std::vector<double> usual_shares(std::size_t a, const std::vector<std::string_view>& measures,
                                   const std::vector<double>& national_totals) const;
  // The last value before this year, times England's change since; per child when `per_child`.
  std::optional<double> last_rate(std::size_t a, std::string_view measure, bool per_child) const;
  // Means of those who publish, in the authority's region or else everywhere: per child, or weighted by
  // children.
  double rate_around(std::size_t a, std::string_view measure) const;
  double level_around(std::size_t a, std::string_view measure) const;
  template <typename Weigh>  // Weigh(authority, value) -> {numerator, denominator}
  double around(std::size_t a, std::string_view measure, Weigh weigh) const;

  const History& history_;
  const NationalSeries& national_;
  int year_;
  std::vector<const AuthorityIdentity*> live_;
  std::map<std::string, int>* borrowed_;
  std::vector<std::vector<int>> predecessors_;
  std::vector<double> children_;
};

}  // namespace hearth
