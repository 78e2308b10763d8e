#include "scenario/outcome_sums.hpp"

namespace hearth {
namespace {

struct Part {
  std::string_view measure;
  double weight;
};
struct Sum {
  std::string_view name;
  std::vector<Part> parts;
};

const std::vector<Sum>& sums() {
  static const std::vector<Sum> all = {
      {"care_entries_under_16",
       {{"care_entries_by_age.under_1", 1.0},
        {"care_entries_by_age.1_to_4", 1.0},
        {"care_entries_by_age.5_to_9", 1.0},
        {"care_entries_by_age.10_to_15", 1.0}}},
      {"looked_after_without_unaccompanied", {{"looked_after", 1.0}, {"looked_after_unaccompanied", -1.0}}}};
  return all;
}

}  // namespace

std::vector<OutcomePart> outcome_parts(std::string_view name) {
  const auto& known = quantities_by_name();
  std::vector<OutcomePart> out;
  for (const Sum& sum : sums())
    if (sum.name == name)
      for (const Part& part : sum.parts)
        out.push_back({known.find(std::string(part.measure))->second, part.weight});
  if (const auto plain = known.find(std::string(name)); out.empty() && plain != known.end())
    out.push_back({plain->second, 1.0});
  return out;
}

std::vector<std::string> outcome_sum_names() {
  std::vector<std::string> out;
  for (const Sum& sum : sums()) out.emplace_back(sum.name);
  return out;
}

}  // namespace hearth
