// A result as a table or a spreadsheet.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace hearth {

inline constexpr const char* kXlsx = "xlsx";          // a sheet a figure, inputs and sources
inline constexpr const char* kCsv = "csv";            // one long table
inline constexpr const char* kHubverse = "hubverse";  // as hearth forecast writes it

// What is asked for. As the options of hearth export (docs/reference/cli.md).
struct ExportRequest {
  std::filesystem::path result;
  std::string format{};                 // one of the above; empty: as the name of the output ends, else csv
  std::vector<std::string> measures{};  // empty: the main seven
  std::vector<std::string> authorities{};  // names, codes or regions; empty: all
  std::vector<std::string> areas{};        // authorities, regions, england; empty: authorities
  std::string every = "year";              // or month
  std::vector<std::string> quantiles{};    // from 0 to 1; empty: 0.05, 0.25, 0.5, 0.75, 0.95
  bool every_replicate = false;            // instead of quantiles
  std::string prices = "real";             // or cash, or a financial year
  std::filesystem::path output{};          // empty: no file
};

// The format that is asked for. Throws UsageError where the name of the output is that of another.
std::string format_of(const ExportRequest& request);

// Hands over the table piece by piece. Throws UsageError, DataError.
void export_table(const ExportRequest& request, const std::function<void(std::string_view)>& write);

// Writes the output, of any format. Throws UsageError, DataError.
void export_file(const ExportRequest& request);

}  // namespace hearth
