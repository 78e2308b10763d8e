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

// At 31 March of `origin.year`, which must be one of origin_years(). Throws DataError.
England load_england(const EnglandTables& tables, const MonthEnd& origin);

}  // namespace hearth
