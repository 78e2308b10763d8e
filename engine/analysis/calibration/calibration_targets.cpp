#include "analysis/calibration/calibration_targets.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>
#include <numeric>

#include "core/calendar.hpp"
#include "core/categories.hpp"
#include "core/money.hpp"
#include "parameters/registry.hpp"
#include "published/england_reader.hpp"

namespace hearth {
namespace {

// Published figures are of children, who come in families of 1.7: their counts vary as much more than chance.
constexpr double kChildrenAFamily = 1.7;
// Of the last year's change of a stock, how much is expected again.
constexpr double kDamping = 0.5;

// Targets that are held in the last of the fitted years, too, by their name with this ending.
constexpr std::string_view kThirdYear = ".third_year";
static_assert(kFittedYears == 3);
constexpr std::array<std::string_view, 9> kHeld = {"referrals",
                                                   "section_47_enquiries",
                                                   "child_protection_plans_started",
                                                   "child_protection_plans",
                                                   "children_in_need",
                                                   "second_plan_share",
                                                   "care_applications",
                                                   "care_entries",
                                                   "care_entries.16_plus"};

// And in the tenth year: what nothing moves stays; stocks in care are those that flows lead to, of each age
// too.
constexpr std::array<std::string_view, 9> kHeldToTheEnd = {
    "children_in_need",      "care_applications",    "care_entries",
    "looked_after",          "looked_after.1_to_4",  "looked_after.5_to_9",
    "looked_after.10_to_15", "looked_after.16_plus", "child_protection_plans"};

constexpr std::array<std::string_view, kAgeBands> kAgeKeys = {"u1", "1to4", "5to9", "10to15", "16plus"};

// England's figures of one year and the year before.
class Published {
 public:
  Published(const NationalSeries& national, int year) : national_(national), year_(year) {}

  double operator()(std::string_view measure) const { return of(measure, year_); }
  double before(std::string_view measure) const { return of(measure, year_ - 1); }
  // The stock a year on: with half of the last change again; where the year before was not published, as it
  // is.
  double continued(std::string_view measure) const {
    const double change = (*this)(measure)-before(measure);
    return (*this)(measure) + (std::isnan(change) ? 0.0 : kDamping * change);
  }

 private:
  // Until 2019 placements were published in other cells: divided as at the origin.
  double of(std::string_view measure, int year) const {
    const double homes = national_.value("cla_at31_pl_secure_childrens_homes_hostels", year);
    if (!std::isnan(homes)) {
      if (measure == "cla_at31_pl_secure_childrens_homes") return (1.0 - kSupportedShareOfOldHomes) * homes;
      if (measure == "cla_at31_pl_independent_semi_supported")
        return kSupportedShareOfOldHomes * homes + national_.value("cla_at31_pl_other_community", year);
    }
    // Since 2024 some supported accommodation is among other placements, until it is registered.
    constexpr std::string_view kOther = "cla_at31_pl_other";
    const double value = national_.value(measure, year);
    if (measure == kOther) return (1.0 - supported_share_of_other(national_, year)) * value;
    if (measure == "cla_at31_pl_independent_semi_supported")
      return value + supported_share_of_other(national_, year) * national_.value(kOther, year);
    return value;
  }

