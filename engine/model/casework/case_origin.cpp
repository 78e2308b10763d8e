#include "model/casework/case_origin.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "core/calendar.hpp"
#include "kernels/elementary.hpp"
#include "model/casework/case_children.hpp"
#include "model/casework/case_events.hpp"
#include "model/sampling.hpp"

namespace hearth {
namespace {

using enum Parameter;

struct OriginCase {
  std::uint32_t family;
  Stage stage;
  bool on_plan;
  std::int16_t reunified_until = 0;  // month; 0: no child came home a short time ago
};

// Draws of these families, in s.draw_list.
void draw_selection(AuthorityState& s, std::span<const std::uint32_t> families, OriginDraw what) {
  s.draw_list.resize(families.size());
  for (std::size_t k = 0; k < families.size(); ++k) s.draw_list.set(k, families[k], origin_selection(what));
  s.draw_list.draw(s.draws, Process::kOriginSelection);
}

void add_origin_case(AuthorityState& s, const OriginCase& opened, const Bits& bits, const Bits& needs) {
  const auto& [family, stage, on_plan, reunified_until] = opened;
  FamilyState& f = s.family[family];
  s.contact_reading[family] = s.needs_reading[family] = kNever;
  set_recent_case(s, f, false);
  Case c;
  const float u = uniform(bits[0]);
  int months = 0;
  switch (stage) {
    case Stage::kAssessment:
    case Stage::kSection47:
      months = static_cast<int>(2.0F * u);
      break;
    case Stage::kChildInNeed:
    case Stage::kProceedings:
      months = static_cast<int>(pick_cumulative(s.setting.child_in_need_months, u));
      break;
    case Stage::kProtectionPlan:
    case Stage::kPreProceedings: {
      // The published bands of time on a plan; evenly within a band, and up to a year beyond two.
      const auto& bands = s.setting.authority->child_protection_plan_duration;
      std::array<float, kDurationBands> cumulative{};
      double running = 0.0;
      for (std::size_t b = 0; b < kDurationBands; ++b)
        cumulative[b] = static_cast<float>(running += bands[b]);
      const std::size_t band = pick_cumulative(cumulative, u);
      const int start = kDurationBandStartMonths[band];
      const int width =
          band + 1 < kDurationBands ? kDurationBandStartMonths[band + 1] - start : kMonthsPerYear;
      months = start + static_cast<int>(static_cast<float>(width) * uniform(bits[1]));
      break;
    }
  }
  c.family = family;
  c.since = static_cast<std::int16_t>(-1 - months);
  c.stage = stage;
  const float mean = std::clamp(s.case_month.engagement_start, 0.01F, 0.99F);
  const float start = fast_exp((1.0F - mean) / mean * fast_log(uniform(bits[2])));
  const float missing = 1.0F - s.case_month.engagement_growth;
  const float gained = 1.0F - fast_exp(static_cast<float>(months) * fast_log(missing));
  c.engagement = start + (1.0F - start) * gained;
  // Some needs have been met since the case opened, as fast as the family was engaged on average.
  const double support = 1.0 + (s.parameters[support_recovery_ratio] - 1.0) * 0.5 *
                                   (static_cast<double>(start) + static_cast<double>(c.engagement));
  const std::array<double, 3> recovery = {s.parameters[needs_domestic_abuse_recovery],
                                          s.parameters[needs_mental_ill_health_recovery],
                                          s.parameters[needs_substance_misuse_recovery]};
  for (std::size_t k = 0; k < recovery.size(); ++k) {
    const double met = 1.0 - elementary::exp(-recovery[k] * support * months / kMonthsPerYear);
    if ((f.state >> (k + 1) & 1U) && static_cast<double>(uniform(needs[k])) < met) flip(s, f.state, k + 1);
  }
  c.state = f.state;
  c.family_class = f.family_class;
  if (on_plan || uniform(bits[3]) < static_cast<float>(s.parameters[protection_plan_ever_share]))
    f.state = static_cast<std::uint8_t>(f.state | kHadPlan);
  c.flags = static_cast<std::uint8_t>((on_plan ? kOnPlan : 0) | ((f.state & kHadPlan) ? kEverPlan : 0));
  // A referral opened the case; the earlier stages took some months on average.
  f.last_referral = static_cast<std::int16_t>(c.since - (stage == Stage::kAssessment ? 0 : 2));
  if (reunified_until > 0) {
    c.flags = static_cast<std::uint8_t>(c.flags | kReunified);
    c.reunified_until = reunified_until;
    f.ever_in_care = static_cast<std::uint8_t>(f.ever_in_care | s.families.births[family].born_by(0));
  }
  f.case_index = static_cast<std::uint32_t>(s.cases.size());
  s.cases.push_back(c);
  refresh_children(s, s.cases.back(), 0);
}

void add_origin_cases(AuthorityState& s, std::span<const OriginCase> opened) {
  const std::size_t n = opened.size();
  s.draw_list.resize(2 * n);
  for (std::size_t k = 0; k < n; ++k)
    for (const std::uint32_t j : {0U, 1U})
      s.draw_list.set(2 * k + j, opened[k].family, origin_selection(OriginDraw::kCase, j));
  s.draw_list.draw(s.draws, Process::kOriginSelection);
  const std::size_t first = s.cases.size();
  for (std::size_t k = 0; k < n; ++k)
    add_origin_case(s, opened[k], s.draw_list.bits(2 * k), s.draw_list.bits(2 * k + 1));
  draw_thresholds(s, n, [&](std::size_t k) { return opened[k].family; });
  for (std::size_t k = 0; k < n; ++k) s.cases[first + k].remaining = s.draw_list.lanes(2 * k);
}

// Takes families in the order of `first`, then any others, while their children fit, so that the total comes
// out to the child. Whom it takes is marked in `taken`, of all families.
std::vector<std::uint32_t> take_families(const AuthorityState& s, const std::vector<std::uint32_t>& first,
                                         int children, std::vector<std::uint8_t>& taken) {
  std::vector<std::uint32_t> out;
  int missing = children;
  for (const auto f : first) {
    if (missing == 0) break;
    if (taken[f]) continue;
    const int n = children_at_home(s, f, 0).children;
    if (n == 0 || n > missing) continue;
    out.push_back(f);
    taken[f] = 1;
    missing -= n;
  }
  for (auto f = s.families.alive_begin.front(); f < s.families.alive_end.front() && missing > 0; ++f) {
    const int n = children_at_home(s, f, 0).children;
    if (taken[f] || s.family[f].in_care != 0 || n == 0 || n > missing) continue;
    out.push_back(f);
    taken[f] = 1;
    missing -= n;
  }
  return out;
}

// The first of `known` who have `children` children between them, those with most needs first: plans go to
// them.
std::vector<std::uint32_t> order_by_severity(AuthorityState& s, const std::vector<std::uint32_t>& known,
                                             int children) {
  std::array<float, 4> weight_of_needs{};
  for (int n = 0; n < 4; ++n)
    weight_of_needs.at(static_cast<std::size_t>(n)) =
        static_cast<float>(elementary::pow(s.parameters[enquiry_need_ratio], n));
  std::vector<std::uint32_t> by_severity;
  int reach = 0;
  for (const auto f : known) {
    if (reach >= children) break;
    reach += children_at_home(s, f, 0).children;
    by_severity.push_back(f);
  }
  draw_selection(s, by_severity, OriginDraw::kSeverity);
  sort_by(by_severity, [&](std::size_t k) {
    return uniform(s.draw_list.word(k, 0)) /
           weight_of_needs.at(static_cast<std::size_t>(adult_needs(s.family[by_severity[k]].state)));
  });
  return by_severity;
}

// Children in need who are neither looked after nor on a plan, as published; at least one.
double children_in_need_only(const AuthorityOrigin& a) {
  return std::max(1.0, static_cast<double>(a.children_in_need - a.looked_after - a.child_protection_plans));
}

// Shares of cases by stage at the origin.
struct StageShares {
  float pre_proceedings_on_plan;  // of cases on a plan
  // Of cases without one; the rest are children in need.
  double assessment;
  double enquiry;
  double proceedings;
  double pre_proceedings;

