// The command line as data, read from the object that also prints --help: completions and the manual page are
// made of it, so that they say the same.
#pragma once

#include <string>
#include <vector>

namespace hearth {

struct OptionInterface {
  std::vector<std::string> names;    // "-o", "--output"; of an argument without dashes its one name
  std::string value;                 // "FILE"; empty: a flag
  std::vector<std::string> choices;  // what the value may be, where that is a list
  std::string initial;               // the value unless given
  std::string description;
  bool required = false;
  bool repeated = false;
};

struct CommandInterface {
  std::string name;
  std::string description;
  std::string footer;
  std::vector<OptionInterface> arguments;
  std::vector<OptionInterface> options;
  std::vector<CommandInterface> commands;
};

// What may be given by name where `value` stands, apart from files: of SCENARIO and QUESTION; else nothing.
std::vector<std::string> known_names(const std::string& value);

}  // namespace hearth
