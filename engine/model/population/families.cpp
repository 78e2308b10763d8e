#include "model/population/families.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include "kernels/draws.hpp"
#include "kernels/elementary.hpp"

namespace hearth {
namespace {

constexpr std::size_t kLargestFamily = rows::kFamilySizes.size();
constexpr double kShortestSpacing = 10.0;                 // months between births
constexpr int kChildhood = static_cast<int>(kChildAges);  // years
// Older siblings of the children of the origin were born up to so long before these.
constexpr int kLookBackYears = kChildhood + 20;
// A sibling for whom a year has no room is not born, unless that year is so long after the first.
constexpr int kYearsOfRoom = 15;
constexpr std::int16_t kStays = Births::kNever;

// Shares of families with one child, two children and so on in all.
using FamilySizes = std::array<float, kLargestFamily>;

FamilySizes family_sizes(const Parameters& p) {
  FamilySizes out{};
  double total = 0.0;
  for (std::size_t i = 0; i < kLargestFamily; ++i) total += p[rows::kFamilySizes.at(i)];
  for (std::size_t i = 0; i < kLargestFamily; ++i)
    out.at(i) = static_cast<float>(p[rows::kFamilySizes.at(i)] / total);
  return out;
}

// One family.
struct Draft {
  std::int16_t start = 0;        // month of the first birth, or of moving in
  std::int16_t end = 0;          // month in which the youngest turns 18
  std::int16_t leaves = kStays;  // month of moving away
  std::uint8_t size = 0;
  std::array<std::int16_t, kLargestFamily> births{};
  float deprivation = 0.0F;  // quantile
  float frailty = 0.0F;      // quantile
};

// By month; drafts of one month keep their order (a counting sort). Months from 0.
void sort_by(std::vector<Draft>& drafts, std::int16_t Draft::*month) {
  std::int32_t last = 0;
  for (const auto& d : drafts) last = std::max<std::int32_t>(last, d.*month);
  std::vector<std::size_t> next(static_cast<std::size_t>(last) + 2);
  for (const auto& d : drafts) ++next[static_cast<std::size_t>(d.*month) + 1];
  std::partial_sum(next.begin(), next.end(), next.begin());
  std::vector<Draft> sorted(drafts.size());
  for (const auto& d : drafts) sorted[next[static_cast<std::size_t>(d.*month)]++] = d;
  drafts = std::move(sorted);
}

// Shares of the numbers, made whole so that their sum is too: what is rounded off goes on to the next.
std::array<int, kChildAges> whole_shares(const ChildrenByAge& numbers, double share) {
  std::array<int, kChildAges> out{};
  double sum = 0.0;
  long long so_far = 0;
  for (std::size_t age = 0; age < kChildAges; ++age) {
    sum += numbers[age];
    const long long to_here = std::llround(share * sum);
    out[age] = static_cast<int>(to_here - so_far);
    so_far = to_here;
  }
  return out;
}

// Makes families year by year, from long before the origin to the horizon, so that as many children of each
// age live in the authority as its figures say. A family starts with a first birth where siblings of families
// before it leave room. After the origin families move in and away where cohorts grow or shrink. What happens
// in a year depends on it and those before alone: a longer horizon only appends.
//
// A year ends at the origin (0) or an anniversary of it; a child's cohort is the year of birth.
class FamilyMaker {
 public:
  FamilyMaker(const AuthorityOrigin& authority, const Parameters& p, const Draws& draws, double fraction,
              int horizon_months)
      : draws_(draws),
        sizes_(family_sizes(p)),
        spacing_(p[Parameter::population_birth_spacing]),
        last_year_((horizon_months + kMonthsPerYear - 1) / kMonthsPerYear),
        years_(last_year_ + kYearsOfRoom),
        born_(static_cast<std::size_t>(kMonthsPerYear * (kLookBackYears + years_))),
        cohorts_(static_cast<std::size_t>(kLookBackYears + years_)) {
    ChildrenByAge now = authority.children_by_age;
    if (std::ranges::all_of(now, [](double children) { return children <= 0.0; }))
      now.fill(static_cast<double>(authority.children) / kChildAges);
    const auto& ahead = authority.children_ahead;
    for (std::size_t t = 0; t <= static_cast<std::size_t>(years_); ++t) {
      if (t > 0 && !ahead.empty()) now = ahead[std::min(t, ahead.size()) - 1];
      if (t == 0 || !ahead.empty())
        by_age_.push_back(whole_shares(now, fraction));
      else
        by_age_.push_back(by_age_.front());
    }
    for (int year = 1 - kLookBackYears; year <= years_; ++year) {
      const auto t = static_cast<std::size_t>(std::max(year, 0));
      cohort(year).room = by_age_[t].at(static_cast<std::size_t>(std::clamp(-year, 0, kChildhood - 1)));
    }
  }

