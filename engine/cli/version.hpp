// What this build of Hearth is.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace hearth {

using NamedValues = std::vector<std::pair<std::string, std::string>>;

NamedValues library_versions();
// hearth, commit, build_type, processor_target, compiler and the libraries, in that order.
NamedValues build_identity();

std::string version_text(bool json);  // for --version

}  // namespace hearth
