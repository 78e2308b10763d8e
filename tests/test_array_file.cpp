// Files of arrays: what is refused, and that a failure leaves nothing behind.
#include "results/array_file.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "core/error.hpp"
#include "results/hdf5.hpp"

namespace hearth {
namespace {

namespace fs = std::filesystem;

class ArrayFiles : public testing::Test {
 protected:
  ArrayFiles() : folder_(fs::temp_directory_path() / ("hearth_arrays_" + std::to_string(getpid()))) {
    fs::remove_all(folder_);
    fs::create_directory(folder_);
  }
  ~ArrayFiles() override { fs::remove_all(folder_); }

  static ArrayFile two_by_three() {
    ArrayFile out;
    out.attributes["title"] = "made up";
    out.dimensions = {{"place", "Place", std::vector<std::string>{"A", "B"}},
                      {"year", "Year", std::vector<std::int32_t>{1, 2, 3}}};
    out.variables = {{"children", "Children", "children", {"place", "year"}, {1, 2, 3, 4, 5, std::nan("")}}};
    out.inputs["a.csv"] = "00";
    return out;
  }
  int files() const { return static_cast<int>(std::distance(fs::directory_iterator(folder_), {})); }

  fs::path folder_;
};

TEST_F(ArrayFiles, HoldWhatTheyWereGiven) {
  const fs::path file = folder_ / "a.h5";
  write_array_file(file, two_by_three());
  EXPECT_EQ(files(), 1);
  const hdf5::Id open(hdf5::checked(H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), "opening"));
  EXPECT_EQ(hdf5::read_strings(open, "place"), (std::vector<std::string>{"A", "B"}));
  EXPECT_EQ(hdf5::read_integers(open, "year"), (std::vector<std::int32_t>{1, 2, 3}));
  const hdf5::Id dataset(hdf5::checked(H5Dopen2(open, "children", H5P_DEFAULT), "opening"));
  std::vector<double> values(6);
  hdf5::checked(H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), "reading");
  EXPECT_EQ(values[4], 5.0);
  EXPECT_TRUE(std::isnan(values[5]));
}

TEST_F(ArrayFiles, ValuesThatDoNotFillTheirDimensionsAreABug) {
  const fs::path file = folder_ / "a.h5";
  std::ofstream(file) << "old";
  ArrayFile content = two_by_three();
  content.variables.front().values.pop_back();
  EXPECT_THROW(write_array_file(file, content), InternalError);
  EXPECT_EQ(files(), 1);
  std::string kept;
  std::ifstream(file) >> kept;
  EXPECT_EQ(kept, "old");
}

TEST_F(ArrayFiles, ADirectoryThatIsNotThereIsNamed) {
  try {
    write_array_file(folder_ / "nowhere" / "a.h5", two_by_three());
    FAIL();
  } catch (const DataError& error) {
    EXPECT_NE(std::string(error.what()).find("nowhere"), std::string::npos);
  }
}

}  // namespace
}  // namespace hearth
