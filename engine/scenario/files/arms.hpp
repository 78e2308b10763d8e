// The arms of a scenario: what each adopts, sets, and has happen to it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "scenario/files/adoption.hpp"
#include "scenario/files/load_context.hpp"
#include "scenario/files/shared_parameters.hpp"
#include "scenario/scenario.hpp"

namespace hearth {

// An arm whose adoptions still name their service models.
struct ArmDraft {
  Arm arm;
  std::vector<NamedAdoption> adoption;
};

// A parameter that an arm sets, and where.
struct ArmParameter {
  std::string pointer;
  OwnParameter set;
  std::string origin;
};

struct Arms {
  std::vector<ArmDraft> drafts;
  std::vector<ArmParameter> parameters;
  std::size_t baseline = 0;

  std::vector<std::string> names() const;  // of those that have one
};

// What arms start from and are checked against.
struct ArmSurroundings {
  AdoptionSurroundings adoption;
  const SharedParameters& parameters;
  const ParameterDraws& draws;
  const std::vector<Shock>& shocks;  // of all arms
  const PeerNetwork& peer_learning;  // of arms that have none of their own
  const std::string& place;          // what is simulated, in words
};

Arms read_arms(const Cursor& root, const ArmSurroundings& around, LoadContext& context);

}  // namespace hearth
