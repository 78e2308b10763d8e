#include "results/file/inspect.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/plain_text.hpp"
#include "results/content/names.hpp"
#include "results/file/promise.hpp"
#include "results/file/result_reader.hpp"
#include "results/file/stored_file.hpp"

namespace hearth {
namespace {

std::string text_of(const stored::Dataset& dataset, const char* attribute) {
  const auto found = dataset.attributes.find(attribute);
  const auto* text = found == dataset.attributes.end() ? nullptr : std::get_if<std::string>(&found->second);
  return text != nullptr && is_plain(*text) ? *text : "";
}

// Measures have several dimensions, coordinates one.
std::vector<ResultVariable> variables_of(const stored::Group& group) {
  std::vector<ResultVariable> out;
  for (const stored::Dataset& each : group.datasets)
    if (each.extent.size() > 1 && is_plain(each.name))
      out.push_back({each.name,
                     text_of(each, "long_name"),
                     text_of(each, "units"),
                     each.dimensions,
                     {each.extent.begin(), each.extent.end()},
                     each.stored_bytes});
  return out;
}

}  // namespace

ResultDescription inspect_result(const std::filesystem::path& file) {
  ResultDescription out;
  out.header = ResultReader(file, Accept::kUnfinished).header();
  const StoredFile stored(file, {.sizes = true});
  out.complete = promise::is_complete(stored.content());
  out.bytes = std::filesystem::file_size(file);
  out.variables = variables_of(stored.content().root);
  if (out.header.summarised) out.of_authorities = variables_of(*stored.content().find(names::kAuthorities));
  return out;
}

}  // namespace hearth
