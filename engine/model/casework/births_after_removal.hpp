// A child is born to a family of which an older one was taken into care and has not come home. Services know
// the family: pre-proceedings often ran before the birth, and end with it.
#pragma once

#include "model/state.hpp"

namespace hearth {

// Births of this month (births_expected.hpp). A case is opened where there is none.
void meet_births(AuthorityState& authority, int month);

}  // namespace hearth
