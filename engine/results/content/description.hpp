// What a result holds, whoever keeps it: the names, dimensions, types and attributes of its variables, and
// the planes of numbers that a block of the simulation gives them. The file and Python's data set are both
// made from this. Format: outputs/README.md.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/measures.hpp"
#include "results/content/result_header.hpp"

namespace hearth {

using Attribute = std::variant<std::string, std::int32_t, std::uint64_t, double>;
using Attributes = std::vector<std::pair<std::string, Attribute>>;

// Labels along one dimension. Where the name is that of the dimension they are its own; else they stand
// beside: the names of authorities beside their codes.
struct CoordinateDescription {
  std::string name;
  std::string dimension;
  std::variant<std::vector<std::string>, std::vector<std::int32_t>> labels;
  Attributes attributes;
};

enum class NumberType : std::uint8_t { kInt32, kFloat32, kFloat64 };

struct VariableDescription {
  std::string name;
  NumberType type = NumberType::kInt32;
  std::vector<std::string> dimensions;  // (arm, replicate, categories..., authority, time)
  Attributes attributes;
};

Attributes result_attributes(const ResultHeader& header);

// The sentence that says what it means that so many authorities adopt in some arm without being simulated;
// empty of none.
std::string adopting_elsewhere_text(std::size_t authorities);

// First those that are dimensions, then those beside them.
std::vector<CoordinateDescription> result_coordinates(const ResultHeader& header);
// The measures in the order of kMeasureTable, then the cost; with a split, the measures of kSplitMeasures and
// the cost to authorities once more, of one source of uncertainty alone.
std::vector<VariableDescription> result_variables(const ResultHeader& header);
// Their positions; that of a measure is index(measure).
inline constexpr std::size_t kCostVariable = kMeasures;
inline constexpr std::size_t kFirstVariableAlone = kCostVariable + 1;
inline constexpr std::size_t kCostVariableAlone = kFirstVariableAlone + kSplitMeasures.size();

// The position of a measure's category beyond arm and replicate; empty where it is one number.
std::vector<std::size_t> position_of(const MeasureInfo& info, std::size_t category);

// Of a summarised result (results/summarised.hpp), as result_variables() with areas in place of authorities;
// and in the group "authorities" what is said of each over the replicates, with dimensions (statistic, arm,
// category if any, authority, time), where time is the ends of years: each measure, then the cost by payer
// and in all, each followed by its difference from the baseline.
std::vector<CoordinateDescription> area_coordinates(const ResultHeader& header);
std::vector<VariableDescription> area_variables(const ResultHeader& header);
std::vector<CoordinateDescription> authority_coordinates(const ResultHeader& header);
std::vector<VariableDescription> authority_variables(const ResultHeader& header);

// All authorities by steps of time of one variable, in one arm, replicate and category: row-major.
struct ResultPlane {
  std::size_t variable = 0;             // in result_variables
  std::vector<std::size_t> categories;  // the position beyond arm and replicate; empty: there is none
  std::variant<std::span<const std::int32_t>, std::span<const float>, std::span<const double>> numbers;
};

// Hands over, one at a time, every plane that a replicate of an arm fills: counts scaled up where a fraction
// of families was simulated, costs in pounds. Planes that are not handed over are zero. `alone`: the block is
// of the ensemble in which only that source of header.split is on. The numbers live as long as the call.
void for_each_plane(const ResultHeader& header, std::optional<std::size_t> alone,
                    const std::vector<AuthoritySeries>& series,
                    const std::function<void(const ResultPlane&)>& use);

}  // namespace hearth
