#include "model/practice/implementation.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "core/calendar.hpp"
#include "kernels/elementary.hpp"

namespace hearth {
namespace {

const PracticeComponent& component_of(const Uptake& uptake, std::size_t i) {
  return uptake.model->components[uptake.components[i]];
}

// Paid for by the grant, by partners who agreed, or by an authority that never had a grant.
bool funded(const Uptake& uptake, int month) {
  const bool grant_over = uptake.grant_end_month && month >= *uptake.grant_end_month;
  const bool agreed = uptake.partners_agree_month && month >= *uptake.partners_agree_month;
  return !grant_over || agreed;
}

void advance_component(ComponentState& c, const PracticeComponent& component, const Uptake& uptake,
                       double leadership, const ImplementationMonth& at, const Parameters& p) {
  using enum Parameter;
  const bool paid = funded(uptake, at.month);
  if (component.staffing) {
    const double monthly = at.recruitment / (component.staffing->months_to_recruit * uptake.crowding);
    const double joining =
        paid ? 1.0 - elementary::exp(-monthly) : 0.0;  // nobody is recruited to posts without money
    const double leaving = p[implementation_practitioner_turnover] / kMonthsPerYear;
    c.filled = std::clamp(c.filled + (1.0 - c.filled) * joining - c.filled * leaving, 0.0, 1.0);
  }
  const double reorganisation = std::min(at.reorganisation, 1.0);
  double growth = 0.0;
  if (paid && at.month >= uptake.start_month + uptake.model->training_months) {
    const double overload =
        elementary::pow(std::max(at.caseload_ratio, 0.05), -p[implementation_overload_elasticity]);
    const double months = component.months_to_embed.value_or(uptake.model->months_to_embed);
    growth = 1.0 - elementary::exp(-overload * leadership * (1.0 - reorganisation) / months);
  }
  double loss = at.leavers_share * p[implementation_turnover_dilution] +
                ((1.0 - leadership) * p[implementation_leadership_decay] +
                 at.reorganisation * p[implementation_reorganisation_decay] +
                 (paid ? 0.0 : p[implementation_grant_end_decay])) /
                    kMonthsPerYear;
  if (at.practice_network) loss *= 1.0 - p[implementation_peer_hold];
  c.fidelity = std::clamp(c.fidelity + (1.0 - c.fidelity) * growth - c.fidelity * loss, 0.0, 1.0);
}

}  // namespace

ImplementationState implementation_at_origin(const std::vector<Uptake>& uptakes, double turnover_rate,
                                             const Parameters& p) {
  using enum Parameter;
  ImplementationState out;
  // What went on before the origin was led as well as leaders who change and learn lead on average.
  const double kept =
      1.0 - (1.0 - elementary::exp(-p[leadership_change_rate] / kMonthsPerYear)) * p[leadership_change_loss];
  const double recovery = 1.0 - elementary::exp(-1.0 / p[leadership_recovery]);
  const double usual = recovery / (1.0 - kept * (1.0 - recovery));
  for (const Uptake& uptake : uptakes) {
    UptakeState& state = out.uptakes.emplace_back();
    if (uptake.before_origin) state.leadership = usual;
    for (std::size_t i = 0; i < uptake.components.size(); ++i) {
      ComponentState c;
      if (component_of(uptake, i).staffing) c.filled = 0.0;
      for (int m = uptake.start_month; m < 0; ++m)
        advance_component(c, component_of(uptake, i), uptake, usual,
                          {.month = m, .leavers_share = turnover_rate / kMonthsPerYear}, p);
      state.components.push_back(c);
      state.dose_at_origin.push_back(uptake.before_origin ? c.dose() : 0.0);
    }
  }
  return out;
}

void advance_implementation(ImplementationState& state, const std::vector<Uptake>& uptakes,
                            const ImplementationMonth& month, const Parameters& p) {
  const double recovery = 1.0 - elementary::exp(-1.0 / p[Parameter::leadership_recovery]);
  for (std::size_t u = 0; u < uptakes.size(); ++u) {
    if (month.month < uptakes[u].start_month) continue;
    UptakeState& here = state.uptakes[u];
    // Who takes a model up leads it; that says nothing of those who lead what is there already.
    if (month.month > uptakes[u].start_month) {
      here.leadership *= 1.0 - std::min(month.leadership_lost, 1.0);
      here.leadership += (1.0 - here.leadership) * recovery;
    }
    for (std::size_t i = 0; i < here.components.size(); ++i)
      advance_component(here.components[i], component_of(uptakes[u], i), uptakes[u], here.leadership, month,
                        p);
  }
}

double mean_fidelity(const ImplementationState& state, const std::vector<Uptake>& uptakes, int month) {
  double sum = 0.0;
  double weight = 0.0;
  for (std::size_t u = 0; u < uptakes.size(); ++u) {
    if (month < uptakes[u].start_month) continue;
    for (std::size_t i = 0; i < uptakes[u].components.size(); ++i) {
      const double reach = component_of(uptakes[u], i).reach;
      sum += reach * state.uptakes[u].components[i].fidelity;
      weight += reach;
    }
  }
  return weight > 0.0 ? sum / weight : 0.0;
}

double mean_leadership(const ImplementationState& state, const std::vector<Uptake>& uptakes, int month) {
  double sum = 0.0;
  int under_way = 0;
  for (std::size_t u = 0; u < uptakes.size(); ++u) {
    if (month < uptakes[u].start_month) continue;
    sum += state.uptakes[u].leadership;
    ++under_way;
  }
  return under_way > 0 ? sum / under_way : 0.0;
}

double practitioners(const UptakeState& state, const Uptake& uptake, double cases) {
  double out = 0.0;
  for (std::size_t i = 0; i < uptake.components.size(); ++i) {
    const auto& component = component_of(uptake, i);
    if (component.staffing)
      out += state.components[i].filled * component.staffing->posts_per_100_cases / 100.0 * component.reach *
             cases;
  }
  return out;
}

void exchange(std::span<const NetworkMember> members, const PeerNetwork& network, int month,
              const Parameters& p) {
  const double rate = p[Parameter::implementation_peer_rate];
  // One thing that a member does, as it stood before the meeting; those who do not do it at all neither speak
  // nor learn.
  struct Practised {
    const ImplementationState* by;
    bool in_earnest;
    double before;
    double* now;
    double* from_peers;  // a mean over so many things
    double among;
  };
  const auto meet = [&](const std::vector<Practised>& present) {
    for (const Practised& own : present) {
      double sum = 0.0;
      int further_on = 0;
      for (const Practised& other : present)
        if (other.by != own.by && other.in_earnest >= own.in_earnest && other.before > own.before) {
          sum += other.before;
          ++further_on;
        }
      if (further_on == 0) continue;
      const double gain = (sum / further_on - own.before) * rate;
      *own.now += gain;
      *own.from_peers += gain / own.among;
    }
  };
  std::vector<Practised> leading;
  std::map<std::pair<const ServiceModel*, std::size_t>, std::vector<Practised>> practising;
  for (const auto& [uptakes, state] : members) {
    double under_way = 0.0;
    double components = 0.0;
    for (const Uptake& uptake : *uptakes) {
      if (month < uptake.start_month) continue;
      under_way += 1.0;
      components += static_cast<double>(uptake.components.size());
    }
    for (std::size_t u = 0; u < uptakes->size(); ++u) {
      const Uptake& uptake = (*uptakes)[u];
      if (month < uptake.start_month) continue;
      UptakeState& here = state->uptakes[u];
      // What an arm takes up in mode zero lifts nobody's practice that has effects: it must change no life.
      const bool in_earnest = uptake.before_origin || uptake.effects != EffectsMode::kZero;
      leading.push_back(
          {state, in_earnest, here.leadership, &here.leadership, &state->leadership_from_peers, under_way});
      for (std::size_t i = 0; i < uptake.components.size(); ++i) {
        double& fidelity = here.components[i].fidelity;
        practising[{uptake.model, uptake.components[i]}].push_back(
            {state, in_earnest, fidelity, &fidelity, &state->fidelity_from_peers, components});
      }
    }
  }
  if (network.leadership) meet(leading);
  if (network.practice)
    for (const auto& [what, present] : practising) meet(present);
}

ModelCost cost_of_uptake(UptakeState& state, const Uptake& uptake, double cases, int month,
                         const Parameters& p) {
  using enum Parameter;
  ModelCost out;
  if (uptake.before_origin || month < uptake.start_month) return out;
  double running = 0.0;
  double setup_in_all = 0.0;
  for (std::size_t i = 0; i < uptake.components.size(); ++i) {
    const auto& component = component_of(uptake, i);
    double a_case = component.running_gbp_per_case;
    if (component.staffing)
      a_case += state.components[i].filled * component.staffing->posts_per_100_cases / 100.0 *
                component.staffing->gbp_per_post;
    running += cases * component.reach * a_case / kMonthsPerYear;
    if (uptake.start_month >= 0)
      setup_in_all += state.cases_at_start * component.reach * component.setup_gbp_per_case;
  }
  const double setup =
      std::min(setup_in_all - state.setup_spent_gbp, setup_in_all / p[implementation_setup_months]);
  state.setup_spent_gbp += setup;
  if (uptake.grant_end_month && month < *uptake.grant_end_month) {
    out.programme = running + setup;
    return out;
  }
  if (uptake.partners_agree_month && month >= *uptake.partners_agree_month) {
    out.nhs = running * p[implementation_partner_share_nhs];
    out.police = running * p[implementation_partner_share_police];
  }
  out.authority = running + setup - out.nhs - out.police;
  return out;
}

}  // namespace hearth
