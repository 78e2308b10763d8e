// What the page shows, as JSON: all numbers are worked out here, the page only draws them.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "published/england.hpp"
#include "published/figures.hpp"
#include "published/own_year.hpp"
#include "report/answer.hpp"
#include "results/content/result_source.hpp"

namespace hearth {

// Where the page's numbers come from. All must outlive the call.
struct ReportSources {
  const ResultSource& result;
  const England& england;                // at the result's origin, or the last that is published
  const PublishedFigures& published;     // years after the origin are not shown
  std::filesystem::path data_directory;  // for evidence.csv and places.csv
  std::optional<OwnYear> own{};          // that the result starts from
};

// What the page says first, of all authorities of the result together.
Answer answer_of_all(const ReportSources& sources);

// Areas: the whole result, its regions and its authorities. Of those whose replicates a summarised result
// does not have, it holds no "saving" and no "gains". Numbers are rounded to the digits in which they are
// shown, so a table on the page and the result agree to the digit. Throws DataError where a file cannot be
// read.
nlohmann::ordered_json report_data(const ReportSources& sources);

}  // namespace hearth
