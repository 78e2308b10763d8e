#include "model/practice/workforce.hpp"

#include <algorithm>
#include <cmath>

#include "core/calendar.hpp"
#include "core/categories.hpp"
#include "kernels/elementary.hpp"

namespace hearth {
namespace {
double lever(const LeverValues& levers, Lever id) {
  return levers.at(index(id));
}
}  // namespace

WorkforceRatios advance_workforce_drift(WorkforceDrift& drift, const Parameters& p, const Draws& authority,
                                        const Draws& england, int month) {
  using enum Parameter;
  if (!p.on(drift_enabled)) return {};
  constexpr std::uint32_t kEntity = 0x200;  // apart from the drift of rates
  const auto occurrence = static_cast<std::uint32_t>(month);
  const Bits own = authority.block(Process::kDrift, kEntity, occurrence);
  const Bits shared = england.block(Process::kDrift, kEntity, occurrence);
  double half_variance = 0.0;
  // One process in a step of a month.
  const auto step = [&](double& state, Parameter sd_of, Parameter reversion_of, double standard_normal) {
    const double sd = p[sd_of];
    const double keep = elementary::exp(-p[reversion_of] / kMonthsPerYear);
    state = keep * state + sd * std::sqrt(1.0 - keep * keep) * standard_normal;
    half_variance += 0.5 * sd * sd * (1.0 - elementary::pow(keep, 2 * (month + 1)));
  };
  const auto ratio = [&](double& mine, double& englands, const ParameterArray<kDriftColumns>& of,
                         std::size_t first_bits) {
    half_variance = 0.0;
    step(mine, of.at(kAuthoritySd), of.at(kAuthorityReversion), normal(own[first_bits], own[first_bits + 1]));
    step(englands, of.at(kNationalSd), of.at(kNationalReversion),
         normal(shared[first_bits], shared[first_bits + 1]));
    return elementary::exp(mine + englands - half_variance);
  };
  return {ratio(drift.authority.posts, drift.england.posts, rows::kDriftOfPosts, 0),
          ratio(drift.authority.turnover, drift.england.turnover, rows::kDriftOfTurnover, 2)};
}

Workforce workforce_at_origin(const AuthorityOrigin& a) {
  Workforce out;
  out.in_post = a.social_workers_fte;
  out.posts = a.social_workers_fte / (1.0 - std::min(a.vacancy_rate, 0.9));
  out.agency = a.social_workers_fte * a.agency_rate / (1.0 - std::min(a.agency_rate, 0.9));
  out.leavers_share = a.turnover_rate / kMonthsPerYear;
  return out;
}

void advance_workforce(Workforce& w, const AuthorityOrigin& a, const WorkforcePressures& pressures,
                       const LeverValues& levers, const Parameters& p) {
  using enum Parameter;
  const Workforce origin = workforce_at_origin(a);
  if (origin.filled() <= 0.0) {  // no workforce published (Isles of Scilly): nothing to feed back
    w.direct_time = lever(levers, Lever::kDirectTime);
    return;
  }
  w.demand += (pressures.open_cases - w.demand) * (1.0 - elementary::exp(-1.0 / p[posts_delay]));
  const double follow = p.on(feedback_posts) ? p[posts_follow_share] : 0.0;
  w.posts = origin.posts * pressures.budget * (1.0 + follow * (w.demand - 1.0));
  const double turnover_pressure =
      p.on(feedback_turnover) ? elementary::pow(w.caseload_ratio, p[workforce_leavers_elasticity]) : 1.0;
  w.leavers_share = std::min(
      0.5, origin.leavers_share * turnover_pressure * pressures.turnover / lever(levers, Lever::kRetention));
  const double leavers = w.in_post * w.leavers_share;
  const double vacancies = std::max(0.0, w.posts - w.in_post);
  const double vacancies_then = origin.posts - origin.in_post;
  // Posts without vacancies at the origin are refilled as people leave.
  const double vacancy_pressure =
      vacancies_then > 0.0 ? elementary::pow(vacancies / vacancies_then, p[workforce_recruitment_elasticity])
                           : 1.0;
  const double starters = origin.in_post * origin.leavers_share * vacancy_pressure *
                          lever(levers, Lever::kRecruitment) * pressures.recruitment;
  const double staying = w.in_post - leavers;
  w.in_post = staying + std::clamp(starters, 0.0, std::max(0.0, w.posts - staying));
  // Agency staff make up for some of a change in vacancies, never for more than all of it.
  const double cover =
      std::min(p[workforce_agency_cover], vacancies_then > 0.0 ? origin.agency / vacancies_then : 1.0);
  w.agency = std::max(0.0, origin.agency + cover * (w.posts - w.in_post - vacancies_then));
  const double filled = std::max(w.filled(), 0.05 * origin.filled());
  w.caseload_ratio = std::clamp(pressures.open_cases * origin.filled() / filled, 0.05, 20.0);
  const double pressure =
      p.on(feedback_caseload) ? elementary::pow(w.caseload_ratio, -p[workforce_engagement_elasticity]) : 1.0;
  w.direct_time = pressure * lever(levers, Lever::kDirectTime);
}

}  // namespace hearth
