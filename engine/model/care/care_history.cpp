#include "model/care/care_history.hpp"

#include <algorithm>

#include "core/calendar.hpp"
#include "kernels/elementary.hpp"
#include "model/care/care.hpp"

namespace hearth {

using enum Parameter;

namespace {

// England's entries in the years before the origin, relative to those of the year to it.
class Entries {
 public:
  Entries(const Parameters& p, const England& england) {
    if (!p.on(origin_entries_of_earlier_years)) return;
    const double under_16 = p[unaccompanied_under_16_share];
    for (const EntriesOfYear& year : england.care_entries) {
      by_year_.push_back(year.by_age);
      by_year_.back()[index(AgeBand::k10To15)] -= under_16 * year.unaccompanied;
      by_year_.back()[index(AgeBand::k16Plus)] -= (1.0 - under_16) * year.unaccompanied;
    }
  }
  // The first published year stands for those before it.
  double ratio(std::size_t age, std::size_t years_ago) const {
    if (by_year_.empty()) return 1.0;
    const double then = by_year_[std::min(years_ago, by_year_.size() - 1)][age];
    const double now = by_year_.front()[age];
    return then > 0.0 && now > 0.0 ? then / now : 1.0;
  }

 private:
  std::vector<std::array<double, kAgeBands>> by_year_;
};

}  // namespace

// Ages of looked-after children and their months in care: entries at each age, less those who have left
// since.
CareHistory make_care_history(const Parameters& p, const England& england) {
  const CareTables care = make_care_tables(p);
  CareHistory out;
  std::array<double, kAdultMonths> entries{};
  for (int a = 0; a < kAdultMonths; ++a) {
    const std::size_t band = age_band(a);
    const int width = kAgeBandStartMonths[band + 1] - kAgeBandStartMonths[band];
    entries[static_cast<std::size_t>(a)] = p[rows::kOriginCareEntries.at(band)] / width;
  }
  const double first = p[origin_first_month_share];
  const double infants = p[rows::kOriginCareEntries.at(0)];
  for (std::size_t a = 0; a < 12; ++a) entries[a] = infants * (a == 0 ? first : (1.0 - first) / 11.0);
  const Entries entered(p, england);
  // Share that stays for a month, by age and time in care; few values, where exponentials are many.
  std::array<std::array<double, kHazardBands>, kYearsOfAge> stays{};
  for (std::size_t year = 0; year < kYearsOfAge; ++year)
    for (std::size_t band = 0; band < kHazardBands; ++band) {
      const Lanes& hazard = care.base[0][index(Placement::kAuthorityFoster)][year][band];
      const double needs = p[care_return_home_need_ratio];
      const double placed_then_adopted = static_cast<double>(hazard[kAdoptionLane]);
      stays[year][band] = elementary::exp(-(static_cast<double>(hazard[kReturnHomeLane]) * needs +
                                            static_cast<double>(hazard[kGuardianshipLane]) +
                                            static_cast<double>(hazard[kLeavingLane]) + placed_then_adopted));
    }
  // Chance that a child who entered at one age is still looked after at a later one.
  std::vector<std::vector<double>> stock(kAdultMonths);  // by age, by months in care
  for (int e = 0; e < kAdultMonths; ++e) {
    double staying = entries[static_cast<std::size_t>(e)];
    for (int a = e; a < kAdultMonths; ++a) {
      stock[static_cast<std::size_t>(a)].push_back(staying * entered.ratio(age_band(e), year_of_age(a - e)));
      staying *= stays[year_of_age(a)][hazard_band(a - e)];
    }
  }
  for (auto& by_entry : stock) {
    // by_entry runs from the earliest entry (longest in care) on; turn it into months in care, cumulated.
    std::reverse(by_entry.begin(), by_entry.end());
    std::vector<float> cumulative;
    cumulative.reserve(by_entry.size());
    double running = 0.0;
    for (const double x : by_entry) cumulative.push_back(static_cast<float>(running += x));
    out.age_shape.push_back(static_cast<float>(running));
    out.months.push_back(std::move(cumulative));
  }
  // Relative to the largest in each band: the chance that a child of that age is taken when the band is
  // filled.
  for (std::size_t band = 0; band < kAgeBands; ++band) {
    const auto begin = out.age_shape.begin() + kAgeBandStartMonths[band];
    const auto end = out.age_shape.begin() + kAgeBandStartMonths[band + 1];
    const float largest = *std::max_element(begin, end);
    std::for_each(begin, end, [&](float& x) { x /= largest; });
  }
  return out;
}

std::array<double, kPlacementKinds> placements_at_origin(const Parameters& p,
                                                         const AuthorityOrigin& authority) {
  std::array<double, kPlacementKinds> stock{};
  for (std::size_t published = 0; published < AuthorityOrigin::kPublishedPlacements; ++published) {
    double n = 0.0;
    for (const int x : authority.looked_after_by_placement_and_age[published]) n += x;
    if (published == AuthorityOrigin::kFoster) {
      stock[index(Placement::kKinFoster)] = n * p[care_foster_kin_share];
      stock[index(Placement::kAgencyFoster)] = n * p[care_foster_agency_share];
      stock[index(Placement::kAuthorityFoster)] =
          n * (1.0 - p[care_foster_kin_share] - p[care_foster_agency_share]);
    } else {
      // Children's home, supported, with parents, adoption, other: the same order in both lists.
      stock[index(Placement::kChildrensHome) + published - 1] = n;
    }
  }
  return stock;
}

}  // namespace hearth
