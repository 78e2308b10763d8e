#include "results/file/stored_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <map>
#include <numeric>
#include <optional>
#include <system_error>
#include <utility>

#include "core/error.hpp"
#include "core/plain_text.hpp"
#include "results/file/hdf5.hpp"
#include "results/file/packing.hpp"

namespace hearth {
namespace {

namespace fs = std::filesystem;
using hdf5::Failure;

enum class Question : std::uint8_t { kContent, kContentAndSizes, kNumbers };

struct Request {
  Question question = Question::kContent;
  std::string dataset;
  std::vector<std::uint64_t> start;
  std::vector<std::uint64_t> count;

  auto fields() { return std::tie(question, dataset, start, count); }
  auto fields() const { return std::tie(question, dataset, start, count); }
};

// ---- in the reading process
//
// In C: what H5Cpp does not have is most of what a suspicious reader asks for (what a link is before it is
// followed, filters, parts of a virtual dataset, references), and where it has a function, that reads texts
// of any length.

template <typename Result>
Result checked(Result result, const std::string& doing) {
  if (result < 0) throw Failure(doing + ": " + hdf5::QuietErrors::last_reason());
  return result;
}

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

 private:
  hid_t id_ = H5I_INVALID_HID;
};

std::string in_quotes(const std::string& name) {
  return '"' + shown_text(name) + '"';
}

// A text that HDF5 gives in two calls: read(nullptr, 0) is its length.
template <typename Read>
std::string text_of(const std::string& doing, std::size_t longest, const Read& read) {
  const auto length = static_cast<std::size_t>(checked(read(nullptr, 0), doing));
  if (length > longest) throw Failure(fmt::format("{}: a name of {} bytes", doing, length));
  std::string out(length, '\0');
  checked(read(out.data(), length + 1), doing);
  return out;
}

bool is_ieee(hid_t type) {
  return H5Tequal(type, H5T_IEEE_F32LE) > 0 || H5Tequal(type, H5T_IEEE_F32BE) > 0 ||
         H5Tequal(type, H5T_IEEE_F64LE) > 0 || H5Tequal(type, H5T_IEEE_F64BE) > 0;
}

// Nothing where it is neither text nor a plain number.
std::optional<stored::Type> type_of(hid_t type) {
  const std::size_t bytes = H5Tget_size(type);
  const auto bits = static_cast<std::uint32_t>(8 * bytes);
  switch (H5Tget_class(type)) {
    case H5T_STRING:
      return stored::Type{stored::Kind::kText, 0};
    case H5T_INTEGER:
      if (bytes > 8 || (bytes & (bytes - 1)) != 0 || H5Tget_precision(type) != bits ||
          H5Tget_offset(type) != 0)
        return std::nullopt;
      return stored::Type{
          H5Tget_sign(type) == H5T_SGN_NONE ? stored::Kind::kUnsigned : stored::Kind::kInteger, bits};
    case H5T_FLOAT:
      if (!is_ieee(type)) return std::nullopt;
      return stored::Type{stored::Kind::kReal, bits};
    default:
      return std::nullopt;
  }
}

// `count` texts of an attribute or a dataset; read(memory type, into) reads them all.
std::vector<std::string> texts_of(hid_t type, std::size_t count, std::size_t most_bytes,
                                  const std::function<void(hid_t, void*)>& read) {
  std::vector<std::string> out;
  const auto add = [&](std::string text) {
    if (text.size() > most_bytes) throw Failure("its texts take too much room");
    most_bytes -= text.size();
    out.push_back(std::move(text));
  };
  if (H5Tis_variable_str(type) > 0) {
    const Id memory(checked(H5Tcopy(H5T_C_S1), "making the text type"));
    checked(H5Tset_size(memory, H5T_VARIABLE), "making the text type");
    checked(H5Tset_cset(memory, H5Tget_cset(type)), "making the text type");
    std::vector<char*> pointers(count, nullptr);
    read(memory, static_cast<void*>(pointers.data()));
    for (char* pointer : pointers) {
      add(pointer == nullptr ? "" : pointer);
      H5free_memory(pointer);
    }
    return out;
  }
  const std::size_t bytes = H5Tget_size(type);
  if (bytes == 0 || count > most_bytes / bytes) throw Failure("its texts take too much room");
  std::string all(count * bytes, '\0');
  read(type, all.data());
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view one = std::string_view(all).substr(i * bytes, bytes);
    std::string_view text = one.substr(0, one.find('\0'));
    if (H5Tget_strpad(type) == H5T_STR_SPACEPAD) text = text.substr(0, text.find_last_not_of(' ') + 1);
    add(std::string(text));
  }
  return out;
}

