// Places needed by kind of placement, beside those there are: what a council's sufficiency statement sets
// side by side.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <vector>

#include "published/places.hpp"
#include "results/summary.hpp"

namespace hearth {

// Whose places a placement takes, in the order of kPlacementNames; nothing where nobody counts them. Kin are
// approved for one child, and agencies' carers are not counted by authority.
std::optional<PlaceKind> place_of(std::size_t placement);

// The years of which places needed are shown: the first, the fifth and the last.
std::vector<std::size_t> sufficiency_dates(const std::vector<SummaryPeriod>& periods);

// `placements`: looked-after children by placement, in the order of kPlacementNames. `codes`: the authorities
// of the area. `dates`: periods. {decimals, dates, rows: [{key, held, needed}]}: `needed` are the baseline's
// children by date, [mean, low, high]; `held` is null where nobody counts them, else {year, own, others,
// filled}.
nlohmann::ordered_json sufficiency_json(const Summary& placements, const std::vector<std::size_t>& dates,
                                        const std::vector<int>& codes, const PlacesTable& places);

}  // namespace hearth
