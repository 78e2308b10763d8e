// JSON as text, whatever the texts in it are.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace hearth {

// On one line, or with `indent` blanks a level. What is not UTF-8, such as a path in another encoding, is
// written with a mark for each byte that cannot be, instead of ending the program.
template <typename Json>
std::string json_text(const Json& json, int indent = -1) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

}  // namespace hearth
