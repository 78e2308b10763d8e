// The program: parses the command line, runs one subcommand, turns errors into messages and exit codes.
#pragma once

namespace hearth {

// Returns the process's exit code (docs/reference/cli.md); never throws.
int run_program(int argc, char** argv);

}  // namespace hearth