class Describing {
 public:
  Describing(hid_t file, bool sizes) : file_(file), sizes_(sizes) {}

  stored::Content content() {
    stored::Content out;
    std::vector<std::string> groups;
    out.root = group(Id(checked(H5Gopen2(file_, "/", H5P_DEFAULT), "opening")), "", &groups);
    for (const auto& name : groups) {
      const Id open(checked(H5Gopen2(file_, name.c_str(), H5P_DEFAULT), "opening group " + in_quotes(name)));
      out.groups.push_back(group(open, name, nullptr));
    }
    return out;
  }

 private:
  // `groups` takes the names of those in it; null: it may not hold any.
  stored::Group group(hid_t id, const std::string& name, std::vector<std::string>* groups) {
    const std::string doing = name.empty() ? "listing variables" : "listing group " + in_quotes(name);
    stored::Group out;
    out.name = name;
    out.attributes = attributes(id, doing);
    H5G_info_t info;
    checked(H5Gget_info(id, &info), doing);
    if (info.nlinks > StoredFile::kMostObjects)
      throw Failure(
          fmt::format("{}: it has {} objects, of at most {}", doing, info.nlinks, StoredFile::kMostObjects));
    const Id creation(checked(H5Gget_create_plist(id), doing));
    unsigned order = 0;
    checked(H5Pget_link_creation_order(creation, &order), doing);
    const H5_index_t by = (order & H5P_CRT_ORDER_INDEXED) != 0 ? H5_INDEX_CRT_ORDER : H5_INDEX_NAME;

    std::vector<std::pair<std::string, Id>> datasets;
    addresses_.clear();
    for (hsize_t i = 0; i < info.nlinks; ++i) {
      const std::string link = text_of(doing, StoredFile::kLongestName, [&](char* into, std::size_t size) {
        return H5Lget_name_by_idx(id, ".", by, H5_ITER_INC, i, into, size, H5P_DEFAULT);
      });
      H5L_info_t about;
      checked(H5Lget_info_by_idx(id, ".", by, H5_ITER_INC, i, &about, H5P_DEFAULT), doing);
      if (about.type != H5L_TYPE_HARD)
        throw Failure(
            fmt::format("{} is a link to elsewhere; a result holds everything itself", in_quotes(link)));
      Id object(checked(H5Oopen(id, link.c_str(), H5P_DEFAULT), "opening " + in_quotes(link)));
      const H5I_type_t type = H5Iget_type(object);
      if (type == H5I_GROUP && groups != nullptr) {
        groups->push_back(link);
      } else if (type == H5I_DATASET) {
        addresses_[about.u.address] = link;
        datasets.emplace_back(link, std::move(object));
      } else {
        throw Failure(fmt::format("{} is neither a variable nor a group that a result has", in_quotes(link)));
      }
    }
    for (const auto& [link, object] : datasets) out.datasets.push_back(dataset(object, link));
    return out;
  }

  stored::Dataset dataset(hid_t id, const std::string& name) {
    const std::string doing = "reading variable " + in_quotes(name);
    stored::Dataset out;
    out.name = name;
    const Id type(checked(H5Dget_type(id), doing));
    const auto plain = type_of(type);
    if (!plain)
      throw Failure(fmt::format("variable {} holds neither text nor plain numbers", in_quotes(name)));
    out.type = *plain;
    const Id space(checked(H5Dget_space(id), doing));
    out.extent = extent(space, name);
    check_storage(id, H5Tget_size(type), out);
    if (sizes_) out.stored_bytes = H5Dget_storage_size(id);
    out.attributes = attributes(id, doing);
    out.dimensions = dimensions(id, out);
    if (out.extent.size() <= 1) {
      if (!out.pieces.empty())
        throw Failure(fmt::format("variable {} keeps its values in another file", in_quotes(name)));
      read_values(id, type, out);
    }
    return out;
  }

