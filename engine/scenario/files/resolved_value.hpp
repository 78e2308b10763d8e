// Where one value of a resolved scenario came from.
#pragma once

#include <string>

#include "parameters/registry.hpp"

namespace hearth {

struct ResolvedValue {
  std::string pointer;    // "/arms/family_safeguarding/parameters/needs.domestic_abuse.recovery"
  std::string value;      // as JSON
  std::string unit;       // may be empty
  std::string origin;     // "registry default", "england/calibration.json:12", "scenarios/x.json:8", "--seed"
  std::string source;     // evidence behind it, for parameters
  std::string certainty;  // for parameters
  std::string draws{};    // what replicates use, where they draw the parameter; else empty
  const ParameterInfo* parameter = nullptr;  // of a parameter: its default, bounds and prior
};

}  // namespace hearth
