#include "model/contact/contact_origin.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "kernels/elementary.hpp"
#include "kernels/scan.hpp"
#include "model/population/family_start.hpp"
#include "model/sampling.hpp"

namespace hearth {
namespace {

using enum Parameter;

// The largest float that is not above x.
float below(double x) {
  const auto out = static_cast<float>(x);
  return static_cast<double>(out) > x ? std::nextafter(out, 0.0F) : out;
}

// Who had a plan before: more often the families that are referred more often.
void set_plans_before(AuthorityState& s, std::uint32_t from, std::span<const float> rate) {
  const auto recent = static_cast<float>(s.parameters[protection_plan_ever_share]);
  const float per_contact = s.setting.plan_before_per_contact;
  // All four words of a family's block have a use, but each of only 23 bits: the rest makes one more draw.
  std::array<float, kStartedTogether> low;
  const std::uint32_t* const a = s.draw_list.words(0);
  const std::uint32_t* const b = s.draw_list.words(1);
  const std::uint32_t* const c = s.draw_list.words(2);
  for (std::size_t k = 0; k < rate.size(); ++k) low[k] = uniform(unused_bits(a[k], b[k], c[k]));
  FamilyState* const family = &s.family[from];
  for (std::size_t k = 0; k < rate.size(); ++k) {
    const unsigned state = family[k].state;
    const float ever = (state & kRecentCase) ? recent : per_contact * rate[k];
    family[k].state = static_cast<std::uint8_t>(state | (low[k] < ever ? unsigned{kHadPlan} : 0U));
  }
}

// Families with a recent case were referred some months before it closed, and engaged with it as is usual by
// then.
void set_last_referrals(AuthorityState& s, std::uint32_t begin, std::uint32_t end) {
  std::size_t n = 0;
  for (auto f = begin; f < end; ++f) {
    s.due[n] = f;
    n += (s.family[f].state & kRecentCase) ? 1 : 0;
  }
  const auto longest = static_cast<float>(s.parameters[origin_months_since_referral]);
  s.draw_list.resize(n);
  for (std::size_t k = 0; k < n; ++k) s.draw_list.set(k, s.due[k], 1);
  s.draw_list.draw(s.draws, Process::kInitialFamily);
  const auto engagement = static_cast<float>(
      1.0 - (1.0 - s.parameters[engagement_start]) *
                elementary::exp(-s.parameters[origin_recent_case_months] * s.parameters[engagement_growth]));
  for (std::size_t k = 0; k < n; ++k) {
    s.family[s.due[k]].last_referral =
        static_cast<std::int16_t>(-2 - static_cast<int>(longest * uniform(s.draw_list.word(k, 0))));
    keep_trust(s, s.due[k], engagement);
  }
}

}  // namespace

std::vector<std::uint32_t> start_families_known_first(AuthorityState& s) {
  const std::uint32_t begin = s.families.alive_begin.front();
  const std::uint32_t end = s.families.alive_end.front();
  // A race: each family's draw over its rate of contact; those first past the post are known to services.
  // With equal chances this is sampling in proportion to the rate (Ohlsson's sequential Poisson sampling).
  std::vector<float> race(end);
  double weight = 0.0;
  for (std::uint32_t from = begin; from < end; from += kStartedTogether) {
    const std::uint32_t n = std::min(kStartedTogether, end - from);
    const ContactRates rates = start_families(s, from, n, 0);
    set_plans_before(s, from, std::span<const float>(rates).first(n));
    std::array<float, kStartedTogether> weights;
    for (std::uint32_t k = 0; k < n; ++k) {
      const FamilyState& state = s.family[from + k];
      weights[k] = s.setting.contact.rate[state.family_class][state.state & (kNeedStates - 1)] *
                   s.setting.contact.by_age[children_at_home(s, from + k, 0).youngest];
      weight += static_cast<double>(weights[k]);
    }
    const std::uint32_t* const words = s.draw_list.words(3);
    float* const time = &race[from];
    for (std::uint32_t k = 0; k < n; ++k) {
      const float t = uniform(words[k]) / weights[k];
      time[k] = weights[k] > 0.0F ? t : kNever;
    }
  }
  set_last_referrals(s, begin, end);
  const double children = s.setting.sampling_fraction * s.setting.authority->children_in_need;
  // Enough candidates for all: one family a child in need, and some to choose from.
  std::vector<std::uint32_t> order;
  for (double cutoff = 1.2 * (children + 100.0) / std::max(weight, 1e-6);; cutoff *= 2.0) {
    order.resize(end);
    order.resize(find_due(race.data(), begin, end, below(cutoff), order.data()));
    if (static_cast<double>(order.size()) >= children + 50.0 || cutoff > 1e30) break;
  }
  sort_by(order, [&](std::size_t k) { return race[order[k]]; });
  return order;
}

}  // namespace hearth
