// What this build of Hearth is.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hearth {

using NamedValues = std::vector<std::pair<std::string, std::string>>;

NamedValues library_versions();
// hearth, commit, build_type, processor_target, compiler and the libraries, in that order.
NamedValues build_identity();

// The value of one of these names; empty where there is none of that name.
std::string build_value(std::string_view name);

// The interpreter that the Python package was built for.
std::string python_interpreter();

}  // namespace hearth
