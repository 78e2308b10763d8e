#include "scenario/files/load_context.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>

#include "core/text.hpp"
#include "scenario/files/json_text.hpp"

namespace hearth {
namespace {

std::vector<Diagnostic> in_order(std::vector<Diagnostic> all) {
  // Keys and paths come from the user's text and may hold line breaks; a message is one line.
  for (auto& each : all)
    for (auto* part : {&each.file, &each.pointer, &each.found, &each.allowed, &each.hint}) {
      *part = printable(*part);
      std::replace_if(
          part->begin(), part->end(), [](char c) { return static_cast<unsigned char>(c) < 0x20U; }, '?');
    }
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return std::tie(a.file, a.line, a.column) < std::tie(b.file, b.line, b.column);
  });
  return all;
}

}  // namespace

void LoadContext::stop_on_mistakes() {
  if (any_mistake()) throw ScenarioError(in_order(std::move(checker.diagnostics)));
}

std::vector<Diagnostic> LoadContext::warnings() const {
  return in_order(checker.warnings);
}

void LoadContext::record(std::string pointer, const nlohmann::ordered_json& value, std::string unit,
                         std::string origin) {
  values.push_back({std::move(pointer), json_text(value), std::move(unit), std::move(origin), "", ""});
}

void LoadContext::replace(std::string_view pointer, const nlohmann::ordered_json& value,
                          std::optional<std::string_view> origin) {
  const auto found = std::ranges::find(values, pointer, &ResolvedValue::pointer);
  if (found == values.end()) return;
  found->value = json_text(value);
  if (origin) found->origin = *origin;
}

std::string origin_of(const std::optional<Cursor>& at) {
  return at ? at->node->at.text() : "default";
}

}  // namespace hearth
