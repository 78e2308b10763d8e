// England at an origin, made of the published tables: reconciled so that suppressed cells are filled and
// totals hold. Rules by which gaps are filled: scenarios/england/README.md.
#pragma once

#include "core/calendar.hpp"
#include "published/england.hpp"
#include "published/england_tables.hpp"

namespace hearth {

// Until 2019 one cell held secure units, children's homes and semi-independent living under children's homes
// rules, another held living in the community, which is supported accommodation in today's words. In 2020,
// when they were first told apart, England had 7,100 children in homes and 6,510 in supported accommodation;
// with the 2019 sizes of the old cells, 9,500 and 3,400, that puts this share of the first in supported
// accommodation.
inline constexpr double kSupportedShareOfOldHomes = 0.29;

// Supported accommodation is registered since October 2023. What had not been registered yet was counted in
// "other placements", which held 1,180 children in 2023, 4,020 in 2024 and 2,050 in 2025. This share of that
// cell in a year is put back: what is beyond England's of 2023. 0 in years before.
inline constexpr int kLastBeforeRegistration = 2023;
double supported_share_of_other(const NationalSeries& national, int year);

// At one of the origins of origin_years(); children after it as `population` says.
// Throws DataError.
England load_england(const EnglandTables& tables, const MonthEnd& origin,
                     const PopulationChoice& population = {});

// For what is said of a result beside its numbers: at the last origin of the tables that is no later than
// that of the result, which may start from a council's own figures. Throws DataError.
England load_england_of_result(const EnglandTables& tables, const MonthEnd& origin);

}  // namespace hearth
