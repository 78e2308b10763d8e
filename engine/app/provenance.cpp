#include "app/provenance.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <fstream>
#include <memory>
#include <set>
#include <thread>

#include "app/build_identity.hpp"
#include "core/error.hpp"

namespace hearth {
namespace fs = std::filesystem;

namespace {

// The value of the first line that starts with `key`, after `separator`; empty if there is none.
std::string line_value(const char* file, std::string_view key, char separator) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with(key)) continue;
    const auto at = line.find(separator);
    if (at == std::string::npos) continue;
    const auto first = line.find_first_not_of(" \t\"", at + 1);
    const auto last = line.find_last_not_of(" \t\"");
    if (first != std::string::npos && last >= first) return line.substr(first, last - first + 1);
  }
  return {};
}

}  // namespace

std::string processor_model() {
  const std::string model = line_value("/proc/cpuinfo", "model name", ':');
  return model.empty() ? "unknown" : model;
}

std::string operating_system() {
  const std::string name = line_value("/etc/os-release", "PRETTY_NAME", '=');
  utsname system{};
  uname(&system);
  return fmt::format("{} ({} {})", name.empty() ? "unknown" : name, system.sysname, system.machine);
}

std::string utc_now() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
}

std::map<std::string, std::string> provenance(const std::string& command_line) {
  std::map<std::string, std::string> out = {
      {"command", command_line},
      {"started_utc", utc_now()},
      {"processor", processor_model()},
      {"cores", fmt::format("{}", std::thread::hardware_concurrency())},
      {"operating_system", operating_system()},
  };
  for (const auto& [name, value] : build_identity()) out[name] = value;
  return out;
}

std::string sha256(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  if (!context || EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) != 1)
    throw InternalError("OpenSSL has no SHA-256");
  std::array<char, 1 << 16> block{};
  while (in) {
    in.read(block.data(), block.size());
    EVP_DigestUpdate(context.get(), block.data(), static_cast<std::size_t>(in.gcount()));
  }
  if (!in.eof()) throw DataError(fmt::format("cannot read {}", file.string()));
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_DigestFinal_ex(context.get(), digest.data(), &size);
  std::string out;
  for (unsigned int i = 0; i < size; ++i) out += fmt::format("{:02x}", digest[i]);
  return out;
}

std::map<std::string, std::string> input_checksums(const LoadedScenario& loaded) {
  std::set<fs::path> files;
  for (const auto& file : loaded.files) files.insert(fs::weakly_canonical(file));
  for (const auto& entry : fs::directory_iterator(loaded.scenario.data_directory))
    if (entry.path().extension() == ".csv") files.insert(fs::weakly_canonical(entry.path()));
  if (files.empty()) return {};

  // The set is sorted: what the first and the last path share, all share.
  const fs::path first = files.begin()->parent_path();
  const fs::path last = files.rbegin()->parent_path();
  fs::path shared;
  for (auto a = first.begin(), b = last.begin(); a != first.end() && b != last.end() && *a == *b; ++a, ++b)
    shared /= *a;

  std::map<std::string, std::string> out;
  for (const auto& file : files) out[file.lexically_relative(shared).generic_string()] = sha256(file);
  return out;
}

}  // namespace hearth