  double child_in_need() const { return 1.0 - assessment - enquiry - proceedings - pre_proceedings; }
};

// Yearly flow times mean length.
StageShares stage_shares(const AuthorityState& s) {
  const AuthorityOrigin& a = *s.setting.authority;
  const Parameters& p = s.parameters;
  const double families_per_child = p[origin_families_per_child];
  const double other_children = children_in_need_only(a);
  const double applied = a.care_applications / families_per_child;
  const double pre_proceedings = p[origin_pre_proceedings_ratio] * applied / p[pre_proceedings_court_share] *
                                 p[pre_proceedings_duration] / kMonthsPerYear;
  // Pre-proceedings start from plans and from children in need, by their rates.
  const double from_plans = p[pre_proceedings_rate_protection_plan] * a.child_protection_plans;
  const double from_need = p[pre_proceedings_rate_child_in_need] * other_children;
  const double on_plan = pre_proceedings * from_plans / std::max(1e-9, from_plans + from_need);
  const double assessed = a.referrals * (1.0 - p[contact_no_further_action]);
  const double leaving = 1.0 / p[assessment_duration] + p[enquiry_rate_assessment] * p[enquiry_need_ratio];
  StageShares shares = {static_cast<float>(std::min(
                            0.5, on_plan / std::max(1.0, static_cast<double>(a.child_protection_plans)))),
                        assessed / kMonthsPerYear / leaving / other_children,
                        a.section_47_enquiries / kMonthsPerYear * p[enquiry_duration] / other_children,
                        a.care_applications / families_per_child *
                            (1.0 - p[proceedings_interim_order_share]) * p[proceedings_duration] /
                            kMonthsPerYear / other_children,
                        (pre_proceedings - on_plan) / other_children};
  const double most = 0.8;  // at least a fifth are children in need beyond these stages
  if (const double sum = shares.assessment + shares.enquiry + shares.proceedings + shares.pre_proceedings;
      sum > most)
    for (double* share : {&shares.assessment, &shares.enquiry, &shares.proceedings, &shares.pre_proceedings})
      *share *= most / sum;
  return shares;
}

// The stage of a case without a plan, by a draw from 0 to 1.
Stage pick_stage(const StageShares& shares, double u) {
  if (u < shares.assessment) return Stage::kAssessment;
  if (u < shares.assessment + shares.enquiry) return Stage::kSection47;
  if (u < shares.assessment + shares.enquiry + shares.proceedings) return Stage::kProceedings;
  if (u < shares.assessment + shares.enquiry + shares.proceedings + shares.pre_proceedings)
    return Stage::kPreProceedings;
  return Stage::kChildInNeed;
}

// Children who came home within the time of raised re-entry, while the case that followed is open.
struct RecentReturns {
  std::vector<float> open_since;    // months that a case is open, cumulative by months since the return
  std::vector<float> closed_since;  // months after it closed, likewise
  double share;                     // of cases of children in need
  double closed;                    // families of the authority whose case closed since
};

// One adult need on average, as for children in need. `child_in_need`: their share of cases without a plan.
RecentReturns recent_returns(const AuthorityState& s, double child_in_need) {
  const AuthorityOrigin& a = *s.setting.authority;
  const Parameters& p = s.parameters;
  RecentReturns returns{};
  double staying = 1.0;
  double open_months = 0.0;
  double closed_months = 0.0;
  for (int m = 0; m < static_cast<int>(p[care_re_entry_duration]); ++m) {
    returns.open_since.push_back(static_cast<float>(open_months += staying));
    returns.closed_since.push_back(static_cast<float>(closed_months += 1.0 - staying));
    const Lanes& base = s.setting.casework.base[index(Stage::kChildInNeed)][hazard_band(m)];
    staying *= elementary::exp(-static_cast<double>(base[kResolve]) * p[child_in_need_closure_need_ratio]);
  }
  const double a_month = a.care_exits * p[care_returned_home_share] / kMonthsPerYear;
  returns.share = a_month * open_months / (children_in_need_only(a) * child_in_need);
  returns.closed = a_month * closed_months * p[origin_families_per_child];
  return returns;
}

void choose_cases_on_plan(AuthorityState& s, std::span<const std::uint32_t> families,
                          const StageShares& shares, std::vector<OriginCase>& chosen) {
  draw_selection(s, families, OriginDraw::kStage);
  for (std::size_t k = 0; k < families.size(); ++k) {
    const bool is_before_court = uniform(s.draw_list.word(k, 0)) < shares.pre_proceedings_on_plan;
    chosen.push_back({families[k], is_before_court ? Stage::kPreProceedings : Stage::kProtectionPlan, true});
  }
}

std::int16_t months_left(const AuthorityState& s, const std::vector<float>& since, float u) {
  return static_cast<std::int16_t>(static_cast<int>(s.parameters[care_re_entry_duration]) -
                                   static_cast<int>(pick_cumulative(since, u)));
}

void choose_cases_without_plan(AuthorityState& s, std::span<const std::uint32_t> families,
                               const StageShares& shares, const RecentReturns& returns,
                               std::vector<OriginCase>& chosen) {
  draw_selection(s, families, OriginDraw::kStage);
  for (std::size_t k = 0; k < families.size(); ++k) {
    const Stage stage = pick_stage(shares, static_cast<double>(uniform(s.draw_list.word(k, 0))));
    chosen.push_back({families[k], stage, false});
    if (stage == Stage::kChildInNeed &&
        static_cast<double>(uniform(s.draw_list.word(k, 1))) < returns.share) {
      chosen.back().reunified_until = months_left(s, returns.open_since, uniform(s.draw_list.word(k, 2)));
    }
  }
}

// Families to whom a child came home, and whose case closed since: the likeliest to be known that have none.
void mark_closed_returns(AuthorityState& s, std::span<const std::uint32_t> known,
                         const RecentReturns& returns, std::span<const std::uint8_t> taken) {
  auto missing = std::lround(s.setting.sampling_fraction * returns.closed);
  std::vector<std::uint32_t> families;
  for (const auto f : known) {
    if (missing == 0) break;
    if (taken[f] || children_at_home(s, f, 0).children == 0) continue;
    families.push_back(f);
    --missing;
  }
  draw_selection(s, families, OriginDraw::kStage);
  for (std::size_t k = 0; k < families.size(); ++k) {
    FamilyState& f = s.family[families[k]];
    f.state = static_cast<std::uint8_t>(f.state | kReturned);
    f.ever_in_care = static_cast<std::uint8_t>(f.ever_in_care | s.families.births[families[k]].born_by(0));
    s.following.keep_reunified(families[k],
                               months_left(s, returns.closed_since, uniform(s.draw_list.word(k, 2))));
  }
}

}  // namespace

void open_origin_cases(AuthorityState& s, const std::vector<std::uint32_t>& known) {
  const AuthorityOrigin& a = *s.setting.authority;
  const double fraction = s.setting.sampling_fraction;
  const int plans = static_cast<int>(std::lround(fraction * a.child_protection_plans));
  const int looked_after = static_cast<int>(s.looked_after.size());
  const int all = std::max(0, static_cast<int>(std::lround(fraction * a.children_in_need)) - looked_after);

  std::vector<std::uint8_t> taken(s.families.alive_end.front(), 0);
  const auto on_plan = take_families(s, order_by_severity(s, known, all), plans, taken);
  const auto without_plan = take_families(s, known, std::max(0, all - plans), taken);
  const StageShares shares = stage_shares(s);
  std::vector<OriginCase> chosen;
  choose_cases_on_plan(s, on_plan, shares, chosen);
  const RecentReturns returns = recent_returns(s, shares.child_in_need());
  choose_cases_without_plan(s, without_plan, shares, returns, chosen);
  add_origin_cases(s, chosen);
  mark_closed_returns(s, known, returns, taken);
}

}  // namespace hearth
