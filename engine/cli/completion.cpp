#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

#include "cli/subcommand.hpp"

namespace hearth {
namespace {

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

// Of several lines the first.
std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

std::string names_of(const CommandInterface& command) {
  std::string out;
  for (const auto& option : command.options)
    for (const auto& name : option.names) out += (out.empty() ? "" : " ") + name;
  return out;
}

// ---- bash

// What may follow an option, or stand as an argument, where that is a list: one line of a case.
std::string bash_values(const CommandInterface& command) {
  std::string out;
  for (const auto& option : command.options) {
    if (option.value.empty()) continue;
    for (const auto& name : option.names)
      out += fmt::format("    '{} {}') options= values='{}' ;;\n", command.name, name,
                         fmt::join(option.choices, " "));
  }
  std::string arguments;
  for (const auto& argument : command.arguments)
    for (const auto& choice : argument.choices) arguments += (arguments.empty() ? "" : " ") + choice;
  out += fmt::format("    '{} '*) options='{}' values='{}' ;;\n", command.name, names_of(command), arguments);
  return out;
}

std::string bash_script(const CommandInterface& program) {
  std::vector<std::string> commands;
  std::string values;
  for (const auto& command : program.commands) {
    commands.push_back(command.name);
    values += bash_values(command);
  }
  return fmt::format(R"(# Completion of hearth for bash, made by hearth completion bash.
_hearth() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD - 1]}} command='' options values word
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD - 1}}"; do
    if [[ $word != -* ]]; then
      command=$word
      break
    fi
  done
  case "$command $previous" in
    ' '*) options='{}' values='{}' ;;
{}  esac
  # Files are completed where this finds nothing.
  mapfile -t COMPREPLY < <(compgen -W "$options $values" -- "$current")
}}
complete -o default -F _hearth hearth
)",
                     names_of(program), fmt::join(commands, " "), values);
}

// ---- zsh

// Inside single quotes, in a place where [, ] and : mean something.
std::string zsh_text(const std::string& text) {
  std::string out;
  for (const char c : first_line(text)) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return replaced(out, "'", "'\\''");
}

std::string zsh_value(const OptionInterface& option) {
  if (!option.choices.empty() && option.value == "SCENARIO")
    return fmt::format(":{}:{{_files; compadd -- {}}}", option.value, fmt::join(option.choices, " "));
  if (!option.choices.empty()) return fmt::format(":{}:({})", option.value, fmt::join(option.choices, " "));
  const bool file = option.value == "FILE" || option.names.front() == option.value;
  return fmt::format(":{}:{}", option.value, file ? "_files" : "");
}

std::string zsh_option(const OptionInterface& option) {
  const std::string text = zsh_text(option.description);
  const std::string value = option.value.empty() ? "" : zsh_value(option);
  if (option.names.size() == 1)
    return fmt::format("'{}{}[{}]{}'", option.repeated ? "*" : "", option.names[0], text, value);
  return fmt::format("'({})'{{{}}}'[{}]{}'", fmt::join(option.names, " "), fmt::join(option.names, ","), text,
                     value);
}

std::string zsh_arguments(const CommandInterface& command) {
  std::string out;
  for (const auto& option : command.options) out += " \\\n        " + zsh_option(option);
  for (const auto& argument : command.arguments)
    out += fmt::format(" \\\n        '{}{}'", argument.repeated ? "*" : "", zsh_value(argument));
  return out;
}

std::string zsh_script(const CommandInterface& program) {
  std::string commands;
  std::string cases;
  for (const auto& command : program.commands) {
    commands += fmt::format("    '{}:{}'\n", command.name, zsh_text(command.description));
    cases += fmt::format("      {}) _arguments{} ;;\n", command.name, zsh_arguments(command));
  }
  std::string options;
  for (const auto& option : program.options) options += " " + zsh_option(option);
  return fmt::format(R"(#compdef hearth
# Completion of hearth for zsh, made by hearth completion zsh.
_hearth() {{
  local context state state_descr line
  typeset -A opt_args
  local -a commands=(
{})
  _arguments -C{} '1: :->command' '*:: :->arguments'
  case $state in
    command) _describe -t commands 'hearth command' commands ;;
    arguments) case $words[1] in
{}      esac ;;
  esac
}}
if [[ $funcstack[1] == _hearth ]]; then _hearth "$@"; else compdef _hearth hearth; fi
)",
                     commands, options, cases);
}

// ---- fish

std::string fish_text(const std::string& text) {
  return replaced(replaced(first_line(text), "\\", "\\\\"), "'", "\\'");
}

std::string fish_option(const OptionInterface& option, const std::string& condition) {
  std::string out = "complete -c hearth -n '" + condition + "'";
  for (const auto& name : option.names)
    out += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  if (!option.value.empty()) out += option.value == "FILE" ? " -r -F" : " -x";
  if (!option.choices.empty()) out += fmt::format(" -a '{}'", fmt::join(option.choices, " "));
  return out + fmt::format(" -d '{}'\n", fish_text(option.description));
}

std::string fish_script(const CommandInterface& program) {
  std::string out = "# Completion of hearth for fish, made by hearth completion fish.\n";
  for (const auto& option : program.options) out += fish_option(option, "__fish_use_subcommand");
  for (const auto& command : program.commands) {
    out += fmt::format("complete -c hearth -f -n __fish_use_subcommand -a {} -d '{}'\n", command.name,
                       fish_text(command.description));
    const std::string chosen = "__fish_seen_subcommand_from " + command.name;
    for (const auto& option : command.options) out += fish_option(option, chosen);
    for (const auto& argument : command.arguments)
      if (!argument.choices.empty())
        out +=
            fmt::format("complete -c hearth{} -n '{}' -a '{}'\n", argument.value == "SCENARIO" ? "" : " -f",
                        chosen, fmt::join(argument.choices, " "));
  }
  return out;
}

const Subcommand kCompletion{
    170, "completion", "Print a script that completes commands and options in your shell",
    [](CommandLine& line) -> Action {
      const auto shell = std::make_shared<std::string>();
      line.argument("SHELL", *shell, {"bash", "zsh", "fish"}, "Your shell").required();
      line.footer(
          R"(cmake --install puts the scripts where Debian's shells find them. Otherwise:

  bash: add to ~/.bashrc               source <(hearth completion bash)
  zsh:  add to ~/.zshrc after compinit source <(hearth completion zsh)
  fish: run once                       hearth completion fish > ~/.config/fish/completions/hearth.fish)");
      return [shell](const Invocation& call) {
        const CommandInterface interface = call.interface();
        fmt::print("{}", *shell == "bash"  ? bash_script(interface)
                         : *shell == "zsh" ? zsh_script(interface)
                                           : fish_script(interface));
        return ExitCode::kOk;
      };
    }};

}  // namespace
}  // namespace hearth
