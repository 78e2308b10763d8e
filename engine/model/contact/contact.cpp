#include "model/contact/contact.hpp"

#include <algorithm>
#include <cassert>

#include "kernels/elementary.hpp"
#include "kernels/lanes.hpp"

namespace hearth {

ContactTables make_contact_tables(const Parameters& p) {
  using enum Parameter;
  ContactTables out;
  std::array<double, kAgeBands> age{};
  for (std::size_t a = 0; a < kAgeBands; ++a) age[a] = p[rows::kContactAge.at(a)];
  const double largest = *std::max_element(age.begin(), age.end());
  for (std::size_t a = 0; a < kAgeBands; ++a) out.age[a] = static_cast<float>(age[a] / largest);
  for (int months = 0; months < kAdultMonths; ++months)
    out.by_age[static_cast<std::size_t>(months)] = out.age[age_band(months)];
  const auto frailty = frailties(p[contact_frailty_spread]);
  for (std::size_t d = 0; d < kFamilyClasses; ++d) {
    const double gradient = elementary::exp(p[contact_deprivation_slope] *
                                            (kDeprivationScores[deprivation_class(d)] - kAverageIdaci));
    for (std::size_t s = 0; s < kQuietStates; ++s) {
      const double base = p[contact_base] * gradient * ((s & kPoverty) ? p[contact_poverty_ratio] : 1.0);
      const double abuse = (s & kDomesticAbuse) ? p[contact_domestic_abuse] : 0.0;
      const double others = ((s & kMentalIllHealth) ? p[contact_mental_ill_health] : 0.0) +
                            ((s & kSubstanceMisuse) ? p[contact_substance_misuse] : 0.0);
      const double police = base * p[contact_police_share_of_base] + abuse;
      const double yearly = base + abuse + others;
      const double recent = (s & kRecentCase) ? p[contact_recent_ratio] : 1.0;
      out.rate[d][s] =
          static_cast<float>(yearly * recent * frailty[frailty_of(d)] * largest / kMonthsPerYear);
      out.police[d][s] = static_cast<float>(police / yearly);
    }
  }
  return out;
}

float plan_before_per_contact(const NeedsTables& needs, const ContactTables& contact,
                              const Families& families, const Parameters& p) {
  double contacts = 0.0;
  for (std::size_t d = 0; d < kFamilyClasses; ++d)
    for (std::size_t state = 0; state < kNeedStates; ++state)
      contacts += families.deprivation_share[deprivation_class(d)] * kFrailtyShares[frailty_of(d)] *
                  needs.stationary[d][state] * static_cast<double>(contact.rate[d][state]);
  return static_cast<float>(p[Parameter::protection_plan_before_share] / contacts);
}

ContactMonth contact_month(double propensity, double police_ratio, double others_ratio) {
  assert(propensity >= 0.0 && police_ratio > 0.0 && others_ratio > 0.0);
  const double larger = std::max(police_ratio, others_ratio);
  return {static_cast<float>(propensity * larger), static_cast<float>(police_ratio / larger),
          static_cast<float>(others_ratio / larger)};
}

}  // namespace hearth
