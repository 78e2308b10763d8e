#include "published/evidence.hpp"

#include "core/csv.hpp"

namespace hearth {

std::vector<std::string> Evidence::keys() const {
  std::vector<std::string> out;
  for (const auto& [key, row] : rows) out.push_back(key);
  return out;
}

Evidence load_evidence(const std::filesystem::path& data_directory) {
  const CsvTable table(data_directory / "evidence.csv");
  Evidence out{table.name(), {}};
  const std::size_t key = table.column("key"), value = table.column("value"), unit = table.column("unit"),
                    source = table.column("source"), certainty = table.column("certainty");
  for (std::size_t row = 0; row < table.rows(); ++row)
    out.rows.try_emplace(table.text(row, key),
                         EvidenceRow{table.text(row, value), table.text(row, unit), table.text(row, source),
                                     table.text(row, certainty)});
  return out;
}

}  // namespace hearth
