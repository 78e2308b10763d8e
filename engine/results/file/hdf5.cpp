#include "results/file/hdf5.hpp"

#include <fmt/format.h>
#include <hdf5_hl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <map>
#include <mutex>
#include <string_view>
#include <system_error>

#include "core/error.hpp"
#include "core/write_file.hpp"
#include "results/file/journal.hpp"

namespace hearth::hdf5 {
namespace {

// ---- errors

thread_local std::string reason;

herr_t remember(hid_t stack, void*) {
  reason.clear();
  const auto keep_first = [](unsigned n, const H5E_error2_t* error, void*) -> herr_t {
    if (n == 0 && error->desc != nullptr) reason = error->desc;
    return 0;
  };
  return H5Ewalk2(stack, H5E_WALK_UPWARD, keep_first, nullptr);
}

// ---- the file driver

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
  H5::FileAccPropList access;
  access.setSec2();
  H5FD_t* const any = H5FDopen("/dev/null", H5F_ACC_RDONLY, access.getId(), HADDR_UNDEF);
  if (any == nullptr) throw H5::Exception();
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
  return checked(H5FDregister(&driver));
}

}  // namespace

QuietErrors::QuietErrors() {
  H5::Exception::getAutoPrint(print_, &data_);
  H5E_auto2_t remembering = remember;
  H5::Exception::setAutoPrint(remembering, nullptr);
}
QuietErrors::~QuietErrors() {
  H5Eset_auto2(H5E_DEFAULT, print_, data_);
}

std::string QuietErrors::last_reason() {
  if (reason.empty()) return "HDF5 gives no reason";
  // Of a failed system call HDF5 tells file, descriptor and addresses; the system's own words are enough.
  constexpr std::string_view kSystem = "error message = '";
  if (const auto at = reason.find(kSystem); at != std::string::npos) {
    const auto from = at + kSystem.size();
    return reason.substr(from, reason.find('\'', from) - from);
  }
  return reason;
}

H5::FileAccPropList access_with_checked_writes() {
  static const hid_t driver = register_driver();
  H5::FileAccPropList access;
  access.setDriver(driver, nullptr);
  access.setFcloseDegree(H5F_CLOSE_STRONG);
  return access;
}

H5::FileAccPropList access_apart() {
  static const hid_t driver = [] {
    find_usual_driver();
    static H5FD_class_t copy = *usual_driver;
    copy.name = "hearth_apart";
    return checked(H5FDregister(&copy));
  }();
  H5::FileAccPropList access;
  access.setDriver(driver, nullptr);
  return access;
}

