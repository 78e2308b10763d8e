#include "returns/files.hpp"

#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>
#include <optional>

#include "core/error.hpp"
#include "core/nearest.hpp"
#include "core/text.hpp"
#include "returns/xml.hpp"

namespace hearth::returns {
namespace fs = std::filesystem;

namespace {

// Far above any return; a guard against files that unpack without end.
constexpr std::uint64_t kLargestFile = 1'000'000'000;

struct RawFile {
  std::string name;
  std::string content;
};

[[noreturn]] void too_large(const std::string& name) {
  throw DataError(
      fmt::format("{}: larger than {} MB, which no return is; leave it out", name, kLargestFile / 1'000'000));
}

std::string extension_of(const std::string& name) {
  return lower_case(fs::path(name).extension().string());
}

bool is_xml(const std::string& name) {
  return extension_of(name) == ".xml";
}

bool is_read(const std::string& name) {
  const std::string extension = extension_of(name);
  return extension == ".csv" || extension == ".txt" || extension == ".tsv" || extension == ".xml";
}

// What is in a folder with returns: files that systems leave there, and notes.
bool is_litter(const std::string& name) {
  const std::string file = fs::path(name).filename().string();
  return file.empty() || file.front() == '.' || lower_case(file).starts_with("readme") ||
         file.starts_with("~$") || name.find("__MACOSX") != name.npos;
}

std::string read_whole(const fs::path& file, const std::string& name) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  if (!error && size > kLargestFile) too_large(name);
  return read_bytes(file, "a file that you may open");
}

std::string why_not(const std::string& name) {
  const std::string extension = extension_of(name);
  if (extension == ".xlsx" || extension == ".xls" || extension == ".xlsm" || extension == ".ods")
    return "a workbook; save its sheets as CSV";
  return "neither CSV nor XML";
}

class Zip {
 public:
  explicit Zip(const fs::path& file) : name_(path_text(file)) {
    int code = 0;
    archive_.reset(zip_open(file.c_str(), ZIP_RDONLY, &code));
    if (archive_) return;
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::string why = zip_error_strerror(&error);
    zip_error_fini(&error);
    throw DataError(fmt::format(
        "{}: cannot be opened as a zip ({}); give the folder that holds the returns, or a zip of it", name_,
        why));
  }

  // Calls `take` with the name and the content of each file; the content is read where `wanted` says so.
  template <typename Wanted, typename Take>
  void each(const Wanted& wanted, const Take& take) const {
    const zip_int64_t entries = zip_get_num_entries(archive_.get(), 0);
    for (zip_uint64_t i = 0; i < static_cast<zip_uint64_t>(entries); ++i) {
      const char* const name = zip_get_name(archive_.get(), i, 0);
      if (name == nullptr || std::string_view(name).ends_with('/')) continue;
      const std::string shown = printable(name);
      take(shown, wanted(shown) ? read(i, shown) : std::string());
    }
  }

