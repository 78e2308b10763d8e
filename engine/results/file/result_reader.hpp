// Reading the HDF5 file of a result.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "results/content/result_source.hpp"

namespace hearth {

// Whether a result may be one whose run was not finished, in which numbers that were not written are zero:
// yes, or yes and it is our own, which no one else writes now (WriteLock).
enum class Accept { kWhole, kUnfinished, kOwn };

// Reading back. The file is read in a process of its own and everything in it is checked against what the
// format promises (outputs/README.md), so a damaged or hostile file ends in a DataError that says what is
// wrong. So does one that is not a Hearth result, or of another format version.
class ResultReader final : public ResultSource {
 public:
  explicit ResultReader(const std::filesystem::path& file, Accept accept = Accept::kWhole);
  ~ResultReader() override;

  void planes(std::size_t variable, std::size_t arm, ReplicateRange replicates,
              const std::vector<std::size_t>& categories, std::vector<double>& into) const override;
  std::vector<double> authority_statistics(const std::string& variable,
                                           const std::vector<std::size_t>& categories) const override;

 private:
  struct Impl;
  explicit ResultReader(std::unique_ptr<Impl> opened);
  std::unique_ptr<Impl> impl_;
};

}  // namespace hearth
