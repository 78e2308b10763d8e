// Shares of whole childhoods: counted by hand from the logs of a few families.
#include <gtest/gtest.h>

#include <cmath>

#include "analysis/calibration/life_courses.hpp"

namespace hearth {
namespace {

using enum EventKind;

// A log of families with children born in these months.
EventLog log_of(const std::vector<std::vector<int>>& births) {
  EventLog out;
  for (const auto& of_family : births) {
    Births& born = out.families.births.emplace_back();
    for (std::size_t k = 0; k < of_family.size(); ++k)
      born.month.at(k) = static_cast<std::int16_t>(of_family[k]);
    out.families.family_class.push_back(0);
    out.at_origin.emplace_back();
  }
  return out;
}

void add(EventLog& log, std::uint32_t family, double time, EventKind kind, std::size_t detail = 0,
         std::size_t child = 0) {
  log.events.push_back({family, static_cast<std::int16_t>(time), kind, static_cast<std::uint8_t>(child),
                        static_cast<std::uint8_t>(detail), static_cast<float>(time)});
}

double figure(const LifeCourses& courses, std::string_view name) {
  return courses.figures().find(name)->second;
}

TEST(LifeCourses, EverIsOfChildrenBornHereWhoStay) {
  // Four children are followed: of the first family the second was born before the origin and the last too
  // late; the third family moves away; the fourth came with its child.
  EventLog log = log_of({{-30, 2, 10, 60}, {5}, {6}, {7}, {20}});
  add(log, 0, 12.5, kReferred);
  add(log, 0, 13.5, kAssessed, index(Assessed::kChildInNeed));
  add(log, 0, 15.5, kPlanStarts);
  add(log, 0, 16.5, kEntersCare, 0, 2);
  add(log, 1, 4.5, kReferred, kNoFurtherAction);  // before the birth
  add(log, 2, 8.5, kReferred);
  add(log, 2, 9.5, kMovesAway);
  add(log, 3, 30.5, kStarts);
  add(log, 3, 31.5, kReferred);
  add(log, 4, 100.5, kReferred, kNoFurtherAction);
  LifeCourses courses;
  courses.add(log);
  EXPECT_DOUBLE_EQ(figure(courses, "ever_referred"), 3.0 / 4.0);
  EXPECT_DOUBLE_EQ(figure(courses, "ever_assessed"), 2.0 / 4.0);
  EXPECT_DOUBLE_EQ(figure(courses, "ever_in_need"), 2.0 / 4.0);
  EXPECT_DOUBLE_EQ(figure(courses, "ever_on_plan"), 2.0 / 4.0);
  EXPECT_DOUBLE_EQ(figure(courses, "ever_looked_after"), 1.0 / 4.0);
}

TEST(LifeCourses, ChildrenInCareAreNotReferredAndAdultsAreGone) {
  EventLog log = log_of({{1, 2}});
  add(log, 0, 5.5, kEntersCare, 0, 0);
  add(log, 0, 7.5, kReferred);    // of the second alone
  add(log, 0, 225.5, kAssessed);  // both are 18
  LifeCourses courses;
  courses.add(log);
  EXPECT_DOUBLE_EQ(figure(courses, "ever_referred"), 0.5);
  EXPECT_DOUBLE_EQ(figure(courses, "ever_assessed"), 0.0);
}

TEST(LifeCourses, EntersCareAgainByTheYearAndOnlyWhereItCouldBeSeen) {
  EventLog log = log_of({{-24}, {-24}, {-24}, {40}});
  const auto stay = [&](std::uint32_t family, double from, double until) {
    add(log, family, from, kEntersCare);
    add(log, family, until, kLeavesCare, index(ExitReason::kReturnedHome));
  };
  stay(0, 1.0, 2.5);
  add(log, 0, 10.5, kEntersCare);  // within a year
  stay(1, 1.0, 3.5);
  add(log, 1, 70.5, kEntersCare);  // within six
  stay(2, 1.0, 4.5);               // never
  stay(3, 230.0, 235.5);           // too late to be followed for two years
  LifeCourses courses;
  courses.add(log);
  EXPECT_DOUBLE_EQ(figure(courses, "re_entry.1_year"), 1.0 / 4.0);
  EXPECT_DOUBLE_EQ(figure(courses, "re_entry.2_years"), 1.0 / 3.0);
  EXPECT_DOUBLE_EQ(figure(courses, "re_entry.6_years"), 2.0 / 3.0);
}

TEST(LifeCourses, DurationsAreFromTheReferralAndFromTheEntry) {
  EventLog log = log_of({{-24, -12}, {-24}, {-24}});
  log.at_origin[2].open_case = true;
  log.at_origin[2].stage = Stage::kChildInNeed;
  log.at_origin[2].since = -40;
  LookedAfterChild& in_care = log.looked_after.emplace_back();
  in_care.family = 1;
  in_care.since = -30;
  add(log, 0, 1.0, kReferred);
  add(log, 0, 2.0, kAssessed, index(Assessed::kChildInNeed));
  add(log, 0, 3.5, kCaseCloses);  // two children, 2.5 months
  add(log, 0, 9.0, kReferred);
  add(log, 0, 10.0, kAssessed, index(Assessed::kNotInNeed));
  add(log, 0, 10.0, kCaseCloses);  // no need
  add(log, 2, 5.0, kCaseCloses);   // one child, from before the origin
  add(log, 1, 6.0, kLeavesCare, index(ExitReason::kGuardianship));
  add(log, 2, 12.0, kEntersCare);
  add(log, 2, 13.5, kLeavesCare, index(ExitReason::kReturnedHome));
  LifeCourses courses;
  courses.add(log);
  EXPECT_DOUBLE_EQ(figure(courses, "need_ended.under_3_months"), 2.0 / 3.0);
  EXPECT_DOUBLE_EQ(figure(courses, "care_left.under_8_weeks"), 1.0 / 2.0);
}

TEST(LifeCourses, InfantsAreThoseUnderOneAtTheApplicationWhereverTheyAre) {
  EventLog log = log_of({{-24, 3}, {5, 30}});
  add(log, 0, 4.5, kEntersCare, 0, 1);
  add(log, 0, 4.5, kApplication);
  add(log, 1, 4.5, kApplication);   // not born yet
  add(log, 1, 17.5, kApplication);  // a year old
  LifeCourses courses;
  courses.add(log);
  EXPECT_DOUBLE_EQ(figure(courses, "infants_per_application"), 1.0 / 3.0);
  EXPECT_TRUE(std::isnan(figure(LifeCourses(), "infants_per_application")));
}

}  // namespace
}  // namespace hearth
