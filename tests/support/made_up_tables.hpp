// Tables of a made-up England, and places of the real one.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>

#include "published/figures.hpp"
#include "source_dir.hpp"

namespace hearth {

inline const std::filesystem::path kTables = source_dir() / "scenarios/england";

class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / ("hearth_tables_" + std::to_string(getpid()))) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directory(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name) << text;
    return path_ / name;
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct Numbers {
  double stock = 0.0;
  double started = 0.0;
};
using MadeUp = std::function<Numbers(int authority, int year)>;

inline const std::string kAuthorityColumns =
    "code,ons_code,name,region,first_year,last_year,successor,second_successor,idaci_2015,idaci_2019,"
    "statistical_neighbours\n";

// Made-up tables: authorities 10 to 10 + n - 1, by turns of the North East and the North West, 2011 to 2022,
// 100,000 children each. Every stock is `stock`, every flow `started`.
inline void write_tables(const Folder& folder, int n, const MadeUp& numbers) {
  std::string authorities = kAuthorityColumns;
  std::string history =
      "code,year,population_0_17,cla_at31,cla_started,cla_started_age_u1,cla_started_age_1to4,"
      "cla_started_age_5to9,cla_started_age_10to15,cla_started_age_16plus,cpp_at31,cpp_started,cin_at31,"
      "referrals\n";
  std::string england = "measure,2011,2012,2013,2014,2015,2016,2017,2018,2019,2020,2021,2022\n";
  std::string stocks = "cla_at31";
  for (int a = 0; a < n; ++a)
    authorities += "1" + std::to_string(a) + ",E0600000" + std::to_string(a) + ",Place " + std::to_string(a) +
                   (a % 2 == 0 ? ",North East" : ",North West") + ",2011,2022,,,,,\n";
  for (int year = 2011; year <= 2022; ++year) {
    double total = 0.0;
    for (int a = 0; a < n; ++a) {
      const Numbers now = numbers(a, year);
      const auto stock = std::to_string(now.stock);
      const auto started = std::to_string(now.started);
      total += now.stock;
      history += "1" + std::to_string(a) + "," + std::to_string(year) + ",100000," + stock + "," + started +
                 ",,,,,," + stock + "," + started + "," + stock + "," + started + "\n";
    }
    stocks += "," + std::to_string(total);
  }
  folder.write("authorities.csv", authorities);
  folder.write("history.csv", history);
  folder.write("england.csv", england + stocks + "\n");
}

inline Location place_of(const PublishedFigures& figures, int code) {
  const auto places = figures.places(Level::kAuthority);
  return *std::ranges::find(places, code, &Location::code);
}
inline Location region_of(const std::string& name) {
  for (const Region& region : kRegions)
    if (region.name == name) return {Level::kRegion, 0, std::string(region.ons_code), name, "", {}};
  throw std::logic_error(name);
}
inline Location england() {
  return {Level::kEngland, 0, std::string(kEnglandOnsCode), "England", "", {}};
}

}  // namespace hearth
