// What a scenario simulates beside its targets, as a table for people.
#pragma once

#include <string>

#include "app/check.hpp"

namespace hearth {

std::string in_words(Verdict verdict);  // "not reached"

// On stdout, in lines of at most 100 columns, with colour where there is some.
void print_check(const CheckedTargets& checked);

}  // namespace hearth
