#include "model/casework/casework.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "core/calendar.hpp"
#include "core/categories.hpp"
#include "kernels/elementary.hpp"
#include "model/age_profile.hpp"

namespace hearth {

static_assert(rows::kChildInNeedClosure.size() == kHazardBands &&
              rows::kProtectionPlanEnd.size() == kHazardBands &&
              rows::kProceedingsAge.size() == kEntryBands && rows::kAccommodationAge.size() == kEntryBands);

namespace {

// A row of six values, that of the newborn first, at each year of age.
ByYearOfAge by_year(const Parameters& p, const ParameterArray<kEntryBands>& row) {
  std::array<double, kAgeBands> by_band{};
  for (std::size_t band = 0; band < kAgeBands; ++band) by_band[band] = p[row.at(band + 1)];
  return by_year_of_age(by_band, p);
}

void set_ages(const Parameters& p, std::array<ChildWeights, kAdultMonths>& by_age) {
  using enum Parameter;
  const ByYearOfAge court = by_year(p, rows::kProceedingsAge);
  ByYearOfAge care = by_year(p, rows::kAccommodationAge);
  care.back() *= p[accommodation_age_17_ratio];
  for (int age = kAdultMonths - 1; age >= 0; --age) {
    ChildWeights& child = by_age[static_cast<std::size_t>(age)];
    const bool newborn = entry_band(age) == 0;
    const std::size_t year = year_of_age(age);
    const double towards_court = newborn ? p[rows::kProceedingsAge.at(0)] : court[year];
    child.court = static_cast<float>(towards_court);
    child.care = static_cast<float>(newborn ? p[rows::kAccommodationAge.at(0)] : care[year]);
    // Under five all enter; above, as surely as their weight towards court compares with that of 1 to 4.
    child.court_entry = age < 5 * kMonthsPerYear
                            ? 1.0F
                            : static_cast<float>(std::min(1.0, towards_court / p[proceedings_age_1_to_4]));
    child.until_age = age + 1;
    if (age + 1 == kAdultMonths || entry_band(age) != entry_band(age + 1)) continue;
    const ChildWeights& next = by_age[static_cast<std::size_t>(age) + 1];
    if (next.court == child.court && next.care == child.care && next.court_entry == child.court_entry)
      child.until_age = next.until_age;
  }
}

}  // namespace

CaseTables make_case_tables(const Parameters& p, const NeedsTables& needs) {
  using enum Parameter;
  using enum Stage;
  CaseTables out;
  const std::array<double, kStages> accommodation = {
      p[accommodation_stage_assessment],      1.0,
      p[accommodation_stage_section_47],      p[accommodation_stage_protection_plan],
      p[accommodation_stage_pre_proceedings], p[accommodation_stage_proceedings]};
  for (std::size_t b = 0; b < kHazardBands; ++b) {
    const auto set = [&](Stage stage, double resolve, double enquire, double escalate) {
      Lanes& l = out.base[index(stage)][b];
      l = all_lanes(1.0F);
      l[kResolve] = static_cast<float>(resolve);
      l[kEnquire] = static_cast<float>(enquire);
      l[kEscalate] = static_cast<float>(escalate);
      l[kAccommodate] = static_cast<float>(p[accommodation_rate] * accommodation[index(stage)]);
    };
    set(kAssessment, 1.0 / p[assessment_duration], p[enquiry_rate_assessment], 0.0);
    set(kChildInNeed, p[rows::kChildInNeedClosure.at(b)] * p[child_in_need_closure_scale],
        p[enquiry_rate_child_in_need], p[pre_proceedings_rate_child_in_need]);
    set(kSection47, 1.0 / p[enquiry_duration], 0.0, 0.0);
    set(kProtectionPlan, p[rows::kProtectionPlanEnd.at(b)] * p[protection_plan_end_scale], 0.0,
        p[pre_proceedings_rate_protection_plan]);
    set(kPreProceedings, (1.0 - p[pre_proceedings_court_share]) / p[pre_proceedings_duration], 0.0,
        p[pre_proceedings_court_share] / p[pre_proceedings_duration]);
    set(kProceedings, 1.0 / p[proceedings_duration], 0.0, 0.0);
  }
  for (std::size_t stage = 0; stage < kStages; ++stage) {
    const bool towards_court = stage == index(kChildInNeed) || stage == index(kProtectionPlan);
    for (std::size_t s = 0; s < kNeedStates; ++s) {
      const int n = adult_needs(static_cast<unsigned>(s));
      const double entry = elementary::pow(p[accommodation_need_ratio], n) *
                           ((s & kPoverty) ? p[accommodation_poverty_ratio] : 1.0);
      Lanes& l = out.needs[stage][s];
      l = all_lanes(1.0F);
      if (stage == index(kChildInNeed))
        l[kResolve] = static_cast<float>(elementary::pow(p[child_in_need_closure_need_ratio], n));
      l[kEnquire] = static_cast<float>(elementary::pow(p[enquiry_need_ratio], n));
      if (towards_court) l[kEscalate] = static_cast<float>(entry);
      l[kAccommodate] = static_cast<float>(entry);
    }
    Lanes& slope = out.engagement[stage];
    slope = all_lanes(0.0F);
    if (stage == index(kChildInNeed))
      slope[kResolve] = static_cast<float>(p[child_in_need_closure_engagement_ratio] - 1.0);
    if (stage == index(kProtectionPlan))
      slope[kResolve] = static_cast<float>(p[protection_plan_end_engagement_ratio] - 1.0);
    slope[kEnquire] = static_cast<float>(p[enquiry_engagement_ratio] - 1.0);
    slope[kEscalate] = static_cast<float>(p[proceedings_engagement_ratio] - 1.0);
    slope[kAccommodate] = static_cast<float>(p[proceedings_engagement_ratio] - 1.0);
  }
  for (std::size_t d = 0; d < kFamilyClasses; ++d)
    for (std::size_t s = 0; s < kNeedStates; ++s) {
      Lanes& l = out.flips[d][s];
      l = all_lanes(1.0F);
      const auto& flip = needs.flip[d][s];
      l[kFlipDomesticAbuse] = flip[1];
      l[kFlipMentalIllHealth] = flip[2];
      l[kFlipSubstanceMisuse] = flip[3];
      l[kFlipPoverty] = flip[0];
    }
  set_ages(p, out.by_age);
  return out;
}

void make_case_month(CaseMonth& month, const CaseTables& tables, const CasePressures& pressure,
                     const LeverValues& levers, const Parameters& p) {
  using enum Parameter;
  using enum Stage;
  assert(pressure.care_entry > 0.0);
  const auto lever = [&](Lever id) { return levers[index(id)]; };
  const double caseload = std::max(pressure.caseload_ratio, 0.05);
  const double hurry =
      p.on(feedback_caseload) ? elementary::pow(caseload, p[workforce_closure_elasticity]) : 1.0;
  const double defensive =
      p.on(feedback_threshold) ? elementary::pow(caseload, p[workforce_threshold_elasticity]) : 1.0;
  // A higher threshold is used in equal parts at the enquiry and at the conference.
  const double plan_threshold = std::sqrt(lever(Lever::kThresholdProtectionPlan));
  const double enquire = pressure.section_47 * defensive / plan_threshold;
  const double towards_care = pressure.care_entry * defensive / lever(Lever::kThresholdCare);
  // Entry by agreement at each age, relative to the propensity of those under 16.
  std::array<double, kEntryBands> entry{};
  for (std::size_t a = 0; a < kEntryBands; ++a) {
    entry[a] = kEntryBandStartMonths[a] >= 10 * kMonthsPerYear ? lever(Lever::kAdolescentEntry) : 1.0;
    if (kEntryBandStartMonths[a] >= 16 * kMonthsPerYear)
      entry[a] *= pressure.care_entry_16_plus / pressure.care_entry;
  }
  const double readiest = *std::max_element(entry.begin(), entry.end());
  const double support_time =
      elementary::pow(std::max(pressure.direct_time, 0.01), p[workforce_recovery_elasticity]);
  const double support = 1.0 + (p[support_recovery_ratio] - 1.0) * support_time *
                                   (pressure.family_support * lever(Lever::kFamilySupport));
  const double enforcement = lever(Lever::kEnforcement);

  // Pre-proceedings last as long as before; what changes is how they end.
  const double court = p[pre_proceedings_court_share];
  const double resolved = lever(Lever::kPreProceedingsResolved);
  const double endings = court + (1.0 - court) * resolved;

  for (std::size_t stage = 0; stage < kStages; ++stage)
    for (std::size_t s = 0; s < kNeedStates; ++s) {
      Lanes factor = tables.needs[stage][s];
      Lanes slope = tables.engagement[stage];
      if (stage == index(kChildInNeed)) {
        const double premature =
            adult_needs(static_cast<unsigned>(s)) > 0 ? lever(Lever::kPrematureClosure) : 1.0;
        factor[kResolve] *= static_cast<float>(pressure.case_closure * hurry * premature);
      }
      if (stage == index(kPreProceedings)) {
        factor[kResolve] *= static_cast<float>(resolved / endings);
        factor[kEscalate] *= static_cast<float>(1.0 / endings);
      }
      if (stage == index(kProtectionPlan))
        factor[kResolve] *= static_cast<float>(pressure.protection_plan_end);
      if (stage == index(kProceedings)) factor[kResolve] *= static_cast<float>(1.0 / pressure.court_length);
      factor[kEnquire] *= static_cast<float>(enquire);
      if (stage == index(kChildInNeed) || stage == index(kProtectionPlan))
        factor[kEscalate] *= static_cast<float>(towards_care);
      factor[kAccommodate] *= static_cast<float>(towards_care * readiest);
      const auto recovery = [&](std::size_t lane, unsigned bit, Lever id) {
        if (s & bit) slope[lane] = static_cast<float>(support * lever(id) - 1.0);
      };
      recovery(kFlipDomesticAbuse, kDomesticAbuse, Lever::kRecoveryDomesticAbuse);
      recovery(kFlipMentalIllHealth, kMentalIllHealth, Lever::kRecoveryMentalIllHealth);
      recovery(kFlipSubstanceMisuse, kSubstanceMisuse, Lever::kRecoverySubstanceMisuse);
      if (!(s & kPoverty)) factor[kFlipPoverty] *= static_cast<float>(pressure.poverty_onset);
      month.factor[stage][s] = factor;
      month.slope[stage][s] = slope;
    }
  const double odds = p[engagement_start] / (1.0 - std::min(p[engagement_start], 0.999)) *
                      lever(Lever::kEngagementStart) / enforcement;
  month.engagement_start = static_cast<float>(odds / (1.0 + odds));
  month.engagement_growth =
      static_cast<float>(1.0 - elementary::exp(-p[engagement_growth] * pressure.direct_time *
                                               lever(Lever::kEngagementGrowth) / enforcement));
  month.conference_share =
      static_cast<float>(p[enquiry_conference_share] * pressure.protection_plan / plan_threshold);
  for (std::size_t a = 0; a < kEntryBands; ++a)
    month.entry_share[a] = static_cast<float>(entry[a] / readiest);
  month.after_return[kAccommodate] = static_cast<float>(lever(Lever::kReEntry));
  for (std::size_t n = 0; n < month.not_in_need.size(); ++n)
    month.not_in_need[n] = static_cast<float>(
        p[assessment_not_in_need] * elementary::pow(p[assessment_need_ratio], static_cast<double>(n)));
}

}  // namespace hearth
