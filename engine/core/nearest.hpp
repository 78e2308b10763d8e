// The nearest valid name to a misspelt one, for "did you mean".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hearth {

std::string lower_case(std::string_view text);

// Edits (insert, delete, replace, swap of neighbours) from one text to the other.
std::size_t edit_distance(std::string_view a, std::string_view b);

// Up to three candidates that `name` was probably meant to be, nearest first; empty where none is near. Case
// is ignored; a candidate that contains the name, or is contained in it, counts as near.
std::vector<std::string> nearest_names(std::string_view name, const std::vector<std::string>& candidates);

// So many names, however far: those that contain what was written come first, then those that are fewest
// letters away.
std::vector<std::string> nearest_first(std::string_view wanted, const std::vector<std::string>& names,
                                       std::size_t count);

// 'did you mean "a" or "b"?'; empty where `nearest` is.
std::string did_you_mean(const std::vector<std::string>& nearest);

// The message, and the candidates that `word` was probably meant to be.
std::string with_suggestion(const std::string& message, std::string_view word,
                            const std::vector<std::string>& candidates);

}  // namespace hearth
