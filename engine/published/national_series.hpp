// England's published figures, year by year (scenarios/england/england.csv).
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

namespace hearth {

class NationalSeries {
 public:
  // Reads a table with a column "measure" and a column for each year. Throws DataError.
  explicit NationalSeries(const std::filesystem::path& file);

  // The figure of the year to, or at, 31 March; not a number where none is published.
  double value(std::string_view measure, int year) const;
  // The same; throws DataError where none is published.
  double required(std::string_view measure, int year) const;

  int first_year() const { return first_year_; }  // of the columns
  int last_year() const { return last_year_; }
  const std::filesystem::path& file() const { return file_; }

 private:
  std::filesystem::path file_;
  std::unordered_map<std::string, std::map<int, double>> values_;
  int first_year_ = 0;
  int last_year_ = 0;
};

}  // namespace hearth
