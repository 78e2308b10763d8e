// The few pieces of HDF5 that writing results needs: identifiers that close themselves, errors with HDF5's
// own reason, text and number attributes as netCDF writes them, one-dimensional coordinates. Reading is in
// stored_file.hpp. Internal to results/.
#pragma once

#include <hdf5.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace hearth {
class Journal;
}

namespace hearth::hdf5 {

// An HDF5 call failed; the text says what was being done and why it failed, without naming the file.
class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// HDF5 prints its error stack by itself; while this lives it does not.
class QuietErrors {
 public:
  QuietErrors();
  ~QuietErrors();
  QuietErrors(const QuietErrors&) = delete;
  QuietErrors& operator=(const QuietErrors&) = delete;

 private:
  H5E_auto2_t print_ = nullptr;
  void* data_ = nullptr;
};

// The result of an HDF5 call, or Failure with the innermost reason where it is negative.
template <typename Result>
Result checked(Result result, const std::string& doing);

// Owns one identifier of any kind.
class Id {
 public:
  Id() = default;
  explicit Id(hid_t id) : id_(id) {}
  Id(Id&& other) noexcept : id_(std::exchange(other.id_, H5I_INVALID_HID)) {}
  Id& operator=(Id&& other) noexcept {
    std::swap(id_, other.id_);
    return *this;
  }
  ~Id() {
    if (id_ >= 0) H5Idec_ref(id_);
  }
  operator hid_t() const { return id_; }
  hid_t release() { return std::exchange(id_, H5I_INVALID_HID); }

 private:
  hid_t id_ = H5I_INVALID_HID;
};

Id string_type();  // variable length, UTF-8

// When HDF5 1.10 cannot write what it holds (a full disk), its objects cannot be closed either, and it
// crashes or complains when the program ends. So the files of a writer use the usual driver except that a
// failed write looks like success to HDF5, is remembered for the thread, and is reported by check_writes().
Id access_with_checked_writes();
// A file that is opened so is opened by itself, even where this process has it open by other means: HDF5
// shares open files among those who ask by the same driver, and in a reading process what was open before is
// closed.
Id access_apart();
// While this lives, what such a file overwrites is first kept in the journal. A piece that cannot be kept is
// not overwritten, and counts as a failed write.
class Journalled {
 public:
  Journalled(hid_t file, Journal& journal);
  ~Journalled();
  Journalled(const Journalled&) = delete;
  Journalled& operator=(const Journalled&) = delete;

 private:
  unsigned long number_ = 0;  // that HDF5 gives to the open file
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
Id create_file(const std::filesystem::path& temporary);
// A file made by create_file, to go on writing.
Id open_to_write(const std::filesystem::path& file);
// All of it: makes `temporary`, calls fill(open file), and publishes it. Throws DataError where it cannot be
// written, and what `fill` throws; `temporary` is then gone and an older `file` as it was.
void write_file(const std::filesystem::path& temporary, const std::filesystem::path& file,
                const std::function<void(hid_t)>& fill);

void write_attribute(hid_t object, const std::string& name, const std::string& text);
void write_attribute(hid_t object, const std::string& name, double value);
void write_attribute(hid_t object, const std::string& name, std::int32_t value);
void write_attribute(hid_t object, const std::string& name, std::uint64_t value);

// One-dimensional datasets; a scale gives its name to a dimension.
Id write_strings(hid_t group, const std::string& name, const std::vector<std::string>& values);
// `can_shrink`: H5Dset_extent may make it shorter later.
Id write_integers(hid_t group, const std::string& name, const std::vector<std::int32_t>& values,
                  bool can_shrink = false);
void write_text(hid_t group, const std::string& name, const std::string& text);
// Row-major, of any number of dimensions, compressed where it is large; not a number is the fill value.
Id write_doubles(hid_t group, const std::string& name, const std::vector<std::size_t>& extent,
                 const std::vector<double>& values);
void make_scale(hid_t dataset, const std::string& name);
void attach_scale(hid_t dataset, hid_t scale, unsigned dimension);

// ---- implementation of the template

std::string innermost_reason();

template <typename Result>
Result checked(Result result, const std::string& doing) {
  if (result < 0) throw Failure(doing + ": " + innermost_reason());
  return result;
}

}  // namespace hearth::hdf5
