#include "cli/program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <map>
#include <new>
#include <nlohmann/json.hpp>
#include <string>
#include <system_error>
#include <vector>

#include "app/build_identity.hpp"
#include "cli/options.hpp"
#include "cli/ranks.hpp"
#include "cli/subcommand.hpp"
#include "core/text.hpp"

namespace hearth {
namespace {

constexpr char kDescription[] =
    "Hearth simulates family trajectories through English children's social care,\n"
    "to compare ways of organising it: what happens to families, care, staff and costs.";

constexpr char kExamples[] = R"(Examples:
  hearth new --for Norfolk --run            a question about a council: written, run, answered
  hearth validate my_scenario.json          find every mistake in a scenario, run nothing
  hearth run england --dry-run              what would run: time, memory, file size
  hearth run england                        all of England, ten years, every arm
  hearth run england --authorities 919,305 --replicates 5 -o small.h5
  hearth summary small.h5                   the result in tables
  hearth export small.h5 -o small.xlsx      everything as a spreadsheet
  hearth check my_scenario.json             its targets: simulated figures beside published ones
  hearth forecast england --replicates 200  the published figures of coming years, with quantiles
  hearth hindcast                           how good such forecasts have been
  hearth profile returns/                   a council's own SSDA903 returns, in counts
  hearth resolve england needs.             every value that starts with needs., and where it came from

A scenario is a JSON file that says where, how long, and under which service models (arms).
Help on a command: hearth COMMAND --help

Exit codes: 0 done, 2 wrong command line, 3 invalid scenario, 4 data, file or memory, 6 a target came out
otherwise than expected, 69 processor too old, 70 a bug in Hearth, 130 interrupted.
)";

// As a shell reads it back, in UTF-8 whatever the argument is in.
std::string quoted(const std::string& argument) {
  const bool plain = !argument.empty() && argument.find_first_not_of(
                                              "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRS"
                                              "TUVWXYZ0123456789-_./,=:+@%") == std::string::npos;
  if (plain) return argument;
  const bool escaped = printable(argument) != argument;
  std::string out;
  for (const char c : argument)
    if (c == '\'')
      out += escaped ? "\\'" : "'\\''";
    else if (c == '\\' && escaped)
      out += "\\\\";
    else
      out += c;
  out = (escaped ? "$'" : "'") + printable(out);
  return out + "'";
}

void print_version(bool json) {
  nlohmann::ordered_json out;
  for (const auto& [name, value] : build_identity()) {
    out[name] = value;
    if (!json) fmt::print("{:<17} {}\n", name, value);
  }
  if (json) print_json(out);
}

ExitCode explain_bug(const std::string& command_line, const char* what) {
  print_error(fmt::format("a bug in Hearth: {}", what));
  fmt::print(stderr,
             "Please report it with the scenario file and these lines:\n  command: {}\n  error:   {}\n",
             command_line, what);
  for (const auto& [name, value] : build_identity()) fmt::print(stderr, "  {}: {}\n", name, value);
  return ExitCode::kInternal;
}

ExitCode execute(const std::vector<std::string>& arguments, const std::string& command_line) {
  ProgramLine program(kDescription, kExamples);
  bool version = false;
  bool json = false;
  CommandLine own = program.own();
  own.flag("--version", version, "Version, commit, build type, compiler and libraries");
  add_json(own, json);
  std::map<std::string, Action> actions;
  for (const Subcommand* each : Subcommand::all()) {
    CommandLine line = program.subcommand(each->name(), each->text());
    actions[each->name()] = each->declare(line);
  }

  const Parsed parsed = program.parse(arguments);
  if (!parsed.mistake.empty()) {
    print_error(parsed.mistake);
    fmt::print(stderr, "See hearth{} --help\n", parsed.command.empty() ? "" : " " + parsed.command);
    return ExitCode::kUsage;
  }
  if (!parsed.wants_help && version) {
    print_version(json);
    return ExitCode::kOk;
  }
  if (!parsed.wants_help && !parsed.command.empty())
    return actions.at(parsed.command)({command_line, [&] { return program.interface(); }});
  fmt::print("{}", program.help());
  return ExitCode::kOk;
}

// fmt and the kernel may hold output back until here: a full disk must not look like success.
ExitCode flush_output(ExitCode code) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
  print_error("cannot write the output: the disk is full or the stream is closed");
  return code == ExitCode::kOk ? ExitCode::kData : code;
}

}  // namespace

int run_program(int argc, char** argv) {
  // A file that may not grow further is a failed write, not the end of the program.
  std::signal(SIGXFSZ, SIG_IGN);
  const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
  std::string command_line = "hearth";
  for (const auto& argument : arguments) command_line += " " + quoted(argument);

  ExitCode code = ExitCode::kInternal;
  try {
    code = execute(arguments, command_line);
  } catch (const ScenarioError& error) {
    print_mistakes(error);
    code = error.code();
  } catch (const InternalError& error) {
    code = explain_bug(command_line, error.what());
  } catch (const Interrupted& error) {
    print_error("stopped: no result was written; any earlier result is unchanged");
    code = error.code();
  } catch (const Error& error) {
    print_error(error.what());
    code = error.code();
  } catch (const std::bad_alloc&) {
    print_error(
        "out of memory; see hearth run --dry-run, and use fewer authorities, --replicates or --threads");
    code = ExitCode::kData;
  } catch (const std::system_error& error) {  // includes std::filesystem's
    print_error(error.what());
    code = ExitCode::kData;
  } catch (const std::exception& error) {
    code = explain_bug(command_line, error.what());
  } catch (...) {
    code = explain_bug(command_line, "an error that is no std::exception");
  }
  code = flush_output(code);
  end_ranks(code);
  return static_cast<int>(code);
}

}  // namespace hearth
