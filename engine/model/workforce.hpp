// Social workers and caseload: the feedback between demand, time with families, and people leaving.
#pragma once

#include "model/practice.hpp"
#include "parameters/registry.hpp"
#include "population/england.hpp"

namespace hearth {

struct Workforce {
  double posts = 0.0;    // full-time equivalents: in post + vacancies
  double in_post = 0.0;  // permanent
  double agency = 0.0;
  double leavers_share = 0.0;   // of those in post, in the last month
  double caseload_ratio = 1.0;  // caseload relative to the origin
  double direct_time = 1.0;     // time with each family relative to the origin

  double filled() const { return in_post + agency; }
  double vacancy_rate() const { return posts > 0.0 ? 1.0 - in_post / posts : 0.0; }
};

Workforce workforce_at_origin(const AuthorityOrigin& authority);

// One month: leavers, starters, agency cover, then caseload and direct time. `open_ratio` is open cases
// relative to the origin. Starters balance leavers at the origin's caseload and vacancies, so an authority
// left alone stays as it is.
void advance_workforce(Workforce& workforce, const AuthorityOrigin& authority, double open_ratio,
                       const LeverValues& levers, double recruitment_shock, const Parameters& parameters);

}  // namespace hearth
