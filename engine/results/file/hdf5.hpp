// What writing results needs beyond HDF5's C++ interface (H5Cpp.h): failures with HDF5's own reason, files
// whose failed writes are found, text and number attributes as netCDF writes them, one-dimensional
// coordinates. Reading is in stored_file.hpp. Internal to results/file/.
#pragma once

#include <H5Cpp.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace hearth {
class Journal;
}

namespace hearth::hdf5 {

// A piece of work with HDF5 failed; the text says what was being done and why it failed, without naming the
// file.
class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// HDF5 prints its errors by itself. While this lives it does not, and the innermost reason of the last is
// remembered.
class QuietErrors {
 public:
  QuietErrors();
  ~QuietErrors();
  QuietErrors(const QuietErrors&) = delete;
  QuietErrors& operator=(const QuietErrors&) = delete;

  static std::string last_reason();

 private:
  H5E_auto2_t print_ = nullptr;
  void* data_ = nullptr;
};

// Does a piece of work; an exception of HDF5's becomes a Failure.
template <typename Work>
auto attempt(const std::string& doing, const Work& work) {
  try {
    return work();
  } catch (const H5::Exception&) {
    throw Failure(doing + ": " + QuietErrors::last_reason());
  }
}
// For the functions that are in C only: throws as those in C++ do where the result is negative.
template <typename Result>
Result checked(Result result) {
  if (result < 0) throw H5::Exception();
  return result;
}

// When HDF5 1.10 cannot write what it holds (a full disk), its objects cannot be closed either, and it
// crashes or complains when the program ends. So the files of a writer use the usual driver except that a
// failed write looks like success to HDF5, is remembered for the thread, and is reported by check_writes().
H5::FileAccPropList access_with_checked_writes();
// A file that is opened so is opened by itself, even where this process has it open by other means: HDF5
// shares open files among those who ask by the same driver, and in a reading process what was open before is
// closed.
H5::FileAccPropList access_apart();
// While this lives, what such a file overwrites is first kept in the journal. A piece that cannot be kept is
// not overwritten, and counts as a failed write.
class Journalled {
 public:
  Journalled(const H5::H5File& file, Journal& journal);
  ~Journalled();
  Journalled(const Journalled&) = delete;
  Journalled& operator=(const Journalled&) = delete;

 private:
  unsigned long id_ = 0;  // that HDF5 gives to the open file
};
// Forgets failures on this thread, those of files given up.
void begin_writes();
// Throws Failure with the system's reason if a write has failed on this thread since begin_writes().
void check_writes();
// While this lives, what such files write on this thread goes nowhere: for closing a file that is given up.
class GivingUp {
 public:
  GivingUp();
  ~GivingUp();
  GivingUp(const GivingUp&) = delete;
  GivingUp& operator=(const GivingUp&) = delete;
};

// Throws DataError unless `file` is a place for a file of HDF5.
void check_place(const std::filesystem::path& file);
// An empty file; equal contents are equal files, and variables keep their order.
H5::H5File create_file(const std::filesystem::path& temporary);
// A file made by create_file, to go on writing.
H5::H5File open_to_write(const std::filesystem::path& file);
// Brings everything to the file and closes it.
void close(H5::H5File& file);
// All of it: makes `temporary`, calls fill(open file), and publishes it. Throws DataError where it cannot be
// written, and what `fill` throws; `temporary` is then gone and an older `file` as it was.
void write_file(const std::filesystem::path& temporary, const std::filesystem::path& file,
                const std::function<void(H5::H5File&)>& fill);

// The functions below throw Failure.
void write_attribute(H5::H5Object& object, const std::string& name, const std::string& text);
void write_attribute(H5::H5Object& object, const std::string& name, double value);
void write_attribute(H5::H5Object& object, const std::string& name, std::int32_t value);
void write_attribute(H5::H5Object& object, const std::string& name, std::uint64_t value);

// Properties of a variable: its creation time is not kept, so that equal results are equal files.
H5::DSetCreatPropList variable_properties();
// One-dimensional datasets; a scale gives its name to a dimension.
H5::DataSet write_strings(const H5::Group& group, const std::string& name,
                          const std::vector<std::string>& values);
// `can_shrink`: the dataset may be made shorter later.
H5::DataSet write_integers(const H5::Group& group, const std::string& name,
                           const std::vector<std::int32_t>& values, bool can_shrink = false);
void write_text(const H5::Group& group, const std::string& name, const std::string& text);
// Row-major, of any number of dimensions, compressed where it is large; not a number is the fill value.
H5::DataSet write_doubles(const H5::Group& group, const std::string& name,
                          const std::vector<std::size_t>& extent, const std::vector<double>& values);
void make_scale(const H5::DataSet& dataset, const std::string& name);
void attach_scale(const H5::DataSet& dataset, const H5::DataSet& scale, unsigned dimension);

}  // namespace hearth::hdf5