  std::vector<Draft> make() {
    for (int year = 1 - kLookBackYears; year <= last_year_; ++year) {
      if (year > 0) {
        for (int age = 1; age < kChildhood; ++age)
          cohort(year - age).room = by_age_[static_cast<std::size_t>(year)][static_cast<std::size_t>(age)];
        for (int age = 1; age < kChildhood; ++age) move_away(year, age);
        for (int age = 1; age < kChildhood; ++age) move_in(year, age);
      }
      give_birth(year);
    }
    return std::move(drafts_);
  }

 private:
  struct Cohort {
    int room = 0;      // how many children are to be here, at the end of the year that is made
    int children = 0;  // how many are, or will have been born
    std::vector<std::uint32_t> drafts;  // their families, and families that moved away
  };

  static int year_of(int month) {
    return (month + kMonthsPerYear * kLookBackYears + kMonthsPerYear - 1) / kMonthsPerYear - kLookBackYears;
  }
  Cohort& cohort(int year) { return cohorts_.at(static_cast<std::size_t>(year + kLookBackYears - 1)); }
  int& born(int month) {
    return born_.at(static_cast<std::size_t>(month - 1 + kMonthsPerYear * kLookBackYears));
  }
  // Of the 12 months of a year.
  static std::int16_t month_in(int year, std::uint32_t bits) {
    return static_cast<std::int16_t>(kMonthsPerYear * (year - 1) + 1 +
                                     static_cast<int>(uniform(bits) * static_cast<float>(kMonthsPerYear)));
  }

  // A family with its first birth in `first`, as large as chance has it.
  Draft draft(std::int16_t first) {
    Draft out;
    const std::uint32_t number = next_number_++;
    const Bits bits = draws_.block(Process::kFamilies, number, 0);
    out.size = static_cast<std::uint8_t>(pick(sizes_, 1.0F, uniform(bits[0])) + 1);
    std::array<std::uint32_t, 4> gaps = {bits[2], bits[3], 0, 0};
    if (out.size > 3) {
      const Bits more = draws_.block(Process::kFamilies, number, 1);
      gaps[2] = more[0];
      gaps[3] = more[1];
    }
    out.deprivation = uniform(bits[1]);
    out.frailty = uniform(draws_.block(Process::kFamilies, number, kFrailtyDraw)[0]);
    auto birth = static_cast<double>(first);
    const double rest = std::max(spacing_ - kShortestSpacing, 1.0);
    for (std::size_t i = 0; i < out.size; ++i) {
      if (i > 0) birth += kShortestSpacing + rest * static_cast<double>(exponential(gaps.at(i - 1)));
      out.births.at(i) = static_cast<std::int16_t>(std::ceil(birth));
    }
    out.start = first;
    return out;
  }

  // Takes those children of the family for whom there is room. In `year`, which is made, adults are left out.
  void take(Draft family, int year) {
    std::uint8_t kept = 0;
    for (std::size_t i = 0; i < family.size; ++i) {
      const std::int16_t birth = family.births.at(i);
      const int then = year_of(birth);
      if (then <= year - kChildhood ||
          (then <= year + kYearsOfRoom && cohort(then).children >= cohort(then).room))
        continue;
      family.births.at(kept++) = birth;
      if (then > years_) continue;
      ++cohort(then).children;
      if (then > -kChildhood) cohort(then).drafts.push_back(static_cast<std::uint32_t>(drafts_.size()));
      ++born(birth);
    }
    family.size = kept;
    family.end = static_cast<std::int16_t>(family.births.at(kept - 1U) + kAdultMonths);
    drafts_.push_back(family);
  }

  // First births, so that with those of siblings they are even over the year.
  void give_birth(int year) {
    Cohort& now = cohort(year);
    int so_far = 0;
    for (int k = 1; k <= kMonthsPerYear; ++k) {
      const int month = kMonthsPerYear * (year - 1) + k;
      const int due = (now.room * k + kMonthsPerYear / 2) / kMonthsPerYear;
      so_far += born(month);
      for (; so_far < due && now.children < now.room; ++so_far)
        take(draft(static_cast<std::int16_t>(month)), year);
    }
  }

