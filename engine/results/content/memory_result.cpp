#include "results/content/memory_result.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <optional>
#include <utility>

#include "core/error.hpp"

namespace hearth {
namespace {

std::size_t bytes_of(NumberType type) {
  return type == NumberType::kFloat64 ? sizeof(double) : sizeof(float);
}

// The shapes of all variables.
std::vector<std::vector<std::size_t>> shapes(const ResultHeader& header,
                                             const std::vector<VariableDescription>& variables) {
  std::map<std::string, std::size_t> sizes;
  for (const CoordinateDescription& coordinate : result_coordinates(header))
    sizes[coordinate.dimension] =
        std::visit([](const auto& labels) { return labels.size(); }, coordinate.labels);
  std::vector<std::vector<std::size_t>> out;
  for (const VariableDescription& variable : variables) {
    auto& shape = out.emplace_back();
    for (const auto& dimension : variable.dimensions) shape.push_back(sizes.at(dimension));
  }
  return out;
}

std::size_t product(const std::vector<std::size_t>& sizes, std::size_t from = 0) {
  std::size_t out = 1;
  for (std::size_t d = from; d < sizes.size(); ++d) out *= sizes[d];
  return out;
}

template <typename Number>
void append(const std::byte* from, std::size_t count, std::vector<double>& into) {
  const auto* numbers = reinterpret_cast<const Number*>(from);
  into.insert(into.end(), numbers, numbers + count);
}

}  // namespace

MemoryResult::MemoryResult(ResultHeader header, std::string name)
    : ResultSource(std::move(name), std::move(header)) {
  const auto of_all = shapes(header_, variables());
  for (std::size_t i = 0; i < of_all.size(); ++i) {
    // Pages of zeros take no memory until they are written.
    auto* const data =
        static_cast<std::byte*>(std::calloc(product(of_all[i]), bytes_of(variables()[i].type)));
    if (data == nullptr) throw std::bad_alloc();
    numbers_.push_back({of_all[i], std::unique_ptr<std::byte, Free>(data)});
  }
}

double MemoryResult::bytes(const ResultHeader& header) {
  const std::vector<VariableDescription> variables = result_variables(header);
  const auto of_all = shapes(header, variables);
  double out = 0.0;
  for (std::size_t i = 0; i < variables.size(); ++i) {
    auto numbers = static_cast<double>(bytes_of(variables[i].type));
    for (const std::size_t size : of_all[i]) numbers *= static_cast<double>(size);
    const bool by_payer = i == kCostVariable;
    out += numbers * (by_payer ? static_cast<double>(kCostLines.size()) / (kPayers * kCostCategories) : 1.0);
  }
  return out;
}

const std::byte* MemoryResult::plane(std::size_t variable, std::size_t arm, std::size_t replicate,
                                     const std::vector<std::size_t>& categories) const {
  const std::vector<std::size_t>& shape = numbers_.at(variable).shape;
  constexpr std::size_t kBefore = 2;  // dimensions: arm and replicate
  if (arm >= shape[0] || replicate >= shape[1] || categories.size() + kBefore + 2 != shape.size())
    throw InternalError(fmt::format("the result has no such numbers of {}", variables()[variable].name));
  std::size_t before = arm * shape[1] + replicate;  // planes
  for (std::size_t c = 0; c < categories.size(); ++c) before = before * shape[kBefore + c] + categories[c];
  return numbers_[variable].data.get() + before * rows() * steps() * bytes_of(variables()[variable].type);
}

void MemoryResult::write(std::size_t arm, std::size_t replicate, const std::vector<AuthoritySeries>& series) {
  fill({}, arm, replicate, series);
}

void MemoryResult::write_alone(std::size_t source, std::size_t arm, std::size_t replicate,
                               const std::vector<AuthoritySeries>& series) {
  if (source >= header_.split.size()) throw InternalError("the result has no such source of uncertainty");
  fill(source, arm, replicate, series);
}

void MemoryResult::fill(std::optional<std::size_t> alone, std::size_t arm, std::size_t replicate,
                        const std::vector<AuthoritySeries>& series) {
  if (series.size() != rows() ||
      std::ranges::any_of(series, [this](const auto& s) { return s.months() != steps(); }))
    throw InternalError("a block of results has other authorities or months than its result");
  // Far out of range where it is below the first.
  const std::size_t position = replicate - static_cast<std::size_t>(header_.first_replicate);
  for_each_plane(header_, alone, series, [&](const ResultPlane& from) {
    auto* const to = const_cast<std::byte*>(plane(from.variable, arm, position, from.categories));
    std::visit([&](const auto numbers) { std::memcpy(to, numbers.data(), numbers.size_bytes()); },
               from.numbers);
  });
}

void MemoryResult::end_at(int replicates) {
  if (replicates < 1 || replicates > header_.replicates)
    throw InternalError("a result cannot end with replicates that it does not have");
  for (std::size_t v = 0; v < numbers_.size(); ++v) {
    auto& [shape, data] = numbers_[v];
    const std::size_t of_replicate = product(shape, 2) * bytes_of(variables()[v].type);
    const std::size_t before = shape[1] * of_replicate;
    shape[1] = static_cast<std::size_t>(replicates);
    const std::size_t after = shape[1] * of_replicate;
    for (std::size_t arm = 1; arm < shape[0]; ++arm)
      std::memmove(data.get() + arm * after, data.get() + arm * before, after);
  }
  hearth::end_at(header_, replicates);
}

void MemoryResult::finish(double wall_seconds, int threads) {
  header_.provenance["wall_seconds"] = fmt::to_string(wall_seconds);
  header_.provenance["threads"] = fmt::to_string(threads);
}

std::vector<MemoryResult::Array> MemoryResult::arrays() const {
  std::vector<Array> out;
  for (std::size_t v = 0; v < numbers_.size(); ++v)
    out.push_back({variables()[v], numbers_[v].shape, numbers_[v].data.get()});
  return out;
}

void MemoryResult::planes(std::size_t variable, std::size_t arm, ReplicateRange replicates,
                          const std::vector<std::size_t>& categories, std::vector<double>& into) const {
  into.clear();
  for (std::size_t r = 0; r < replicates.count; ++r) {
    const std::byte* const from = plane(variable, arm, replicates.first + r, categories);
    const std::size_t count = rows() * steps();
    switch (variables()[variable].type) {
      case NumberType::kInt32:
        append<std::int32_t>(from, count, into);
        break;
      case NumberType::kFloat32:
        append<float>(from, count, into);
        break;
      case NumberType::kFloat64:
        append<double>(from, count, into);
        break;
    }
  }
}

std::vector<double> MemoryResult::authority_statistics(const std::string&,
                                                       const std::vector<std::size_t>&) const {
  throw InternalError("this result keeps no such statistics of authorities");
}

}  // namespace hearth
