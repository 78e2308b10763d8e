// What published figures have and simulated ones have not: noise of recording and of later correction. One
// place says how large it is and which draw belongs to which figure, so that forecasts, summaries, the page
// and comparisons with own figures say the same.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/statistics.hpp"
#include "published/figure_table.hpp"
#include "results/content/result_source.hpp"
#include "results/quantities.hpp"
#include "scenario/scenario.hpp"

namespace hearth {

// The figure of an authority is multiplied by exp(log_sd z - log_sd^2 / 2) with z standard normal: the mean
// stays. The same in every arm. Zero: none.
struct PublicationNoise {
  std::array<double, kFigures> log_sd{};  // by figure
  double enquiries_log_sd = 0.0;          // of section 47 enquiries, which are not forecast
  std::uint64_t seed = 0;

  bool any() const;
  // A simulated figure of an authority and a year (from 1) as it will be published.
  double recorded(double simulated, Figure figure, std::uint32_t replicate, int code, int horizon) const;
  // The same of a whole measure; nothing where none is known of it.
  bool knows(const SummaryMeasure& measure) const;
  double recorded(double simulated, const SummaryMeasure& measure, std::uint32_t replicate, int code,
                  int horizon) const;
};

// That of a scenario: none, until its calibration says how large it is.
PublicationNoise publication_noise(const Scenario& scenario);
// As the scenario of a result says.
PublicationNoise publication_noise(const ResultHeader& header);

// Whether figures of a measure are published with noise that a calibration can know.
bool is_published_with_noise(const SummaryMeasure& measure);

// Why a result does not say between which numbers published figures will be: a sentence; empty where it does.
std::string why_not_as_published(const ResultSource& result);

// The middle 90% of a measure of the baseline as it would be published, by area and year: noise is added to
// each authority's figure in each replicate, and areas are sums. Nothing where that is not known: of part of
// a year, of measures without noise, with one replicate. The result must say (why_not_as_published()).
using PublishedRanges = std::vector<std::vector<std::optional<Range>>>;
PublishedRanges ranges_as_published(const ResultSource& result, const std::vector<Area>& areas,
                                    const SummaryMeasure& measure);

}  // namespace hearth
