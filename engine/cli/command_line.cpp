#include "cli/command_line.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <system_error>

#include "core/nearest.hpp"

namespace hearth {
namespace {

// Accepts whole numbers of at least `least`, and says so otherwise.
CLI::Validator whole_number_from(int least) {
  return {[least](const std::string& text) -> std::string {
            long long value = 0;
            const char* const end = text.data() + text.size();
            const auto [stop, error] = std::from_chars(text.data(), end, value);
            if (error == std::errc{} && stop == end && value >= least) return {};
            return fmt::format("{} is not a whole number from {} up", text, least);
          },
          ""};
}

template <typename Value>
CLI::Option& value(CLI::App& app, const char* name, Value& into, const char* type, const std::string& text) {
  return *app.add_option(name, into, text)->type_name(type);
}

template <typename Number>
Option number_from(CLI::App& app, const char* name, Number& into, int least, const std::string& text) {
  return Option(*value(app, name, into, "N", text).check(whole_number_from(least)));
}

template <typename Number, typename Limit>
Option number_within(CLI::App& app, const char* name, Number& into, Limit least, Limit most, const char* type,
                     const std::string& text) {
  return Option(*value(app, name, into, type, text)
                     .check(CLI::Range(least, most).description(fmt::format("{} to {}", least, most))));
}

CLI::Option& several(CLI::App& app, const char* name, std::vector<std::string>& into, const char* type,
                     const std::string& text) {
  return *value(app, name, into, type, text).allow_extra_args(false);
}

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

// An unknown word explains more than what CLI11 stumbled over because of it.
std::string mistake_text(const CLI::App& program, const CLI::App& chosen, const CLI::ParseError& error) {
  const auto unknown = program.remaining(true);
  if (unknown.empty()) return error.what();
  const bool is_program = &program == &chosen;
  const std::string word = unknown.front().substr(0, unknown.front().find('='));
  const char* const what = word.starts_with("-") ? "option" : is_program ? "command" : "argument";
  const std::string command = is_program ? "hearth" : "hearth " + chosen.get_name();
  return with_suggestion(fmt::format("there is no {} {} of {}", what, word, command), word,
                         valid_words(chosen, word));
}

// "FORMAT:{text,json}" as CLI11 shows a value that is one of a list.
void split_type(const std::string& type, OptionInterface& out) {
  out.value = type.substr(0, type.find(':'));
  const auto open = type.find('{');
  if (open == std::string::npos) return;
  const auto close = type.find('}', open);
  for (const auto& choice : CLI::detail::split(type.substr(open + 1, close - open - 1), ','))
    out.choices.push_back(choice);
}

OptionInterface interface_of(const CLI::Option& option) {
  OptionInterface out;
  for (const auto& name : option.get_snames()) out.names.push_back("-" + name);
  for (const auto& name : option.get_lnames()) out.names.push_back("--" + name);
  if (option.get_items_expected_max() > 0) split_type(option.get_type_name(), out);
  if (!option.nonpositional()) {
    out.names = {option.get_name(true)};
    out.value = out.names.front();
  }
  if (out.choices.empty()) out.choices = known_names(out.value);
  out.initial = option.get_default_str();
  out.description = option.get_description();
  out.required = option.get_required();
  out.repeated = option.get_expected_max() >= CLI::detail::expected_max_vector_size;
  return out;
}

CommandInterface interface_of(const CLI::App& app) {
  CommandInterface out{app.get_name(), app.get_description(), app.get_footer(), {}, {}, {}};
  // CLI11 hands the program's footer down to commands without one.
  if (app.get_parent() != nullptr && out.footer == app.get_parent()->get_footer()) out.footer.clear();
  for (const CLI::Option* option : app.get_options())
    (option->nonpositional() ? out.options : out.arguments).push_back(interface_of(*option));
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    out.commands.push_back(interface_of(*command));
  return out;
}

}  // namespace

// ---- An option

Option& Option::required(bool yes) {
  option_->required(yes);
  return *this;
}
Option& Option::shows_default() {
  option_->capture_default_str();
  return *this;
}
Option& Option::shows_default(const std::string& text) {
  option_->default_str(text);
  return *this;
}
Option& Option::excludes(const Option& other) {
  option_->excludes(other.option_);
  return *this;
}
Option& Option::needs(const Option& other) {
  option_->needs(other.option_);
  return *this;
}

// ---- The options of a command

Option CommandLine::flag(const char* name, bool& into, const std::string& text) {
  return Option(*app_->add_flag(name, into, text));
}
Option CommandLine::text(const char* name, std::string& into, const char* type, const std::string& text) {
  return Option(value(*app_, name, into, type, text));
}
Option CommandLine::file(const char* name, std::filesystem::path& into, const char* type,
                         const std::string& text) {
  return Option(value(*app_, name, into, type, text));
}
Option CommandLine::choice(const char* name, std::string& into, const char* type,
                           const std::vector<std::string>& choices, const std::string& text) {
  return Option(*value(*app_, name, into, type, text).check(CLI::IsMember(choices)));
}
Option CommandLine::list(const char* name, std::vector<std::string>& into, const char* type,
                         const std::string& text) {
  return Option(*several(*app_, name, into, type, text).delimiter(','));
}
Option CommandLine::choices(const char* name, std::vector<std::string>& into, const char* type,
                            const std::vector<std::string>& choices, const std::string& text) {
  return Option(*several(*app_, name, into, type, text).delimiter(',')->check(CLI::IsMember(choices)));
}
Option CommandLine::repeated(const char* name, std::vector<std::string>& into, const char* type,
                             const std::string& text) {
  return Option(several(*app_, name, into, type, text));
}
Option CommandLine::whole_number(const char* name, int& into, int least, const std::string& text) {
  return number_from(*app_, name, into, least, text);
}
Option CommandLine::whole_number(const char* name, std::uint64_t& into, int least, const std::string& text) {
  return number_from(*app_, name, into, least, text);
}
Option CommandLine::whole_number(const char* name, std::optional<int>& into, int least,
                                 const std::string& text) {
  return number_from(*app_, name, into, least, text);
}
Option CommandLine::whole_number(const char* name, std::optional<std::uint32_t>& into, int least,
                                 const std::string& text) {
  return number_from(*app_, name, into, least, text);
}
Option CommandLine::whole_number(const char* name, std::optional<std::uint64_t>& into, int least,
                                 const std::string& text) {
  return number_from(*app_, name, into, least, text);
}
Option CommandLine::whole_number(const char* name, int& into, int least, int most, const char* type,
                                 const std::string& text) {
  return number_within(*app_, name, into, least, most, type, text);
}
Option CommandLine::whole_number(const char* name, std::optional<int>& into, int least, int most,
                                 const char* type, const std::string& text) {
  return number_within(*app_, name, into, least, most, type, text);
}
Option CommandLine::number(const char* name, double& into, double least, double most, const char* type,
                           const std::string& text) {
  return number_within(*app_, name, into, least, most, type, text);
}
Option CommandLine::number(const char* name, std::optional<double>& into, double least, double most,
                           const char* type, const std::string& text) {
  return number_within(*app_, name, into, least, most, type, text);
}
Option CommandLine::argument(const char* name, std::string& into, const std::string& text) {
  return Option(*app_->add_option(name, into, text));
}
Option CommandLine::argument(const char* name, std::filesystem::path& into, const std::string& text) {
  return Option(*app_->add_option(name, into, text));
}
Option CommandLine::argument(const char* name, std::string& into, const std::vector<std::string>& choices,
                             const std::string& text) {
  return Option(*app_->add_option(name, into, text)->check(CLI::IsMember(choices)));
}
Option CommandLine::arguments(const char* name, std::vector<std::string>& into, const std::string& text) {
  return Option(*app_->add_option(name, into, text));
}
Option CommandLine::arguments(const char* name, std::vector<std::filesystem::path>& into,
                              const std::string& text) {
  return Option(*app_->add_option(name, into, text));
}

void CommandLine::footer(const std::string& text) {
  app_->footer(text);
}

// ---- The program

ProgramLine::ProgramLine(const std::string& description, const std::string& footer)
    : app_(std::make_unique<CLI::App>(description, "hearth")) {
  app_->footer(footer);
  app_->require_subcommand(0, 1);
  app_->get_formatter()->column_width(34);
  app_->get_formatter()->label("SUBCOMMAND", "COMMAND");
}

ProgramLine::~ProgramLine() = default;

CommandLine ProgramLine::own() {
  return CommandLine(*app_);
}

CommandLine ProgramLine::subcommand(const std::string& name, const std::string& text) {
  return CommandLine(*app_->add_subcommand(name, text));
}

Parsed ProgramLine::parse(const std::vector<std::string>& arguments) {
  Parsed out;
  const auto chosen = [&]() -> const CLI::App& {
    const auto commands = app_->get_subcommands();
    return commands.empty() ? *app_ : *commands.front();
  };
  try {
    // CLI11 takes the arguments from the back.
    app_->parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::CallForHelp&) {
    out.wants_help = true;
  } catch (const CLI::ParseError& error) {
    out.mistake = mistake_text(*app_, chosen(), error);
  }
  if (&chosen() != app_.get()) out.command = chosen().get_name();
  return out;
}

std::string ProgramLine::help() const {
  return app_->help();
}

CommandInterface ProgramLine::interface() const {
  return interface_of(*app_);
}

}  // namespace hearth
