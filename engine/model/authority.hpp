// One authority in one replicate of one arm, from the origin on: the order of the month.
#pragma once

#include <array>
#include <cstdint>

#include "core/measures.hpp"
#include "model/state.hpp"

namespace hearth {

// An authority at its origin. `setting` must outlive it.
AuthorityState start_authority(const Setting& setting, std::uint64_t seed, const ReplicateKeys& keys);

// Runs to the end of month `until` (exclusive; at most the horizon), writing each month into `series`, which
// has room for them.
void advance(AuthorityState& authority, int until, AuthoritySeries& series);

// For exchanges with peers, between months; of an authority that stays where it is.
NetworkMember network_member(AuthorityState& authority);

// Stocks recounted from the state, for tests of conservation.
struct Census {
  int open_children = 0;
  int on_plans = 0;
  int looked_after = 0;
  std::array<int, kDeprivationFifths> looked_after_by_fifth{};
  int families_with[3] = {0, 0, 0};  // adult needs
  int families_with_poverty = 0;
  bool operator==(const Census&) const = default;
};
Census counted(const AuthorityState& authority);  // by looking at every family, case and child
Census running(const AuthorityState& authority);  // as the month keeps them

// The other way round in their lists, which changes no result: for tests of that.
void reverse_lists(AuthorityState& authority);

}  // namespace hearth
