#include "results/hdf5.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <hdf5_hl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <limits>
#include <map>
#include <mutex>
#include <system_error>

#include "core/error.hpp"
#include "results/journal.hpp"

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

hid_t register_driver() {
  // HDF5 shows the functions of a driver only on an open file.
  const Id access(checked(H5Pcreate(H5P_FILE_ACCESS), "making the file driver"));
  checked(H5Pset_fapl_sec2(access), "making the file driver");
  H5FD_t* const any = H5FDopen("/dev/null", H5F_ACC_RDONLY, access, HADDR_UNDEF);
  if (any == nullptr) throw Failure("making the file driver: " + innermost_reason());
  usual_driver = any->cls;
  H5FDclose(any);

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

Id open_attribute(hid_t object, const std::string& name) {
  return Id(checked(H5Aopen(object, name.c_str(), H5P_DEFAULT), "reading attribute " + name));
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

Id open_dataset(hid_t group, const std::string& name) {
  return Id(checked(H5Dopen2(group, name.c_str(), H5P_DEFAULT), "reading variable " + name));
}

std::size_t length(hid_t dataset, const std::string& name) {
  const Id space(checked(H5Dget_space(dataset), "reading variable " + name));
  return static_cast<std::size_t>(checked(H5Sget_simple_extent_npoints(space), "reading variable " + name));
}

Id one_dimension(std::size_t size) {
  const hsize_t extent = size;
  return Id(checked(H5Screate_simple(1, &extent, nullptr), "making a dimension"));
}

void synchronise(const std::filesystem::path& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
  const bool failed = descriptor < 0 || ::fsync(descriptor) != 0;
  const int why = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (failed) throw Failure(fmt::format("bringing it to the disk: {}", std::strerror(why)));
}

}  // namespace

Id access_with_checked_writes() {
  static const hid_t driver = register_driver();
  Id access(checked(H5Pcreate(H5P_FILE_ACCESS), "making the file"));
  checked(H5Pset_driver(access, driver, nullptr), "making the file");
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

std::filesystem::path temporary_name(const std::filesystem::path& file) {
  static std::atomic<unsigned> count{0};
  std::filesystem::path out = file;
  out += fmt::format(".{}-{}.tmp", ::getpid(), ++count);
  return out;
}

void check_target(const std::filesystem::path& file) {
  std::error_code error;
  const std::filesystem::path directory = file.has_parent_path() ? file.parent_path() : ".";
  if (!std::filesystem::is_directory(directory, error))
    throw DataError(
        fmt::format("cannot write {}: there is no directory {}", file.string(), directory.string()));
  if (std::filesystem::is_directory(file, error))
    throw DataError(fmt::format("cannot write {}: it is a directory; name a file in it", file.string()));
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

void publish(const std::filesystem::path& temporary, const std::filesystem::path& file) {
  std::error_code error;
  check_writes();
  synchronise(temporary, O_RDWR);
  std::filesystem::rename(temporary, file, error);
  if (error) throw Failure(fmt::format("renaming {}: {}", temporary.string(), error.message()));
  synchronise(file.has_parent_path() ? file.parent_path() : ".", O_RDONLY | O_DIRECTORY);
}

void write_file(const std::filesystem::path& temporary, const std::filesystem::path& file,
                const std::function<void(hid_t)>& fill) {
  check_target(file);
  const QuietErrors quiet;
  begin_writes();
  Id open;
  try {
    open = create_file(temporary);
    fill(open);
    checked(H5Fflush(open, H5F_SCOPE_GLOBAL), "writing");
    checked(H5Fclose(open), "closing");
    open.release();
    publish(temporary, file);
  } catch (const std::exception& error) {
    {
      const GivingUp now;
      open = Id();
    }
    std::error_code ignored;
    std::filesystem::remove(temporary, ignored);
    if (const auto* failure = dynamic_cast<const Failure*>(&error))
      throw DataError(fmt::format("cannot write {}: {}", file.string(), failure->what()));
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

std::string read_attribute(hid_t object, const std::string& name) {
  const std::string doing = "reading attribute " + name;
  const Id attribute = open_attribute(object, name);
  const Id type(checked(H5Aget_type(attribute), doing));
  switch (H5Tget_class(type)) {
    case H5T_INTEGER:
      return H5Tget_sign(type) == H5T_SGN_NONE ? fmt::format("{}", read_unsigned(object, name))
                                               : fmt::format("{:.0f}", read_number(object, name));
    case H5T_FLOAT:
      return fmt::format("{}", read_number(object, name));
    case H5T_STRING:
      break;
    default:
      throw Failure(doing + ": neither text nor a number");
  }
  if (checked(H5Tis_variable_str(type), doing) > 0) {
    char* text = nullptr;
    checked(H5Aread(attribute, string_type(), &text), doing);
    std::string out = text == nullptr ? "" : text;
    H5free_memory(text);
    return out;
  }
  std::string out(H5Tget_size(type), '\0');
  checked(H5Aread(attribute, type, out.data()), doing);
  return out.substr(0, out.find('\0'));
}

double read_number(hid_t object, const std::string& name) {
  double value = 0.0;
  checked(H5Aread(open_attribute(object, name), H5T_NATIVE_DOUBLE, &value), "reading attribute " + name);
  return value;
}

std::uint64_t read_unsigned(hid_t object, const std::string& name) {
  std::uint64_t value = 0;
  checked(H5Aread(open_attribute(object, name), H5T_NATIVE_UINT64, &value), "reading attribute " + name);
  return value;
}

std::vector<std::string> attribute_names(hid_t object) {
  std::vector<std::string> names;
  const auto add = [](hid_t, const char* name, const H5A_info_t*, void* out) -> herr_t {
    static_cast<std::vector<std::string>*>(out)->emplace_back(name);
    return 0;
  };
  checked(H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, nullptr, add, &names), "listing attributes");
  return names;
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

std::vector<std::string> read_strings(hid_t group, const std::string& name) {
  const std::string doing = "reading variable " + name;
  const Id dataset = open_dataset(group, name);
  std::vector<char*> pointers(length(dataset, name));
  checked(H5Dread(dataset, string_type(), H5S_ALL, H5S_ALL, H5P_DEFAULT, pointers.data()), doing);
  std::vector<std::string> out;
  out.reserve(pointers.size());
  for (char* pointer : pointers) {
    out.emplace_back(pointer == nullptr ? "" : pointer);
    H5free_memory(pointer);
  }
  return out;
}

std::vector<std::int32_t> read_integers(hid_t group, const std::string& name) {
  const Id dataset = open_dataset(group, name);
  std::vector<std::int32_t> out(length(dataset, name));
  checked(H5Dread(dataset, H5T_NATIVE_INT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, out.data()),
          "reading variable " + name);
  return out;
}

std::vector<double> read_doubles(hid_t group, const std::string& name, const std::vector<std::size_t>& extent) {
  const std::string doing = "reading variable " + name;
  const Id dataset = open_dataset(group, name);
  const Id space(checked(H5Dget_space(dataset), doing));
  std::vector<hsize_t> found(static_cast<std::size_t>(checked(H5Sget_simple_extent_ndims(space), doing)));
  checked(H5Sget_simple_extent_dims(space, found.data(), nullptr), doing);
  if (!std::ranges::equal(found, extent)) throw Failure(doing + ": another extent than the format has");
  std::size_t size = 1;
  for (const std::size_t n : extent) size *= n;
  std::vector<double> out(size);
  checked(H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, out.data()), doing);
  return out;
}

std::string read_text(hid_t group, const std::string& name) {
  const std::vector<std::string> one = read_strings(group, name);
  if (one.size() != 1) throw Failure("reading variable " + name + ": not a single text");
  return one.front();
}

}  // namespace hearth::hdf5
