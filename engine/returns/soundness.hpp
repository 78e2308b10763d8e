// Whether returns are whole enough for counts: what is not in them must not look like what did not happen.
#pragma once

#include "returns/files.hpp"
#include "returns/problems.hpp"
#include "returns/reading.hpp"

namespace hearth::returns {

// More than this share of the rows of a return, and at least this many, or all of them.
inline constexpr double kTooManyShare = 0.05;
inline constexpr std::size_t kTooMany = 3;

// Throws DataError where too many rows of episodes or of the header in the return of a year have a serious
// fault, naming the faults and the first rows.
void require_readable(const Ledger& ledger, const FoundFiles& found);

// Throws DataError where returns of two years that follow each other do not fit: of the children looked after
// at the end of the first, too many are not in the second at all, or the other way round. One of the two is
// not whole, or children have other numbers in it.
void require_continuous(const Rows& rows);

}  // namespace hearth::returns
