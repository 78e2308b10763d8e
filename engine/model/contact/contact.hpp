// Contact: how often others (or the family itself) raise concerns about a family that has no open case.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/calendar.hpp"
#include "core/categories.hpp"
#include "model/needs/needs.hpp"
#include "parameters/registry.hpp"

namespace hearth {

struct ContactTables {
  // Monthly rate at which concerns are raised if the family's age factor is the largest; by class and state.
  std::array<std::array<float, kQuietStates>, kFamilyClasses> rate{};
  // Share of that rate which comes from the police.
  std::array<std::array<float, kQuietStates>, kFamilyClasses> police{};
  // Age factor of the youngest child at home relative to the largest, by age band and by age in months; of
  // these the last is for families without a child at home: 0.
  std::array<float, kAgeBands> age{};
  std::array<float, kAdultMonths + 1> by_age{};
};
ContactTables make_contact_tables(const Parameters& parameters);

// At the origin: the chance that a quiet family had a child protection plan, over its monthly rate of
// contact. Over all families the mean chance is protection_plan.before_share.
float plan_before_per_contact(const NeedsTables& needs, const ContactTables& contact,
                              const Families& families, const Parameters& parameters);

// How an authority's practice and propensity change the rate this month: ratios, all above zero. The clock
// runs at the larger of the two, and a concern of the other kind is kept with the ratio.
struct ContactMonth {
  float clock = 1.0F;        // multiplier of the authority's contact clock
  float keep_police = 1.0F;  // chance that a police concern counts
  float keep_others = 1.0F;
};
ContactMonth contact_month(double propensity, double police_ratio, double others_ratio);

// A concern that counts.
struct Referral {
  std::uint32_t which;   // of the families that are due, and of their draws
  int children;          // at home
  std::size_t youngest;  // age in months
  float reading;         // of the contact clock
};

}  // namespace hearth
