// Writing the file of a summarised result, from arrays: format in outputs/README.md.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "results/content/result_header.hpp"

namespace hearth {

class SummarisedFile {
 public:
  // Makes `temporary`, calls fill(file), and renames it to `file`. `header`: of the whole, complete with wall
  // time and threads in its provenance. Throws DataError where it cannot be written, and what `fill` throws;
  // an older `file` is then as it was.
  static void write(const std::filesystem::path& temporary, const std::filesystem::path& file,
                    const ResultHeader& header, const std::function<void(SummarisedFile&)>& fill);
  SummarisedFile(const SummarisedFile&) = delete;
  SummarisedFile& operator=(const SummarisedFile&) = delete;

  // Planes of areas by steps, [replicate][area][step], of one arm: of a variable of area_variables(), at
  // `categories` beyond arm and replicate; the first is that of `first_replicate`, by position.
  void write_areas(std::size_t variable, std::size_t arm, std::size_t first_replicate,
                   const std::vector<std::size_t>& categories, const std::vector<double>& planes);
  // All of a variable of authority_variables(), [statistic][arm][authority][year], of one category.
  void write_authorities(const std::string& variable, const std::vector<std::size_t>& categories,
                         const std::vector<double>& values);

 private:
  struct Impl;
  explicit SummarisedFile(Impl& impl) : impl_(impl) {}
  Impl& impl_;
};

}  // namespace hearth
