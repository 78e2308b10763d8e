// A return as the one XML file that is submitted: EPISODE and HEADER elements within each CHILD.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "returns/return_file.hpp"

namespace hearth::returns {

// Its tables: header, episodes and, where there are any, unaccompanied children. A row's line is its number
// among the elements of its kind. Empty where no CHILD has a HEADER or an EPISODE: some other XML. Throws
// DataError where the text is no sound XML.
std::vector<ReturnFile> read_xml_return(const std::string& name, std::string_view content);

}  // namespace hearth::returns
