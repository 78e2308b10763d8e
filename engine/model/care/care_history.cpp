#include "model/care/care_history.hpp"

#include <algorithm>

#include "core/calendar.hpp"
#include "kernels/elementary.hpp"
#include "model/care/care.hpp"

namespace hearth {

using enum Parameter;

// Ages of looked-after children and their months in care: entries at each age, less those who have left
// since.
CareHistory make_care_history(const Parameters& p) {
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
  // Share that stays for a month, by age and time in care; few values, where exponentials are many.
  std::array<std::array<double, kHazardBands>, kAgeBands> stays{};
  for (std::size_t age = 0; age < kAgeBands; ++age)
    for (std::size_t band = 0; band < kHazardBands; ++band) {
      const Lanes& hazard = care.base[0][index(Placement::kAuthorityFoster)][age][band];
      const double needs = p[care_return_home_need_ratio];
      const double placed_then_adopted = static_cast<double>(hazard[kAdoptionLane]);
      stays[age][band] = elementary::exp(-(static_cast<double>(hazard[kReturnHomeLane]) * needs +
                                           static_cast<double>(hazard[kGuardianshipLane]) +
                                           static_cast<double>(hazard[kLeavingLane]) + placed_then_adopted));
    }
  // Chance that a child who entered at one age is still looked after at a later one.
  std::vector<std::vector<double>> stock(kAdultMonths);  // by age, by months in care
  for (int e = 0; e < kAdultMonths; ++e) {
    double staying = entries[static_cast<std::size_t>(e)];
    for (int a = e; a < kAdultMonths; ++a) {
      stock[static_cast<std::size_t>(a)].push_back(staying);
      staying *= stays[age_band(a)][hazard_band(a - e)];
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
