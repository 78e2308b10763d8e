#include "results/content/result_source.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/error.hpp"
#include "results/content/names.hpp"

namespace hearth {
namespace {

bool is_chosen(const std::vector<std::size_t>& among, std::size_t position) {
  return among.empty() || std::ranges::find(among, position) != among.end();
}

}  // namespace

ResultSource::ResultSource(std::string name, ResultHeader header)
    : header_(std::move(header)),
      name_(std::move(name)),
      variables_(header_.summarised ? area_variables(header_) : result_variables(header_)) {
  if (header_.summarised) areas_ = areas_with_replicates(header_);
}

void ResultSource::show_money_in(const Pounds& pounds) {
  money_factors_ = hearth::money_factors(pounds, header_);
  pounds_ = pounds;
}

// Of series of all steps, one after the other.
void ResultSource::in_pounds(std::vector<double>& money) const {
  if (pounds_.are_of_origin()) return;
  for (std::size_t i = 0; i < money.size(); ++i) money[i] *= money_factors_[i % steps()];
}

std::size_t ResultSource::variable(std::string_view name) const {
  const auto found = std::ranges::find(variables_, name, &VariableDescription::name);
  if (found == variables_.end()) throw InternalError(fmt::format("no result has a variable {}", name));
  return static_cast<std::size_t>(found - variables_.begin());
}

// Where the group lies in `areas_`; areas_.size(): nowhere.
std::size_t ResultSource::area_of(const AuthorityGroup& group) const {
  return static_cast<std::size_t>(std::ranges::find(areas_, group, &Area::authorities) - areas_.begin());
}

void ResultSource::refuse(const std::string& what) const {
  std::vector<std::string> names;
  for (const Area& area : areas_) names.push_back(area.name);
  throw DataError(fmt::format(
      "{} does not have the replicates of {}: it is summarised, and has those of {}, and of each authority "
      "the mean, standard deviation and quantiles of every year; ask for these, or run its scenario with "
      "\"output\": {{\"replicates\": \"all\"}}",
      name_, what, fmt::join(names, ", ")));
}

// Groups of authorities as groups of rows.
std::vector<AuthorityGroup> ResultSource::in_rows(const std::vector<AuthorityGroup>& groups) const {
  for (const auto& group : groups)
    if (group.empty() || std::ranges::max(group) >= header_.authorities.size())
      throw InternalError("an authority was asked for that the result does not have");
  if (!header_.summarised) return groups;
  std::vector<AuthorityGroup> out;
  for (const auto& group : groups) {
    const std::size_t area = area_of(group);
    if (area == areas_.size())
      refuse(group.size() == 1 ? header_.authorities[group.front()].name
                               : fmt::format("{} authorities together", group.size()));
    out.push_back({area});
  }
  return out;
}

std::size_t ResultSource::number_of(ReplicateRange range) const {
  return std::min(range.count, replicates() - std::min(range.first, replicates()));
}

// Calls visit(block, planes) for every arm and each replicate of the range; blocks are counted from 0.
// `planes` are the rows x steps values of each variable.
template <std::size_t kVariables, typename Visit>
void ResultSource::each_plane(const std::array<std::size_t, kVariables>& variables,
                              const std::vector<std::size_t>& categories, ReplicateRange range,
                              Visit visit) const {
  constexpr std::size_t kBytesAtOnce = 4 << 20;
  const std::size_t all = number_of(range);
  const std::size_t plane = rows() * steps();
  const std::size_t at_once =
      std::clamp<std::size_t>(kBytesAtOnce / (plane * sizeof(double)), 1, std::max<std::size_t>(all, 1));
  std::array<std::vector<double>, kVariables> values;
  std::array<const double*, kVariables> of_replicate;
  std::size_t block = 0;
  for (std::size_t arm = 0; arm < header_.arms.size(); ++arm)
    for (std::size_t first = 0; first < all; first += at_once) {
      const ReplicateRange here{range.first + first, std::min(at_once, all - first)};
      for (std::size_t v = 0; v < kVariables; ++v) planes(variables[v], arm, here, categories, values[v]);
      for (std::size_t r = 0; r < here.count; ++r) {
        for (std::size_t v = 0; v < kVariables; ++v) of_replicate[v] = values[v].data() + r * plane;
        visit(block++, of_replicate);
      }
    }
}

// For every group.
template <typename Number>
std::vector<std::vector<Number>> ResultSource::zeros(const std::vector<AuthorityGroup>& groups,
                                                     ReplicateRange range) const {
  return {groups.size(), std::vector<Number>(header_.arms.size() * number_of(range) * steps())};
}

// The sums over groups of rows.
std::vector<std::vector<double>> ResultSource::summed(std::string_view name,
                                                      const std::vector<AuthorityGroup>& groups,
                                                      const std::vector<std::size_t>& categories,
                                                      ReplicateRange range) const {
  auto out = zeros<double>(groups, range);
  each_plane(std::array{variable(name)}, categories, range, [&](std::size_t block, const auto& planes) {
    for (std::size_t g = 0; g < groups.size(); ++g)
      for (const std::size_t row : groups[g])
        for (std::size_t m = 0; m < steps(); ++m) out[g][block * steps() + m] += planes[0][row * steps() + m];
  });
  return out;
}

// A ratio of a group: the mean over its rows, weighted by social workers. One row's own ratio needs no
// weights, and must not suffer their rounding.
std::vector<std::vector<double>> ResultSource::averaged(Measure measure, std::string_view name,
                                                        std::string_view weights_name,
                                                        const std::vector<AuthorityGroup>& groups,
                                                        const std::vector<std::size_t>& categories,
                                                        ReplicateRange range) const {
  auto out = zeros<double>(groups, range);
  each_plane(std::array{variable(name), variable(weights_name)}, categories, range,
             [&](std::size_t block, const auto& planes) {
               for (std::size_t g = 0; g < groups.size(); ++g)
                 for (std::size_t m = 0; m < steps(); ++m)
                   out[g][block * steps() + m] = mean_ratio(measure, planes[0], planes[1], groups[g], m);
             });
  return out;
}

// In one step, from planes of the ratio and of its weights.
double ResultSource::mean_ratio(Measure measure, const double* ratios, const double* fte,
                                const AuthorityGroup& group, std::size_t step) const {
  if (group.size() == 1) return ratios[group.front() * steps() + step];
  double weights = 0.0;
  double weighted = 0.0;
  double plain = 0.0;
  for (const std::size_t row : group) {
    const double ratio = ratios[row * steps() + step];
    const double weight = ratio_weight(measure, ratio, fte[row * steps() + step]);
    weights += weight;
    weighted += weight * ratio;
    plain += ratio;
  }
  return weights > 0.0 ? weighted / weights : plain / static_cast<double>(group.size());
}

bool ResultSource::has_replicates(const AuthorityGroup& authorities) const {
  return !header_.summarised || area_of(authorities) < areas_.size();
}

std::vector<double> ResultSource::series(Measure measure, const AuthorityGroup& authorities,
                                         std::size_t category) const {
  return std::move(series_of_each(measure, {authorities}, category).front());
}

std::vector<double> ResultSource::cost(const AuthorityGroup& authorities,
                                       const std::vector<std::size_t>& payers,
                                       const std::vector<std::size_t>& categories) const {
  return std::move(cost_of_each({authorities}, payers, categories).front());
}

std::vector<std::vector<double>> ResultSource::series_of_each(Measure measure,
                                                              const std::vector<AuthorityGroup>& groups,
                                                              std::size_t category,
                                                              ReplicateRange replicates) const {
  const auto rows = in_rows(groups);
  const MeasureInfo& info = kMeasureTable.at(index(measure));
  if (category >= size_of(info.dimension))
    throw InternalError(fmt::format("{} has no category {}", info.name, category));
  return is_ratio(info)
             ? averaged(measure, info.name, kMeasureTable.at(index(Measure::kSocialWorkersFte)).name, rows,
                        {}, replicates)
             : summed(info.name, rows, position_of(info, category), replicates);
}

std::vector<std::vector<double>> ResultSource::cost_of_each(const std::vector<AuthorityGroup>& groups,
                                                            const std::vector<std::size_t>& payers,
                                                            const std::vector<std::size_t>& categories,
                                                            ReplicateRange replicates) const {
  const auto rows = in_rows(groups);
  // Summed in pence: exact, whatever the order.
  auto total = zeros<Pence>(groups, replicates);
  for (const CostLine& line : kCostLines) {
    if (!is_chosen(payers, index(line.payer)) || !is_chosen(categories, index(line.category))) continue;
    each_plane(std::array{variable(names::kCost)}, {index(line.payer), index(line.category)}, replicates,
               [&](std::size_t block, const auto& planes) {
                 for (std::size_t g = 0; g < groups.size(); ++g)
                   for (const std::size_t row : rows[g])
                     for (std::size_t m = 0; m < steps(); ++m)
                       total[g][block * steps() + m] += pence_from_gbp(planes[0][row * steps() + m]);
               });
  }
  auto out = zeros<double>(groups, replicates);
  for (std::size_t g = 0; g < groups.size(); ++g)
    std::ranges::transform(total[g], out[g].begin(), gbp_from_pence);
  for (auto& money : out) in_pounds(money);
  return out;
}

std::vector<double> ResultSource::series_alone(std::size_t source, Measure measure,
                                               const AuthorityGroup& authorities) const {
  return std::move(series_alone_of_each(source, measure, {authorities}).front());
}

std::vector<double> ResultSource::cost_alone(std::size_t source, const AuthorityGroup& authorities) const {
  return std::move(cost_alone_of_each(source, {authorities}).front());
}

std::vector<std::vector<double>> ResultSource::series_alone_of_each(std::size_t source, Measure measure,
                                                                    const std::vector<AuthorityGroup>& groups,
                                                                    ReplicateRange replicates) const {
  const auto rows = in_rows(groups);
  return is_ratio(kMeasureTable.at(index(measure)))
             ? averaged(measure, names::alone(measure), names::alone(Measure::kSocialWorkersFte), rows,
                        {source}, replicates)
             : summed(names::alone(measure), rows, {source}, replicates);
}

std::vector<std::vector<double>> ResultSource::cost_alone_of_each(std::size_t source,
                                                                  const std::vector<AuthorityGroup>& groups,
                                                                  ReplicateRange replicates) const {
  auto out = summed(names::kCostAlone, in_rows(groups), {source}, replicates);
  for (auto& money : out) in_pounds(money);
  return out;
}

std::vector<double> ResultSource::by_authority(std::size_t arm, std::size_t replicate, Measure measure,
                                               std::size_t category) const {
  if (header_.summarised) refuse("single authorities");
  const MeasureInfo& info = kMeasureTable.at(index(measure));
  std::vector<double> out;
  planes(variable(info.name), arm, {replicate, 1}, position_of(info, category), out);
  return out;
}

std::vector<double> ResultSource::cost_by_authority(std::size_t arm, std::size_t replicate,
                                                    const std::vector<std::size_t>& payers) const {
  if (header_.summarised) refuse("single authorities");
  // Summed in pence: exact, whatever the order.
  std::vector<Pence> total(rows() * steps());
  std::vector<double> values;
  for (const CostLine& line : kCostLines) {
    if (!is_chosen(payers, index(line.payer))) continue;
    planes(variable(names::kCost), arm, {replicate, 1}, {index(line.payer), index(line.category)}, values);
    for (std::size_t i = 0; i < total.size(); ++i) total[i] += pence_from_gbp(values[i]);
  }
  std::vector<double> out(total.size());
  std::ranges::transform(total, out.begin(), gbp_from_pence);
  in_pounds(out);
  return out;
}

}  // namespace hearth
