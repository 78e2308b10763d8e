// What makes a file of this folder a subcommand: a constant of type Subcommand in it. Nothing else has to
// name it (docs/how-to/add-a-subcommand.md).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/command_line.hpp"
#include "cli/messages.hpp"
#include "core/error.hpp"

namespace hearth {

// How the program was called.
struct Invocation {
  std::string command_line;                     // as a shell reads it back; stored in results
  std::function<CommandInterface()> interface;  // the whole command line as data
};

// What a subcommand does once its options are filled in. Throws Error.
using Action = std::function<ExitCode(const Invocation& call)>;

class Subcommand {
 public:
  // Declares options and arguments; the action keeps what they fill in.
  using Declare = Action (*)(CommandLine& line);

  // `place`: hearth --help lists subcommands by it. `text`: one line that says what it does.
  Subcommand(int place, const char* name, const char* text, Declare how);
  Subcommand(const Subcommand&) = delete;
  Subcommand& operator=(const Subcommand&) = delete;

  // All that are linked into the program, by their places.
  static std::vector<const Subcommand*> all();

  const char* name() const { return name_; }
  const char* text() const { return text_; }
  Action declare(CommandLine& line) const { return declare_(line); }

 private:
  int place_;
  const char* name_;
  const char* text_;
  Declare declare_;
};

}  // namespace hearth
