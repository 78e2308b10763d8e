#include "results/file/hdf5.hpp"

#include <fmt/format.h>
#include <hdf5_hl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <map>
#include <mutex>
#include <system_error>

#include "core/error.hpp"
#include "core/write_file.hpp"
#include "results/file/journal.hpp"

namespace hearth::hdf5 {

QuietErrors::QuietErrors() {
  H5Eget_auto2(H5E_DEFAULT, &print_, &data_);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}
QuietErrors::~QuietErrors() {
  H5Eset_auto2(H5E_DEFAULT, print_, data_);
}

std::string innermost_reason() {
  std::string reason;
  const auto keep_first = [](unsigned n, const H5E_error2_t* error, void* out) -> herr_t {
    if (n == 0 && error->desc != nullptr) *static_cast<std::string*>(out) = error->desc;
    return 0;
  };
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_first, &reason);
  if (reason.empty()) return "HDF5 gives no reason";
  // Of a failed system call HDF5 tells file, descriptor and addresses; the system's own words are enough.
  constexpr std::string_view kSystem = "error message = '";
  if (const auto at = reason.find(kSystem); at != std::string::npos) {
    const auto from = at + kSystem.size();
    return reason.substr(from, reason.find('\'', from) - from);
  }
  return reason;
}

Id string_type() {
  Id type(checked(H5Tcopy(H5T_C_S1), "making the text type"));
  checked(H5Tset_size(type, H5T_VARIABLE), "making the text type");
  checked(H5Tset_cset(type, H5T_CSET_UTF8), "making the text type");
  return type;
}

namespace {

thread_local bool giving_up = false;
thread_local int failed_write = 0;  // errno
const H5FD_class_t* usual_driver = nullptr;

// Journals of open files, by the number that HDF5 gives to each.
std::mutex journals_mutex;
std::map<unsigned long, Journal*> journals;

// Whether bytes may be overwritten or cut off: what they were is kept, where there is a journal.
bool kept(const H5FD_t* file, std::uint64_t offset, std::uint64_t size) {
  const std::scoped_lock lock(journals_mutex);
  const auto journal = journals.find(file->fileno);
  if (journal == journals.end()) return true;
  try {
    journal->second->keep(offset, size);
  } catch (const std::system_error& error) {
    failed_write = error.code().value();
    return false;
  }
  return true;
}

void find_usual_driver() {
  // HDF5 shows the functions of a driver only on an open file.
  const Id access(checked(H5Pcreate(H5P_FILE_ACCESS), "making the file driver"));
  checked(H5Pset_fapl_sec2(access), "making the file driver");
  H5FD_t* const any = H5FDopen("/dev/null", H5F_ACC_RDONLY, access, HADDR_UNDEF);
  if (any == nullptr) throw Failure("making the file driver: " + innermost_reason());
  usual_driver = any->cls;
  H5FDclose(any);
}

hid_t register_driver() {
  find_usual_driver();
  static H5FD_class_t driver = *usual_driver;
  driver.name = "hearth";
  driver.write = [](H5FD_t* file, H5FD_mem_t type, hid_t transfer, haddr_t at, std::size_t size,
                    const void* bytes) -> herr_t {
    if (!giving_up && kept(file, at, size) && usual_driver->write(file, type, transfer, at, size, bytes) < 0)
      failed_write = errno;
    return 0;
  };
  driver.truncate = [](H5FD_t* file, hid_t transfer, hbool_t closing) -> herr_t {
    const haddr_t end = usual_driver->get_eoa(file, H5FD_MEM_DEFAULT);
    if (!giving_up && kept(file, end, std::numeric_limits<std::uint64_t>::max() - end) &&
        usual_driver->truncate(file, transfer, closing) < 0)
      failed_write = errno;
    return 0;
  };
  return checked(H5FDregister(&driver), "making the file driver");
}

// Attributes above 64 KB do not fit an object header unless they are of variable length.
constexpr std::size_t kLongestFixedText = 32768;

void write_scalar(hid_t object, const std::string& name, hid_t type, const void* value) {
  const std::string doing = "writing attribute " + name;
  const Id space(checked(H5Screate(H5S_SCALAR), doing));
  const Id attribute(checked(H5Acreate2(object, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), doing));
  checked(H5Awrite(attribute, type, value), doing);
}

// Where objects are made without times, equal results are equal files.
// `chunk`: its length in one dimension, where the dataset is to be in chunks.
Id dataset_without_times(hid_t group, const std::string& name, hid_t type, hid_t space, hsize_t chunk = 0) {
  const std::string doing = "making variable " + name;
  const Id properties(checked(H5Pcreate(H5P_DATASET_CREATE), doing));
  checked(H5Pset_obj_track_times(properties, false), doing);
  if (chunk > 0) checked(H5Pset_chunk(properties, 1, &chunk), doing);
  return Id(
      checked(H5Dcreate2(group, name.c_str(), type, space, H5P_DEFAULT, properties, H5P_DEFAULT), doing));
}

Id one_dimension(std::size_t size) {
  const hsize_t extent = size;
  return Id(checked(H5Screate_simple(1, &extent, nullptr), "making a dimension"));
}

}  // namespace

