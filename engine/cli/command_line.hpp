// The command line of the program: options and arguments are declared by plain functions, and filled in when
// it is parsed. Only command_line.cpp sees CLI11, which takes long to compile.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/interface.hpp"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace hearth {

// An option or argument that was declared; more about it.
class Option {
 public:
  explicit Option(CLI::Option& option) : option_(&option) {}

  Option& required(bool yes = true);
  // What --help shows as the default: the value that it has now, or a text.
  Option& shows_default();
  Option& shows_default(const std::string& text);
  Option& excludes(const Option& other);  // never both
  Option& needs(const Option& other);     // never without the other

 private:
  CLI::Option* option_;
};

// Options and arguments of one subcommand, or of the program itself. The variable that one is declared with
// keeps its value unless the option is given, and must live until all is parsed. `name`: "--json" or
// "-q,--quiet". `type`: what stands for the value in --help, such as FILE.
class CommandLine {
 public:
  explicit CommandLine(CLI::App& app) : app_(&app) {}

  Option flag(const char* name, bool& into, const std::string& text);
  Option text(const char* name, std::string& into, const char* type, const std::string& text);
  Option file(const char* name, std::filesystem::path& into, const char* type, const std::string& text);
  Option choice(const char* name, std::string& into, const char* type,
                const std::vector<std::string>& choices, const std::string& text);
  // Several, separated by commas.
  Option list(const char* name, std::vector<std::string>& into, const char* type, const std::string& text);
  Option choices(const char* name, std::vector<std::string>& into, const char* type,
                 const std::vector<std::string>& choices, const std::string& text);
  // One each time that it is given.
  Option repeated(const char* name, std::vector<std::string>& into, const char* type,
                  const std::string& text);
  // From `least` up. The type is N.
  Option whole_number(const char* name, int& into, int least, const std::string& text);
  Option whole_number(const char* name, std::uint64_t& into, int least, const std::string& text);
  Option whole_number(const char* name, std::optional<int>& into, int least, const std::string& text);
  Option whole_number(const char* name, std::optional<std::uint32_t>& into, int least,
                      const std::string& text);
  Option whole_number(const char* name, std::optional<std::uint64_t>& into, int least,
                      const std::string& text);
  // From `least` to `most`.
  Option whole_number(const char* name, int& into, int least, int most, const char* type,
                      const std::string& text);
  Option whole_number(const char* name, std::optional<int>& into, int least, int most, const char* type,
                      const std::string& text);
  Option number(const char* name, double& into, double least, double most, const char* type,
                const std::string& text);
  Option number(const char* name, std::optional<double>& into, double least, double most, const char* type,
                const std::string& text);

  // Known by its place; `name` without dashes, such as RESULT.
  Option argument(const char* name, std::string& into, const std::string& text);
  Option argument(const char* name, std::filesystem::path& into, const std::string& text);
  Option argument(const char* name, std::string& into, const std::vector<std::string>& choices,
                  const std::string& text);
  Option arguments(const char* name, std::vector<std::string>& into, const std::string& text);
  Option arguments(const char* name, std::vector<std::filesystem::path>& into, const std::string& text);

  // What --help ends with: more about the command, and examples.
  void footer(const std::string& text);

 private:
  CLI::App* app_;
};

// What a user typed.
struct Parsed {
  std::string command;  // the subcommand; empty: none
  bool wants_help = false;
  std::string mistake;  // empty: there is none
};

// The options and subcommands of the program hearth.
class ProgramLine {
 public:
  ProgramLine(const std::string& description, const std::string& footer);
  ~ProgramLine();
  ProgramLine(const ProgramLine&) = delete;
  ProgramLine& operator=(const ProgramLine&) = delete;

  CommandLine own();
  // In the order in which --help lists them.
  CommandLine subcommand(const std::string& name, const std::string& text);

  // Fills in what the options were declared with.
  Parsed parse(const std::vector<std::string>& arguments);
  // Of the subcommand that was parsed; without one, of the program.
  std::string help() const;
  // All of it as data.
  CommandInterface interface() const;

 private:
  std::unique_ptr<CLI::App> app_;
};

}  // namespace hearth
