// Who adopts which service model when: in an arm, and before the origin.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "scenario/files/authority_choice.hpp"
#include "scenario/files/load_context.hpp"
#include "scenario/files/service_models.hpp"
#include "scenario/files/timeline.hpp"
#include "scenario/scenario.hpp"

namespace hearth {

// An adoption whose service model is still a name: its index follows when all that are adopted are known.
struct NamedAdoption {
  std::string service_model;
  Adoption adoption;
};

// What authorities adopted in a year before that of the origin, one authority each (adoption.csv of the
// tables). Models without a file are not simulated. Throws DataError.
std::vector<NamedAdoption> read_history(const std::filesystem::path& tables, const MonthEnd& origin,
                                        const ServiceModelSet& models, LoadContext& context);

// What adoptions are checked against.
struct AdoptionSurroundings {
  const Timeline& timeline;
  const AuthorityChoice& authorities;
  const ServiceModelSet& models;
  const std::vector<NamedAdoption>& history;
};

// A list of adoptions, or the path of a table with a row for each: those by authorities that may adopt.
std::vector<NamedAdoption> read_adoption(const Cursor& at, const AdoptionSurroundings& around,
                                         LoadContext& context);

}  // namespace hearth