Id access_with_checked_writes() {
  static const hid_t driver = register_driver();
  Id access(checked(H5Pcreate(H5P_FILE_ACCESS), "making the file"));
  checked(H5Pset_driver(access, driver, nullptr), "making the file");
  return access;
}

Id access_apart() {
  static const hid_t driver = [] {
    find_usual_driver();
    static H5FD_class_t copy = *usual_driver;
    copy.name = "hearth_apart";
    return checked(H5FDregister(&copy), "making the file driver");
  }();
  Id access(checked(H5Pcreate(H5P_FILE_ACCESS), "opening"));
  checked(H5Pset_driver(access, driver, nullptr), "opening");
  return access;
}

Journalled::Journalled(hid_t file, Journal& journal) {
  H5O_info_t info;
  checked(H5Oget_info2(file, &info, H5O_INFO_BASIC), "making the file");
  number_ = info.fileno;
  const std::scoped_lock lock(journals_mutex);
  journals[number_] = &journal;
}
Journalled::~Journalled() {
  const std::scoped_lock lock(journals_mutex);
  journals.erase(number_);
}

void begin_writes() {
  failed_write = 0;
}

void check_writes() {
  if (failed_write != 0) throw Failure(fmt::format("writing: {}", std::strerror(failed_write)));
}

GivingUp::GivingUp() {
  giving_up = true;
}
GivingUp::~GivingUp() {
  giving_up = false;
}

void check_place(const std::filesystem::path& file) {
  check_target(file);
  if (is_stream(file))
    throw DataError(
        fmt::format("cannot write {}: a result cannot be a pipe or a device; name a file", file.string()));
}

Id create_file(const std::filesystem::path& temporary) {
  const Id creation(checked(H5Pcreate(H5P_FILE_CREATE), "making the file"));
  // The netCDF library orders variables and dimensions by their creation.
  checked(H5Pset_link_creation_order(creation, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED),
          "making the file");
  checked(H5Pset_obj_track_times(creation, false), "making the file");
  const Id access = access_with_checked_writes();
  checked(H5Pset_fclose_degree(access, H5F_CLOSE_STRONG), "making the file");
  return Id(checked(H5Fcreate(temporary.c_str(), H5F_ACC_TRUNC, creation, access), "making the file"));
}

Id open_to_write(const std::filesystem::path& file) {
  const Id access = access_with_checked_writes();
  checked(H5Pset_fclose_degree(access, H5F_CLOSE_STRONG), "opening");
  return Id(checked(H5Fopen(file.c_str(), H5F_ACC_RDWR, access), "opening"));
}

void write_file(const std::filesystem::path& temporary, const std::filesystem::path& file,
                const std::function<void(hid_t)>& fill) {
  check_place(file);
  const QuietErrors quiet;
  begin_writes();
  Id open;
  try {
    open = create_file(temporary);
    fill(open);
    checked(H5Fflush(open, H5F_SCOPE_GLOBAL), "writing");
    checked(H5Fclose(open), "closing");
    open.release();
    check_writes();
    publish(temporary, file);
  } catch (const std::exception& error) {
    {
      const GivingUp now;
      open = Id();
    }
    std::error_code ignored;
    std::filesystem::remove(temporary, ignored);
    if (dynamic_cast<const Failure*>(&error) != nullptr ||
        dynamic_cast<const std::system_error*>(&error) != nullptr)
      throw DataError(fmt::format("cannot write {}: {}", file.string(), error.what()));
    throw;
  }
}

