// Files of arrays: what is refused, and that a failure leaves nothing behind.
#include "results/file/array_file.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "core/error.hpp"
#include "results/file/stored_file.hpp"

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
  const StoredFile stored(file);
  const stored::Group& root = stored.content().root;
  EXPECT_EQ(root.find("place")->texts, (std::vector<std::string>{"A", "B"}));
  EXPECT_EQ(root.find("year")->integers, (std::vector<std::int32_t>{1, 2, 3}));
  EXPECT_EQ(root.find("children")->dimensions, (std::vector<std::string>{"place", "year"}));
  std::vector<double> values;
  stored.read("children", {0, 0}, {2, 3}, values);
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
