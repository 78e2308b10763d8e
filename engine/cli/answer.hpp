// What a result says in a few sentences: how hearth run ends.
#pragma once

#include <string>

#include "results/result_file.hpp"

namespace hearth {

// Of all authorities of the result, in its last whole year: looked-after children and the cost to
// authorities, each arm against the baseline, with the sampling error of the mean; no direction where the
// mean is within two errors of none. Lines of at most 100 columns.
std::string answer_text(const ResultReader& result);

}  // namespace hearth
