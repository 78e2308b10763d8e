#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "app/build_identity.hpp"
#include "app/project.hpp"
#include "app/provenance.hpp"
#include "cli/options.hpp"
#include "cli/ranks.hpp"
#include "cli/subcommand.hpp"
#include "cli/terminal.hpp"
#include "core/words.hpp"
#include "published/england.hpp"
#include "published/england_reader.hpp"
#include "report/page.hpp"

namespace hearth {
namespace fs = std::filesystem;

namespace {

enum class Health { kOk, kWarning, kProblem };

struct Finding {
  std::string subject;
  Health health = Health::kOk;
  std::string found;
  std::string advice;  // what to do; empty when all is well
};

std::string_view word(Health health) {
  return health == Health::kOk ? "ok" : health == Health::kWarning ? "warning" : "problem";
}

// Several times what all of England with three arms and 20 replicates takes (hearth run --dry-run).
constexpr double kComfortableMemoryBytes = 1e9;
constexpr double kComfortableDiskBytes = 1e9;

Finding check_processor() {
  // main.cpp has refused processors that cannot run this build.
  return {"processor",
          Health::kOk,
          fmt::format("{} (built for {})", processor_model(), build_value("processor_target")),
          {}};
}

Finding check_build() {
  const std::string type = build_value("build_type");
  const std::string sanitizers = build_value("sanitizers");
  if (type == "Release" && sanitizers.empty())
    return {"build", Health::kOk, fmt::format("{}, {}", type, build_value("compiler")), {}};
  return {"build", Health::kWarning, fmt::format("{} {}", type, sanitizers),
          "this build is for finding mistakes and is slow; build the release preset to run scenarios"};
}

Finding check_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  const unsigned all = std::thread::hardware_concurrency();
  const unsigned usable =
      sched_getaffinity(0, sizeof set, &set) == 0 ? static_cast<unsigned>(CPU_COUNT(&set)) : all;
  return {"cores", Health::kOk, fmt::format("{} usable", usable), {}};
}

Finding check_memory() {
  double available = 0.0;
  std::ifstream in("/proc/meminfo");
  for (std::string key; in >> key;) {
    if (key == "MemAvailable:" && in >> available) break;
    in.ignore(1 << 10, '\n');
  }
  available *= 1024.0;
  // A container may be allowed less than the machine has.
  double limit = 0.0;
  double used = 0.0;
  if (std::ifstream("/sys/fs/cgroup/memory.max") >> limit &&
      std::ifstream("/sys/fs/cgroup/memory.current") >> used)
    available = std::min(available, limit - used);
  if (available >= kComfortableMemoryBytes)
    return {"memory", Health::kOk, bytes_text(available) + " free", {}};
  return {"memory", Health::kWarning, bytes_text(available) + " free",
          "ask hearth run --dry-run what a run needs; fewer --threads or --authorities need less"};
}

Finding check_disk() {
  const fs::path outputs = project_outputs(fs::current_path());
  const fs::path directory = outputs.empty() ? fs::current_path() : outputs;
  std::error_code error;
  const auto space = fs::space(directory, error);
  const std::string where = "disk for results";
  if (error || access(directory.c_str(), W_OK) != 0)
    return {where, Health::kProblem, directory.string() + " cannot be written",
            "run hearth in a directory of yours, or choose the result file with -o"};
  const auto available = static_cast<double>(space.available);
  const std::string found = fmt::format("{} free in {}", bytes_text(available), directory.string());
  if (available >= kComfortableDiskBytes) return {where, Health::kOk, found, {}};
  return {where, Health::kWarning, found,
          "all of England with three arms takes some hundred MB; make room or use -o"};
}

Finding check_tables() {
  const std::string subject = "tables of England";
  try {
    const fs::path directory = find_england_tables();
    const England england = load_england(directory, MonthEnd{});
    return {subject,
            Health::kOk,
            fmt::format("{} at {} in {}", count_text(england.authorities.size(), "authority", "authorities"),
                        england.origin.text(), directory.string()),
            {}};
  } catch (const Error& error) {
    return {subject, Health::kProblem, error.what(), "restore scenarios/england from the repository"};
  }
}

Finding check_python() {
  const std::string command = fmt::format(
      "{} -c 'import platform, xarray, netCDF4, h5netcdf; print(platform.python_version())' 2>/dev/null",
      python_interpreter());
  std::string version;
  if (std::FILE* const pipe = popen(command.c_str(), "r")) {
    std::array<char, 64> line{};
    if (std::fgets(line.data(), static_cast<int>(line.size()), pipe) != nullptr) version = line.data();
    pclose(pipe);
  }
  if (version.empty())
    return {
        "Python with xarray", Health::kWarning, fmt::format("not found by {}", python_interpreter()),
        "only for reading results in Python: apt install python3-xarray python3-netcdf4 python3-h5netcdf"};
  version.erase(version.find_last_not_of("\r\n") + 1);
  return {"Python with xarray", Health::kOk, fmt::format("{} {}", python_interpreter(), version), {}};
}

Finding check_page() {
  const std::string subject = "page of a result";
  if (can_draw_charts()) return {subject, Health::kOk, "Apache ECharts is built in", {}};
  return {subject, Health::kWarning, "Apache ECharts is not built in, so hearth report makes no page",
          std::string(kHowToGetCharts)};
}

Finding check_libraries() {
  std::string found;
  for (const auto& [name, version] : library_versions())
    found += fmt::format("{}{} {}", found.empty() ? "" : ", ", name, version);
  return {"libraries", Health::kOk, found, {}};
}

Finding check_processes() {
  return {"several processes",
          Health::kOk,
          built_with_mpi() ? "mpirun shares a run among them"
                           : "hearth run --shard and hearth merge (for mpirun: apt install libopenmpi-dev, "
                             "and build again)",
          {}};
}

ExitCode doctor(bool json) {
  const std::array findings = {check_processor(), check_build(),    check_cores(), check_memory(),
                               check_disk(),      check_tables(),   check_page(),  check_python(),
                               check_processes(), check_libraries()};
  bool problem = false;
  nlohmann::ordered_json out = nlohmann::ordered_json::array();
  for (const auto& f : findings) {
    problem = problem || f.health == Health::kProblem;
    out.push_back(
        {{"subject", f.subject}, {"health", word(f.health)}, {"found", f.found}, {"advice", f.advice}});
    if (json) continue;
    const Colour colour = f.health == Health::kOk        ? Colour::kGreen
                          : f.health == Health::kWarning ? Colour::kYellow
                                                         : Colour::kRed;
    fmt::print("{}  {}: {}{}\n", coloured(stdout, colour, fmt::format("{:<7}", word(f.health))), f.subject,
               f.found, f.advice.empty() ? "" : "; " + f.advice);
  }
  if (json) print_json(out);
  return problem ? ExitCode::kData : ExitCode::kOk;
}

const Subcommand kDoctor{190, "doctor", "Check whether this machine is ready, and what to do if not",
                         [](CommandLine& line) -> Action {
                           const auto json = std::make_shared<bool>(false);
                           add_json(line, *json);
                           return [json](const Invocation&) { return doctor(*json); };
                         }};

}  // namespace
}  // namespace hearth
