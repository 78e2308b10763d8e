// What a simulation says of the published figures, by place, year and replicate.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/measures.hpp"
#include "published/figure_table.hpp"
#include "published/locations.hpp"
#include "results/as_published.hpp"
#include "scenario/scenario.hpp"

namespace hearth {

// Simulated figures: [figure][year from the origin][location][replicate]. Regions and England are sums of
// authorities within a replicate.
class Samples {
 public:
  Samples(std::vector<Location> locations, int years, int replicates);

  // All authorities of one replicate, in the order that the members of locations count by. Series shorter
  // than the years are an InternalError.
  void add(std::size_t replicate, const std::vector<AuthoritySeries>& series, double sampling_fraction = 1.0,
           const PublicationNoise& noise = {});
  // One value a replicate; `horizon` counts from 1.
  std::span<const double> at(Figure figure, int horizon, std::size_t location) const;

  const std::vector<Location>& locations() const { return locations_; }
  int years() const { return years_; }
  int replicates() const { return replicates_; }

 private:
  std::size_t first(Figure figure, int horizon, std::size_t location) const;

  std::vector<Location> locations_;
  int years_;
  int replicates_;
  std::vector<double> values_;
};

// The figure of year `horizon` (from 1) in one authority's series, of the families that are simulated.
double figure_of(const AuthoritySeries& series, Figure figure, int horizon);
// A stock after so many months, a flow of the twelve that end then, or of all where they are fewer.
double figure_to(const AuthoritySeries& series, Figure figure, int months);

}  // namespace hearth