Journalled::Journalled(const H5::H5File& file, Journal& journal) {
  H5O_info_t info;
  attempt("making the file", [&] { checked(H5Oget_info2(file.getId(), &info, H5O_INFO_BASIC)); });
  id_ = info.fileno;
  const std::scoped_lock lock(journals_mutex);
  journals[id_] = &journal;
}
Journalled::~Journalled() {
  const std::scoped_lock lock(journals_mutex);
  journals.erase(id_);
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

H5::H5File create_file(const std::filesystem::path& temporary) {
  return attempt("making the file", [&] {
    const H5::FileCreatPropList creation;
    // The netCDF library orders variables and dimensions by their creation.
    checked(H5Pset_link_creation_order(creation.getId(), H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED));
    checked(H5Pset_obj_track_times(creation.getId(), false));
    return H5::H5File(temporary.string(), H5F_ACC_TRUNC, creation, access_with_checked_writes());
  });
}

H5::H5File open_to_write(const std::filesystem::path& file) {
  return attempt("opening", [&] {
    return H5::H5File(file.string(), H5F_ACC_RDWR, H5::FileCreatPropList::DEFAULT,
                      access_with_checked_writes());
  });
}

void close(H5::H5File& file) {
  attempt("writing", [&] { file.flush(H5F_SCOPE_GLOBAL); });
  attempt("closing", [&] { file.close(); });
  check_writes();
}

void write_file(const std::filesystem::path& temporary, const std::filesystem::path& file,
                const std::function<void(H5::H5File&)>& fill) {
  check_place(file);
  const QuietErrors quiet;
  begin_writes();
  H5::H5File open;
  try {
    open = create_file(temporary);
    attempt("writing", [&] { fill(open); });
    close(open);
    publish(temporary, file);
  } catch (const std::exception& error) {
    {
      const GivingUp now;
      open = H5::H5File();
    }
    std::error_code ignored;
    std::filesystem::remove(temporary, ignored);
    if (dynamic_cast<const Failure*>(&error) != nullptr ||
        dynamic_cast<const std::system_error*>(&error) != nullptr)
      throw DataError(fmt::format("cannot write {}: {}", file.string(), error.what()));
    throw;
  }
}

namespace {

// Attributes above 64 KB do not fit an object header unless they are of variable length.
constexpr std::size_t kLongestFixedText = 32768;

H5::StrType text_type(std::size_t size = H5T_VARIABLE) {
  H5::StrType type(H5::PredType::C_S1, size);
  type.setCset(H5T_CSET_UTF8);
  return type;
}

void write_scalar(H5::H5Object& object, const std::string& name, const H5::DataType& type,
                  const void* value) {
  attempt("writing attribute " + name,
          [&] { object.createAttribute(name, type, H5::DataSpace()).write(type, value); });
}

H5::DataSpace one_dimension(std::size_t size) {
  const hsize_t extent = size;
  return {1, &extent};
}

}  // namespace

void write_attribute(H5::H5Object& object, const std::string& name, const std::string& text) {
  if (text.size() > kLongestFixedText) {
    const char* pointer = text.c_str();
    return write_scalar(object, name, text_type(), &pointer);
  }
  // Fixed length with its terminator is what the netCDF library itself writes, so every reader knows it. One
  // character alone would be taken for a character array.
  std::string padded = text;
  padded.resize(std::max<std::size_t>(text.size() + 1, 2), '\0');
  write_scalar(object, name, text_type(padded.size()), padded.data());
}

void write_attribute(H5::H5Object& object, const std::string& name, double value) {
  write_scalar(object, name, H5::PredType::NATIVE_DOUBLE, &value);
}
void write_attribute(H5::H5Object& object, const std::string& name, std::int32_t value) {
  write_scalar(object, name, H5::PredType::NATIVE_INT32, &value);
}
void write_attribute(H5::H5Object& object, const std::string& name, std::uint64_t value) {
  write_scalar(object, name, H5::PredType::NATIVE_UINT64, &value);
}

H5::DSetCreatPropList variable_properties() {
  H5::DSetCreatPropList properties;
  checked(H5Pset_obj_track_times(properties.getId(), false));
  return properties;
}

H5::DataSet write_strings(const H5::Group& group, const std::string& name,
                          const std::vector<std::string>& values) {
  std::vector<const char*> pointers;
  pointers.reserve(values.size());
  for (const auto& value : values) pointers.push_back(value.c_str());
  return attempt("writing variable " + name, [&] {
    const H5::StrType type = text_type();
    H5::DataSet dataset =
        group.createDataSet(name, type, one_dimension(values.size()), variable_properties());
    dataset.write(pointers.data(), type);
    return dataset;
  });
}

H5::DataSet write_integers(const H5::Group& group, const std::string& name,
                           const std::vector<std::int32_t>& values, bool can_shrink) {
  return attempt("writing variable " + name, [&] {
    H5::DSetCreatPropList properties = variable_properties();
    const hsize_t chunk = values.size();
    if (can_shrink) properties.setChunk(1, &chunk);
    H5::DataSet dataset =
        group.createDataSet(name, H5::PredType::STD_I32LE, one_dimension(values.size()), properties);
    dataset.write(values.data(), H5::PredType::NATIVE_INT32);
    return dataset;
  });
}

void write_text(const H5::Group& group, const std::string& name, const std::string& text) {
  attempt("writing variable " + name, [&] {
    const H5::StrType type = text_type();
    const char* pointer = text.c_str();
    group.createDataSet(name, type, H5::DataSpace(), variable_properties()).write(&pointer, type);
  });
}

H5::DataSet write_doubles(const H5::Group& group, const std::string& name,
                          const std::vector<std::size_t>& extent, const std::vector<double>& values) {
  constexpr std::size_t kWorthCompressing = 4096;
  return attempt("writing variable " + name, [&] {
    const std::vector<hsize_t> cells(extent.begin(), extent.end());
    const int rank = static_cast<int>(cells.size());
    H5::DSetCreatPropList properties = variable_properties();
    constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
    properties.setFillValue(H5::PredType::NATIVE_DOUBLE, &kNone);
    if (values.size() > kWorthCompressing) {
      std::vector<hsize_t> chunk = cells;
      chunk.front() = 1;
      properties.setChunk(rank, chunk.data());
      properties.setDeflate(1);
    }
    H5::DataSet dataset =
        group.createDataSet(name, H5::PredType::IEEE_F64LE, H5::DataSpace(rank, cells.data()), properties);
    dataset.write(values.data(), H5::PredType::NATIVE_DOUBLE);
    return dataset;
  });
}

void make_scale(const H5::DataSet& dataset, const std::string& name) {
  attempt("making dimension " + name, [&] { checked(H5DSset_scale(dataset.getId(), name.c_str())); });
}

void attach_scale(const H5::DataSet& dataset, const H5::DataSet& scale, unsigned dimension) {
  attempt("naming a dimension",
          [&] { checked(H5DSattach_scale(dataset.getId(), scale.getId(), dimension)); });
}

}  // namespace hearth::hdf5
