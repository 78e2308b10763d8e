// What is fixed for an arm in an authority before its replicates run: tables of every mechanism.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "model/care/care.hpp"
#include "model/care/care_history.hpp"
#include "model/casework/casework.hpp"
#include "model/contact/contact.hpp"
#include "model/needs/initial_needs.hpp"
#include "model/needs/needs.hpp"
#include "model/outcomes/costs.hpp"
#include "model/outcomes/event_log.hpp"
#include "model/population/families.hpp"
#include "model/practice/drift.hpp"
#include "model/practice/uptake.hpp"
#include "published/england.hpp"
#include "scenario/scenario.hpp"

namespace hearth {

// Everything about an arm in an authority that its replicates share; immutable while they run. What it points
// to must outlive it.
struct Setting {
  const AuthorityOrigin* authority = nullptr;
  const Families* families = nullptr;
  const Parameters* parameters = nullptr;
  NeedsTables needs;
  ContactTables contact;
  CaseTables casework;
  CareTables care;
  UnitCosts costs;
  const PricePaths* prices = nullptr;
  DriftTables drift;
  PropensityVector at_origin{};  // log
  std::vector<Uptake> uptakes;
  const PeerNetwork* network = nullptr;                // that the authority is a member of
  std::array<std::vector<float>, kShockKinds> shocks;  // ratio or strength by month; empty: none
  const CareHistory* care_history = nullptr;
  InitialNeeds initial_needs;
  float plan_before_per_contact = 0.0F;     // chance that a quiet family had a plan, over its rate of contact
  std::vector<float> child_in_need_months;  // at the origin: cumulative shares by months in the stage
  double sampling_fraction = 1.0;  // of the authority's children that are simulated: above 0, up to 1
  EventLog* log = nullptr;         // for one replicate; null: nothing is logged
};

// `arm` is one of the scenario's, perhaps with the parameters of a replicate; `families` and `care_history`
// are made for the authority and from its parameters.
Setting make_setting(const Scenario& scenario, const Arm& arm, const England& england,
                     const AuthorityOrigin& authority, const Families& families,
                     const CareHistory& care_history);

}  // namespace hearth
