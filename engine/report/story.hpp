// The stories of single families, in words and as JSON: the same family under two arms, side by side.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "published/england.hpp"
#include "scenario/scenario.hpp"
#include "simulation/trace.hpp"

namespace hearth {

// A trace and what it is of. All must outlive this.
struct Told {
  const Scenario& scenario;
  const AuthorityOrigin& authority;
  const TraceRequest& request;
  const Trace& trace;
  const ReplicateDifferences* differences = nullptr;  // of all replicates; null: nobody asked

  const Arm& arm(std::size_t side) const {
    return scenario.arms.at(side == 0 ? request.arm : request.against);
  }
};

// How the replicate that is followed compares with the others, in one sentence; empty without `differences`.
std::string typical_text(const Told& told);
std::string trace_text(const Told& told);             // for people
nlohmann::ordered_json trace_json(const Told& told);  // fields: docs/reference/cli.md

}  // namespace hearth
