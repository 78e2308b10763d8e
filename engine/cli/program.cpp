#include "cli/program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <new>
#include <string>
#include <system_error>
#include <vector>

#include "cli/commands.hpp"
#include "cli/ranks.hpp"
#include "cli/terminal.hpp"
#include "cli/version.hpp"
#include "core/text.hpp"

namespace hearth {
namespace {

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

}  // namespace

void print_error(const std::string& message) {
  fmt::print(stderr, "{} {}\n", coloured(stderr, Colour::kRed, "hearth:"), printable(message));
}

void print_warning(const std::string& message) {
  fmt::print(stderr, "{} {}\n", coloured(stderr, Colour::kYellow, "hearth:"), printable(message));
}

void print_warnings(const LoadedScenario& loaded) {
  for (const auto& warning : loaded.warnings)
    fmt::print(stderr, "{}\n", coloured(stderr, Colour::kYellow, warning.text()));
}

void print_mistakes(const ScenarioError& error) {
  fmt::print(stderr, "{}\n", error.what());
  print_error(count_text(error.diagnostics().size(), "mistake", "mistakes") +
              " in the scenario; nothing was run");
}

namespace {

// The options or subcommands that may stand where `word` stands.
std::vector<std::string> valid_words(const CLI::App& app, const std::string& word) {
  std::vector<std::string> words;
  if (word.starts_with("-")) {
    for (const CLI::Option* option : app.get_options()) {
      for (const auto& name : option->get_lnames()) words.push_back("--" + name);
      for (const auto& name : option->get_snames()) words.push_back("-" + name);
    }
  } else {
    for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; }))
      words.push_back(sub->get_name());
  }
  return words;
}

ExitCode explain_usage_error(const CLI::App& program, const CLI::ParseError& error) {
  const auto chosen = program.get_subcommands();
  const CLI::App& app = chosen.empty() ? program : *chosen.front();
  const std::string command = chosen.empty() ? "hearth" : "hearth " + app.get_name();

  // An unknown word explains more than what CLI11 stumbled over because of it.
  const auto unknown = program.remaining(true);
  if (!unknown.empty()) {
    const std::string word = unknown.front().substr(0, unknown.front().find('='));
    const char* const what = word.starts_with("-") ? "option" : chosen.empty() ? "command" : "argument";
    print_error(with_suggestion(fmt::format("there is no {} {} of {}", what, word, command), word,
                                valid_words(app, word)));
  } else {
    print_error(error.what());
  }
  fmt::print(stderr, "See {} --help\n", command);
  return ExitCode::kUsage;
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
  CLI::App program(
      "Hearth simulates family trajectories through English children's social care,\n"
      "to compare ways of organising it: what happens to families, care, staff and costs.",
      "hearth");
  program.footer(kExamples);
  program.require_subcommand(0, 1);
  program.get_formatter()->column_width(34);
  program.get_formatter()->label("SUBCOMMAND", "COMMAND");
  bool version = false;
  bool json = false;
  program.add_flag("--version", version, "Version, commit, build type, compiler and libraries");
  add_json(program, json);

  const std::vector<Command> commands = {add_new(program, command_line),
                                         add_run(program, command_line),
                                         add_validate(program),
                                         add_resolve(program),
                                         add_merge(program),
                                         add_summary(program),
                                         add_report(program),
                                         add_export(program),
                                         add_inspect(program),
                                         add_check(program),
                                         add_calibrate(program),
                                         add_forecast(program, command_line),
                                         add_hindcast(program, command_line),
                                         add_trace(program),
                                         add_profile(program),
                                         add_schema(program),
                                         add_completion(program),
                                         add_man(program),
                                         add_doctor(program)};
  try {
    // CLI11 takes the arguments from the back.
    program.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::CallForHelp&) {
    fmt::print("{}", program.help());  // of the subcommand, if one was chosen
    return ExitCode::kOk;
  } catch (const CLI::ParseError& error) {
    return explain_usage_error(program, error);
  }

  if (version) {
    fmt::print("{}", version_text(json));
    return ExitCode::kOk;
  }
  for (const auto& command : commands)
    if (command.app->parsed()) return command.execute();
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
