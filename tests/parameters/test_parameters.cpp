// Arrays of parameters: the rows that they name, in the order of their index.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <stdexcept>
#include <string>
#include <string_view>

#include "core/categories.hpp"
#include "parameters/prior.hpp"
#include "parameters/registry.hpp"

namespace hearth {
namespace {

constexpr std::array<std::string_view, 6> kTimeBands = {"0",       "1_to_2",   "3_to_5",
                                                        "6_to_11", "12_to_23", "24_plus"};
constexpr std::array<std::string_view, 6> kEntryAges = {"newborn", "under_1",  "1_to_4",
                                                        "5_to_9",  "10_to_15", "16_plus"};

template <std::size_t kLength>
void expect_names(const ParameterArray<kLength>& array, const std::string& stem,
                  const std::array<std::string_view, kLength>& last) {
  for (std::size_t i = 0; i < kLength; ++i)
    EXPECT_EQ(info(array.at(i)).name, stem + "." + std::string(last.at(i)));
}

// The name of each row says which index it is for.
TEST(ParameterArrays, NameTheirRowsInTheOrderOfTheIndex) {
  expect_names(rows::kFamilySizes, "population.completed_family_size", {"1", "2", "3", "4", "5"});
  expect_names(rows::kContactAge, "contact.age", kAgeBandNames);
  expect_names(rows::kChildInNeedClosure, "child_in_need.closure", kTimeBands);
  expect_names(rows::kProtectionPlanEnd, "protection_plan.end", kTimeBands);
  expect_names(rows::kProceedingsAge, "proceedings.age", kEntryAges);
  expect_names(rows::kAccommodationAge, "accommodation.age", kEntryAges);
  expect_names(rows::kCareReturnHome, "care.return_home", kAgeBandNames);
  expect_names(rows::kCareReturnHomeShape, "care.return_home.shape", kTimeBands);
  expect_names(rows::kCareGuardianship, "care.guardianship", kAgeBandNames);
  expect_names(rows::kCareGuardianshipShape, "care.guardianship.shape", kTimeBands);
  expect_names(rows::kCareAdoptionPlacing, "care.adoption_placing", kAgeBandNames);
  expect_names(rows::kCareAdoptionPlacingShape, "care.adoption_placing.shape", kTimeBands);
  expect_names(rows::kCareLeaving, "care.leaving", kAgeBandNames);
  expect_names(rows::kCareLeavingShape, "care.leaving.shape", kTimeBands);
  expect_names(rows::kOriginCareEntries, "origin.care_entries", kAgeBandNames);
  expect_names(rows::kCareMove, "care.move", kAgeBandNames);
  expect_names(rows::kCostPlacement, "cost.placement", kPlacementNames);
  expect_names(rows::kCostMarginalShare, "cost.marginal_share", kPlacementNames);
  for (std::size_t i = 0; i < rows::kCarePlacementWeight.size(); ++i) {
    const std::string placement(
        info(rows::kCarePlacementWeight.at(i)).name.substr(std::string("care.placement_weight.").size()));
    for (std::size_t age = 0; age < kAgeBands; ++age)
      EXPECT_EQ(info(rows::kCarePlacement.at(age, i)).name,
                "care.placement." + std::string(kAgeBandNames.at(age)) + "." + placement);
  }
  const std::array<std::string_view, kDriftColumns> columns = {"authority_sd", "authority_reversion",
                                                               "national_sd", "national_reversion"};
  for (std::size_t column = 0; column < kDriftColumns; ++column) {
    const std::string last = "." + std::string(columns.at(column));
    EXPECT_EQ(info(rows::kDriftOfPosts.at(column)).name, "drift.posts" + last);
    EXPECT_EQ(info(rows::kDriftOfTurnover.at(column)).name, "drift.turnover" + last);
    for (std::size_t rate = 0; rate < 8; ++rate)
      EXPECT_TRUE(info(rows::kDriftOfRates.at(rate, column)).name.ends_with(last));
  }
}

TEST(ParameterArrays, EndWhereTheirLengthsSay) {
  EXPECT_EQ(rows::kCareMove.size(), kAgeBands);
  EXPECT_EQ(rows::kCarePlacement.at(4, 6), Parameter::care_placement_16_plus_other);
  EXPECT_EQ(rows::kCarePlacement.at(1, 0), Parameter::care_placement_1_to_4_kin_foster);
  EXPECT_THROW(rows::kCareMove.at(kAgeBands), std::out_of_range);
  EXPECT_THROW(rows::kCarePlacement.at(0, 7), std::out_of_range);
  EXPECT_THROW(rows::kCarePlacement.at(5, 0), std::out_of_range);
}

// About a value the logarithm moves by the registry's spread; no draw leaves the bounds; at a bound there is
// no prior.
TEST(Prior, HasTheSpreadOfTheRegistryAboutAValue) {
  constexpr Parameter kCost = Parameter::cost_care_application;
  const ParameterInfo& row = info(kCost);
  for (const double widening : {1.0, 0.5}) {
    const auto prior = prior_about(kCost, row.value, widening);
    ASSERT_TRUE(prior.has_value());
    EXPECT_NEAR(prior->value(0.0), row.value, 1e-5 * row.value);
    EXPECT_NEAR(std::log(prior->value(0.05) / prior->value(-0.05)) / 0.1, row.spread * widening,
                0.01 * row.spread);
    EXPECT_GT(prior->value(-9.0), row.lower);
    EXPECT_LT(prior->value(6.0), row.upper);
  }
  EXPECT_FALSE(prior_about(kCost, row.lower).has_value());
  EXPECT_FALSE(prior_about(kCost, row.upper).has_value());
  EXPECT_EQ(six_figures(1.0 / 3.0), 0.333333);
}

}  // namespace
}  // namespace hearth
