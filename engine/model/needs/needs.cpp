#include "model/needs/needs.hpp"

#include <algorithm>
#include <cmath>

#include "kernels/elementary.hpp"

namespace hearth {
namespace {

using Matrix = std::array<std::array<double, kNeedStates>, kNeedStates>;

// Stationary distribution of a small chain, by Gaussian elimination on its balance equations.
std::array<double, kNeedStates> stationary(const Matrix& rate) {
  std::array<std::array<double, kNeedStates + 1>, kNeedStates> a{};
  for (std::size_t to = 0; to < kNeedStates; ++to)
    for (std::size_t from = 0; from < kNeedStates; ++from) {
      if (to == from) continue;
      a[to][from] += rate[from][to];
      a[from][from] -= rate[from][to];
    }
  a[kNeedStates - 1].fill(1.0);  // the shares sum to one, in place of the redundant last equation
  for (std::size_t c = 0; c < kNeedStates; ++c) {
    std::size_t best = c;
    for (std::size_t r = c + 1; r < kNeedStates; ++r)
      if (std::abs(a[r][c]) > std::abs(a[best][c])) best = r;
    std::swap(a[c], a[best]);
    for (std::size_t r = 0; r < kNeedStates; ++r) {
      if (r == c || a[r][c] == 0.0) continue;
      const double f = a[r][c] / a[c][c];
      for (std::size_t k = c; k <= kNeedStates; ++k) a[r][k] -= f * a[c][k];
    }
  }
  std::array<double, kNeedStates> out{};
  for (std::size_t i = 0; i < kNeedStates; ++i) out[i] = a[i][kNeedStates] / a[i][i];
  return out;
}

}  // namespace

NeedsTables make_needs_tables(const Parameters& p, double low_income_share, double idaci) {
  using enum Parameter;
  const std::array<double, 3> onset = {p[needs_domestic_abuse_onset], p[needs_mental_ill_health_onset],
                                       p[needs_substance_misuse_onset]};
  const std::array<double, 3> recovery = {p[needs_domestic_abuse_recovery],
                                          p[needs_mental_ill_health_recovery],
                                          p[needs_substance_misuse_recovery]};
  const double poverty_exit = 1.0 / p[needs_poverty_duration];
  const double recent_end = 1.0 / p[contact_recent_duration];
  NeedsTables out;
  const auto frailty = frailties(p[contact_frailty_spread] * p[needs_frailty_share]);
  for (std::size_t c = 0; c < kFamilyClasses; ++c) {
    const double score = kDeprivationScores[deprivation_class(c)];
    // The IDACI score is itself the share of children in income-deprived families, so poverty follows it, at
    // the authority's level of low income.
    const double share = std::clamp(score * low_income_share / std::max(idaci, 0.01), 0.005, 0.95);
    const double gradient =
        elementary::exp(p[needs_deprivation_slope] * (score - kAverageIdaci)) * frailty[frailty_of(c)];
    Matrix rate{};
    for (std::size_t s = 0; s < kQuietStates; ++s) {
      auto& flip = out.flip[c][s];
      flip[0] = static_cast<float>((s & kPoverty) ? poverty_exit : poverty_exit * share / (1.0 - share));
      for (std::size_t k = 0; k < 3; ++k) {
        const unsigned bit = 2U << k;
        double yearly = recovery[k];
        if (!(s & bit)) {
          yearly = onset[k] * gradient *
                   elementary::pow(p[needs_comorbidity_ratio], adult_needs(static_cast<unsigned>(s)));
          if (s & kPoverty) yearly *= p[needs_poverty_ratio];
        }
        flip[k + 1] = static_cast<float>(yearly / kMonthsPerYear);
      }
      flip[4] = static_cast<float>((s & kRecentCase) ? recent_end : 0.0);
      for (const float f : flip) out.total[c][s] += f;
      float running = 0.0F;
      for (std::size_t k = 0; k + 1 < kComponents; ++k) {
        running += flip[k];
        out.passed[c][s][k] = running / out.total[c][s];
      }
      // Without a recent case the last component cannot flip: rounding must not pick it.
      if (!(s & kRecentCase)) out.passed[c][s][3] = 2.0F;
      if (s < kNeedStates)
        for (std::size_t k = 0; k < kNeeds; ++k)
          rate[s][s ^ (std::size_t{1} << k)] = static_cast<double>(flip[k]);
    }
    out.stationary[c] = stationary(rate);
  }
  return out;
}

}  // namespace hearth
