// What the origin must know of looked-after children that is not published: for how long they have been in
// care.
#pragma once

#include <array>
#include <vector>

#include "core/categories.hpp"
#include "parameters/registry.hpp"
#include "published/england.hpp"

namespace hearth {

// How the looked-after children of the origin came to be: months in care (cumulative shares) by age in
// months, and the shape of the looked-after population by age in months, relative to the fullest month of
// each age band. Where origin.entries_of_earlier_years is on, as many entered in earlier years as England's
// figures of those say; else as many as in the year to the origin.
struct CareHistory {
  std::vector<std::vector<float>> months;
  std::vector<float> age_shape;
};
CareHistory make_care_history(const Parameters& parameters, const England& england);

// The authority's looked-after children by placement. Foster care is published as one, and divided by the
// parameters' shares.
std::array<double, kPlacementKinds> placements_at_origin(const Parameters& parameters,
                                                         const AuthorityOrigin& authority);

}  // namespace hearth
