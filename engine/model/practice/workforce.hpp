// Social workers and caseload: the feedback between demand, time with families, and people leaving.
#pragma once

#include "kernels/draws.hpp"
#include "model/practice/practice.hpp"
#include "parameters/registry.hpp"
#include "published/england.hpp"

namespace hearth {

struct Workforce {
  double posts = 0.0;    // full-time equivalents: in post + vacancies
  double in_post = 0.0;  // permanent
  double agency = 0.0;
  double leavers_share = 0.0;   // of those in post, in the last month
  double caseload_ratio = 1.0;  // caseload relative to the origin
  double direct_time = 1.0;     // time with each family relative to the origin
  double demand = 1.0;          // open cases relative to the origin, as posts have followed them so far

  double filled() const { return in_post + agency; }
  double vacancy_rate() const { return posts > in_post ? 1.0 - in_post / posts : 0.0; }
};

Workforce workforce_at_origin(const AuthorityOrigin& authority);

// How posts and turnover change over time for reasons that no mechanism explains: Ornstein-Uhlenbeck
// processes of their logarithms, the authority's own and England's, that start at zero at the origin.
struct WorkforceDrift {
  struct State {
    double posts = 0.0;
    double turnover = 0.0;
  };
  State authority;
  State england;
};
// `authority` and `england` are draws of either in the replicate; months are taken in order.
// What posts and turnover are multiplied by this month, with mean one; the state moves on to it.
struct WorkforceRatios {
  double posts = 1.0;
  double turnover = 1.0;
};
WorkforceRatios advance_workforce_drift(WorkforceDrift& drift, const Parameters& parameters,
                                        const Draws& authority, const Draws& england, int month);

// What bears on the workforce this month, relative to the origin.
struct WorkforcePressures {
  double open_cases = 1.0;
  double recruitment = 1.0;  // shock: how fast posts are filled
  double budget = 1.0;       // shock and drift: posts
  double turnover = 1.0;     // shock and drift: leavers
};
// `workforce` is as at the end of the month before; `levers` are ratios, above zero.
// One month: leavers, starters, agency cover, then caseload and direct time. Starters balance leavers at the
// origin's caseload and vacancies, so an authority left alone stays as it is. Posts that are cut fall vacant
// first; nobody is made redundant.
void advance_workforce(Workforce& workforce, const AuthorityOrigin& authority,
                       const WorkforcePressures& pressures, const LeverValues& levers,
                       const Parameters& parameters);

}  // namespace hearth
