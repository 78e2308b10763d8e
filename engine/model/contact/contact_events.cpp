#include "model/contact/contact_events.hpp"

#include "model/casework/case_events.hpp"
#include "model/outcomes/event_notes.hpp"

namespace hearth {
namespace {

// Whether it counts, and how long until the next if the family stays quiet.
inline bool concern(AuthorityState& s, std::uint32_t which, int month, Referral& referral) {
  const std::uint32_t family = s.due[which];
  const FamilyState& f = s.family[family];
  const std::size_t state = quiet_state(f.state);
  const AtHome home = children_at_home(s, family, month);
  const float police = s.setting.contact.police[f.family_class][state];
  const float keep = police * s.contact_month.keep_police + (1.0F - police) * s.contact_month.keep_others;
  float& reading = s.contact_reading[family];
  referral.which = which;
  referral.children = home.children;
  referral.youngest = home.youngest;
  referral.reading = reading;
  reading += s.draw_list.wait(which) / s.setting.contact.rate[f.family_class][state];
  return uniform(s.draw_list.word(which, 1)) < keep * s.setting.contact.by_age[home.youngest];
}

void refer(AuthorityState& s, const Referral& referral, int month) {
  using enum Parameter;
  const std::uint32_t family = s.due[referral.which];
  const Bits bits = s.draw_list.bits(referral.which);
  FamilyState& f = s.family[family];
  const int n = referral.children;
  count(s, Measure::kReferrals, n);
  count(s, Measure::kReferralsByDeprivation, n, deprivation_fifth(f.family_class));
  const bool within_a_year = month - f.last_referral <= kMonthsPerYear;
  f.last_referral = static_cast<std::int16_t>(month);
  count(s, Measure::kReReferrals, within_a_year ? n : 0);
  const bool opens = uniform(bits[2]) >= static_cast<float>(s.parameters[contact_no_further_action]);
  const float rest = rest_at(referral.reading, s.quiet.contact_start, s.quiet.contact_end);
  if (logs(s)) [[unlikely]] {
    // The draw that keeps the referral also says from whom: the police's share comes first.
    const bool by_police = uniform(bits[1]) < s.setting.contact.police[f.family_class][quiet_state(f.state)] *
                                                  s.contact_month.keep_police *
                                                  s.setting.contact.by_age[referral.youngest];
    note(s, EventKind::kReferred, family, rest,
         (by_police ? unsigned{kByPolice} : 0U) | (opens ? 0U : unsigned{kNoFurtherAction}) |
             (within_a_year ? unsigned{kWithinAYear} : 0U));
  }
  if (!opens) return;
  const auto flags = static_cast<std::uint8_t>(within_a_year ? kRepeat : 0);
  plan_opening(s, family, Stage::kAssessment, flags, uniform(bits[3]), rest);
}

}  // namespace

void raise_concerns(AuthorityState& s, int month) {
  auto due = find_due_families(s, s.contact_reading, s.quiet.contact_end, month);
  // A family whose case closes at once may be the subject of another concern this month.
  while (!due.empty()) {
    s.draw_list.resize(due.size());
    for (std::size_t k = 0; k < due.size(); ++k) {
      const std::uint32_t family = due[k];
      __builtin_prefetch(&s.families.births[family]);
      s.draw_list.set(k, family, s.family[family].contacts++);
    }
    s.draw_list.draw(s.draws, Process::kContact);
    s.draw_list.make_waits(0);
    make_room(s.referrals, due.size());
    std::size_t referred = 0;
    for (std::uint32_t k = 0; k < due.size(); ++k)
      referred += concern(s, k, month, s.referrals[referred]) ? 1 : 0;
    s.openings.clear();
    for (std::size_t k = 0; k < referred; ++k) refer(s, s.referrals[k], month);
    open_cases(s, month);
    std::size_t again = 0;
    for (const std::uint32_t family : due) {
      due[again] = family;
      again += s.contact_reading[family] <= s.quiet.contact_end ? 1 : 0;
    }
    due = due.first(again);
  }
}

}  // namespace hearth
