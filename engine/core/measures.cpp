#include "core/measures.hpp"

#include <fmt/format.h>

namespace hearth {
namespace {
using enum MeasureKind;
using D = MeasureDimension;
}  // namespace

const std::array<MeasureInfo, kMeasures> kMeasureTable = {{
    {Measure::kChildren, "children", "Children aged 0 to 17", "children", kStock, D::kNone, true,
     "Office for National Statistics mid-year population estimates, aged 0 to 17"},
    {Measure::kReferrals, "referrals", "Referrals", "children", kFlow, D::kNone, true,
     "Characteristics of children in need: referrals to children's social care services"},
    {Measure::kReReferrals, "re_referrals", "Referrals within 12 months of a previous referral", "children",
     kFlow, D::kNone, true,
     "Characteristics of children in need: referrals within 12 months of a previous referral"},
    {Measure::kAssessments, "assessments", "Assessments completed", "children", kFlow, D::kNone, true,
     "Characteristics of children in need: assessments completed (45 working days)"},
    {Measure::kNotInNeed, "assessed_not_in_need", "Assessed and found not in need", "children", kFlow,
     D::kNone, true, "Characteristics of children in need: referrals assessed and found not in need"},
    {Measure::kSection47Enquiries, "section_47_enquiries", "Section 47 enquiries", "children", kFlow,
     D::kNone, true, "Characteristics of children in need: section 47 enquiries started"},
    {Measure::kInitialChildProtectionConferences, "initial_child_protection_conferences",
     "Initial child protection conferences", "children", kFlow, D::kNone, true,
     "Characteristics of children in need: initial child protection conferences"},
    {Measure::kChildProtectionPlansStarted, "child_protection_plans_started",
     "Child protection plans started", "children", kFlow, D::kNone, true,
     "Characteristics of children in need: children who became the subject of a plan"},
    {Measure::kSecondChildProtectionPlans, "second_child_protection_plans",
     "Child protection plans started for a second or subsequent time", "children", kFlow, D::kNone, true,
     "Characteristics of children in need: plans for a second or subsequent time"},
    {Measure::kChildProtectionPlansEnded, "child_protection_plans_ended", "Child protection plans ended",
     "children", kFlow, D::kNone, true,
     "Characteristics of children in need: children who ceased to be the subject of a plan"},
    {Measure::kChildProtectionPlans, "child_protection_plans", "Children with a child protection plan",
     "children", kStock, D::kNone, true,
     "Characteristics of children in need: children subject of a plan at 31 March"},
    {Measure::kChildrenInNeed, "children_in_need", "Children in need, with those on plans and looked after",
     "children", kStock, D::kNone, true, "Characteristics of children in need: children in need at 31 March"},
    {Measure::kCareApplications, "care_applications", "Care applications", "applications", kFlow, D::kNone,
     true, "Cafcass care applications; one application may name several children"},
    {Measure::kCareEntries, "care_entries", "Children starting to be looked after", "children", kFlow,
     D::kNone, true,
     "Children looked after in England including adoptions: children who started to be looked after"},
    {Measure::kCareEntriesUnaccompanied, "care_entries_unaccompanied",
     "Unaccompanied asylum-seeking children starting to be looked after", "children", kFlow, D::kNone, true,
     "Children looked after in England including adoptions: unaccompanied asylum-seeking children who "
     "started to be looked after"},
    {Measure::kCareEntriesByAge, "care_entries_by_age", "Children starting to be looked after, by age",
     "children", kFlow, D::kAgeBand, true,
     "Children looked after in England including adoptions: children who started to be looked after, by age "
     "on starting"},
    {Measure::kCareEntriesByCourt, "care_entries_by_court", "Children entering care by order of a court",
     "children", kFlow, D::kNone, true,
     "Children looked after in England including adoptions: children who started to be looked after under an "
     "interim or full care order or a placement order"},
    {Measure::kCareExits, "care_exits", "Children ceasing to be looked after", "children", kFlow, D::kNone,
     true, "Children looked after in England including adoptions: children who ceased to be looked after"},
    {Measure::kCareExitsByReason, "care_exits_by_reason", "Children ceasing to be looked after, by reason",
     "children", kFlow, D::kExitReason, true,
     "Children looked after in England including adoptions: children who ceased to be looked after, by "
     "reason, in groups"},
    {Measure::kCareExitsByAge, "care_exits_by_age",
     "Children ceasing to be looked after, by age (16 and over with those turning 18)", "children", kFlow,
     D::kAgeBand, true,
     "Children looked after in England including adoptions: children who ceased to be looked after, by age "
     "on ceasing"},
    {Measure::kReturnedHome, "returned_home", "Children returned home from care", "children", kFlow, D::kNone,
     true,
     "Children looked after in England including adoptions: ceased to be looked after, returned home to "
     "parents or relatives"},
    {Measure::kReEntries, "re_entries", "Children entering care again after leaving it", "children", kFlow,
     D::kNone, true, "Starts of a child's second or later period of care; not in the yearly tables"},
    {Measure::kLookedAfter, "looked_after", "Looked-after children", "children", kStock, D::kNone, true,
     "Children looked after in England including adoptions: children looked after at 31 March"},
    {Measure::kLookedAfterUnaccompanied, "looked_after_unaccompanied",
     "Looked-after unaccompanied asylum-seeking children", "children", kStock, D::kNone, true,
     "Children looked after in England including adoptions: unaccompanied asylum-seeking children looked "
     "after at 31 March"},
    {Measure::kLookedAfterByPlacement, "looked_after_by_placement", "Looked-after children, by placement",
     "children", kStock, D::kPlacement, true,
     "Children looked after in England including adoptions: children looked after at 31 March, by placement; "
     "the three fostering placements together are the published foster placements"},
    {Measure::kLookedAfterByAge, "looked_after_by_age", "Looked-after children, by age", "children", kStock,
     D::kAgeBand, true,
     "Children looked after in England including adoptions: children looked after at 31 March, by age"},
    {Measure::kPoliceCallouts, "police_callouts",
     "Police call-outs to domestic abuse in families with children", "incidents", kFlow, D::kNone, true,
     "No national statistic: call-outs to families of the model, with or without an open case"},
    {Measure::kEmergencyAdmissions, "emergency_admissions", "Emergency hospital admissions of parents",
     "admissions", kFlow, D::kNone, true,
     "No national statistic: admissions of parents with needs, with or without an open case"},
    {Measure::kAssessedWithDomesticAbuse, "assessed_with_domestic_abuse",
     "Assessments that find domestic abuse of a parent", "children", kFlow, D::kNone, true,
     "Characteristics of children in need: factors identified at the end of assessment, domestic violence of "
     "a parent"},
    {Measure::kAssessedWithMentalIllHealth, "assessed_with_mental_ill_health",
     "Assessments that find parental mental ill-health", "children", kFlow, D::kNone, true,
     "Characteristics of children in need: factors identified at the end of assessment, mental health of a "
     "parent"},
    {Measure::kAssessedWithSubstanceMisuse, "assessed_with_substance_misuse",
     "Assessments that find parental alcohol or drug misuse", "children", kFlow, D::kNone, true,
     "Characteristics of children in need: factors identified at the end of assessment, alcohol or drug "
     "misuse of a parent"},
    {Measure::kChildrenByDeprivation, "children_by_deprivation",
     "Children aged 0 to 17, by deprivation of the neighbourhood", "children", kStock, D::kDeprivation, true,
     "No national statistic in five equal groups: children by income deprivation affecting children (IDACI "
     "2019)"},
    {Measure::kReferralsByDeprivation, "referrals_by_deprivation",
     "Referrals, by deprivation of the neighbourhood", "children", kFlow, D::kDeprivation, true,
     "No national statistic; single studies of neighbourhoods"},
    {Measure::kChildProtectionPlansStartedByDeprivation, "child_protection_plans_started_by_deprivation",
     "Child protection plans started, by deprivation of the neighbourhood", "children", kFlow,
     D::kDeprivation, true,
     "No national statistic; studies of neighbourhoods (Child Welfare Inequalities Project)"},
    {Measure::kChildProtectionPlansStartedByPoverty, "child_protection_plans_started_by_poverty",
     "Child protection plans started, by poverty of the family", "children", kFlow, D::kPoverty, true,
     "No national statistic"},
    {Measure::kCareEntriesByDeprivation, "care_entries_by_deprivation",
     "Children starting to be looked after, by deprivation of the neighbourhood; without unaccompanied "
     "children",
     "children", kFlow, D::kDeprivation, true,
     "No national statistic; studies of neighbourhoods (Child Welfare Inequalities Project)"},
    {Measure::kCareEntriesByPoverty, "care_entries_by_poverty",
     "Children starting to be looked after, by poverty of the family; without unaccompanied children",
     "children", kFlow, D::kPoverty, true, "No national statistic"},
    {Measure::kLookedAfterByDeprivation, "looked_after_by_deprivation",
     "Looked-after children, by deprivation of the family's neighbourhood; without unaccompanied children",
     "children", kStock, D::kDeprivation, true,
     "No national statistic; studies of neighbourhoods (Child Welfare Inequalities Project)"},
    {Measure::kFamilies, "families", "Families with a child under 18", "families", kStock, D::kNone, true,
     "Families in the population of the model; not fitted to a count of families"},
    {Measure::kFamiliesInPoverty, "families_in_poverty", "Families with a child under 18 in poverty",
     "families", kStock, D::kNone, true,
     "Children in low income families, as families: the model is set to the share of children"},
    {Measure::kFollowedFamilies, "followed_families",
     "Families taken on for support or enquiry after an assessment 12 months ago", "families", kFlow,
     D::kNone, true,
     "No national statistic: before-and-after studies of service models; a family taken on again counts "
     "again, a family without children under 18 by now does not"},
    {Measure::kFollowedCalloutsBefore, "followed_callouts_before",
     "Police call-outs a year to those families, at the needs they had when taken on", "incidents", kFlow,
     D::kNone, true, "No national statistic: before-and-after studies of service models"},
    {Measure::kFollowedCalloutsAfter, "followed_callouts_after",
     "Police call-outs a year to those families, at the needs they have 12 months later", "incidents", kFlow,
     D::kNone, true, "No national statistic: before-and-after studies of service models"},
    {Measure::kFollowedAdmissionsBefore, "followed_admissions_before",
     "Emergency admissions a year of their adults, at the needs they had when taken on", "admissions", kFlow,
     D::kNone, true, "No national statistic: before-and-after studies of service models"},
    {Measure::kFollowedAdmissionsAfter, "followed_admissions_after",
     "Emergency admissions a year of their adults, at the needs they have 12 months later", "admissions",
     kFlow, D::kNone, true, "No national statistic: before-and-after studies of service models"},
    {Measure::kPreProceedingsStarted, "pre_proceedings_started", "Children entering pre-proceedings",
     "children", kFlow, D::kNone, true, "No national statistic before 2022"},
    {Measure::kPreProceedingsFollowed, "pre_proceedings_followed",
     "Children who entered pre-proceedings 12 months ago", "children", kFlow, D::kNone, true,
     "The trial of family group conferences; children who have turned 18 are left out"},
    {Measure::kPreProceedingsLookedAfter12Months, "pre_proceedings_looked_after_12_months",
     "Of those, looked after now", "children", kFlow, D::kNone, true,
     "The trial of family group conferences: looked after 12 months later"},
    {Measure::kPreProceedingsCourt12Months, "pre_proceedings_court_12_months",
     "Of those, in families against which a care application was made within 12 months", "children", kFlow,
     D::kNone, true, "The trial of family group conferences: care proceedings issued within 12 months"},
    {Measure::kReturnedHomeFollowed12Months, "returned_home_followed_12_months",
     "Children who returned home from care 12 months ago", "children", kFlow, D::kNone, true,
     "Studies of children who return home; children who have turned 18 are left out"},
    {Measure::kReEnteredWithin12Months, "re_entered_within_12_months",
     "Of those, looked after again within 12 months", "children", kFlow, D::kNone, true,
     "Studies of children who return home"},
    {Measure::kReturnedHomeFollowed24Months, "returned_home_followed_24_months",
     "Children who returned home from care 24 months ago", "children", kFlow, D::kNone, true,
     "Studies of children who return home; children who have turned 18 are left out"},
    {Measure::kReEnteredWithin24Months, "re_entered_within_24_months",
     "Of those, looked after again within 24 months", "children", kFlow, D::kNone, true,
     "Studies of children who return home"},
    {Measure::kSocialWorkersFte, "social_workers_fte", "Social workers in post, with agency cover", "FTE",
     kLevel, D::kNone, false,
     "Children's social work workforce: children and family social workers and agency cover, full-time "
     "equivalent"},
    {Measure::kVacancyRate, "vacancy_rate", "Share of social work posts that are vacant", "1", kLevel,
     D::kNone, false, "Children's social work workforce: vacancies / (vacancies + social workers in post)"},
    {Measure::kCaseload, "caseload", "Cases a case-holding social worker", "cases", kLevel, D::kNone, false,
     "Children's social work workforce: average caseload, cases held / case holders"},
    {Measure::kFidelity, "fidelity", "Fidelity to the adopted service models", "1", kLevel, D::kNone, false,
     "No published statistic: 0 is not adopted, 1 is practised as designed; mean over components, by reach"},
    {Measure::kFidelityFromPeers, "fidelity_from_peers", "Fidelity gained from peers (practice channel)", "1",
     kLevel, D::kNone, false, "No published statistic: sum of what exchanges of practitioners have added"},
    {Measure::kLeadership, "leadership", "Leadership of the adopted service models", "1", kLevel, D::kNone,
     false, "No published statistic: 0 is not adopted or nobody leads, 1 is led as at the start"},
    {Measure::kLeadershipFromPeers, "leadership_from_peers",
     "Leadership gained from peers (leadership channel)", "1", kLevel, D::kNone, false,
     "No published statistic: sum of what exchanges of leaders have added"},
    {Measure::kPractitionersFte, "practitioners_fte",
     "Practitioners employed by service models adopted since the origin", "FTE", kLevel, D::kNone, false,
     "No published statistic: domestic abuse, mental health, substance misuse and other practitioners"},
}};

namespace {
struct Layout {
  std::array<MeasureSlot, kMeasures> slots;
  std::size_t integers = 0;
  std::size_t reals = 0;
};
const Layout& layout() {
  static const Layout value = [] {
    Layout out;
    for (const auto& row : kMeasureTable) {
      const bool real = row.kind == MeasureKind::kLevel;
      std::size_t& next = real ? out.reals : out.integers;
      out.slots.at(index(row.id)) = {real, next};
      next += size_of(row.dimension);
    }
    return out;
  }();
  return value;
}
}  // namespace

const std::map<std::string, Quantity, std::less<>>& quantities_by_name() {
  static const auto known = [] {
    std::map<std::string, Quantity, std::less<>> out;
    for (const MeasureInfo& info : kMeasureTable) {
      const auto categories = category_names(info.dimension);
      if (categories.empty()) out[std::string(info.name)] = {info.id, 0, {}};
      for (std::size_t c = 0; c < categories.size(); ++c)
        out[fmt::format("{}.{}", info.name, categories[c])] = {info.id, c, {}};
    }
    for (std::size_t line = 0; line < kCostLines.size(); ++line) {
      const std::string payer = fmt::format("cost.{}", kPayerNames.at(index(kCostLines[line].payer)));
      const auto category = kCostCategoryNames.at(index(kCostLines[line].category));
      for (const auto& name : {std::string("cost"), payer, fmt::format("{}.{}", payer, category)})
        out[name].cost_lines.push_back(line);
    }
    return out;
  }();
  return known;
}

MeasureSlot slot(Measure measure) {
  return layout().slots.at(index(measure));
}
std::size_t integer_rows() {
  return layout().integers;
}
std::size_t real_rows() {
  return layout().reals;
}

AuthoritySeries::AuthoritySeries(int months)
    : months_(static_cast<std::size_t>(months)),
      counts_(integer_rows() * months_),
      levels_(real_rows() * months_),
      costs_(kCostLines.size() * months_) {}

std::span<std::int32_t> AuthoritySeries::counts(Measure measure, std::size_t category) {
  return {counts_.data() + (slot(measure).first + category) * months_, months_};
}
std::span<const std::int32_t> AuthoritySeries::counts(Measure measure, std::size_t category) const {
  return {counts_.data() + (slot(measure).first + category) * months_, months_};
}
void AuthoritySeries::write_counts(std::size_t month, const MonthCounts& counts) {
  std::size_t row = 0;  // in the order of the slots
  for (const MeasureInfo& info : kMeasureTable) {
    if (info.kind == MeasureKind::kLevel) continue;
    for (std::size_t category = 0; category < size_of(info.dimension); ++category)
      counts_[row++ * months_ + month] = counts[index(info.id)][category];
  }
}
std::span<float> AuthoritySeries::levels(Measure measure) {
  return {levels_.data() + slot(measure).first * months_, months_};
}
std::span<const float> AuthoritySeries::levels(Measure measure) const {
  return {levels_.data() + slot(measure).first * months_, months_};
}

AuthoritySeries in_steps(const AuthoritySeries& monthly, int step_months) {
  if (step_months == 1) return monthly;
  const auto step = static_cast<std::size_t>(step_months);
  AuthoritySeries out(static_cast<int>((monthly.months() + step - 1) / step));
  const auto take = [step](const auto& from, const auto& to, bool summed) {
    for (std::size_t m = 0; m < from.size(); ++m)
      to[m / step] = summed && m % step > 0 ? to[m / step] + from[m] : from[m];
  };
  for (const MeasureInfo& info : kMeasureTable) {
    if (slot(info.id).real) {
      take(monthly.levels(info.id), out.levels(info.id), false);
      continue;
    }
    for (std::size_t c = 0; c < size_of(info.dimension); ++c)
      take(monthly.counts(info.id, c), out.counts(info.id, c), info.kind == MeasureKind::kFlow);
  }
  for (std::size_t line = 0; line < kCostLines.size(); ++line) take(monthly.cost(line), out.cost(line), true);
  return out;
}

std::vector<AuthoritySeries> in_steps(const std::vector<AuthoritySeries>& monthly, int step_months) {
  std::vector<AuthoritySeries> out;
  out.reserve(monthly.size());
  for (const auto& authority : monthly) out.push_back(in_steps(authority, step_months));
  return out;
}

}  // namespace hearth
