// hearth run, for other commands that run what they have made.
#pragma once

#include <string>

#include "app/run.hpp"
#include "cli/options.hpp"
#include "core/error.hpp"

namespace hearth {

struct RunArguments {
  ScenarioArguments scenario;
  RunRequest request;
  bool dry_run = false;
  bool summary = false;
  bool page = false;
  bool workbook = false;
  bool json = false;
  bool quiet = false;
};

// Runs, writes what is asked for, and says on stdout what came of it. Throws Error.
ExitCode run_and_print(RunArguments arguments, const std::string& command_line);

}  // namespace hearth