  static std::vector<std::uint64_t> extent(hid_t space, const std::string& name) {
    const std::string doing = "reading variable " + in_quotes(name);
    const H5S_class_t kind = H5Sget_simple_extent_type(space);
    if (kind != H5S_SCALAR && kind != H5S_SIMPLE)
      throw Failure(fmt::format("variable {} has no extent", in_quotes(name)));
    std::vector<hsize_t> out(static_cast<std::size_t>(checked(H5Sget_simple_extent_ndims(space), doing)));
    checked(H5Sget_simple_extent_dims(space, out.data(), nullptr), doing);
    return {out.begin(), out.end()};
  }

  static void check_storage(hid_t id, std::size_t cell_bytes, stored::Dataset& of) {
    const std::string doing = "reading variable " + in_quotes(of.name);
    const Id creation(checked(H5Dget_create_plist(id), doing));
    const H5D_layout_t layout = H5Pget_layout(creation);
    if (layout == H5D_VIRTUAL) {
      of.pieces = pieces(creation, of.name);
      return;
    }
    if (checked(H5Pget_external_count(creation), doing) != 0)
      throw Failure(fmt::format("variable {} keeps its numbers in another file; a result has them itself",
                                in_quotes(of.name)));
    if (layout == H5D_CHUNKED) {
      std::array<hsize_t, H5S_MAX_RANK> chunk{};
      const int rank = checked(H5Pget_chunk(creation, H5S_MAX_RANK, chunk.data()), doing);
      auto bytes = static_cast<double>(cell_bytes);
      for (int d = 0; d < rank; ++d) bytes *= static_cast<double>(chunk.at(static_cast<std::size_t>(d)));
      if (!(bytes <= static_cast<double>(StoredFile::kLargestChunk)))
        throw Failure(fmt::format("variable {} is stored in chunks of {:.0f} MB, of at most {}",
                                  in_quotes(of.name), bytes / (1 << 20), StoredFile::kLargestChunk >> 20U));
    } else if (layout != H5D_CONTIGUOUS && layout != H5D_COMPACT) {
      throw Failure(fmt::format("variable {} is stored in an unknown way", in_quotes(of.name)));
    }
    const int filters = checked(H5Pget_nfilters(creation), doing);
    for (int i = 0; i < filters; ++i) {
      std::size_t none = 0;
      unsigned flags = 0;
      const H5Z_filter_t filter =
          H5Pget_filter2(creation, static_cast<unsigned>(i), &flags, &none, nullptr, 0, nullptr, nullptr);
      if (filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_SHUFFLE && filter != H5Z_FILTER_FLETCHER32)
        throw Failure(
            fmt::format("variable {} is compressed by an unknown filter ({})", in_quotes(of.name), filter));
    }
  }

  // A box of cells; nothing where the selection is another, or none that ends.
  static std::optional<std::pair<std::vector<hsize_t>, std::vector<hsize_t>>> box(hid_t space) {
    const int rank = H5Sget_simple_extent_ndims(space);
    if (rank < 1) return std::nullopt;
    std::vector<hsize_t> start(static_cast<std::size_t>(rank));
    std::vector<hsize_t> count(start.size());
    if (H5Sget_select_bounds(space, start.data(), count.data()) < 0) return std::nullopt;
    double cells = 1.0;
    for (std::size_t d = 0; d < count.size(); ++d) {
      if (count[d] < start[d]) return std::nullopt;
      count[d] += 1 - start[d];
      cells *= static_cast<double>(count[d]);
    }
    if (static_cast<double>(H5Sget_select_npoints(space)) != cells) return std::nullopt;
    return std::pair{start, count};
  }

