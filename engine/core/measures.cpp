#include "core/measures.hpp"

#include <fmt/format.h>

namespace hearth {
namespace {
using enum MeasureKind;
using enum MeasureDimension;
}  // namespace

const std::array<MeasureInfo, kMeasures> kMeasureTable = {{
#define HEARTH_MEASURE(id, ...) {Measure::id, __VA_ARGS__},
#include "core/measures.def"
#undef HEARTH_MEASURE
}};

namespace {
struct Layout {
  std::array<MeasureSlot, kMeasures> slots;
  std::size_t integers = 0;
  std::size_t reals = 0;
};
const Layout& layout() {
  static const Layout value = [] {
    Layout out;
    for (const auto& row : kMeasureTable) {
      const bool real = row.kind == MeasureKind::kLevel;
      std::size_t& next = real ? out.reals : out.integers;
      out.slots.at(index(row.id)) = {real, next};
      next += size_of(row.dimension);
    }
    return out;
  }();
  return value;
}
}  // namespace

const std::map<std::string, Quantity, std::less<>>& quantities_by_name() {
  static const auto known = [] {
    std::map<std::string, Quantity, std::less<>> out;
    for (const MeasureInfo& info : kMeasureTable) {
      const auto categories = category_names(info.dimension);
      if (categories.empty()) out[std::string(info.name)] = {info.id, 0, {}};
      for (std::size_t c = 0; c < categories.size(); ++c)
        out[fmt::format("{}.{}", info.name, categories[c])] = {info.id, c, {}};
    }
    for (std::size_t line = 0; line < kCostLines.size(); ++line) {
      const std::string payer = fmt::format("cost.{}", kPayerNames.at(index(kCostLines[line].payer)));
      const auto category = kCostCategoryNames.at(index(kCostLines[line].category));
      for (const auto& name : {std::string("cost"), payer, fmt::format("{}.{}", payer, category)})
        out[name].cost_lines.push_back(line);
    }
    return out;
  }();
  return known;
}

MeasureSlot slot(Measure measure) {
  return layout().slots.at(index(measure));
}
std::size_t integer_rows() {
  return layout().integers;
}
std::size_t real_rows() {
  return layout().reals;
}

AuthoritySeries::AuthoritySeries(int months)
    : months_(static_cast<std::size_t>(months)),
      counts_(integer_rows() * months_),
      levels_(real_rows() * months_),
      costs_(kCostLines.size() * months_) {}

std::span<std::int32_t> AuthoritySeries::counts(Measure measure, std::size_t category) {
  return {counts_.data() + (slot(measure).first + category) * months_, months_};
}
std::span<const std::int32_t> AuthoritySeries::counts(Measure measure, std::size_t category) const {
  return {counts_.data() + (slot(measure).first + category) * months_, months_};
}
void AuthoritySeries::write_counts(std::size_t month, const MonthCounts& counts) {
  std::size_t row = 0;  // in the order of the slots
  for (const MeasureInfo& info : kMeasureTable) {
    if (info.kind == MeasureKind::kLevel) continue;
    for (std::size_t category = 0; category < size_of(info.dimension); ++category)
      counts_[row++ * months_ + month] = counts[index(info.id)][category];
  }
}
std::span<float> AuthoritySeries::levels(Measure measure) {
  return {levels_.data() + slot(measure).first * months_, months_};
}
std::span<const float> AuthoritySeries::levels(Measure measure) const {
  return {levels_.data() + slot(measure).first * months_, months_};
}

AuthoritySeries in_steps(const AuthoritySeries& monthly, int step_months) {
  if (step_months == 1) return monthly;
  const auto step = static_cast<std::size_t>(step_months);
  AuthoritySeries out(static_cast<int>((monthly.months() + step - 1) / step));
  const auto take = [step](const auto& from, const auto& to, bool summed) {
    for (std::size_t m = 0; m < from.size(); ++m)
      to[m / step] = summed && m % step > 0 ? to[m / step] + from[m] : from[m];
  };
  for (const MeasureInfo& info : kMeasureTable) {
    if (slot(info.id).real) {
      take(monthly.levels(info.id), out.levels(info.id), false);
      continue;
    }
    for (std::size_t c = 0; c < size_of(info.dimension); ++c)
      take(monthly.counts(info.id, c), out.counts(info.id, c), info.kind == MeasureKind::kFlow);
  }
  for (std::size_t line = 0; line < kCostLines.size(); ++line) take(monthly.cost(line), out.cost(line), true);
  return out;
}

std::vector<AuthoritySeries> in_steps(const std::vector<AuthoritySeries>& monthly, int step_months) {
  std::vector<AuthoritySeries> out;
  out.reserve(monthly.size());
  for (const auto& authority : monthly) out.push_back(in_steps(authority, step_months));
  return out;
}

}  // namespace hearth