  // Families of which every child is in a cohort that is too large.
  void move_away(int year, int age) {
    Cohort& large = cohort(year - age);
    const std::size_t n = large.drafts.size();
    if (large.children <= large.room || n == 0) return;
    const auto of_this_year = static_cast<std::uint32_t>(year * kChildhood + age);
    const Bits bits = draws_.block(Process::kMigration, of_this_year, 0);
    // A walk over all in leaps, which are spread over the cohort wherever it ends.
    std::size_t leap = std::max<std::size_t>(1, static_cast<std::size_t>(0.618 * static_cast<double>(n)));
    while (std::gcd(leap, n) != 1) ++leap;
    std::size_t at = bits[0] % n;
    for (std::size_t k = 0; k < n && large.children > large.room; ++k, at = (at + leap) % n) {
      Draft& family = drafts_[large.drafts[at]];
      if (family.leaves != kStays || !may_go(family, year)) continue;
      family.leaves = month_in(
          year, draws_.block(Process::kMigration, of_this_year, static_cast<std::uint32_t>(k) + 1)[0]);
      for (std::size_t i = 0; i < family.size; ++i)
        if (const int birth = family.births.at(i); year_of(birth) <= years_) {
          --cohort(year_of(birth)).children;
          --born(birth);
        }
    }
  }

  // Children who come of age this year, and those not yet born, stand in nobody's way.
  bool may_go(const Draft& family, int year) {
    for (std::size_t i = 0; i < family.size; ++i) {
      const int then = year_of(family.births.at(i));
      if (then > year - kChildhood && then < year && cohort(then).children <= cohort(then).room) return false;
    }
    return true;
  }

  void move_in(int year, int age) {
    Cohort& small = cohort(year - age);
    while (small.children < small.room) {
      const Bits bits = draws_.block(Process::kMigration, next_number_, kMovesIn);
      Draft family = draft(0);
      // One of the children is of this cohort.
      const auto which = static_cast<std::size_t>(uniform(bits[0]) * static_cast<float>(family.size));
      const int later = month_in(year - age, bits[1]) - family.births.at(which);
      for (std::size_t i = 0; i < family.size; ++i)
        family.births.at(i) = static_cast<std::int16_t>(family.births.at(i) + later);
      family.start = month_in(year, bits[2]);
      take(family, year);
    }
  }

  static constexpr std::uint32_t kFrailtyDraw = 2;        // occurrence, after those of the births
  static constexpr std::uint32_t kMovesIn = 0xFFFFFFFFU;  // occurrence of draws of those who move in

