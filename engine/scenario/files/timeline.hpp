// What has a time in a scenario: its origin, shocks, and the meetings of a peer network.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/calendar.hpp"
#include "published/england_tables.hpp"
#include "scenario/files/authority_choice.hpp"
#include "scenario/files/load_context.hpp"
#include "scenario/scenario.hpp"

namespace hearth {

// Months are counted from the origin; the first after it is month 0.
struct Timeline {
  MonthEnd origin;
  int horizon_months = 0;  // as the files say

  std::string name(int month) const { return month_name(month, origin); }  // "2022-04"
};

// The origin that the scenario gives; nothing where it gives none, or (reported) a wrong one.
// `horizon_months`: where the scenario gives none. `years`: of the tables; nothing where they were not found.
std::optional<MonthEnd> read_origin(const Cursor& root, int horizon_months,
                                    const std::optional<OriginYears>& years, Checker& checker);

// The month that an object names under a key; nothing where it names none, or (reported) a wrong one.
std::optional<int> read_month(const Cursor& object, std::string_view key, const Timeline& timeline,
                              Checker& checker);
// What starts must start before the end, and not before the origin. `earlier`: what becomes of what did.
void check_start(
    const Cursor& object, int start, const Timeline& timeline, Checker& checker,
    std::string_view earlier = "what happened before the origin is already in the observed state");

// Those that happen to anybody simulated.
std::vector<Shock> read_shocks(const Cursor& at, const Timeline& timeline, const AuthorityChoice& choice,
                               LoadContext& context);

PeerNetwork read_peer_learning(const Cursor& at, const Timeline& timeline, const AuthorityChoice& choice,
                               LoadContext& context);

}  // namespace hearth
