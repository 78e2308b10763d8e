#include "analysis/neighbours.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace hearth {
namespace {

constexpr std::size_t kFeatures = 8;
using Features = std::array<double, kFeatures>;
// Size, deprivation, rates: first feature of each, and the end.
constexpr std::array<std::size_t, 4> kGroups = {0, 1, 3, kFeatures};

Features features(const AuthorityOrigin& a) {
  const double children = std::max(a.children, 1);
  const auto rate = [&](double count) { return std::log((count + 1.0) / children); };
  return {std::log(children),       a.idaci,
          a.low_income_share,       rate(a.referrals),
          rate(a.children_in_need), rate(a.child_protection_plans),
          rate(a.looked_after),     rate(a.care_entries)};
}

// Of each feature over England's authorities; 1 where all are the same.
Features standard_deviations(const England& england) {
  const auto count = static_cast<double>(england.authorities.size());
  Features mean{};
  Features squares{};
  for (const auto& authority : england.authorities) {
    const Features x = features(authority);
    for (std::size_t f = 0; f < kFeatures; ++f) mean[f] += x[f] / count;
  }
  for (const auto& authority : england.authorities) {
    const Features x = features(authority);
    for (std::size_t f = 0; f < kFeatures; ++f) squares[f] += (x[f] - mean[f]) * (x[f] - mean[f]) / count;
  }
  for (double& each : squares) each = each > 0.0 ? std::sqrt(each) : 1.0;
  return squares;
}

}  // namespace

std::vector<int> nearest_authorities(const England& england, int code, const std::vector<int>& candidates,
                                     std::size_t count) {
  const Features sd = standard_deviations(england);
  const Features own = features(england.at(code));
  std::vector<std::pair<double, int>> ranked;
  for (const int other : candidates) {
    if (other == code) continue;
    const Features x = features(england.at(other));
    double distance = 0.0;
    for (std::size_t g = 0; g + 1 < kGroups.size(); ++g) {
      double squares = 0.0;
      for (std::size_t f = kGroups[g]; f < kGroups[g + 1]; ++f)
        squares += (x[f] - own[f]) * (x[f] - own[f]) / (sd[f] * sd[f]);
      distance += squares / static_cast<double>(kGroups[g + 1] - kGroups[g]);
    }
    ranked.emplace_back(std::sqrt(distance), other);
  }
  std::ranges::sort(ranked);
  std::vector<int> out;
  for (std::size_t i = 0; i < std::min(count, ranked.size()); ++i) out.push_back(ranked[i].second);
  return out;
}

}  // namespace hearth
