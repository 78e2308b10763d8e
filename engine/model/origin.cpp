// The origin: each authority's published stocks on the day, made of simulated families and children, with
// durations and needs such that the first month is like those that follow.
#include <algorithm>
#include <bit>
#include <boost/sort/spreadsort/integer_sort.hpp>
#include <cmath>
#include <span>
#include <string>

#include "core/error.hpp"
#include "kernels/scan.hpp"
#include "model/authority.hpp"
#include "scenario/uncertainty.hpp"

namespace hearth {
namespace {

using enum Parameter;

// Index of the first cumulative share above u.
std::size_t quantile(std::span<const float> cumulative, float u) {
  const auto at = std::upper_bound(cumulative.begin(), cumulative.end(), u * cumulative.back());
  return std::min(static_cast<std::size_t>(at - cumulative.begin()), cumulative.size() - 1);
}

// Needs in their stationary shares; a family is marked as having had a recent case as often as contact and
// the decay of the mark keep in balance.
void set_initial_states(Setting& s) {
  double contacts = 0.0;
  const Parameters& p = *s.parameters;
  const double end = 1.0 / p[contact_recent_duration];
  const double referral =
      std::exp(s.at_origin[index(Propensity::kReferral)]) * (1.0 - p[contact_no_further_action]);
  double age = 0.0;
  for (const float a : s.contact.age) age += static_cast<double>(a) / kAgeBands;
  for (std::size_t d = 0; d < kDeprivationClasses; ++d) {
    double running = 0.0;
    for (std::size_t state = 0; state < kQuietStates; ++state) {
      const std::size_t needs = state & (kNeedStates - 1);
      const double onset = static_cast<double>(s.contact.rate[d][needs]) * age * referral;
      const double recent = onset / (onset + end);
      running += s.needs.stationary[d][needs] * ((state & kRecentCase) ? recent : 1.0 - recent);
      s.initial_states[d][state] = static_cast<float>(running);
      if (state < kNeedStates)
        contacts += s.families->deprivation_share[d] * s.needs.stationary[d][state] *
                    static_cast<double>(s.contact.rate[d][state]);
    }
    s.initial_states[d].back() = 2.0F;
  }
  s.plan_before_per_contact = static_cast<float>(p[protection_plan_before_share] / contacts);
}

// Months so far in the child in need stage: proportional to the share that stays so long. The published bands
// of time count from referral and include children on plans and looked after, so they cannot be taken as they
// are; but where an authority has more children in a band than England has, so has its stage.
void set_child_in_need_months(Setting& s, const std::array<double, kDurationBands>& england) {
  constexpr int kLongest = 120;
  double staying = 1.0;
  double running = 0.0;
  const double propensity = std::exp(s.at_origin[index(Propensity::kCaseClosure)]);
  for (int m = 0; m < kLongest; ++m) {
    const Lanes& base = s.casework.base[index(Stage::kChildInNeed)][hazard_band(m)];
    // One adult need on average; closure and enquiry end the stage.
    const double hazard =
        static_cast<double>(base[kResolve]) * propensity * (*s.parameters)[child_in_need_closure_need_ratio] +
        static_cast<double>(base[kEnquire]);
    std::size_t band = kDurationBands - 1;
    while (m < kDurationBandStartMonths[band]) --band;
    running += staying * s.authority->children_in_need_duration[band] / england[band];
    s.child_in_need_months.push_back(static_cast<float>(running));
    staying *= std::exp(-hazard);
  }
}

// The largest float that is not above x.
float below(double x) {
  const auto out = static_cast<float>(x);
  return static_cast<double>(out) > x ? std::nextafter(out, 0.0F) : out;
}

// By ascending value(k) (none is negative) of what is in place k, then by number: floats of one sign are in
// the order of their bits.
template <typename Value>
void sort_by(std::vector<std::uint32_t>& order, Value&& value) {
  std::vector<std::uint64_t> keys(order.size());
  for (std::size_t k = 0; k < order.size(); ++k)
    keys[k] = std::uint64_t{std::bit_cast<std::uint32_t>(value(k))} << 32 | order[k];
  boost::sort::spreadsort::integer_sort(keys.begin(), keys.end());
  std::transform(keys.begin(), keys.end(), order.begin(),
                 [](std::uint64_t key) { return static_cast<std::uint32_t>(key); });
}

bool concerns(const std::vector<int>& authorities, int code) {
  return authorities.empty() || std::find(authorities.begin(), authorities.end(), code) != authorities.end();
}

// Share of England's children in authorities that take up a model within a year of `month`: they all recruit
// the same practitioners, whether or not the scenario simulates them.
double recruiting_share(const Arm& arm, const England& england, int month) {
  double recruiting = 0.0;
  double children = 0.0;
  for (const auto& authority : england.authorities) {
    children += authority.children;
    if (std::any_of(arm.adoption.begin(), arm.adoption.end(), [&](const Adoption& adoption) {
          return concerns(adoption.authorities, authority.code) &&
                 std::abs(adoption.start_month - month) <= kMonthsPerYear;
        }))
      recruiting += authority.children;
  }
  return recruiting / children;
}

// What the authority did before the origin goes on, and what the arm takes up is added. An arm that takes up
// what the authority does already says how that is paid for from now on.
std::vector<Uptake> uptakes_of(const Scenario& scenario, const Arm& arm, const England& england, int code) {
  std::vector<Uptake> out;
  for (const auto& before : scenario.history) {
    if (!concerns(before.authorities, code)) continue;
    Uptake uptake;
    uptake.model = &scenario.service_models.at(before.service_model);
    uptake.components = before.components;
    // In every arm alike, so that arms differ by what they take up alone.
    uptake.effects = effects_in(scenario, scenario.arms.at(scenario.baseline));
    uptake.start_month = before.start_month;
    uptake.before_origin = true;
    out.push_back(std::move(uptake));
  }
  for (const auto& adoption : arm.adoption) {
    if (!concerns(adoption.authorities, code) || adoption.start_month >= scenario.horizon_months) continue;
    Uptake uptake;
    uptake.model = &scenario.service_models.at(adoption.service_model);
    uptake.components = adoption.components;
    uptake.effects = effects_in(scenario, arm);
    uptake.start_month = adoption.start_month;
    uptake.grant_end_month = adoption.grant_end_month;
    uptake.partners_agree_month = adoption.partners_agree_month;
    for (auto& earlier : out) {
      if (!earlier.before_origin || earlier.model != uptake.model) continue;
      earlier.grant_end_month = adoption.grant_end_month;
      earlier.partners_agree_month = adoption.partners_agree_month;
      std::erase_if(uptake.components, [&](std::size_t i) {
        return std::find(earlier.components.begin(), earlier.components.end(), i) != earlier.components.end();
      });
    }
    if (uptake.components.empty() && !uptake.model->components.empty()) continue;
    uptake.crowding = 1.0 + arm.parameters[implementation_recruitment_crowding] *
                                recruiting_share(arm, england, uptake.start_month);
    out.push_back(std::move(uptake));
  }
  return out;
}

// The authority's looked-after children by placement. Foster care is published as one.
std::array<double, kPlacementKinds> placements_at_origin(const Parameters& p,
                                                         const AuthorityOrigin& authority) {
  std::array<double, kPlacementKinds> stock{};
  for (std::size_t published = 0; published < AuthorityOrigin::kPublishedPlacements; ++published) {
    double n = 0.0;
    for (const int x : authority.looked_after_by_placement_and_age[published]) n += x;
    if (published == AuthorityOrigin::kFoster) {
      stock[index(Placement::kKinFoster)] = n * p[care_foster_kin_share];
      stock[index(Placement::kAgencyFoster)] = n * p[care_foster_agency_share];
      stock[index(Placement::kAuthorityFoster)] =
          n * (1.0 - p[care_foster_kin_share] - p[care_foster_agency_share]);
    } else {
      // Children's home, supported, with parents, adoption, other: the same order in both lists.
      stock[index(Placement::kChildrensHome) + published - 1] = n;
    }
  }
  return stock;
}

}  // namespace

// Ages of looked-after children and their months in care: entries at each age, less those who have left
// since.
CareHistory make_care_history(const Parameters& p) {
  const CareTables care = make_care_tables(p);
  CareHistory out;
  std::array<double, kAdultMonths> entries{};
  for (int a = 0; a < kAdultMonths; ++a) {
    const std::size_t band = age_band(a);
    const int width = kAgeBandStartMonths[band + 1] - kAgeBandStartMonths[band];
    entries[static_cast<std::size_t>(a)] = p.row(origin_care_entries_under_1, band) / width;
  }
  const double first = p[origin_first_month_share];
  const double infants = p[origin_care_entries_under_1];
  for (std::size_t a = 0; a < 12; ++a) entries[a] = infants * (a == 0 ? first : (1.0 - first) / 11.0);
  // Share that stays for a month, by age and time in care; few values, where exponentials are many.
  std::array<std::array<double, kHazardBands>, kAgeBands> stays{};
  for (std::size_t age = 0; age < kAgeBands; ++age)
    for (std::size_t band = 0; band < kHazardBands; ++band) {
      const Lanes& hazard = care.base[0][index(Placement::kAuthorityFoster)][age][band];
      const double needs = p[care_return_home_need_ratio];
      const double placed_then_adopted = static_cast<double>(hazard[kAdoption]);
      stays[age][band] = std::exp(-(static_cast<double>(hazard[kReturnHome]) * needs +
                                    static_cast<double>(hazard[kGuardianship]) +
                                    static_cast<double>(hazard[kLeaving]) + placed_then_adopted));
    }
  // Chance that a child who entered at one age is still looked after at a later one.
  std::vector<std::vector<double>> stock(kAdultMonths);  // by age, by months in care
  for (int e = 0; e < kAdultMonths; ++e) {
    double staying = entries[static_cast<std::size_t>(e)];
    for (int a = e; a < kAdultMonths; ++a) {
      stock[static_cast<std::size_t>(a)].push_back(staying);
      staying *= stays[age_band(a)][hazard_band(a - e)];
    }
  }
  for (auto& by_entry : stock) {
    // by_entry runs from the earliest entry (longest in care) on; turn it into months in care, cumulated.
    std::reverse(by_entry.begin(), by_entry.end());
    std::vector<float> cumulative;
    cumulative.reserve(by_entry.size());
    double running = 0.0;
    for (const double x : by_entry) cumulative.push_back(static_cast<float>(running += x));
    out.age_shape.push_back(static_cast<float>(running));
    out.months.push_back(std::move(cumulative));
  }
  // Relative to the largest in each band: the chance that a child of that age is taken when the band is
  // filled.
  for (std::size_t band = 0; band < kAgeBands; ++band) {
    const auto begin = out.age_shape.begin() + kAgeBandStartMonths[band];
    const auto end = out.age_shape.begin() + kAgeBandStartMonths[band + 1];
    const float largest = *std::max_element(begin, end);
    std::for_each(begin, end, [&](float& x) { x /= largest; });
  }
  return out;
}

Setting make_setting(const Scenario& scenario, const Arm& arm, const England& england,
                     const AuthorityOrigin& authority, const Families& families,
                     const CareHistory& care_history) {
  Setting s;
  const Parameters& p = arm.parameters;
  s.authority = &authority;
  s.families = &families;
  s.care_history = &care_history;
  s.parameters = &p;
  s.sampling_fraction = scenario.sampling_fraction;
  s.needs = make_needs_tables(p, authority.low_income_share, authority.idaci);
  s.contact = make_contact_tables(p);
  s.casework = make_case_tables(p, s.needs);
  s.care = make_care_tables(p);
  s.costs = make_unit_costs(p, scenario.reference, authority, placements_at_origin(p, authority));
  s.drift = make_drift_tables(scenario, p, authority.code);
  s.at_origin = propensities_at_origin(s.drift);
  s.uptakes = uptakes_of(scenario, arm, england, authority.code);
  const auto& members = arm.peer_learning.members;
  if (std::find(members.begin(), members.end(), authority.code) != members.end())
    s.network = &arm.peer_learning;
  for (const auto& shock : arm.shocks) {
    if (!concerns(shock.authorities, authority.code)) continue;
    const bool is_ratio = kShockTable[index(shock.kind)].is_ratio;
    auto& sizes = s.shocks.at(index(shock.kind));
    sizes.resize(static_cast<std::size_t>(scenario.horizon_months), is_ratio ? 1.0F : 0.0F);
    for (int m = std::max(shock.start_month, 0); m < std::min(shock.end_month, scenario.horizon_months);
         ++m) {
      float& size = sizes[static_cast<std::size_t>(m)];
      size = is_ratio ? size * static_cast<float>(shock.size) : size + static_cast<float>(shock.size);
    }
  }
  set_initial_states(s);
  set_child_in_need_months(s, england.children_in_need_duration);
  return s;
}

// Families by component of need, in one register: twelve bits a component, for up to 2^12 - 1 families.
constexpr std::uint64_t kComponentBits = 12;
constexpr auto kComponentsOf = [] {
  std::array<std::uint64_t, kQuietStates> out{};
  for (std::size_t state = 0; state < kQuietStates; ++state)
    for (std::size_t k = 0; k < kComponents; ++k)
      out[state] |= (state >> k & std::uint64_t{1}) << (kComponentBits * k);
  return out;
}();

// Many at a time, and each step for all of them: what has no search in it then goes through wide registers.
template <typename Then>
void World::start_families(std::uint32_t begin, std::uint32_t end, int month, Then&& then) {
  std::array<float, kTogether> rate;
  std::array<float, kTogether> total;
  // A family that starts with its first birth has had no case yet.
  const std::size_t possible = month > 0 ? kNeedStates - 1 : kQuietStates - 1;
  const auto ratio = static_cast<float>(parameters_[contact_first_birth_ratio]);
  for (std::uint32_t from = begin; from < end; from += kTogether) {
    const std::uint32_t n = std::min(kTogether, end - from);
    draw_list_.resize(n);
    for (std::uint32_t k = 0; k < n; ++k) draw_list_.set(k, from + k, 0);
    draw_list_.draw(draws_, Process::kInitialFamily);
    draw_list_.make_waits(1);
    draw_list_.make_waits(2);
    const std::uint32_t* const words = draw_list_.words(0);
    const std::uint8_t* const deprivations = &families_.deprivation[from];
    FamilyState* const family = &family_[from];
    const Setting& setting = setting_;
    static_assert(kTogether >> kComponentBits == 0);
    std::uint64_t components = 0;
    for (std::uint32_t k = 0; k < n; ++k) {
      const std::uint8_t deprivation = deprivations[k];
      const auto& shares = setting.initial_states[deprivation];
      const std::uint32_t word = words[k];
      std::size_t state = initial_guide_[deprivation][word >> (32 - kGuideBits)];
      while (uniform(word) >= shares[state]) ++state;
      state &= possible;
      components += kComponentsOf[state];
      family[k].deprivation = deprivation;
      family[k].state = static_cast<std::uint8_t>(state);
      rate[k] = setting.contact.rate[deprivation][state];
      total[k] = setting.needs.total[deprivation][state];
    }
    for (std::size_t k = 0; k < kComponents; ++k)
      families_with_[k] +=
          static_cast<int>(components >> (kComponentBits * k) & ((1U << kComponentBits) - 1));
    float* const contact_reading = &contact_reading_[from];
    float* const needs_reading = &needs_reading_[from];
    const float* const contact_waits = draw_list_.waits(1);
    const float* const needs_waits = draw_list_.waits(2);
    for (std::uint32_t k = 0; k < n; ++k) needs_reading[k] = quiet_.needs_start + needs_waits[k] / total[k];
    if (month == 0) {
      for (std::uint32_t k = 0; k < n; ++k)
        contact_reading[k] = quiet_.contact_start + contact_waits[k] / rate[k];
    } else {
      // Around a first birth concerns are raised more often; the clock runs that much faster for a month.
      constexpr auto kMonths = static_cast<float>(kEntryBandStartMonths[1]);
      for (std::uint32_t k = 0; k < n; ++k) {
        const float wait = contact_waits[k];
        const float raised = rate[k] * ratio;
        const float used = raised * kMonths;
        const float head_start = wait < used ? wait / raised : kMonths;
        contact_reading[k] = quiet_.contact_start + head_start + std::max(0.0F, wait - used) / rate[k];
      }
    }
    then(from, std::span<const float>(rate).first(n));
  }
}

void World::start_families(std::uint32_t begin, std::uint32_t end, int month) {
  start_families(begin, end, month, [](std::uint32_t, std::span<const float>) {});
}

// Who had a plan before: more often the families that are referred more often.
void World::set_plans_before(std::uint32_t from, std::span<const float> rate) {
  const auto recent = static_cast<float>(parameters_[protection_plan_ever_share]);
  const float per_contact = setting_.plan_before_per_contact;
  const std::uint32_t* const a = draw_list_.words(0);
  const std::uint32_t* const b = draw_list_.words(1);
  const std::uint32_t* const c = draw_list_.words(2);
  // The low bits of the words, which the other draws leave unused.
  std::array<float, kTogether> low;
  for (std::size_t k = 0; k < rate.size(); ++k)
    low[k] = uniform(a[k] << 23 | (b[k] & 0x1FFU) << 14 | (c[k] & 0x1FFU) << 5);
  FamilyState* const family = &family_[from];
  for (std::size_t k = 0; k < rate.size(); ++k) {
    const unsigned state = family[k].state;
    const float ever = (state & kRecentCase) ? recent : per_contact * rate[k];
    family[k].state = static_cast<std::uint8_t>(state | (low[k] < ever ? unsigned{kHadPlan} : 0U));
  }
}

// Families with a recent case were referred some months before it closed.
void World::set_last_referrals(std::uint32_t begin, std::uint32_t end) {
  std::size_t n = 0;
  for (auto f = begin; f < end; ++f) {
    due_[n] = f;
    n += (family_[f].state & kRecentCase) ? 1 : 0;
  }
  const auto longest = static_cast<float>(parameters_[origin_months_since_referral]);
  draw_list_.resize(n);
  for (std::size_t k = 0; k < n; ++k) draw_list_.set(k, due_[k], 1);
  draw_list_.draw(draws_, Process::kInitialFamily);
  for (std::size_t k = 0; k < n; ++k)
    family_[due_[k]].last_referral =
        static_cast<std::int16_t>(-2 - static_cast<int>(longest * uniform(draw_list_.word(k, 0))));
}

void World::make_initial_guide() {
  for (std::size_t d = 0; d < kDeprivationClasses; ++d) {
    std::uint8_t state = 0;
    for (std::uint32_t i = 0; i < initial_guide_[d].size(); ++i) {
      while (uniform(i << (32 - kGuideBits)) >= setting_.initial_states[d][state]) ++state;
      initial_guide_[d][i] = state;
    }
  }
}

void World::start_at_origin() {
  make_initial_guide();
  const std::uint32_t begin = families_.alive_begin.front();
  const std::uint32_t end = families_.alive_end.front();
  // A race: each family's draw over its rate of contact; those first past the post are known to services.
  // With equal chances this is sampling in proportion to the rate (Ohlsson's sequential Poisson sampling).
  std::vector<float> race(end);
  double weight = 0.0;
  start_families(begin, end, 0, [&](std::uint32_t from, std::span<const float> rate) {
    set_plans_before(from, rate);
    std::array<float, kTogether> weights;
    for (std::uint32_t k = 0; k < rate.size(); ++k) {
      const FamilyState& state = family_[from + k];
      weights[k] = setting_.contact.rate[state.deprivation][state.state & (kNeedStates - 1)] *
                   setting_.contact.by_age[children_at_home(from + k, 0).youngest];
      weight += static_cast<double>(weights[k]);
    }
    const std::uint32_t* const words = draw_list_.words(3);
    float* const time = &race[from];
    for (std::size_t k = 0; k < rate.size(); ++k) {
      const float t = uniform(words[k]) / weights[k];
      time[k] = weights[k] > 0.0F ? t : kNever;
    }
  });
  set_last_referrals(begin, end);
  const double children = setting_.sampling_fraction * setting_.authority->children_in_need;
  // Enough candidates for all: one family a child in need, and some to choose from.
  std::vector<std::uint32_t> order;
  for (double cutoff = 1.2 * (children + 100.0) / std::max(weight, 1e-6);; cutoff *= 2.0) {
    order.resize(end);
    order.resize(find_due(race.data(), begin, end, below(cutoff), order.data()));
    if (static_cast<double>(order.size()) >= children + 50.0 || cutoff > 1e30) break;
  }
  sort_by(order, [&](std::size_t k) { return race[order[k]]; });
  // Practice at the origin, before any change.
  make_case_month(case_month_, setting_.casework,
                  {.case_closure = std::exp(setting_.at_origin[index(Propensity::kCaseClosure)])}, levers_,
                  parameters_);
  place_looked_after(order);
  open_origin_cases(order);
  counts_ = {};
}

int World::months_in_care_at_origin(int age_months, float u) const {
  return static_cast<int>(quantile(setting_.care_history->months[static_cast<std::size_t>(age_months)], u));
}

// Looked-after children by age and placement as published; brothers and sisters often together. Families that
// supply them are taken out of `order`.
void World::place_looked_after(std::vector<std::uint32_t>& order) {
  const AuthorityOrigin& a = *setting_.authority;
  const double fraction = setting_.sampling_fraction;
  using Row = std::array<int, kAgeBands>;
  std::array<Row, AuthorityOrigin::kPublishedPlacements> wanted = a.looked_after_by_placement_and_age;
  // A sample takes its share of the running total, so that small cells are not rounded away one by one.
  double running = 0.0;
  int given = 0;
  for (auto& by_age : wanted)
    for (int& n : by_age) {
      running += n * fraction;
      n = static_cast<int>(std::lround(running)) - given;
      given += n;
    }
  const Draws& draws = draws_;
  const auto place = [&](std::uint32_t family, std::uint8_t child, int birth_month, std::size_t published,
                         const Bits& bits) {
    LookedAfterChild x;
    const bool alone = family == kNoFamily;
    x.family = family;
    x.child = child;
    x.entity = alone ? 0xC0000000U | static_cast<std::uint32_t>(children_.size()) : family * 8 + child;
    x.birth = static_cast<std::int16_t>(birth_month);
    const int age = -birth_month;
    // Nothing that happens to unaccompanied children depends on how long they have been in care: up to a
    // year.
    const int months = alone ? static_cast<int>(static_cast<float>(kMonthsPerYear) * uniform(bits[1]))
                             : months_in_care_at_origin(age, uniform(bits[1]));
    x.since = static_cast<std::int16_t>(-1 - months);
    if (published == AuthorityOrigin::kFoster && alone) {
      const float u = uniform(draws.block(Process::kOriginCare, x.entity, 1)[0]);
      x.placement = u < 0.5F ? Placement::kAuthorityFoster : Placement::kAgencyFoster;
    } else if (published == AuthorityOrigin::kFoster) {
      const float u = uniform(bits[2]);
      const auto kin = static_cast<float>(parameters_[care_foster_kin_share]);
      const auto agency = static_cast<float>(parameters_[care_foster_agency_share]);
      x.placement = u < kin            ? Placement::kKinFoster
                    : u < kin + agency ? Placement::kAgencyFoster
                                       : Placement::kAuthorityFoster;
    } else {
      x.placement = static_cast<Placement>(index(Placement::kChildrensHome) + published - 1);
    }
    if (!alone) {
      FamilyState& f = family_[family];
      const auto bit = static_cast<std::uint8_t>(1U << child);
      f.in_care = static_cast<std::uint8_t>(f.in_care | bit);
      f.ever_in_care = static_cast<std::uint8_t>(f.ever_in_care | bit);
    }
    add_looked_after(x, 0, 1.0F, false);
  };

  // Unaccompanied children: 16 and 17 but for the share of entrants who are younger and have not yet grown
  // up.
  const int unaccompanied = static_cast<int>(std::lround(fraction * a.looked_after_unaccompanied));
  for (int k = 0; k < unaccompanied; ++k) {
    const Bits bits = draws.block(Process::kOriginCare, 0xC0000000U | static_cast<std::uint32_t>(k), 0);
    const bool younger =
        uniform(bits[0]) < static_cast<float>(parameters_[origin_unaccompanied_under_16_ratio] *
                                              parameters_[unaccompanied_under_16_share]);
    std::size_t band = younger ? index(AgeBand::k10To15) : index(AgeBand::k16Plus);
    std::size_t published =
        uniform(bits[2]) < static_cast<float>(parameters_[unaccompanied_supported_share]) && !younger
            ? AuthorityOrigin::kSupported
            : AuthorityOrigin::kFoster;
    if (wanted[published][band] == 0)
      published =
          published == AuthorityOrigin::kFoster ? AuthorityOrigin::kSupported : AuthorityOrigin::kFoster;
    if (wanted[published][band] == 0) {
      // The published margins leave no such cell: the fullest of those aged 10 and over.
      for (const AgeBand older : {AgeBand::k10To15, AgeBand::k16Plus})
        for (std::size_t q = 0; q < wanted.size(); ++q)
          if (wanted[q][index(older)] > wanted[published][band]) {
            published = q;
            band = index(older);
          }
      if (wanted[published][band] == 0) break;
    }
    --wanted[published][band];
    const float spread = uniform(bits[3]);
    const int age =
        band == index(AgeBand::k16Plus)
            ? 192 + static_cast<int>(
                        24.0F *
                        std::pow(spread, static_cast<float>(parameters_[origin_unaccompanied_age_power])))
            : 156 + static_cast<int>(36.0F * spread);
    place(kNoFamily, 0, -age, published, bits);
  }

  Row left{};
  for (const auto& by_age : wanted)
    for (std::size_t band = 0; band < kAgeBands; ++band) left[band] += by_age[band];
  const auto any_left = [&] { return std::any_of(left.begin(), left.end(), [](int n) { return n > 0; }); };
  std::array<float, 4> ratio_of_needs{};
  for (int n = 0; n < 4; ++n)
    ratio_of_needs.at(static_cast<std::size_t>(n)) =
        static_cast<float>(std::pow(parameters_[accommodation_need_ratio], n - 3));
  std::vector<std::uint8_t> used(families_.alive_end.front(), 0);
  const auto fill = [&](std::uint32_t family, std::uint32_t pass) {
    const Bits whole = draws.block(Process::kOriginSelection, family, pass);
    // The more needs, the likelier that children of the family are looked after rather than at home.
    const float ratio = ratio_of_needs.at(static_cast<std::size_t>(adult_needs(family_[family].state)));
    if (pass == 0 && uniform(whole[0]) > static_cast<float>(parameters_[origin_known_family_share]) * ratio)
      return;
    for (unsigned home = children_mask(family, 0); home != 0; home &= home - 1) {
      const auto c = static_cast<std::size_t>(std::countr_zero(home));
      const int age = -birth(family, c);
      const std::size_t band = age_band(age);
      if (left[band] == 0) continue;
      const Bits bits = draws.block(Process::kOriginCare, family * 8 + static_cast<std::uint32_t>(c), pass);
      if (pass < 2 && uniform(bits[0]) > setting_.care_history->age_shape[static_cast<std::size_t>(age)])
        continue;
      std::array<float, AuthorityOrigin::kPublishedPlacements> weights{};
      float total = 0.0F;
      for (std::size_t q = 0; q < weights.size(); ++q)
        total += weights[q] = static_cast<float>(wanted[q][band]);
      const std::size_t q = pick(weights, total, uniform(bits[3]));
      --wanted[q][band];
      --left[band];
      place(family, static_cast<std::uint8_t>(c), -age, q, bits);
      used[family] = 1;
    }
  };
  // First families known to services, with the ages as they are in care; then any of them; then any family at
  // all.
  for (std::uint32_t pass = 0; pass < 3 && any_left(); ++pass)
    for (const auto family : order) {
      if (!any_left()) break;
      fill(family, pass);
    }
  for (auto f = families_.alive_begin.front(); f < families_.alive_end.front() && any_left(); ++f) fill(f, 2);
  if (any_left())
    throw DataError("authority " + std::to_string(a.code) + " (" + a.name +
                    ") has more looked-after children of some age than children in the population");
  std::erase_if(order, [&](std::uint32_t f) { return used[f] != 0; });
}

void World::draw_selection(std::span<const std::uint32_t> families, std::uint32_t occurrence) {
  draw_list_.resize(families.size());
  for (std::size_t k = 0; k < families.size(); ++k) draw_list_.set(k, families[k], occurrence);
  draw_list_.draw(draws_, Process::kOriginSelection);
}

void World::add_origin_cases(std::span<const OriginCase> opened) {
  const std::size_t n = opened.size();
  draw_list_.resize(2 * n);
  for (std::size_t k = 0; k < n; ++k)
    for (const std::uint32_t j : {0U, 1U}) draw_list_.set(2 * k + j, opened[k].family, 9 + j);
  draw_list_.draw(draws_, Process::kOriginSelection);
  const std::size_t first = cases_.size();
  for (std::size_t k = 0; k < n; ++k)
    add_origin_case(opened[k], draw_list_.bits(2 * k), draw_list_.bits(2 * k + 1));
  draw_thresholds(n, [&](std::size_t k) { return opened[k].family; });
  for (std::size_t k = 0; k < n; ++k) cases_[first + k].remaining = draw_list_.lanes(2 * k);
}

void World::add_origin_case(const OriginCase& opened, const Bits& bits, const Bits& needs) {
  const auto& [family, stage, on_plan, reunified_until] = opened;
  FamilyState& f = family_[family];
  contact_reading_[family] = needs_reading_[family] = kNever;
  set_recent_case(f, false);
  Case c;
  const float u = uniform(bits[0]);
  int months = 0;
  switch (stage) {
    case Stage::kAssessment:
    case Stage::kSection47:
      months = static_cast<int>(2.0F * u);
      break;
    case Stage::kChildInNeed:
    case Stage::kProceedings:
      months = static_cast<int>(quantile(setting_.child_in_need_months, u));
      break;
    case Stage::kProtectionPlan:
    case Stage::kPreProceedings: {
      // The published bands of time on a plan; evenly within a band, and up to a year beyond two.
      const auto& bands = setting_.authority->child_protection_plan_duration;
      std::array<float, kDurationBands> cumulative{};
      double running = 0.0;
      for (std::size_t b = 0; b < kDurationBands; ++b)
        cumulative[b] = static_cast<float>(running += bands[b]);
      const std::size_t band = quantile(cumulative, u);
      const int start = kDurationBandStartMonths[band];
      const int width =
          band + 1 < kDurationBands ? kDurationBandStartMonths[band + 1] - start : kMonthsPerYear;
      months = start + static_cast<int>(static_cast<float>(width) * uniform(bits[1]));
      break;
    }
  }
  c.family = family;
  c.since = static_cast<std::int16_t>(-1 - months);
  c.stage = stage;
  // Some needs have been met since the case opened.
  const std::array<double, 3> recovery = {parameters_[needs_domestic_abuse_recovery],
                                          parameters_[needs_mental_ill_health_recovery],
                                          parameters_[needs_substance_misuse_recovery]};
  for (std::size_t k = 0; k < recovery.size(); ++k) {
    const double met =
        1.0 - std::exp(-recovery[k] * parameters_[support_recovery_ratio] * months / kMonthsPerYear);
    if ((f.state >> (k + 1) & 1U) && static_cast<double>(uniform(needs[k])) < met) flip(f.state, k + 1);
  }
  c.state = f.state;
  c.deprivation = f.deprivation;
  const float s = std::clamp(case_month_.engagement_start, 0.01F, 0.99F);
  const float start = fast_exp((1.0F - s) / s * fast_log(uniform(bits[2])));
  const float missing = 1.0F - case_month_.engagement_growth;
  const float gained = 1.0F - fast_exp(static_cast<float>(months) * fast_log(missing));
  c.engagement = start + (1.0F - start) * gained;
  if (on_plan || uniform(bits[3]) < static_cast<float>(parameters_[protection_plan_ever_share]))
    f.state = static_cast<std::uint8_t>(f.state | kHadPlan);
  c.flags = static_cast<std::uint8_t>((on_plan ? kOnPlan : 0) | ((f.state & kHadPlan) ? kEverPlan : 0));
  // A referral opened the case; the earlier stages took some months on average.
  f.last_referral = static_cast<std::int16_t>(c.since - (stage == Stage::kAssessment ? 0 : 2));
  if (reunified_until > 0) {
    c.flags = static_cast<std::uint8_t>(c.flags | kReunified);
    c.reunified_until = reunified_until;
    f.ever_in_care = static_cast<std::uint8_t>(f.ever_in_care | families_.births[family].born_by(0));
  }
  f.case_index = static_cast<std::uint32_t>(cases_.size());
  cases_.push_back(c);
  refresh_children(cases_.back(), 0);
}

// Open cases: child protection plans and children in need as published, to the child.
void World::open_origin_cases(const std::vector<std::uint32_t>& order) {
  const AuthorityOrigin& a = *setting_.authority;
  const Parameters& p = parameters_;
  const double fraction = setting_.sampling_fraction;
  const int plans = static_cast<int>(std::lround(fraction * a.child_protection_plans));
  const int looked_after = static_cast<int>(children_.size());
  const int all = std::max(0, static_cast<int>(std::lround(fraction * a.children_in_need)) - looked_after);
  const int others = std::max(0, all - plans);

  // Takes families in order while they fit, so that the total comes out to the child.
  const auto take = [&](const std::vector<std::uint32_t>& from, int children,
                        std::vector<std::uint8_t>& taken) {
    std::vector<std::uint32_t> out;
    int missing = children;
    for (const auto f : from) {
      if (missing == 0) break;
      if (taken[f]) continue;
      const int n = children_at_home(f, 0).children;
      if (n == 0 || n > missing) continue;
      out.push_back(f);
      taken[f] = 1;
      missing -= n;
    }
    for (auto f = families_.alive_begin.front(); f < families_.alive_end.front() && missing > 0; ++f) {
      const int n = children_at_home(f, 0).children;
      if (taken[f] || family_[f].in_care != 0 || n == 0 || n > missing) continue;
      out.push_back(f);
      taken[f] = 1;
      missing -= n;
    }
    return out;
  };
  std::vector<std::uint8_t> taken(families_.alive_end.front(), 0);
  // Plans go to the families with most needs among those known best.
  std::array<float, 4> weight_of_needs{};
  for (int n = 0; n < 4; ++n)
    weight_of_needs.at(static_cast<std::size_t>(n)) = static_cast<float>(std::pow(p[enquiry_need_ratio], n));
  std::vector<std::uint32_t> by_severity;
  int reach = 0;
  for (const auto f : order) {
    if (reach >= all) break;
    reach += children_at_home(f, 0).children;
    by_severity.push_back(f);
  }
  draw_selection(by_severity, 8);
  sort_by(by_severity, [&](std::size_t k) {
    return uniform(draw_list_.word(k, 0)) /
           weight_of_needs.at(static_cast<std::size_t>(adult_needs(family_[by_severity[k]].state)));
  });

  // Shares of the stages: yearly flow times mean length.
  const double families_per_child = p[origin_families_per_child];
  const double other_children =
      std::max(1.0, static_cast<double>(a.children_in_need - a.looked_after - a.child_protection_plans));
  const double applied = a.care_applications / families_per_child;
  const double pre_proceedings = p[origin_pre_proceedings_ratio] * applied / p[pre_proceedings_court_share] *
                                 p[pre_proceedings_duration] / kMonthsPerYear;
  // Pre-proceedings start from plans and from children in need, by their rates.
  const double from_plans = p[pre_proceedings_rate_protection_plan] * a.child_protection_plans;
  const double from_need = p[pre_proceedings_rate_child_in_need] * other_children;
  const double beside_plan = pre_proceedings * from_plans / std::max(1e-9, from_plans + from_need);
  const auto in_pre_proceedings = static_cast<float>(
      std::min(0.5, beside_plan / std::max(1.0, static_cast<double>(a.child_protection_plans))));
  std::vector<OriginCase> opened;
  const auto on_plan = take(by_severity, plans, taken);
  draw_selection(on_plan, 7);
  for (std::size_t k = 0; k < on_plan.size(); ++k) {
    const bool is_before_court = uniform(draw_list_.word(k, 0)) < in_pre_proceedings;
    opened.push_back({on_plan[k], is_before_court ? Stage::kPreProceedings : Stage::kProtectionPlan, true});
  }
  const double assessed = a.referrals * (1.0 - p[contact_no_further_action]);
  const double leaving = 1.0 / p[assessment_duration] + p[enquiry_rate_assessment] * p[enquiry_need_ratio];
  double assessment = assessed / kMonthsPerYear / leaving / other_children;
  double enquiry = a.section_47_enquiries / kMonthsPerYear * p[enquiry_duration] / other_children;
  double proceedings = a.care_applications / families_per_child * (1.0 - p[proceedings_interim_order_share]) *
                       p[proceedings_duration] / kMonthsPerYear / other_children;
  double before_court = (pre_proceedings - beside_plan) / other_children;
  const double most = 0.8;  // at least a fifth are children in need beyond these stages
  if (const double sum = assessment + enquiry + proceedings + before_court; sum > most)
    for (double* share : {&assessment, &enquiry, &proceedings, &before_court}) *share *= most / sum;
  const double in_need = 1.0 - assessment - enquiry - proceedings - before_court;
  // Children who came home within the time of raised re-entry, while the case that followed is open: one
  // adult need on average, as for children in need.
  std::vector<float> open_since;  // cumulative, by months since the return
  double staying = 1.0;
  double open_months = 0.0;
  for (int m = 0; m < static_cast<int>(p[care_re_entry_duration]); ++m) {
    open_since.push_back(static_cast<float>(open_months += staying));
    const Lanes& base = setting_.casework.base[index(Stage::kChildInNeed)][hazard_band(m)];
    staying *= std::exp(-static_cast<double>(base[kResolve]) * p[child_in_need_closure_need_ratio]);
  }
  const double reunified =
      a.care_exits * p[care_returned_home_share] * open_months / kMonthsPerYear / (other_children * in_need);
  const auto in_need_families = take(order, others, taken);
  draw_selection(in_need_families, 7);
  for (std::size_t k = 0; k < in_need_families.size(); ++k) {
    const auto u = static_cast<double>(uniform(draw_list_.word(k, 0)));
    Stage stage = Stage::kChildInNeed;
    if (u < assessment)
      stage = Stage::kAssessment;
    else if (u < assessment + enquiry)
      stage = Stage::kSection47;
    else if (u < assessment + enquiry + proceedings)
      stage = Stage::kProceedings;
    else if (u < assessment + enquiry + proceedings + before_court)
      stage = Stage::kPreProceedings;
    opened.push_back({in_need_families[k], stage, false});
    if (stage == Stage::kChildInNeed && static_cast<double>(uniform(draw_list_.word(k, 1))) < reunified) {
      const auto since = static_cast<int>(quantile(open_since, uniform(draw_list_.word(k, 2))));
      opened.back().reunified_until =
          static_cast<std::int16_t>(static_cast<int>(p[care_re_entry_duration]) - since);
    }
  }
  add_origin_cases(opened);
}

}  // namespace hearth
