// Whether returns are whole enough for counts: what is not in them must not look like what did not happen.
#pragma once

#include <string>
#include <vector>

#include "returns/files.hpp"
#include "returns/problems.hpp"
#include "returns/reading.hpp"

namespace hearth::returns {

// Throws DataError where more than a tenth of the rows of episodes or of the header in the return of a year,
// and more than two, or all, have a serious fault, naming the faults and the first rows.
void require_readable(const Ledger& ledger, const FoundFiles& found);

// Whether returns of two years that follow each other fit: of the children looked after at the end of the
// first year, more than a twentieth and more than two are not in the second return at all, or the other way
// round. One of the two is then not whole, or children have other numbers in it. Says so for each two years;
// throws DataError where it is nine in ten, as when numbers were changed.
std::vector<std::string> check_continuity(const Rows& rows);

}  // namespace hearth::returns