 private:
  std::string read(zip_uint64_t index, const std::string& name) const {
    const std::string where = fmt::format("{}: {}", name_, name);
    zip_stat_t about;
    zip_stat_init(&about);
    if (zip_stat_index(archive_.get(), index, 0, &about) == 0 &&
        (about.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && about.encryption_method != ZIP_EM_NONE)
      throw DataError(fmt::format("{}: locked by a password; unpack the zip and give the folder", where));
    const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> file(zip_fopen_index(archive_.get(), index, 0),
                                                                 &zip_fclose);
    const auto broken = [&]() -> DataError {
      return DataError(fmt::format("{}: this part of the zip is damaged; make the zip again", where));
    };
    if (!file) throw broken();
    std::string content;
    std::array<char, 1 << 16> part{};
    for (;;) {
      const zip_int64_t got = zip_fread(file.get(), part.data(), part.size());
      if (got < 0) throw broken();
      if (got == 0) return content;
      content.append(part.data(), static_cast<std::size_t>(got));
      if (content.size() > kLargestFile) too_large(where);
    }
  }

  struct Close {
    void operator()(zip_t* archive) const { zip_discard(archive); }
  };
  std::string name_;
  std::unique_ptr<zip_t, Close> archive_;
};

struct Collected {
  std::vector<RawFile> files;
  std::vector<FoundFiles::NotRead> not_read;
};

bool is_wanted(const std::string& name) {
  return is_read(name) && !is_litter(name);
}

void collect(const std::string& name, std::string content, Collected& into) {
  if (is_litter(name)) return;
  if (is_read(name))
    into.files.push_back({name, std::move(content)});
  else
    into.not_read.push_back({name, why_not(name)});
}

void collect_zip(const fs::path& file, const std::string& prefix, Collected& into) {
  Zip(file).each(is_wanted, [&](const std::string& name, std::string content) {
    collect(prefix + name, std::move(content), into);
  });
}

void collect_file(const fs::path& file, const std::string& name, Collected& into) {
  collect(name, is_wanted(name) ? read_whole(file, name) : std::string(), into);
}

void collect_folder(const fs::path& folder, Collected& into) {
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const std::string name = path_text(entry.path().lexically_relative(folder));
    if (extension_of(name) == ".zip")
      collect_zip(entry.path(), name + "/", into);
    else
      collect_file(entry.path(), name, into);
  }
}

std::optional<FileKind> kind_by_name(const std::string& name) {
  const std::string stem = lower_case(fs::path(name).stem().string());
  const auto says = [&](std::string_view word) { return stem.find(word) != std::string::npos; };
  if (says("placement_cost") || says("placement cost")) return FileKind::kCosts;
  if (says("placement_code") || says("placement code")) return FileKind::kPlacementCodes;
  if (says("sw_") || says("social")) return std::nullopt;  // episodes of social workers
  if (says("uasc")) return FileKind::kUnaccompanied;
  if (says("episode")) return FileKind::kEpisodes;
  if (says("header")) return FileKind::kHeader;
  return std::nullopt;
}

std::optional<FileKind> kind_by_columns(const CsvTable& table) {
  const auto has = [&](std::initializer_list<std::string_view> names) {
    return std::ranges::all_of(names, [&](std::string_view name) { return table.has_column(name); });
  };
  if (has({"DECOM", "RNE", "LS", "REC"})) return FileKind::kEpisodes;
  if (has({"DUC"})) return FileKind::kUnaccompanied;
  if (has({"SEX", "DOB", "ETHNIC"})) return FileKind::kHeader;
  return std::nullopt;
}

// The folder or file name of a path that names an authority: the innermost.
std::string authority_in_path(std::string_view path, const NamesAuthority& names_authority) {
  while (names_authority && !path.empty()) {
    const std::size_t slash = path.rfind('/');
    const std::string part = fs::path(path.substr(slash == path.npos ? 0 : slash + 1)).stem().string();
    std::string spaced = part;
    std::ranges::replace(spaced, '_', ' ');
    for (const auto& name : {part, spaced})
      if (names_authority(name)) return name;
    path = slash == path.npos ? std::string_view() : path.substr(0, slash);
  }
  return {};
}

void require(const FoundFiles& found, FileKind kind, const fs::path& input, std::string_view columns) {
  if (std::ranges::any_of(found.files, [&](const auto& file) { return file.kind == kind; })) return;
  std::string seen;
  for (const auto& [name, why] : found.not_read)
    if (seen.size() < 200) seen += fmt::format("{}{} ({})", seen.empty() ? "" : ", ", name, why);
  throw DataError(fmt::format(
      "{}: there is no {} file; found {}. Expected a CSV file a year whose name has the word {}, or with the "
      "columns {}; or the XML of the return",
      path_text(input), name_of(kind), seen.empty() ? "no other file" : seen, name_of(kind), columns));
}

}  // namespace

FoundFiles find_returns(const fs::path& input, const NamesAuthority& names_authority) {
  std::error_code error;
  const auto status = fs::status(input, error);
  const std::string shown = path_text(input);
  if (!fs::exists(status))
    throw DataError(fmt::format(
        "{}: there is nothing of this name; give the folder that holds the returns, or a zip of it", shown));
  Collected collected;
  if (fs::is_directory(status))
    collect_folder(input, collected);
  else if (is_wanted(shown))
    collect_file(input, path_text(input.filename()), collected);
  else
    collect_zip(input, "", collected);

  FoundFiles found;
  found.not_read = std::move(collected.not_read);
  const auto leave = [&](const std::string& name, std::string why) {
    found.not_read.push_back({name, std::move(why)});
  };
  for (auto& [name, content] : collected.files) {
    if (is_xml(name)) {
      auto tables = read_xml_return(name, content);
      if (tables.empty()) leave(name, "XML, but not of a return: no CHILD with a HEADER or EPISODE");
      std::ranges::move(tables, std::back_inserter(found.files));
      continue;
    }
    auto kind = kind_by_name(name);
    try {
      CsvTable table(name, content, CsvRows::kAny);
      if (!kind) kind = kind_by_columns(table);
      if (kind)
        found.files.push_back({name, *kind, year_in_path(name), std::move(table)});
      else
        leave(name, "neither by name nor by columns a file that is used");
    } catch (const DataError& unreadable) {
      if (kind) throw;
      leave(name, unreadable.what());
    }
  }
  for (auto& file : found.files) file.authority = authority_in_path(file.name, names_authority);
  std::ranges::sort(found.files, {}, &ReturnFile::name);
  std::ranges::sort(found.not_read, {}, &FoundFiles::NotRead::name);
  require(found, FileKind::kEpisodes, input, "CHILD, DECOM, RNE, LS, PLACE, DEC and REC");
  require(found, FileKind::kHeader, input, "CHILD and DOB");
  return found;
}

}  // namespace hearth::returns
