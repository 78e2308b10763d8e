// The nearest valid name to a misspelt one, for "did you mean".
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hearth {

std::string lower_case(std::string_view text);

// Up to three candidates that `name` was probably meant to be, nearest first; empty where none is near. Case
// is ignored; a candidate that contains the name, or is contained in it, counts as near.
std::vector<std::string> nearest_names(std::string_view name, const std::vector<std::string>& candidates);

// 'did you mean "a" or "b"?'; empty where `nearest` is.
std::string did_you_mean(const std::vector<std::string>& nearest);

}  // namespace hearth
