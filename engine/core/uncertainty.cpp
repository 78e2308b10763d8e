#include "core/uncertainty.hpp"

#include <fmt/format.h>

#include <vector>

#include "core/words.hpp"

namespace hearth {
SourceSet Coverage::sources() const {
  SourceSet out;
  for (std::size_t i = 0; i < kUncertaintySources; ++i) out[i] = left_out[i].empty();
  return out;
}

std::string coverage_sentence(const Coverage& coverage) {
  std::vector<std::string> covered;
  std::vector<std::string> not_covered;
  for (const auto& source : kUncertaintySourceTable) {
    const std::string& reason = coverage.left_out[index(source.id)];
    if (reason.empty())
      covered.emplace_back(source.meaning);
    else
      not_covered.push_back(fmt::format("{} (not included: {})", source.meaning, reason));
  }
  not_covered.emplace_back("what the model leaves out");
  if (covered.empty())
    return fmt::format("Replicates are all the same; the interval does not cover {}.",
                       listed(not_covered, "or"));
  return fmt::format("It covers {}; it does not cover {}: true uncertainty is wider.", listed(covered, "and"),
                     listed(not_covered, "or"));
}

}  // namespace hearth