  static std::vector<stored::Piece> pieces(hid_t creation, const std::string& name) {
    const std::string doing = "finding the parts of variable " + in_quotes(name);
    constexpr std::size_t kMostParts = 100'000;
    constexpr std::size_t kLongestPath = 4096;
    std::size_t count = 0;
    checked(H5Pget_virtual_count(creation, &count), doing);
    if (count == 0 || count > kMostParts) throw Failure(fmt::format("{}: it has {} parts", doing, count));
    std::vector<stored::Piece> out;
    for (std::size_t i = 0; i < count; ++i) {
      stored::Piece& piece = out.emplace_back();
      piece.file = text_of(doing, kLongestPath, [&](char* into, std::size_t size) {
        return H5Pget_virtual_filename(creation, i, into, size);
      });
      piece.dataset = text_of(doing, StoredFile::kLongestName, [&](char* into, std::size_t size) {
        return H5Pget_virtual_dsetname(creation, i, into, size);
      });
      const Id cells(checked(H5Pget_virtual_vspace(creation, i), doing));
      const auto found = box(cells);
      if (!found) throw Failure(doing + ": a part is none that Hearth makes");
      piece.start.assign(found->first.begin(), found->first.end());
      piece.count.assign(found->second.begin(), found->second.end());
    }
    return out;
  }

  // Names of the scales of each dimension. HDF5 keeps them as addresses of other datasets.
  std::vector<std::string> dimensions(hid_t id, const stored::Dataset& of) const {
    const std::string doing = "reading the dimensions of " + in_quotes(of.name);
    const std::size_t rank = of.extent.size();
    std::vector<std::string> out(rank);
    if (rank == 0) return out;
    const auto kind = of.attributes.find("CLASS");
    if (rank == 1 && kind != of.attributes.end() &&
        kind->second == stored::Value(std::string("DIMENSION_SCALE"))) {
      out.front() = of.name;
      return out;
    }
    if (checked(H5Aexists(id, "DIMENSION_LIST"), doing) == 0) return out;
    const Id attribute(checked(H5Aopen(id, "DIMENSION_LIST", H5P_DEFAULT), doing));
    const Id type(checked(H5Aget_type(attribute), doing));
    const Id space(checked(H5Aget_space(attribute), doing));
    const Id wanted(checked(H5Tvlen_create(H5T_STD_REF_OBJ), doing));
    if (H5Tequal(type, wanted) <= 0 || H5Sget_simple_extent_npoints(space) != static_cast<hssize_t>(rank))
      throw Failure(doing + ": they are no list of one for each");
    std::vector<hvl_t> lists(rank);
    checked(H5Aread(attribute, wanted, lists.data()), doing);
    for (std::size_t d = 0; d < rank; ++d) {
      hobj_ref_t address = 0;
      if (lists[d].len == 0) continue;
      std::memcpy(&address, lists[d].p, sizeof address);
      if (const auto found = addresses_.find(address); found != addresses_.end()) out[d] = found->second;
    }
    H5Dvlen_reclaim(wanted, space, H5P_DEFAULT, lists.data());
    return out;
  }

  stored::Attributes attributes(hid_t object, const std::string& doing) {
    stored::Attributes out;
    H5O_info_t info;
    checked(H5Oget_info2(object, &info, H5O_INFO_NUM_ATTRS), doing);
    if (info.num_attrs > StoredFile::kMostAttributes)
      throw Failure(fmt::format("{}: it has {} attributes, of at most {}", doing, info.num_attrs,
                                StoredFile::kMostAttributes));
    for (hsize_t i = 0; i < info.num_attrs; ++i) {
      const Id attribute(checked(
          H5Aopen_by_idx(object, ".", H5_INDEX_NAME, H5_ITER_INC, i, H5P_DEFAULT, H5P_DEFAULT), doing));
      const std::string name = text_of(doing, StoredFile::kLongestName, [&](char* into, std::size_t size) {
        return H5Aget_name(attribute, into == nullptr ? 0 : size, into);
      });
      out[name] = value(attribute, fmt::format("{}: attribute {}", doing, in_quotes(name)));
    }
    return out;
  }

