#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <sstream>

#include "app/build_identity.hpp"
#include "cli/subcommand.hpp"

namespace hearth {
namespace {

// Text that roff takes as it is: a dash is one that can be copied, and no line is a request.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n'))
      out += fmt::format("\\&{}", c);
    else
      out += c;
  }
  return out;
}

std::string upper_case(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

// Indented lines stand as they are, others are filled, empty ones part paragraphs. A line such as "Examples:"
// is a heading of the page (`sections`), or a line by itself.
std::string prose(const std::string& text, bool sections) {
  std::string out;
  bool literal = false;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const bool indented = line.starts_with(' ');
    if (indented != literal) out += indented ? ".EX\n" : ".EE\n";
    literal = indented;
    constexpr std::string_view kExitCodes = "Exit codes: ";
    if (line.empty())
      out += ".PP\n";
    else if (sections && line.ends_with(':'))
      out += ".SH " + upper_case(plain(line.substr(0, line.size() - 1))) + "\n";
    else if (sections && line.starts_with(kExitCodes))
      out += ".SH EXIT STATUS\n" + plain(line.substr(kExitCodes.size())) + "\n";
    else
      out += plain(line) + "\n";
  }
  return out + (literal ? ".EE\n" : "");
}

std::string option_text(const OptionInterface& option) {
  std::vector<std::string> names;
  for (const auto& name : option.names) names.push_back("\\fB" + plain(name) + "\\fR");
  std::string out = fmt::format(".TP\n{}", fmt::join(names, ", "));
  if (!option.value.empty() && option.value != option.names.front())
    out += " \\fI" + plain(option.value) + "\\fR";
  out += "\n" + plain(option.description);
  if (!option.initial.empty()) out += " [" + plain(option.initial) + "]";
  return out + "\n";
}

std::string synopsis(const CommandInterface& command) {
  std::string out = ".B hearth " + command.name + "\n[\\fIOPTIONS\\fR]";
  for (const auto& argument : command.arguments) {
    const std::string name =
        fmt::format("\\fI{}\\fR{}", argument.names.front(), argument.repeated ? "..." : "");
    out += argument.required ? " " + name : " [" + name + "]";
  }
  return out + "\n";
}

std::string command_text(const CommandInterface& command) {
  std::string out =
      ".SS hearth " + command.name + "\n" + synopsis(command) + ".PP\n" + plain(command.description) + ".\n";
  for (const auto& argument : command.arguments) out += option_text(argument);
  for (const auto& option : command.options)
    if (option.names.back() != "--help") out += option_text(option);
  if (!command.footer.empty()) out += ".PP\n" + prose(command.footer, false);
  return out;
}

std::string page(const CommandInterface& program) {
  std::string out = fmt::format(
      ".\\\" Made by hearth man.\n.TH HEARTH 1 \"\" \"Hearth {}\" \"User Commands\"\n"
      ".SH NAME\nhearth \\- simulate family trajectories through children's social care\n"
      ".SH SYNOPSIS\n.B hearth\n\\fICOMMAND\\fR [\\fIOPTIONS\\fR] [\\fIARGUMENTS\\fR]\n"
      ".SH DESCRIPTION\n{}\n.SH OPTIONS\n",
      plain(build_value("hearth")), plain(program.description));
  for (const auto& option : program.options) out += option_text(option);
  out += ".SH COMMANDS\n";
  for (const auto& command : program.commands) out += command_text(command);
  return out + prose(program.footer, true);
}

const Subcommand kMan{180, "man", "Print the manual page", [](CommandLine& line) -> Action {
                        line.footer("Example:\n  hearth man | man -l -");
                        return [](const Invocation& call) {
                          fmt::print("{}", page(call.interface()));
                          return ExitCode::kOk;
                        };
                      }};

}  // namespace
}  // namespace hearth
