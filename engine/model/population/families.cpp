#include "model/population/families.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "kernels/draws.hpp"
#include "kernels/elementary.hpp"

namespace hearth {
namespace {

constexpr std::size_t kLargestFamily = rows::kFamilySizes.size();
constexpr double kShortestSpacing = 10.0;  // months between births

struct FamilySizes {
  std::array<float, kLargestFamily> share{};
  double mean = 0.0;
};

FamilySizes family_sizes(const Parameters& p) {
  FamilySizes out;
  const auto share = [&p](std::size_t i) { return p[rows::kFamilySizes.at(i)]; };
  double total = 0.0;
  for (std::size_t i = 0; i < kLargestFamily; ++i) total += share(i);
  for (std::size_t i = 0; i < kLargestFamily; ++i) {
    out.share.at(i) = static_cast<float>(share(i) / total);
    out.mean += static_cast<double>(i + 1) * share(i) / total;
  }
  return out;
}

// One family to be placed in order.
struct Draft {
  std::int32_t start = 0;  // month of the first birth
  std::int32_t end = 0;    // month in which the youngest turns 18
  std::uint32_t number = 0;
  std::uint8_t size = 0;
  std::array<std::int16_t, kLargestFamily> births{};
  float deprivation = 0.0F;  // quantile
};

// By month of end; families of one month keep their order (a counting sort).
void sort_by_end(std::vector<Draft>& drafts) {
  std::int32_t last = 0;
  for (const auto& d : drafts) last = std::max(last, d.end);
  std::vector<std::size_t> next(static_cast<std::size_t>(last) + 2);
  for (const auto& d : drafts) ++next[static_cast<std::size_t>(d.end) + 1];
  std::partial_sum(next.begin(), next.end(), next.begin());
  std::vector<Draft> sorted(drafts.size());
  for (const auto& d : drafts) sorted[next[static_cast<std::size_t>(d.end)]++] = d;
  drafts = std::move(sorted);
}

std::array<double, kDeprivationClasses> deprivation_shares(double idaci, double concentration) {
  const double mean = std::clamp(idaci, 0.005, 0.95);
  const double a = mean * concentration;
  const double b = (1.0 - mean) * concentration;
  std::array<double, kDeprivationClasses> out{};
  double below = 0.0;
  for (std::size_t i = 0; i < kDeprivationClasses; ++i) {
    const double upto =
        i + 1 == kDeprivationClasses ? 1.0 : elementary::beta_share_below(a, b, kDeprivationEdges.at(i + 1));
    out.at(i) = upto - below;
    below = upto;
  }
  return out;
}

}  // namespace

double Families::family_months() const {
  double total = 0.0;
  for (std::size_t m = 0; m < alive_begin.size(); ++m)
    total += static_cast<double>(alive_end[m] - alive_begin[m]);
  return total;
}

Families make_families(const AuthorityOrigin& authority, const Parameters& p, std::uint64_t seed,
                       double sampling_fraction, int horizon_months) {
  const Draws draws(seed, Draws::kAllReplicates, authority.code);
  const auto sizes = family_sizes(p);
  const double spacing = p[Parameter::population_birth_spacing];
  const auto target = static_cast<std::int64_t>(std::llround(sampling_fraction * authority.children));

  // Families start evenly in time, at the rate that keeps the number of children level; the longest history
  // that can still have a child under 18 at the origin is looked back on. A family's draws are keyed by its
  // number, counted from the origin outwards, so that a longer horizon only appends.
  const double per_month = static_cast<double>(target) / (sizes.mean * kAdultMonths);
  constexpr int kLookBack = kAdultMonths + 20 * kMonthsPerYear;
  const auto past = static_cast<std::uint32_t>(std::floor(per_month * kLookBack));
  const auto future = static_cast<std::uint32_t>(std::ceil(per_month * horizon_months));

  std::vector<Draft> existing;
  std::vector<Draft> coming;
  existing.reserve(past);
  coming.reserve(future);
  std::int64_t children_now = 0;
  const auto alive_children = [](const Draft& d) {
    std::int64_t n = 0;
    for (std::size_t i = 0; i < d.size; ++i)
      if (d.births.at(i) <= 0 && d.births.at(i) > -kAdultMonths) ++n;
    return n;
  };
  const auto draft = [&](std::uint32_t number, double start_exact) {
    Draft out;
    out.number = number;
    const Bits bits = draws.block(Process::kFamilies, number, 0);

    out.size = static_cast<std::uint8_t>(pick(sizes.share, 1.0F, uniform(bits[0])) + 1);
    std::array<std::uint32_t, 4> gaps = {bits[2], bits[3], 0, 0};
    if (out.size > 3) {
      const Bits more = draws.block(Process::kFamilies, number, 1);
      gaps[2] = more[0];
      gaps[3] = more[1];
    }
    out.deprivation = uniform(bits[1]);
    double birth = start_exact;
    const double rest = std::max(spacing - kShortestSpacing, 1.0);
    for (std::size_t i = 0; i < out.size; ++i) {
      if (i > 0) birth += kShortestSpacing + rest * static_cast<double>(exponential(gaps.at(i - 1)));
      out.births.at(i) = static_cast<std::int16_t>(std::ceil(birth));
    }
    out.start = out.births.front();
    out.end = out.births.at(static_cast<std::size_t>(out.size - 1)) + kAdultMonths;
    return out;
  };
  for (std::uint32_t i = 0; i < past; ++i) {
    const Draft d = draft(2 * i, -(static_cast<double>(i) + 0.5) / per_month);
    if (d.end <= 0) continue;
    children_now += alive_children(d);
    existing.push_back(d);
  }
  // The even grid leaves a small remainder: families of one child make the total exact.
  for (std::size_t i = existing.size(); children_now > target && i-- > 0;) {
    const auto n = alive_children(existing[i]);
    if (n == 0 || children_now - n < target) continue;
    children_now -= n;
    existing[i].size = 0;
  }
  std::erase_if(existing, [](const Draft& d) { return d.size == 0; });
  for (std::uint32_t i = 0; children_now < target; ++i, ++children_now) {
    Draft d;
    d.number = 0x40000000U + i;
    d.size = 1;
    const Bits bits = draws.block(Process::kFamilies, d.number, 0);
    d.births[0] = static_cast<std::int16_t>(-std::floor(uniform(bits[0]) * static_cast<float>(kAdultMonths)));
    d.deprivation = uniform(bits[1]);
    d.start = d.births[0];
    d.end = d.start + kAdultMonths;
    existing.push_back(d);
  }
  for (std::uint32_t i = 0; i < future; ++i)
    coming.push_back(draft(2 * i + 1, (static_cast<double>(i) + 0.5) / per_month));

  sort_by_end(existing);  // those to come are in the order of their first births
  std::erase_if(coming, [&](const Draft& d) { return d.start > horizon_months; });

  Families out;
  const std::size_t n = existing.size() + coming.size();
  out.deprivation_share =
      deprivation_shares(authority.idaci, p[Parameter::population_deprivation_concentration]);
  std::array<float, kDeprivationClasses> shares{};
  for (std::size_t i = 0; i < kDeprivationClasses; ++i)
    shares.at(i) = static_cast<float>(out.deprivation_share.at(i));
  out.deprivation.reserve(n);
  out.births.reserve(n);
  const auto months = static_cast<std::size_t>(horizon_months);
  // Number of children at the origin, and changes of it by month, by fifth.
  std::array<std::vector<std::int32_t>, kDeprivationFifths> change;
  for (auto& of_fifth : change) of_fifth.resize(months);
  std::array<std::int32_t, kDeprivationFifths> base{};
  const auto add = [&](const Draft& d) {
    Births& births = out.births.emplace_back();
    out.deprivation.push_back(static_cast<std::uint8_t>(pick(shares, 1.0F, d.deprivation)));
    const std::size_t fifth = deprivation_fifth(out.deprivation.back());
    for (std::size_t i = 0; i < d.size; ++i) {
      const int birth = d.births.at(i);
      births.month.at(i) = d.births.at(i);
      const int leaves = birth + kAdultMonths;
      if (birth <= 0 && leaves > 0) ++base[fifth];
      // The end of month m is m + 1 months after the origin.
      if (birth > 0 && birth <= horizon_months) ++change[fifth][static_cast<std::size_t>(birth - 1)];
      if (leaves > 0 && leaves <= horizon_months) --change[fifth][static_cast<std::size_t>(leaves - 1)];
    }
  };
  for (const auto& d : existing) add(d);
  for (const auto& d : coming) add(d);

  for (std::size_t m = 0; m < months; ++m) {
    std::int32_t all = 0;
    for (std::size_t fifth = 0; fifth < kDeprivationFifths; ++fifth) {
      base[fifth] += change[fifth][m];
      out.children_by_fifth[fifth].push_back(base[fifth]);
      all += base[fifth];
    }
    out.children.push_back(all);
    const auto month = static_cast<std::int32_t>(m);
    const auto gone = std::partition_point(existing.begin(), existing.end(),
                                           [&](const Draft& d) { return d.end <= month; });
    const auto begun =
        std::partition_point(coming.begin(), coming.end(), [&](const Draft& d) { return d.start <= month; });
    out.alive_begin.push_back(static_cast<std::uint32_t>(gone - existing.begin()));
    out.alive_end.push_back(
        static_cast<std::uint32_t>(existing.size() + static_cast<std::size_t>(begun - coming.begin())));
  }
  return out;
}

}  // namespace hearth