  static stored::Value value(hid_t attribute, const std::string& doing) {
    const Id type(checked(H5Aget_type(attribute), doing));
    const Id space(checked(H5Aget_space(attribute), doing));
    const auto plain = type_of(type);
    if (!plain) return stored::Other{"neither text nor a plain number"};
    const bool text = plain->kind == stored::Kind::kText;
    if (H5Sget_simple_extent_type(space) == H5S_NULL)  // how netCDF writes a text without letters
      return text ? stored::Value(std::string()) : stored::Other{"nothing"};
    const hssize_t count = checked(H5Sget_simple_extent_npoints(space), doing);
    if (count != 1) return stored::Other{fmt::format("a list of {}", count)};
    const auto read = [&](hid_t memory, void* into) { checked(H5Aread(attribute, memory, into), doing); };
    const auto number = [&]<typename T>(hid_t memory, T into) {
      read(memory, &into);
      return into;
    };
    switch (plain->kind) {
      case stored::Kind::kText:
        return texts_of(type, 1, StoredFile::kLongestText, read).front();
      case stored::Kind::kInteger:
        return number(H5T_NATIVE_INT64, std::int64_t{0});
      case stored::Kind::kUnsigned:
        return number(H5T_NATIVE_UINT64, std::uint64_t{0});
      case stored::Kind::kReal:
        return number(H5T_NATIVE_DOUBLE, 0.0);
    }
    return stored::Other{"nothing"};
  }

  void read_values(hid_t id, hid_t type, stored::Dataset& of) {
    const std::string doing = "reading variable " + in_quotes(of.name);
    const std::uint64_t count = of.extent.empty() ? 1 : of.extent.front();
    if (count > StoredFile::kLongestList)
      throw Failure(fmt::format("{}: a list of {}, of at most {}", doing, count, StoredFile::kLongestList));
    if (count == 0) return;
    const auto read = [&](hid_t memory, void* into) {
      checked(H5Dread(id, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, into), doing);
    };
    if (of.type.kind == stored::Kind::kText) {
      of.texts = texts_of(type, count, most_text_bytes_, read);
      for (const auto& text : of.texts) most_text_bytes_ -= text.size();
    } else if (of.type == stored::Type{stored::Kind::kInteger, 32}) {
      of.integers.resize(count);
      read(H5T_NATIVE_INT32, of.integers.data());
    }
  }

  hid_t file_;
  bool sizes_;
  std::size_t most_text_bytes_ = StoredFile::kMostTextBytes;
  std::map<haddr_t, std::string> addresses_;  // of the datasets of a group
};

// What the process keeps open.
class Reading {
 public:
  Reading(fs::path file, bool own) : file_(std::move(file)), own_(own) {}

  std::string answer(std::string_view bytes) {
    const hdf5::QuietErrors quiet;
    const auto request = packing::unpack<Request>(bytes);
    if (request.question == Question::kNumbers) return packing::pack(numbers(request));
    open();
    return packing::pack(Describing(opened_, request.question == Question::kContentAndSizes).content());
  }

 private:
  void open() {
    // A file may name libraries to be loaded as filters, and the environment other places for its parts.
    checked(H5PLset_loading_state(0), "opening");
    ::unsetenv("HDF5_VDS_PREFIX");
    const auto access = hdf5::attempt("opening", hdf5::access_apart);
    if (own_) checked(H5Pset_file_locking(access.getId(), false, true), "opening");
    opened_ = Id(checked(H5Fopen(file_.c_str(), H5F_ACC_RDONLY, access.getId()), "opening"));
  }

  std::vector<double> numbers(const Request& request) {
    const std::string doing = "reading variable " + in_quotes(request.dataset);
    const Id& dataset = variable(request.dataset);
    const Id space(checked(H5Dget_space(dataset), doing));
    if (static_cast<std::size_t>(H5Sget_simple_extent_ndims(space)) != request.start.size())
      throw Failure(doing + ": it has another number of dimensions");
    const std::vector<hsize_t> start(request.start.begin(), request.start.end());
    const std::vector<hsize_t> count(request.count.begin(), request.count.end());
    checked(H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr), doing);
    const hsize_t size = std::accumulate(count.begin(), count.end(), hsize_t{1}, std::multiplies<>());
    const Id memory(checked(H5Screate_simple(1, &size, nullptr), doing));
    std::vector<double> out(size);
    checked(H5Dread(dataset, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, out.data()), doing);
    return out;
  }

  // The last stay open: a virtual one opens all its parts each time, and keeps some of each in memory.
  const Id& variable(const std::string& name) {
    constexpr std::size_t kStayOpen = 2;  // a ratio and its weights
    const auto found = std::ranges::find(variables_, name, &std::pair<std::string, Id>::first);
    if (found != variables_.end()) return found->second;
    Id dataset(checked(H5Dopen2(opened_, name.c_str(), H5P_DEFAULT), "opening variable " + in_quotes(name)));
    if (variables_.size() == kStayOpen) variables_.erase(variables_.begin());
    return variables_.emplace_back(name, std::move(dataset)).second;
  }

  fs::path file_;
  bool own_;
  Id opened_;
  std::vector<std::pair<std::string, Id>> variables_;
};