  const NationalSeries& national_;
  int year_;
};

struct Figure {
  double value = 0.0;
  double sampling = 0.0;  // standard error, log
};
using PublishedFigures = std::map<std::string, Figure, std::less<>>;

Figure count(double value) {
  return {value, std::sqrt(kChildrenAFamily / value)};
}
Figure share(double part, double whole) {
  return {part / whole, std::sqrt(kChildrenAFamily * (1.0 / part - 1.0 / whole))};
}

void add_casework(const Published& x, PublishedFigures& out) {
  out["referrals"] = count(x("referrals"));
  out["re_referral_share"] = share(x("rereferrals_12m"), x("referrals"));
  out["assessed_not_in_need"] = count(x("referrals_assessed_not_in_need"));
  out["section_47_enquiries"] = count(x("s47_enquiries"));
  out["initial_child_protection_conferences"] = count(x("icpc"));
  out["child_protection_plans_started"] = count(x("cpp_started"));
  out["second_plan_share"] = share(x("cpp_started_subsequent"), x("cpp_started"));
  out["child_protection_plans"] = count(x.continued("cpp_at31"));
  out["children_in_need"] = count(x.continued("cin_at31"));
  out["care_applications"] = count(x("care_applications_per_10k") * x("population_0_17") / 1e4);
  // As many in the second half of the year as in the first.
  out["care_applications_trend"] = {1.0, 0.0};
  const double assessed = x("factor_episodes_with_assessment_factor");
  out["share_with_domestic_abuse"] = share(x("factor_domestic_abuse_parent"), assessed);
  out["share_with_mental_ill_health"] = share(x("factor_mental_health_parent"), assessed);
  // Alcohol and drugs are published apart; half of the smaller overlaps (an assumption).
  const double alcohol = x("factor_alcohol_misuse_parent"), drugs = x("factor_drug_misuse_parent");
  out["share_with_substance_misuse"] = share(alcohol + drugs - 0.5 * std::min(alcohol, drugs), assessed);
}

// How many more turn 18 in care in the year to come than in the last: as many for each looked-after child of
// 16 and over at its start (55 to 61 in 100 from 2019 to 2025). 0 where the age of those who leave is not
// published.
double more_turn_18(const Published& x) {
  const double older = x("cla_at31_age_16plus") / x.before("cla_at31_age_16plus");
  const double more = x("cla_ceased_age_18plus") * (older - 1.0);
  return std::isnan(more) ? 0.0 : more;
}

void add_care_flows(const Published& x, double exits, PublishedFigures& out) {
  out["care_entries"] = count(x("cla_started"));
  out["care_entries_unaccompanied"] = count(x("cla_started_uasc"));
  out["care_entries_by_court"] =
      count(x("cla_started_legal_interim_care_order") + x("cla_started_legal_full_care_order") +
            x("cla_started_legal_placement_order"));
  // The tables count a child once a year in starts and once in ceases, so their difference understates the
  // growth of the stock. Exits by age and by reason are scaled so that entries less exits are that growth.
  const double scale = exits / (x("cla_ceased") + more_turn_18(x));
  out["care_exits"] = count(exits);
  double older = x("cla_ceased") + more_turn_18(x);
  for (std::size_t i = 0; i < kAgeBands; ++i) {
    const std::string name(kAgeBandNames[i]), key(kAgeKeys[i]);
    const bool last = i + 1 == kAgeBands;
    const double ceased = last ? older : x("cla_ceased_age_" + key);
    older -= last ? 0.0 : ceased;
    out["care_entries." + name] = count(x("cla_started_age_" + key));
    out["care_exits." + name] = count(scale * ceased);
  }
  // Leaving at 16 and 17, apart from turning 18, which follows from the ages at the origin.
  out["care_exits.16_and_17"] = count(scale * (x("cla_ceased_age_16") + x("cla_ceased_age_17")));
  out["care_exits.returned_home"] = count(
      scale * (x("cla_ceased_home_planned") + x("cla_ceased_home_unplanned") + x("cla_ceased_home_no_pr")));
  out["care_exits.guardianship"] = count(scale * (x("cla_ceased_sgo") + x("cla_ceased_cao")));
  out["care_exits.adopted"] = count(scale * x("cla_ceased_adopted"));
}

// Looked-after children by age ten years on, where as many enter at each age as in the year to the origin,
// and the same shares of those looked after leave and grow into the next band. Not a number where exits by
// age are not published.
std::array<double, kAgeBands> carried_forward(const Published& x) {
  const double exits = x("cla_started") - (x("cla_at31") - x.before("cla_at31"));
  const double scale = exits / x("cla_ceased");
  std::array<double, kAgeBands> stock{}, entries{}, leaving{}, growing{};  // the last two: shares a year
  double crossing = 0.0;                                                   // children a year into the band
  double older = x("cla_ceased");
  for (std::size_t i = 0; i < kAgeBands; ++i) {
    const std::string key(kAgeKeys[i]);
    const bool last = i + 1 == kAgeBands;
    stock[i] = x("cla_at31_age_" + key);
    entries[i] = x("cla_started_age_" + key);
    const double before = x.before("cla_at31_age_" + key);
    const double mean = 0.5 * (stock[i] + before);
    const double ceased = last ? older : x("cla_ceased_age_" + key);
    older -= ceased;
    leaving[i] = scale * ceased / mean;
    // What is left when all else is accounted for: nobody in the last band, but those who turn 18.
    crossing = last ? 0.0 : std::max(0.0, crossing + entries[i] - scale * ceased - (stock[i] - before));
    growing[i] = crossing / mean;
  }
  constexpr int kSteps = 12;  // a year
  for (int step = 0; step < kSteps * kTenYears; ++step) {
    double into = 0.0;
    for (std::size_t i = 0; i < kAgeBands; ++i) {
      const double out = growing[i] * stock[i];
      stock[i] += (entries[i] + into - out - leaving[i] * stock[i]) / kSteps;
      into = out;
    }
  }
  return stock;
}

void add_care_stocks(const Published& x, double looked_after, PublishedFigures& out) {
  out["looked_after"] = count(looked_after);
  out["spend_on_looked_after"] = {x("exp_cla_gross_gbp"), 0.0};
  // The ages move on by half of their last change, and add up to the stock that flows lead to.
  double sum = 0.0;
  for (const auto key : kAgeKeys) sum += x.continued("cla_at31_age_" + std::string(key));
  for (std::size_t i = 0; i < kAgeBands; ++i)
    out["looked_after." + std::string(kAgeBandNames[i])] =
        count(x.continued("cla_at31_age_" + std::string(kAgeKeys[i])) * looked_after / sum);
  // Placements keep their shares.
  const double growth = looked_after / x("cla_at31");
  const auto placed = [&](std::string_view key) { return growth * x("cla_at31_pl_" + std::string(key)); };
  const double foster = placed("foster");
  out["looked_after.foster"] = count(foster);
  // How foster placements divide is an assumption of the registry; it should stay as it starts.
  const double kin = info(Parameter::care_foster_kin_share).value;
  const double agency = info(Parameter::care_foster_agency_share).value;
  out["looked_after.kin_foster"] = count(kin * foster);
  out["looked_after.authority_foster"] = count((1.0 - kin - agency) * foster);
  out["looked_after.agency_foster"] = count(agency * foster);
  out["looked_after.childrens_home"] = count(placed("secure_childrens_homes"));
  out["looked_after.supported_accommodation"] = count(placed("independent_semi_supported"));
  out["looked_after.with_parents"] = count(placed("parents"));
  out["looked_after.adoption"] = count(placed("adoption"));
  out["looked_after.other"] =
      count(placed("residential_school") + placed("other_residential") + placed("other"));
}

// Shares of children, in per cent, by the keys of evidence.csv: of all years, since they are of whole
// childhoods.
struct LifeCourseSource {
  std::string_view target;
  std::string_view key;
};
constexpr std::array kLifeCourses = {
    LifeCourseSource{"ever_referred", "cum_incidence_to_18.referred"},
    LifeCourseSource{"ever_assessed", "cum_incidence_to_18.assessed"},
    LifeCourseSource{"ever_in_need", "cum_incidence_to_18.cin"},
    LifeCourseSource{"ever_on_plan", "cum_incidence_to_18.cpp"},
    LifeCourseSource{"re_entry.1_year", "reentry.1y_after_return_home"},
    LifeCourseSource{"re_entry.6_years", "reentry.6y_after_return_home"},
};

void add_life_courses(const Published& x, const Evidence& evidence, PublishedFigures& out) {
  const auto value = [&](std::string_view key) {
    const auto row = evidence.rows.find(key);
    if (row == evidence.rows.end()) return std::numeric_limits<double>::quiet_NaN();
    const std::string& text = row->second.value;
    return std::stod(text.starts_with('>') ? text.substr(1) : text);  // ">33": at least
  };
  const auto per_cent = [&](std::string_view key) { return value(key) / 100.0; };
  for (const auto& [target, key] : kLifeCourses) out[std::string(target)] = {per_cent(key), 0.0};
  out["re_entry.2_years"] = {1.0 - per_cent("reunification.stable_2y"), 0.0};
  constexpr std::string_view kDuration = "care_duration_of_leavers.";
  const auto leavers = [&](std::string_view length) { return value(std::string(kDuration).append(length)); };
  out["care_left.under_8_weeks"] = {
      (leavers("1. Under 2 weeks") + leavers("2. From 2 weeks to under 8 weeks")) / leavers("Total"), 0.0};
  out["infants_per_application"] = {value("infants_in_proceedings.per_application"), 0.0};
  out["need_ended.under_3_months"] = {x("cin_ended_dur_lt3m_pct") / 100.0, 0.0};
}

}  // namespace

std::span<const std::string_view> held_to_the_tenth_year() {
  return kHeldToTheEnd;
}

double CalibrationTarget::sd() const {
  return std::hypot(sampling, discrepancy);
}

const std::vector<TargetInfo>& target_table() {
  constexpr std::string_view kSame = "same definition; ages, season and arrears differ";
  constexpr std::string_view kShares = "shares of shares, and what the census misses";
  constexpr std::string_view kMargins = "margins that the model can only move together";
  constexpr std::string_view kRough = "another source or an assumed overlap";
  constexpr std::string_view kStock = "a year's change is expected, not known";
  constexpr std::string_view kChildhood = "of whole childhoods, which began long before the origin";
  constexpr std::string_view kFew = "a few hundred children in the sample, or another population";
  constexpr std::string_view kFlat = "no change is expected; drift says what may change";
  static const std::vector<TargetInfo> table = {
      {"referrals", true, 0.01, kSame},
      {"re_referral_share", true, 0.015, kShares},
      {"assessed_not_in_need", false, 0.02, kShares},
      {"section_47_enquiries", true, 0.01, kSame},
      {"initial_child_protection_conferences", true, 0.01, kSame},
      {"child_protection_plans_started", true, 0.01, kSame},
      {"second_plan_share", false, 0.05, kShares},
      {"child_protection_plans", true, 0.01, kStock},
      {"children_in_need", true, 0.01, kStock},
      {"care_applications", false, 0.02, kRough},
      {"care_entries", true, 0.01, kSame},
      {"care_entries_unaccompanied", false, 0.02, kSame},
      {"care_entries_by_court", false, 0.03, kShares},
      {"care_exits", true, 0.01, kSame},
      {"looked_after", true, 0.005, kSame},
      {"spend_on_looked_after", true, 0.02, kRough},
      {"care_applications_trend", false, 0.02, kStock},
      {"share_with_domestic_abuse", false, 0.03, kRough},
      {"share_with_mental_ill_health", false, 0.03, kRough},
      {"share_with_substance_misuse", false, 0.05, kRough},
      {"looked_after.under_1", true, 0.015, kStock},
      {"care_entries.under_1", false, 0.02, kMargins},
      {"care_exits.under_1", false, 0.04, kMargins},
      {"looked_after.1_to_4", true, 0.015, kStock},
      {"care_entries.1_to_4", false, 0.02, kMargins},
      {"care_exits.1_to_4", false, 0.04, kMargins},
      {"looked_after.5_to_9", true, 0.015, kStock},
      {"care_entries.5_to_9", false, 0.02, kMargins},
      {"care_exits.5_to_9", false, 0.04, kMargins},
      {"looked_after.10_to_15", true, 0.015, kStock},
      {"care_entries.10_to_15", false, 0.02, kMargins},
      {"care_exits.10_to_15", false, 0.04, kMargins},
      {"looked_after.16_plus", true, 0.015, kStock},
      {"care_entries.16_plus", false, 0.02, kMargins},
      {"care_exits.16_plus", false, 0.04, kMargins},
      {"care_exits.16_and_17", false, 0.04, kMargins},
      {"looked_after.foster", true, 0.01, kStock},
      {"looked_after.kin_foster", false, 0.03, kRough},
      {"looked_after.authority_foster", false, 0.03, kRough},
      {"looked_after.agency_foster", false, 0.03, kRough},
      {"looked_after.childrens_home", true, 0.015, kStock},
      {"looked_after.supported_accommodation", true, 0.015, kStock},
      {"looked_after.with_parents", true, 0.015, kStock},
      {"looked_after.adoption", true, 0.015, kStock},
      {"looked_after.other", true, 0.015, kStock},
      {"care_exits.returned_home", false, 0.02, kMargins},
      {"care_exits.guardianship", false, 0.02, kMargins},
      {"care_exits.adopted", false, 0.02, kMargins},
      {"referrals.third_year", false, 0.01, kFlat},
      {"section_47_enquiries.third_year", false, 0.01, kFlat},
      {"child_protection_plans_started.third_year", false, 0.01, kFlat},
      {"child_protection_plans.third_year", false, 0.01, kFlat},
      {"children_in_need.third_year", false, 0.01, kFlat},
      {"second_plan_share.third_year", false, 0.05, kFlat},
      {"care_applications.third_year", false, 0.02, kFlat},
      {"care_entries.third_year", false, 0.007, kFlat},
      {"care_entries.16_plus.third_year", false, 0.02, kFlat},
      {"child_protection_plans.tenth_year", false, 0.02, kFlat},
      {"children_in_need.tenth_year", false, 0.02, kFlat},
      {"care_applications.tenth_year", false, 0.03, kFlat},
      {"care_entries.tenth_year", false, 0.03, kFlat},
      {"looked_after.tenth_year", false, 0.02, kFlat},
      {"looked_after.1_to_4.tenth_year", false, 0.05, kFlat},
      {"looked_after.5_to_9.tenth_year", false, 0.05, kFlat},
      {"looked_after.10_to_15.tenth_year", false, 0.04, kFlat},
      {"looked_after.16_plus.tenth_year", false, 0.04, kFlat},
      {"ever_referred", false, 0.03, kChildhood},
      {"ever_assessed", false, 0.03, kChildhood},
      {"ever_in_need", false, 0.03, kChildhood},
      {"ever_on_plan", false, 0.05, kChildhood},
      {"re_entry.1_year", false, 0.06, kFew},
      {"re_entry.2_years", false, 0.08, kFew},
      {"re_entry.6_years", false, 0.08, kFew},
      {"need_ended.under_3_months", false, 0.03, kRough},
      {"care_left.under_8_weeks", false, 0.1, kRough},
      {"infants_per_application", false, 0.12, kRough},
  };
  return table;
}

std::vector<CalibrationTarget> calibration_targets(const NationalSeries& national, const Evidence& evidence,
                                                   int origin_year) {
  const Published x(national, origin_year);
  const double growth = x("cla_at31") - x.before("cla_at31");
  PublishedFigures figures;
  add_casework(x, figures);
  const double more = more_turn_18(x);
  add_care_flows(x, x("cla_started") - growth + more, figures);
  add_care_stocks(x, x("cla_at31") + growth - more, figures);
  add_life_courses(x, evidence, figures);
  for (const auto name : kHeld) {
    const Figure held = figures.find(name)->second;
    figures.emplace(std::string(name).append(kThirdYear), held);
  }
  // Stocks in care are those that the flows lead to; what has no such flows stays.
  const std::array<double, kAgeBands> later = carried_forward(x);
  for (std::size_t i = 0; i < kAgeBands; ++i)
    figures["looked_after." + std::string(kAgeBandNames[i]) + std::string(kTenthYear)] = count(later[i]);
  figures["looked_after" + std::string(kTenthYear)] = count(std::accumulate(later.begin(), later.end(), 0.0));
  for (const auto name : kHeldToTheEnd) {
    const Figure held = figures.find(name)->second;
    figures.emplace(std::string(name).append(kTenthYear), held);
  }
  std::vector<CalibrationTarget> out;
  for (const TargetInfo& row : target_table()) {
    const Figure& figure = figures.find(row.name)->second;
    if (std::isnan(figure.value)) continue;
    out.push_back({std::string(row.name), figure.value, figure.sampling, row.discrepancy, row.promised});
  }
  return out;
}

std::vector<std::string> unpublished_targets(const std::vector<CalibrationTarget>& targets) {
  std::vector<std::string> out;
  for (const TargetInfo& row : target_table())
    if (std::ranges::none_of(targets, [&](const auto& t) { return t.name == row.name; }))
      out.emplace_back(row.name);
  return out;
}

void SimulatedYears::add(const std::vector<AuthoritySeries>& series) {
  constexpr std::size_t kHalf = kMonthsPerYear / 2;
  ++replicates_;
  for (const AuthoritySeries& one : series) {
    for (const MeasureInfo& measure : kMeasureTable) {
      if (measure.kind == MeasureKind::kLevel) continue;
      const bool flow = measure.kind == MeasureKind::kFlow;
      for (std::size_t year = 0; year < years_.size(); ++year) {
        Rows& rows = years_[year][measure.id];
        rows.resize(size_of(measure.dimension));
        const std::size_t from = (first_ + year) * kMonthsPerYear;
        if (from + kMonthsPerYear > one.counts(measure.id).size()) continue;
        for (std::size_t k = 0; k < rows.size(); ++k) {
          const auto months = one.counts(measure.id, k).subspan(from, kMonthsPerYear);
          for (std::size_t m = flow ? 0 : kMonthsPerYear - 1; m < kMonthsPerYear; ++m) rows[k] += months[m];
        }
      }
    }
    const auto applications = one.counts(Measure::kCareApplications);
    const std::size_t from = first_ * kMonthsPerYear;
    for (std::size_t m = from + kHalf; m < from + kMonthsPerYear; ++m)
      second_half_applications_ += applications[m];
    for (std::size_t line = 0; line < kCostLines.size(); ++line)
      if (is_of_looked_after(kCostLines[line].category))
        for (const Pence pence : one.cost(line).subspan(from, kMonthsPerYear))
          spend_ += gbp_from_pence(pence);
  }
}

Figures SimulatedYears::figures(double fraction) const {
  static_assert(kCostLines[0].payer == Payer::kAuthority &&
                kCostLines[0].category == CostCategory::kPlacements);
  const double scale = 1.0 / (fraction * replicates_);
  const auto first_year = [&](Measure measure, std::size_t k = 0) {
    return scale * years_.front().at(measure)[k];
  };
  const auto last_year = [&](Measure measure, std::size_t k = 0) {
    return scale * years_.back().at(measure)[k];
  };
  Figures out;
  out["referrals"] = first_year(Measure::kReferrals);
  out["re_referral_share"] = first_year(Measure::kReReferrals) / first_year(Measure::kReferrals);
  out["assessed_not_in_need"] = first_year(Measure::kNotInNeed);
  out["section_47_enquiries"] = first_year(Measure::kSection47Enquiries);
  out["initial_child_protection_conferences"] = first_year(Measure::kInitialChildProtectionConferences);
  out["child_protection_plans_started"] = first_year(Measure::kChildProtectionPlansStarted);
  out["second_plan_share"] =
      first_year(Measure::kSecondChildProtectionPlans) / first_year(Measure::kChildProtectionPlansStarted);
  out["child_protection_plans"] = first_year(Measure::kChildProtectionPlans);
  out["children_in_need"] = first_year(Measure::kChildrenInNeed);
  const double applications = first_year(Measure::kCareApplications);
  const double second_half = scale * second_half_applications_;
  out["care_applications"] = applications;
  out["care_applications_trend"] = (applications - second_half) / second_half;
  const double assessed = first_year(Measure::kAssessments);
  out["share_with_domestic_abuse"] = first_year(Measure::kAssessedWithDomesticAbuse) / assessed;
  out["share_with_mental_ill_health"] = first_year(Measure::kAssessedWithMentalIllHealth) / assessed;
  out["share_with_substance_misuse"] = first_year(Measure::kAssessedWithSubstanceMisuse) / assessed;
  out["care_entries"] = first_year(Measure::kCareEntries);
  out["care_entries_unaccompanied"] = first_year(Measure::kCareEntriesUnaccompanied);
  out["care_entries_by_court"] = first_year(Measure::kCareEntriesByCourt);
  out["care_exits"] = first_year(Measure::kCareExits);
  out["looked_after"] = first_year(Measure::kLookedAfter);
  out["spend_on_looked_after"] = spend_ / replicates_;  // costs are the whole authority's
  for (std::size_t i = 0; i < kAgeBands; ++i) {
    const std::string age(kAgeBandNames[i]);
    out["looked_after." + age] = first_year(Measure::kLookedAfterByAge, i);
    out["care_entries." + age] = first_year(Measure::kCareEntriesByAge, i);
    out["care_exits." + age] = first_year(Measure::kCareExitsByAge, i);
  }
  const auto reason = [&](ExitReason r) { return first_year(Measure::kCareExitsByReason, index(r)); };
  out["care_exits.16_and_17"] =
      first_year(Measure::kCareExitsByAge, index(AgeBand::k16Plus)) - reason(ExitReason::kTurned18);
  out["care_exits.returned_home"] = reason(ExitReason::kReturnedHome);
  out["care_exits.guardianship"] = reason(ExitReason::kGuardianship);
  out["care_exits.adopted"] = reason(ExitReason::kAdopted);
  double foster = 0.0;
  for (std::size_t i = 0; i < kPlacementKinds; ++i) {
    const double placed = first_year(Measure::kLookedAfterByPlacement, i);
    out["looked_after." + std::string(kPlacementNames[i])] = placed;
    if (i <= index(Placement::kAgencyFoster)) foster += placed;
  }
  out["looked_after.foster"] = foster;
  const auto hold = [&](std::string_view name, double value) {
    out[std::string(name).append(kThirdYear)] = value;
  };
  hold("referrals", last_year(Measure::kReferrals));
  hold("section_47_enquiries", last_year(Measure::kSection47Enquiries));
  hold("child_protection_plans_started", last_year(Measure::kChildProtectionPlansStarted));
  hold("child_protection_plans", last_year(Measure::kChildProtectionPlans));
  hold("children_in_need", last_year(Measure::kChildrenInNeed));
  hold("second_plan_share",
       last_year(Measure::kSecondChildProtectionPlans) / last_year(Measure::kChildProtectionPlansStarted));
  hold("care_applications", last_year(Measure::kCareApplications));
  hold("care_entries", last_year(Measure::kCareEntries));
  hold("care_entries.16_plus", last_year(Measure::kCareEntriesByAge, index(AgeBand::k16Plus)));
  return out;
}

std::vector<double> log_figures(const std::vector<CalibrationTarget>& targets, const Figures& figures) {
  std::vector<double> out;
  for (const CalibrationTarget& target : targets) {
    const double value = figures.find(target.name)->second;
    out.push_back(std::log(value > 0.0 ? value : 0.5));
  }
  return out;
}

}  // namespace hearth
