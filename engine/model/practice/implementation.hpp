// Implementation: how far an authority practises the service models it has taken up. Fidelity of each
// component (0 to 1) grows with training, leadership and protected time, and falls when trained staff leave,
// when nobody leads, in a reorganisation, and when the money stops. Components that need people of their own
// work as far as their posts are filled. Peers who are further on lift those who are starting.
#pragma once

#include <span>
#include <vector>

#include "model/practice/uptake.hpp"
#include "parameters/registry.hpp"
#include "scenario/scenario.hpp"

namespace hearth {

struct ComponentState {
  double fidelity = 0.0;
  double filled = 1.0;  // share of the component's posts
  double dose() const { return fidelity * filled; }
};

// One uptake in one future. Components in the order of the uptake.
struct UptakeState {
  std::vector<ComponentState> components;
  std::vector<double> dose_at_origin;
  double leadership = 1.0;  // 0 to 1: how far those who lead know and carry this model
  double cases_at_start = 0.0;
  double setup_spent_gbp = 0.0;
};

struct ImplementationState {
  double leadership_from_peers = 0.0;  // gained at exchanges, mean over uptakes
  double fidelity_from_peers = 0.0;    // and over components
  std::vector<UptakeState> uptakes;
};

struct ImplementationMonth {
  int month = 0;                  // from the origin
  double leavers_share = 0.0;     // of social workers, this month
  double caseload_ratio = 1.0;    // relative to the origin
  double recruitment = 1.0;       // shock: how fast posts are filled
  double leadership_lost = 0.0;   // share lost this month by changes of leaders
  double reorganisation = 0.0;    // strength
  bool practice_network = false;  // practitioners meet peers
};

// As at the origin: what was taken up before has grown since, at the authority's turnover.
// `turnover_rate`: leavers a year over those in post.
ImplementationState implementation_at_origin(const std::vector<Uptake>& uptakes, double turnover_rate,
                                             const Parameters& parameters);

// To the end of `month`, which follows the last one; `state` is of these uptakes.
void advance_implementation(ImplementationState& state, const std::vector<Uptake>& uptakes,
                            const ImplementationMonth& month, const Parameters& parameters);

// Fidelity over all components under way in a month, weighted by reach; 0 where there is none.
double mean_fidelity(const ImplementationState& state, const std::vector<Uptake>& uptakes, int month);

// Leadership, mean over uptakes under way in a month; 0 where there is none.
double mean_leadership(const ImplementationState& state, const std::vector<Uptake>& uptakes, int month);

// Posts of practitioners (full-time equivalents), filled, for `cases` open cases of the whole authority.
double practitioners(const UptakeState& state, const Uptake& uptake, double cases);

// A meeting of the network: everyone speaks from where they stood before it, and moves towards the mean of
// those further on with the same component (practice) or in leading any model (leadership). Nobody falls.
struct NetworkMember {
  const std::vector<Uptake>* uptakes = nullptr;
  ImplementationState* state = nullptr;
};
void exchange(std::span<const NetworkMember> members, const PeerNetwork& network, int month,
              const Parameters& parameters);

// What a month of an uptake costs, by who pays. Pounds.
struct ModelCost {
  double programme = 0.0;
  double authority = 0.0;
  double nhs = 0.0;
  double police = 0.0;
};
// `cases` open now, in the whole authority. Set-up money is spent over the first months and counted in
// `state`.
ModelCost cost_of_uptake(UptakeState& state, const Uptake& uptake, double cases, int month,
                         const Parameters& parameters);

}  // namespace hearth
