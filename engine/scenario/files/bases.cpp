#include "scenario/files/bases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace hearth {
namespace {

namespace fs = std::filesystem;

// Whether it is some other file that Hearth writes or reads; says so in one message.
bool is_other_file(const Cursor& root, Checker& checker) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kOthers = {{
      {"hearth resolved scenario",
       "it is the record that a result keeps: give the scenario file that was run, or one that extends it"},
      {"hearth calibration", "name it with the key \"calibration\" in a scenario"},
      {"hearth profile", "it holds counts: give its observed.csv to hearth hindcast --observed"},
  }};
  const auto& items = root.node->items;
  if (!items.empty() && items.front().find("name") != nullptr && items.front().find("origin") != nullptr) {
    checker.wrong(root, "a list of values, as hearth resolve --json prints it", "a scenario in { }",
                  "give the scenario file that was resolved, or one that extends it");
    return true;
  }
  const Member* const format = root.node->find("format");
  if (format == nullptr) return false;
  for (const auto& [name, hint] : kOthers)
    if (format->value.text == name) {
      checker.wrong_key(root, *format, fmt::format("a file of the format {}", in_quotes(name)), "a scenario",
                        std::string(hint));
      return true;
    }
  return false;
}

// The file that a document extends; nothing where it extends none or (reported) not rightly.
std::optional<fs::path> base_of(const Cursor& extends, const std::vector<fs::path>& above, Checker& checker) {
  const auto name = checker.text(extends, "the path of a scenario file");
  if (!name) return std::nullopt;
  const fs::path base = relative_to_file(*extends.node, *name);
  if (std::ranges::find(above, base) != above.end()) {
    std::string chain;
    for (const auto& step : above) chain += step.generic_string() + " -> ";
    checker.wrong(extends, fmt::format("a circle: {}{}", chain, base.generic_string()),
                  "a scenario that does not lead back here");
    return std::nullopt;
  }
  return checker.existing_file(extends, "the path of a scenario file, relative to this one");
}

// `above`: the files that lead here, by which circles are found.
Node read_one(const fs::path& file, std::optional<std::string_view> text, std::vector<fs::path> above,
              MergedDocument& out, LoadContext& context) {
  Checker& checker = context.checker;
  if (!text) context.files.push_back(file);
  auto document =
      parse_document(text ? std::string(*text) : read_text(file), file.generic_string(), checker.diagnostics);
  out.readable = false;
  if (!document) return {};
  above.push_back(file.lexically_normal());
  out.chain.push_back(file.generic_string());
  Node& root = *document;
  const Cursor at{&root, ""};
  if (is_other_file(at, checker) || !checker.open_object(at, "a scenario")) return {};
  const auto extends = Checker::child(at, "extends");
  if (!extends) {
    out.readable = true;
    return root;
  }
  const auto base = base_of(*extends, above, checker);
  if (!base) return root;
  Node merged = read_one(*base, std::nullopt, std::move(above), out, context);
  // What goes by another name is not what the title and the question of the base are about.
  if (root.find("name") != nullptr)
    std::erase_if(merged.members, [&](const Member& member) {
      return (member.key == "title" || member.key == "question") && root.find(member.key) == nullptr;
    });
  merge(merged, std::move(root));
  return merged;
}

}  // namespace

std::size_t MergedDocument::depth(const Cursor& at) const {
  return static_cast<std::size_t>(std::ranges::find(chain, *at.node->at.file) - chain.begin());
}

MergedDocument read_with_bases(const fs::path& file, std::optional<std::string_view> text,
                               LoadContext& context) {
  MergedDocument out;
  out.root = read_one(file, text, {}, out, context);
  return out;
}

}  // namespace hearth
