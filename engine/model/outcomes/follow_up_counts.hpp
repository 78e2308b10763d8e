// What has become of the families that are followed, counted when their 12 or 24 months have passed.
#pragma once

#include "model/state.hpp"

namespace hearth {

// At the month's end: those to whom it happened 12 (or 24) months ago, in the same month of the year.
void count_followed(AuthorityState& authority, int month);

}  // namespace hearth