  Draws draws_;
  FamilySizes sizes_;
  double spacing_;
  int last_year_;  // that is made
  int years_;      // for whose births there is room or not
  std::uint32_t next_number_ = 0;
  std::vector<std::array<int, kChildAges>> by_age_;  // by year from the origin
  std::vector<int> born_;                            // by month: children who are or will have been born
  std::vector<Cohort> cohorts_;
  std::vector<Draft> drafts_;
};

std::array<double, kDeprivationClasses> deprivation_shares(double idaci, double concentration) {
  const double mean = std::clamp(idaci, 0.005, 0.95);
  const double a = mean * concentration;
  const double b = (1.0 - mean) * concentration;
  std::array<double, kDeprivationClasses> out{};
  double below = 0.0;
  for (std::size_t i = 0; i < kDeprivationClasses; ++i) {
    const double upto =
        i + 1 == kDeprivationClasses ? 1.0 : elementary::beta_share_below(a, b, kDeprivationEdges.at(i + 1));
    out.at(i) = upto - below;
    below = upto;
  }
  return out;
}

}  // namespace

std::array<double, kFrailties> frailties(double spread) {
  std::array<double, kFrailties> out{};
  double mean = 0.0;
  for (std::size_t i = 0; i < kFrailties; ++i) {
    out.at(i) = elementary::exp(spread * kFrailtyScores.at(i));
    mean += kFrailtyShares.at(i) * out.at(i);
  }
  for (double& value : out) value /= mean;
  return out;
}

double Families::family_months() const {
  double total = 0.0;
  for (std::size_t m = 0; m < alive_begin.size(); ++m)
    total += static_cast<double>(alive_end[m] - alive_begin[m]);
  return total;
}

Families make_families(const AuthorityOrigin& authority, const Parameters& p, std::uint64_t seed,
                       double sampling_fraction, int horizon_months) {
  const Draws draws(seed, Draws::kAllReplicates, authority.code);
  std::vector<Draft> existing = FamilyMaker(authority, p, draws, sampling_fraction, horizon_months).make();
  std::vector<Draft> coming;
  for (const Draft& d : existing)
    if (d.start > 0 && d.start <= horizon_months) coming.push_back(d);
  std::erase_if(existing, [](const Draft& d) { return d.start > 0 || d.end <= 0; });
  sort_by(existing, &Draft::end);
  sort_by(coming, &Draft::start);

  Families out;
  const std::size_t n = existing.size() + coming.size();
  out.deprivation_share =
      deprivation_shares(authority.idaci, p[Parameter::population_deprivation_concentration]);
  std::array<float, kDeprivationClasses> shares{};
  for (std::size_t i = 0; i < kDeprivationClasses; ++i)
    shares.at(i) = static_cast<float>(out.deprivation_share.at(i));
  std::array<float, kFrailties> frailty_shares{};
  for (std::size_t i = 0; i < kFrailties; ++i)
    frailty_shares.at(i) = static_cast<float>(kFrailtyShares.at(i));
  out.family_class.reserve(n);
  out.births.reserve(n);
  const auto months = static_cast<std::size_t>(horizon_months);
  // Number of children at the origin, and changes of it by month, by fifth.
  std::array<std::vector<std::int32_t>, kDeprivationFifths> change;
  for (auto& of_fifth : change) of_fifth.resize(months);
  std::array<std::int32_t, kDeprivationFifths> base{};
  std::vector<std::vector<std::uint32_t>> departures(months);
  std::vector<std::int32_t> gone_change(
      months);  // of those who have gone and are within the stretch of the alive
  const auto add = [&](const Draft& d) {
    const auto family = static_cast<std::uint32_t>(out.births.size());
    Births& births = out.births.emplace_back();
    out.family_class.push_back(static_cast<std::uint8_t>(
        family_class(pick(shares, 1.0F, d.deprivation), pick(frailty_shares, 1.0F, d.frailty))));
    const std::size_t fifth = deprivation_fifth(out.family_class.back());
    for (std::size_t i = 0; i < d.size; ++i) {
      births.month.at(i) = d.births.at(i);
      const int comes = std::max(d.births.at(i), d.start);
      const int goes = std::min<int>(d.births.at(i) + kAdultMonths, d.leaves);
      if (goes <= comes) continue;
      if (comes <= 0 && goes > 0) ++base[fifth];
      // The end of month m is m + 1 months after the origin.
      if (comes > 0 && comes <= horizon_months) ++change[fifth][static_cast<std::size_t>(comes - 1)];
      if (goes > 0 && goes <= horizon_months) --change[fifth][static_cast<std::size_t>(goes - 1)];
    }
    // Those of the origin who stay go when their stretch ends.
    const int goes = d.start > 0 ? std::min(d.leaves, d.end) : d.leaves;
    if (goes >= horizon_months) return;
    departures[static_cast<std::size_t>(goes)].push_back(family);
    ++gone_change[static_cast<std::size_t>(goes)];
    if (d.start <= 0 && d.end < horizon_months) --gone_change[static_cast<std::size_t>(d.end)];
  };
  for (const auto& d : existing) add(d);
  for (const auto& d : coming) add(d);
  out.departures_from.push_back(0);
  for (const auto& of_month : departures) {
    out.departures.insert(out.departures.end(), of_month.begin(), of_month.end());
    out.departures_from.push_back(static_cast<std::uint32_t>(out.departures.size()));
  }

  std::int32_t left_early = 0;
  for (std::size_t m = 0; m < months; ++m) {
    std::int32_t all = 0;
    for (std::size_t fifth = 0; fifth < kDeprivationFifths; ++fifth) {
      base[fifth] += change[fifth][m];
      out.children_by_fifth[fifth].push_back(base[fifth]);
      all += base[fifth];
    }
    out.children.push_back(all);
    const auto month = static_cast<std::int32_t>(m);
    const auto gone = std::partition_point(existing.begin(), existing.end(),
                                           [&](const Draft& d) { return d.end <= month; });
    const auto begun =
        std::partition_point(coming.begin(), coming.end(), [&](const Draft& d) { return d.start <= month; });
    out.alive_begin.push_back(static_cast<std::uint32_t>(gone - existing.begin()));
    out.alive_end.push_back(
        static_cast<std::uint32_t>(existing.size() + static_cast<std::size_t>(begun - coming.begin())));
    left_early += gone_change[m];
    out.present.push_back(static_cast<std::int32_t>(out.alive_end.back() - out.alive_begin.back()) -
                          left_early);
  }
  return out;
}

}  // namespace hearth