// ---- in this process

void check_file(const fs::path& file) {
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  if (!fs::exists(status))
    throw DataError(fmt::format("cannot read {}: there is no such file", file.string()));
  if (fs::is_directory(status))
    throw DataError(fmt::format("cannot read {}: it is a directory", file.string()));
  if (!fs::is_regular_file(status))
    throw DataError(fmt::format("cannot read {}: it is a pipe or a device, not a file", file.string()));
  constexpr std::string_view kSignature = "\x89HDF\r\n\x1a\n";
  std::array<char, 8> start{};
  std::ifstream stream(file, std::ios::binary);
  if (!stream)
    throw DataError(fmt::format("cannot read {}: {}", file.string(), std::generic_category().message(errno)));
  stream.read(start.data(), start.size());
  if (std::string_view(start.data(), start.size()) != kSignature)
    throw DataError(fmt::format("{} is not a Hearth result: it is not an HDF5 file", file.string()));
}

template <typename Range>
auto* named(Range& range, std::string_view name) {
  const auto found =
      std::ranges::find(range, name, [](const auto& each) -> std::string_view { return each.name; });
  return found == range.end() ? nullptr : &*found;
}

}  // namespace

std::string stored::name_of(const Type& type) {
  switch (type.kind) {
    case Kind::kText:
      return "texts";
    case Kind::kInteger:
      return fmt::format("{}-bit integers", type.bits);
    case Kind::kUnsigned:
      return fmt::format("{}-bit integers without a sign", type.bits);
    case Kind::kReal:
      return fmt::format("{}-bit reals", type.bits);
  }
  return "";
}

const stored::Dataset* stored::Group::find(std::string_view dataset) const {
  return named(datasets, dataset);
}

const stored::Group* stored::Content::find(std::string_view group) const {
  return named(groups, group);
}

StoredFile::StoredFile(const fs::path& file, How how) : file_(file) {
  check_file(file);
  try {
    process_ = std::make_unique<ReadingProcess>(
        [reading = std::make_shared<Reading>(file, how.own)](std::string_view question) {
          return reading->answer(question);
        });
  } catch (const ReadingProcess::Failure& failure) {
    throw DataError(fmt::format("cannot read {}: {}", file_.string(), failure.what()));
  }
  content_ = packing::unpack<stored::Content>(
      ask(packing::pack(Request{how.sizes ? Question::kContentAndSizes : Question::kContent, "", {}, {}})));
}

std::string StoredFile::ask(const std::string& question) const {
  try {
    return process_->ask(question);
  } catch (const ReadingProcess::Failure& failure) {
    throw DataError(fmt::format("cannot read {}: {}", file_.string(), failure.what()));
  }
}

void StoredFile::read(const std::string& dataset, const std::vector<std::size_t>& start,
                      const std::vector<std::size_t>& count, std::vector<double>& into) const {
  const Request request{
      Question::kNumbers, dataset, {start.begin(), start.end()}, {count.begin(), count.end()}};
  into = packing::unpack<std::vector<double>>(ask(packing::pack(request)));
  if (into.size() != std::accumulate(count.begin(), count.end(), std::size_t{1}, std::multiplies<>()))
    throw DataError(
        fmt::format("cannot read {}: variable {} holds fewer numbers than it says", file_.string(), dataset));
}

}  // namespace hearth
