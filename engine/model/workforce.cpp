#include "model/workforce.hpp"

#include <algorithm>
#include <cmath>

#include "core/calendar.hpp"
#include "core/categories.hpp"

namespace hearth {
namespace {
double lever(const LeverValues& levers, Lever id) {
  return levers.at(index(id));
}
}  // namespace

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
  w.posts = origin.posts * pressures.budget;
  const double turnover_pressure =
      p.on(feedback_turnover) ? std::pow(w.caseload_ratio, p[workforce_leavers_elasticity]) : 1.0;
  w.leavers_share = std::min(
      0.5, origin.leavers_share * turnover_pressure * pressures.turnover / lever(levers, Lever::kRetention));
  const double leavers = w.in_post * w.leavers_share;
  const double vacancies = std::max(0.0, w.posts - w.in_post);
  const double vacancies_then = origin.posts - origin.in_post;
  // Posts without vacancies at the origin are refilled as people leave.
  const double vacancy_pressure =
      vacancies_then > 0.0 ? std::pow(vacancies / vacancies_then, p[workforce_recruitment_elasticity]) : 1.0;
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
      p.on(feedback_caseload) ? std::pow(w.caseload_ratio, -p[workforce_engagement_elasticity]) : 1.0;
  w.direct_time = pressure * lever(levers, Lever::kDirectTime);
}

}  // namespace hearth
