// Needs of families without an open case come and go.
#pragma once

#include "model/state.hpp"

namespace hearth {

// A month of them. Needs of families with an open case change with the case (casework/case_events.hpp).
void change_needs(AuthorityState& authority, int month);

}  // namespace hearth
