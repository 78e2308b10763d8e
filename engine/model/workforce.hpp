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
  double vacancy_rate() const { return posts > in_post ? 1.0 - in_post / posts : 0.0; }
};

Workforce workforce_at_origin(const AuthorityOrigin& authority);

// What bears on the workforce this month, relative to the origin.
struct WorkforcePressures {
  double open_cases = 1.0;
  double recruitment = 1.0;  // shock: how fast posts are filled
  double budget = 1.0;       // shock: posts
  double turnover = 1.0;     // shock: leavers
};
// One month: leavers, starters, agency cover, then caseload and direct time. Starters balance leavers at the
// origin's caseload and vacancies, so an authority left alone stays as it is. Posts that are cut fall vacant
// first; nobody is made redundant.
void advance_workforce(Workforce& workforce, const AuthorityOrigin& authority,
                       const WorkforcePressures& pressures, const LeverValues& levers,
                       const Parameters& parameters);

}  // namespace hearth
