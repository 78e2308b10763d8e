#include "published/england_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "published/children.hpp"
#include "published/gaps.hpp"
#include "published/own_year.hpp"
#include "published/reconcile.hpp"

namespace hearth {

namespace {

constexpr double kPer10k = 1e4;

using PublishedPlacement = AuthorityOrigin::PublishedPlacement;
using JointCounts = std::array<std::array<double, kAgeBands>, AuthorityOrigin::kPublishedPlacements>;

// Ages within a placement, shares of a row. Placement by age is published for neither England nor
// authorities. The rows are judgement, chosen so that with England's placements of 2022 they give England's
// ages of 2022 to 1%: placed for adoption is mostly 1 to 4; supported accommodation is for 16 and over;
// children's homes for 10 and over; "other" holds mother and baby units and family centres beside custody and
// residential schools. No cell is zero, so that every pair of margins can be met. Certainty: unverified.
constexpr JointCounts kAgesByPlacement = {{
    {{0.051, 0.138, 0.215, 0.434, 0.162}},          // fostering
    {{0.0001, 0.004, 0.080, 0.620, 0.2959}},        // children's home
    {{0.00001, 0.00001, 0.00001, 0.008, 0.99197}},  // supported accommodation
    {{0.080, 0.270, 0.260, 0.280, 0.110}},          // with parents
    {{0.085, 0.730, 0.175, 0.009, 0.001}},          // adoption
    {{0.220, 0.100, 0.060, 0.250, 0.370}},          // other
}};

constexpr int kFirstYearOfNewPlacements = 2020;  // until 2019: kSupportedShareOfOldHomes

constexpr std::array<std::string_view, kAgeBands> kAgeMeasures = {"cla_at31_age_u1", "cla_at31_age_1to4",
                                                                  "cla_at31_age_5to9", "cla_at31_age_10to15",
                                                                  "cla_at31_age_16plus"};

struct PlacementMeasure {
  std::string_view name;
  PublishedPlacement placement;
};
constexpr std::array<PlacementMeasure, 8> kNewPlacements = {{
    {"cla_at31_pl_foster", PublishedPlacement::kFoster},
    {"cla_at31_pl_secure_childrens_homes", PublishedPlacement::kChildrensHome},
    {"cla_at31_pl_independent_semi_supported", PublishedPlacement::kSupported},
    {"cla_at31_pl_parents", PublishedPlacement::kWithParents},
    {"cla_at31_pl_adoption", PublishedPlacement::kAdoption},
    {"cla_at31_pl_residential_school", PublishedPlacement::kOther},
    {"cla_at31_pl_other_residential", PublishedPlacement::kOther},
    {"cla_at31_pl_other", PublishedPlacement::kOther},
}};
constexpr std::array<PlacementMeasure, 8> kOldPlacements = {{
    {"cla_at31_pl_foster", PublishedPlacement::kFoster},
    {"cla_at31_pl_secure_childrens_homes_hostels", PublishedPlacement::kChildrensHome},
    {"cla_at31_pl_other_community", PublishedPlacement::kSupported},
    {"cla_at31_pl_parents", PublishedPlacement::kWithParents},
    {"cla_at31_pl_adoption", PublishedPlacement::kAdoption},
    {"cla_at31_pl_residential_school", PublishedPlacement::kOther},
    {"cla_at31_pl_other_residential", PublishedPlacement::kOther},
    {"cla_at31_pl_other", PublishedPlacement::kOther},
}};

constexpr std::array<std::string_view, kDurationBands> kPlanDurationMeasures = {
    "cpp_at31_dur_le3m", "cpp_at31_dur_3to6m", "cpp_at31_dur_6to12m", "cpp_at31_dur_1to2y",
    "cpp_at31_dur_2yplus"};
constexpr std::array<std::string_view, kDurationBands> kNeedDurationMeasures = {
    "cin_at31_dur_lt3m_pct", "cin_at31_dur_3to6m_pct", "cin_at31_dur_6to12m_pct", "cin_at31_dur_1to2y_pct",
    "cin_at31_dur_2yplus_pct"};

int rounded(double value) {
  return static_cast<int>(std::lround(value));
}

void fill_looked_after(const FilledYear& year, int year_number, const NationalSeries& national,
                       std::vector<AuthorityOrigin>& authorities) {
  std::vector<double> totals = year.counts("cla_at31");
  for (double& total : totals) total = std::round(total);

  const std::vector<std::string_view> age_measures(kAgeMeasures.begin(), kAgeMeasures.end());
  const CountTable ages = round_to_margins(year.complete(age_measures, totals, false));

  const bool old = year_number < kFirstYearOfNewPlacements;
  const auto& mapping = old ? kOldPlacements : kNewPlacements;
  std::vector<std::string_view> placement_measures;
  for (const auto& row : mapping) placement_measures.push_back(row.name);
  const CountTable published = year.complete(placement_measures, totals, false);
  CountTable groups(year.size(), AuthorityOrigin::kPublishedPlacements);
  const double unregistered = supported_share_of_other(national, year_number);
  for (std::size_t a = 0; a < year.size(); ++a) {
    for (std::size_t m = 0; m < mapping.size(); ++m) {
      const bool other = mapping[m].name == "cla_at31_pl_other";
      const double supported = other ? unregistered * published(a, m) : 0.0;
      groups(a, static_cast<std::size_t>(mapping[m].placement)) += published(a, m) - supported;
      groups(a, PublishedPlacement::kSupported) += supported;
    }
    if (!old) continue;
    const double supported = kSupportedShareOfOldHomes * groups(a, PublishedPlacement::kChildrensHome);
    groups(a, PublishedPlacement::kChildrensHome) -= supported;
    groups(a, PublishedPlacement::kSupported) += supported;
  }
  const CountTable placements = round_to_margins(groups);

  for (std::size_t a = 0; a < year.size(); ++a) {
    AuthorityOrigin& authority = authorities[a];
    authority.looked_after = rounded(totals[a]);
    std::vector<double> by_age(kAgeBands), by_placement(AuthorityOrigin::kPublishedPlacements);
    for (std::size_t age = 0; age < kAgeBands; ++age) {
      by_age[age] = ages(a, age);
      authority.looked_after_by_age[age] = rounded(ages(a, age));
    }
    CountTable joint(AuthorityOrigin::kPublishedPlacements, kAgeBands);
    for (std::size_t p = 0; p < by_placement.size(); ++p) {
      by_placement[p] = placements(a, p);
      for (std::size_t age = 0; age < kAgeBands; ++age) joint(p, age) = kAgesByPlacement[p][age];
    }
    joint = round_to_margins(fit_to_margins(std::move(joint), by_placement, by_age));
    for (std::size_t p = 0; p < by_placement.size(); ++p)
      for (std::size_t age = 0; age < kAgeBands; ++age)
        authority.looked_after_by_placement_and_age[p][age] = rounded(joint(p, age));
  }

  const auto unaccompanied = year.counts("cla_at31_uasc");
  for (std::size_t a = 0; a < year.size(); ++a) {
    const auto& by_age = authorities[a].looked_after_by_age;
    authorities[a].looked_after_unaccompanied = std::min(
        rounded(unaccompanied[a]), by_age[index(AgeBand::k10To15)] + by_age[index(AgeBand::k16Plus)]);
  }
}

template <std::size_t N>
void fill_shares(const CountTable& table, std::size_t row, std::array<double, N>& shares) {
  double sum = 0.0;
  for (std::size_t band = 0; band < N; ++band) sum += table(row, band);
  for (std::size_t band = 0; band < N; ++band) shares[band] = table(row, band) / sum;
}

// Needs: plans, then children in need around them. Looked-after children and children with plans are all in
// need, and few are both: where figures contradict that, filled-in plans give way, then the count of children
// in need.
void fill_needs(const FilledYear& year, std::vector<AuthorityOrigin>& authorities) {
  const auto plans = year.counts("cpp_at31");
  const auto in_need = year.counts("cin_at31");
  std::vector<double> plan_rows(year.size());
  std::vector<double> need_rows(year.size());
  for (std::size_t a = 0; a < year.size(); ++a) {
    AuthorityOrigin& authority = authorities[a];
    authority.child_protection_plans = rounded(plans[a]);
    authority.children_in_need = std::min(rounded(in_need[a]), authority.children);
    const int room = std::max(authority.children_in_need - authority.looked_after, 0);
    if (std::isnan(year.published(a, "cpp_at31")))
      authority.child_protection_plans = std::min(authority.child_protection_plans, room);
    authority.children_in_need =
        std::max(authority.children_in_need, authority.looked_after + authority.child_protection_plans);
    plan_rows[a] = std::max(authority.child_protection_plans, 1);
    need_rows[a] = std::max(authority.children_in_need, 1);
  }
  const CountTable plan_bands =
      year.complete({kPlanDurationMeasures.begin(), kPlanDurationMeasures.end()}, plan_rows, false);
  const CountTable need_bands =
      year.complete({kNeedDurationMeasures.begin(), kNeedDurationMeasures.end()}, need_rows, true);
  for (std::size_t a = 0; a < year.size(); ++a) {
    fill_shares(plan_bands, a, authorities[a].child_protection_plan_duration);
    fill_shares(need_bands, a, authorities[a].children_in_need_duration);
  }
}

void fill_flows(const FilledYear& year, int year_number, std::vector<AuthorityOrigin>& authorities) {
  const auto fill = [&](std::string_view measure, double AuthorityOrigin::*field) {
    const auto values = year.counts(measure);
    for (std::size_t a = 0; a < year.size(); ++a) authorities[a].*field = values[a];
  };
  fill("referrals", &AuthorityOrigin::referrals);
  fill("rereferrals_12m", &AuthorityOrigin::re_referrals);
  fill("s47_enquiries", &AuthorityOrigin::section_47_enquiries);
  fill("icpc", &AuthorityOrigin::initial_child_protection_conferences);
  fill("cpp_started", &AuthorityOrigin::child_protection_plans_started);
  fill("cla_started", &AuthorityOrigin::care_entries);
  fill("cla_ceased", &AuthorityOrigin::care_exits);
  const auto applications_per_10k = year.levels("care_applications_per_10k");
  for (std::size_t a = 0; a < year.size(); ++a) {
    authorities[a].care_applications = applications_per_10k[a] / kPer10k * year.children(a);
    authorities[a].re_referrals = std::min(authorities[a].re_referrals, authorities[a].referrals);
  }
  // Years before the first that is published are as that one, which only the origin's note says of itself.
  std::map<std::string, int> of_earlier_years;
  for (std::size_t ago = 0; ago < kCareLeaverYears; ++ago) {
    constexpr std::string_view kTurned18 = "cla_ceased_age_18plus";
    const auto turned_18 =
        ago == 0 ? year.counts(kTurned18)
                 : year.in(year_number - static_cast<int>(ago), of_earlier_years).counts(kTurned18);
    for (std::size_t a = 0; a < year.size(); ++a) authorities[a].turned_18_in_care[ago] = turned_18[a];
  }
}

// Unaccompanied children among entries are published since 2020, with small numbers and nil both left out. A
// gap is filled at the authority's stock times the ratio of entries to stock in England (before 2020: the
// ratio of 2020, the nearest), scaled to what the published ones leave of England's total.
void fill_unaccompanied_entries(const FilledYear& year, int year_number, const NationalSeries& national,
                                std::vector<AuthorityOrigin>& authorities) {
  const int year_of_ratio = year.nearest_year("cla_started_uasc");
  const double ratio = national.required("cla_started_uasc", year_of_ratio) /
                       national.required("cla_at31_uasc", year_of_ratio);
  double left = national.value("cla_started_uasc", year_number);
  double filled = 0.0;
  for (std::size_t a = 0; a < year.size(); ++a) {
    const double entries = year.published(a, "cla_started_uasc");
    const bool gap = std::isnan(entries);
    authorities[a].care_entries_unaccompanied = std::min(
        gap ? ratio * authorities[a].looked_after_unaccompanied : entries, authorities[a].care_entries);
    (gap ? filled : left) += gap ? authorities[a].care_entries_unaccompanied : -entries;
  }
  if (!(left > 0.0) || filled <= 0.0) return;
  for (std::size_t a = 0; a < year.size(); ++a)
    if (std::isnan(year.published(a, "cla_started_uasc")))
      authorities[a].care_entries_unaccompanied =
          std::min(authorities[a].care_entries_unaccompanied * left / filled, authorities[a].care_entries);
}

// Years before unaccompanied entries were published: at the ratio of the first year to the stock.
std::vector<EntriesOfYear> entries_up_to(int year_number, const NationalSeries& national) {
  constexpr std::array<std::string_view, kAgeBands> kMeasures = {
      "cla_started_age_u1", "cla_started_age_1to4", "cla_started_age_5to9", "cla_started_age_10to15",
      "cla_started_age_16plus"};
  constexpr std::string_view kEntries = "cla_started_uasc", kStock = "cla_at31_uasc";
  int first = national.first_year();
  while (first < national.last_year() && std::isnan(national.value(kEntries, first))) ++first;
  const double ratio = national.value(kEntries, first) / national.value(kStock, first);
  std::vector<EntriesOfYear> out;
  for (int year = year_number; year >= national.first_year(); --year) {
    EntriesOfYear of;
    for (std::size_t age = 0; age < kAgeBands; ++age) of.by_age[age] = national.value(kMeasures[age], year);
    const double published = national.value(kEntries, year);
    of.unaccompanied = std::isnan(published) ? ratio * national.value(kStock, year) : published;
    const bool complete = !std::isnan(of.unaccompanied) &&
                          std::ranges::all_of(of.by_age, [](double n) { return !std::isnan(n); });
    if (!complete) break;
    out.push_back(of);
  }
  return out;
}

void fill_workforce_and_money(const FilledYear& year, std::vector<AuthorityOrigin>& authorities) {
  const auto count = [&](std::string_view measure, double AuthorityOrigin::*field) {
    const auto values = year.counts(measure);
    for (std::size_t a = 0; a < year.size(); ++a) authorities[a].*field = values[a];
  };
  const auto level = [&](std::string_view measure, double AuthorityOrigin::*field, double unit) {
    const auto values = year.levels(measure);
    for (std::size_t a = 0; a < year.size(); ++a) authorities[a].*field = values[a] * unit;
  };
  constexpr double kPercent = 0.01;
  count("sw_fte", &AuthorityOrigin::social_workers_fte);
  level("sw_vacancy_pct", &AuthorityOrigin::vacancy_rate, kPercent);
  level("sw_turnover_pct", &AuthorityOrigin::turnover_rate, kPercent);
  level("sw_agency_pct", &AuthorityOrigin::agency_rate, kPercent);
  level("sw_caseload", &AuthorityOrigin::caseload, 1.0);
  level("child_low_income_pct", &AuthorityOrigin::low_income_share, kPercent);
  count("exp_cla_gross_gbp", &AuthorityOrigin::looked_after_spend_gbp);
  count("exp_leaving_care_gross_gbp", &AuthorityOrigin::care_leaver_spend_gbp);
  count("exp_family_support_gross_gbp", &AuthorityOrigin::family_support_spend_gbp);
  count("exp_safeguarding_gross_gbp", &AuthorityOrigin::social_work_spend_gbp);
  level("unitcost_foster_week_gbp", &AuthorityOrigin::foster_gbp_per_week, 1.0);
  level("unitcost_residential_week_gbp", &AuthorityOrigin::residential_gbp_per_week, 1.0);
}

void fill_own_prices(const std::filesystem::path& tables, std::vector<AuthorityOrigin>& authorities) {
  const auto own = load_own_year(tables);
  if (!own) return;
  const auto authority = std::ranges::find(authorities, own->code, &AuthorityOrigin::code);
  if (authority == authorities.end()) return;
  const auto price = [&](const char* column) {
    const auto found = own->cells.find(column);
    return found == own->cells.end() ? 0.0 : found->second;
  };
  authority->own_foster_gbp_per_week = price("unitcost_foster_week_gbp");
  authority->own_residential_gbp_per_week = price("unitcost_residential_week_gbp");
}

std::vector<double> deprivation(const FilledYear& year, int year_number, const std::filesystem::path& file) {
  std::vector<const AuthorityIdentity*> rows;
  for (std::size_t a = 0; a < year.size(); ++a) rows.push_back(&year.authority(a));
  const auto known = idaci_known(rows, year_number);
  std::vector<double> out;
  for (std::size_t a = 0; a < year.size(); ++a) {
    if (!known[a])
      throw DataError(
          fmt::format("{}: authority {} ({}) has neither idaci_2019 nor idaci_2015; expected one of them",
                      file.string(), rows[a]->code, rows[a]->name));
    out.push_back(*known[a]);
  }
  return out;
}

// The published ten; of those that are not live at the origin yet, the authority whose area they took over.
void fill_neighbours(const FilledYear& year, const std::vector<AuthorityIdentity>& all,
                     std::vector<AuthorityOrigin>& authorities) {
  std::set<int> live;
  for (const auto& authority : authorities) live.insert(authority.code);
  for (std::size_t a = 0; a < authorities.size(); ++a)
    for (const int code : year.authority(a).statistical_neighbours) {
      auto& found = authorities[a].statistical_neighbours;
      const std::vector<int> then = live.contains(code) ? std::vector{code} : predecessors(all, code);
      for (const int one : then)
        if (live.contains(one) && one != authorities[a].code && std::ranges::find(found, one) == found.end())
          found.push_back(one);
    }
}

}  // namespace

double supported_share_of_other(const NationalSeries& national, int year) {
  constexpr std::string_view kOther = "cla_at31_pl_other";
  if (year <= kLastBeforeRegistration) return 0.0;
  return std::max(0.0,
                  1.0 - national.required(kOther, kLastBeforeRegistration) / national.required(kOther, year));
}

England load_england(const EnglandTables& tables, const MonthEnd& origin,
                     const PopulationChoice& population) {
  const OriginYears years = origin_years(tables);
  if (origin.year < years.first || origin.year > years.last || origin != years.origin(origin.year))
    throw DataError(
        fmt::format("{}: there are no tables for {}; expected 31 March of a year from {} to {}",
                    tables.directory.string(), origin.text(), years.first,
                    years.last_month == kYearEndMonth
                        ? std::to_string(years.last)
                        : fmt::format("{}, or {}", years.last - 1, years.origin(years.last).text())));
  History history = tables.history;
  history.share_workforces();
  England england;
  england.origin = origin;
  const FilledYear year(history, tables.national, tables.authorities, origin.year, england.borrowed);
  england.authorities.resize(year.size());
  auto& authorities = england.authorities;
  const PopulationTables children(tables.directory, population);
  const auto idaci = deprivation(year, origin.year, tables.directory / "authorities.csv");
  for (std::size_t a = 0; a < year.size(); ++a) {
    const AuthorityIdentity& row = year.authority(a);
    authorities[a].code = row.code;
    authorities[a].ons_code = row.ons_code;
    authorities[a].name = row.name;
    authorities[a].region = row.region;
    authorities[a].idaci = idaci[a];
    authorities[a].children = rounded(year.children(a));
    authorities[a].children_by_age = children.at_origin(row.code, origin, authorities[a].children);
    authorities[a].children_ahead = children.ahead(row.code, origin, authorities[a].children_by_age);
    authorities[a].projection_grade = children.grade(row.code);
  }
  fill_neighbours(year, tables.authorities, authorities);
  fill_looked_after(year, origin.year, tables.national, authorities);
  fill_needs(year, authorities);
  fill_flows(year, origin.year, authorities);
  fill_unaccompanied_entries(year, origin.year, tables.national, authorities);
  england.care_entries = entries_up_to(origin.year, tables.national);
  fill_workforce_and_money(year, authorities);
  if (origin.year == years.last) fill_own_prices(tables.directory, authorities);
  double in_need = 0.0;
  for (const auto& authority : authorities) in_need += authority.children_in_need;
  for (const auto& authority : authorities)
    for (std::size_t band = 0; band < kDurationBands; ++band)
      england.children_in_need_duration[band] +=
          authority.children_in_need_duration[band] * authority.children_in_need / in_need;
  return england;
}

England load_england_of_result(const EnglandTables& tables, const MonthEnd& origin) {
  const OriginYears years = origin_years(tables);
  return load_england(tables, years.origin(std::min(origin.year, years.last)));
}

}  // namespace hearth