void write_attribute(hid_t object, const std::string& name, const std::string& text) {
  if (text.size() > kLongestFixedText) {
    const char* pointer = text.c_str();
    return write_scalar(object, name, string_type(), &pointer);
  }
  // Fixed length with its terminator is what the netCDF library itself writes, so every reader knows it. One
  // character alone would be taken for a character array.
  std::string padded = text;
  padded.resize(std::max<std::size_t>(text.size() + 1, 2), '\0');
  const Id type(checked(H5Tcopy(H5T_C_S1), "making the text type"));
  checked(H5Tset_size(type, padded.size()), "making the text type");
  checked(H5Tset_cset(type, H5T_CSET_UTF8), "making the text type");
  write_scalar(object, name, type, padded.data());
}

void write_attribute(hid_t object, const std::string& name, double value) {
  write_scalar(object, name, H5T_NATIVE_DOUBLE, &value);
}
void write_attribute(hid_t object, const std::string& name, std::int32_t value) {
  write_scalar(object, name, H5T_NATIVE_INT32, &value);
}
void write_attribute(hid_t object, const std::string& name, std::uint64_t value) {
  write_scalar(object, name, H5T_NATIVE_UINT64, &value);
}

Id write_strings(hid_t group, const std::string& name, const std::vector<std::string>& values) {
  std::vector<const char*> pointers;
  pointers.reserve(values.size());
  for (const auto& value : values) pointers.push_back(value.c_str());
  const Id type = string_type();
  Id dataset = dataset_without_times(group, name, type, one_dimension(values.size()));
  checked(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, pointers.data()),
          "writing variable " + name);
  return dataset;
}

Id write_integers(hid_t group, const std::string& name, const std::vector<std::int32_t>& values,
                  bool can_shrink) {
  Id dataset = dataset_without_times(group, name, H5T_STD_I32LE, one_dimension(values.size()),
                                     can_shrink ? values.size() : 0);
  checked(H5Dwrite(dataset, H5T_NATIVE_INT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
          "writing variable " + name);
  return dataset;
}

void write_text(hid_t group, const std::string& name, const std::string& text) {
  const Id type = string_type();
  const Id space(checked(H5Screate(H5S_SCALAR), "making variable " + name));
  const Id dataset = dataset_without_times(group, name, type, space);
  const char* pointer = text.c_str();
  checked(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, &pointer), "writing variable " + name);
}

Id write_doubles(hid_t group, const std::string& name, const std::vector<std::size_t>& extent,
                 const std::vector<double>& values) {
  constexpr std::size_t kWorthCompressing = 4096;
  const std::string doing = "making variable " + name;
  const std::vector<hsize_t> cells(extent.begin(), extent.end());
  const Id space(checked(H5Screate_simple(static_cast<int>(cells.size()), cells.data(), nullptr), doing));
  const Id properties(checked(H5Pcreate(H5P_DATASET_CREATE), doing));
  checked(H5Pset_obj_track_times(properties, false), doing);
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  checked(H5Pset_fill_value(properties, H5T_NATIVE_DOUBLE, &kNone), doing);
  if (values.size() > kWorthCompressing) {
    std::vector<hsize_t> chunk = cells;
    chunk.front() = 1;
    checked(H5Pset_chunk(properties, static_cast<int>(chunk.size()), chunk.data()), doing);
    checked(H5Pset_deflate(properties, 1), doing);
  }
  Id dataset(checked(
      H5Dcreate2(group, name.c_str(), H5T_IEEE_F64LE, space, H5P_DEFAULT, properties, H5P_DEFAULT), doing));
  checked(H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
          "writing variable " + name);
  return dataset;
}

void make_scale(hid_t dataset, const std::string& name) {
  checked(H5DSset_scale(dataset, name.c_str()), "making dimension " + name);
}

void attach_scale(hid_t dataset, hid_t scale, unsigned dimension) {
  checked(H5DSattach_scale(dataset, scale, dimension), "naming a dimension");
}

}  // namespace hearth::hdf5
