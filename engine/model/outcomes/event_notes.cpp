#include "model/outcomes/event_notes.hpp"

namespace hearth {

void write_note(AuthorityState& s, EventKind kind, std::uint32_t family, float rest, std::size_t detail,
                std::size_t child) {
  s.log->events.push_back({family, static_cast<std::int16_t>(s.month), kind, static_cast<std::uint8_t>(child),
                           static_cast<std::uint8_t>(detail), time_of(s.month, rest)});
}

void note_need(AuthorityState& s, std::uint32_t family, std::size_t component, float rest) {
  const bool now = (s.family[family].state >> component) & 1U;
  note(s, now ? EventKind::kNeedStarts : EventKind::kNeedEnds, family, rest, component);
}

void note_outcome(AuthorityState& s, const Case& c, const CaseOutcome& out, float rest) {
  using enum EventKind;
  if (out.has(Outcome::kAssessed))
    note(s, kAssessed, c.family, rest,
         index(out.has(Outcome::kNotInNeed) ? Assessed::kNotInNeed
               : out.has(Outcome::kEnquiry) ? Assessed::kEnquiry
                                            : Assessed::kChildInNeed));
  else if (out.has(Outcome::kEnquiry))
    note(s, kEnquiryStarts, c.family, rest);
  else if (c.stage == Stage::kSection47 && out.next() != Stage::kSection47 && !out.has(Outcome::kApplication))
    note(s, kEnquiryEnds, c.family, rest,
         index(out.has(Outcome::kPlanStarts)   ? EnquiryEnd::kPlan
               : out.has(Outcome::kConference) ? EnquiryEnd::kConference
               : out.has(Outcome::kCloses)     ? EnquiryEnd::kCloses
                                               : EnquiryEnd::kChildInNeed));
  if (out.has(Outcome::kPlanEnds) && (c.flags & kOnPlan)) note(s, kPlanEnds, c.family, rest);
  if (out.has(Outcome::kPlanStarts)) note(s, kPlanStarts, c.family, rest);
  if (out.next() == Stage::kPreProceedings && c.stage != Stage::kPreProceedings)
    note(s, kPreProceedingsStart, c.family, rest);
  if (out.has(Outcome::kApplication))
    note(s, kApplication, c.family, rest);
  else if (c.stage == Stage::kPreProceedings && out.next() != Stage::kPreProceedings)
    note(s, kPreProceedingsEnd, c.family, rest);
  if (c.stage == Stage::kProceedings && out.next() != Stage::kProceedings)
    note(s, kProceedingsEnd, c.family, rest);
}

void log_origin(AuthorityState& s) {
  EventLog& log = *s.log;
  log.events.clear();
  log.families = s.families;
  log.looked_after = s.looked_after;
  log.at_origin.resize(s.family.size());
  for (std::size_t i = 0; i < s.family.size(); ++i) {
    const FamilyState& f = s.family[i];
    FamilyAtOrigin& at = log.at_origin[i];
    at.state = f.state;
    at.left = f.left;
    at.open_case = f.case_index != kNoCase;
    if (!at.open_case) continue;
    const Case& c = s.cases[f.case_index];
    at.on_plan = (c.flags & kOnPlan) != 0;
    at.stage = c.stage;
    at.since = c.since;
  }
}

}  // namespace hearth
