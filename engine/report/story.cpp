#include "report/story.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "core/nearest.hpp"
#include "core/words.hpp"
#include "results/summary.hpp"
#include "results/wording.hpp"

namespace hearth {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kSimulated = "Simulated families. No real family or child is described.";

// ---- words

constexpr std::array<std::string_view, kNeeds> kNeedWords = {
    "poverty", "domestic abuse", "a parent's mental ill-health", "a parent's alcohol or drug misuse"};
constexpr std::array<std::string_view, kStages> kStageWords = {"assessment",         "child in need",
                                                               "section 47 enquiry", "child protection plan",
                                                               "pre-proceedings",    "care proceedings"};
constexpr std::array<std::string_view, kPlacementKinds> kPlacementWords = {
    "foster care with kin",     "foster care of the authority",
    "foster care of an agency", "a children's home",
    "supported accommodation",  "placed with parents",
    "a family to adopt",        "another placement"};
constexpr std::array<std::string_view, kExitReasons> kExitWords = {
    "returns home from care", "leaves care: special guardianship or child arrangements order", "is adopted",
    "leaves care at 18", "leaves care for another reason"};
constexpr std::array<std::string_view, 21> kKindNames = {
    "starts",          "need_starts",         "need_ends",        "referred",        "case_opens",
    "assessed",        "enquiry_starts",      "enquiry_ends",     "plan_starts",     "plan_ends",
    "pre_proceedings", "pre_proceedings_end", "care_application", "proceedings_end", "enters_care",
    "moves",           "leaves_care",         "case_closes",      "moves_away",      "born",
    "turns_18"};
static_assert(kKindNames.size() == static_cast<std::size_t>(EventKind::kTurns18) + 1);

std::string needs_text(unsigned state) {
  std::vector<std::string_view> present;
  for (std::size_t k = 0; k < kNeeds; ++k)
    if ((state >> k) & 1U) present.push_back(kNeedWords[k]);
  return present.empty() ? "none" : fmt::format("{}", fmt::join(present, ", "));
}

// A month by its name: month 0 is the one that follows the origin.
std::string month_text(const MonthEnd& origin, int month) {
  const std::string text = origin.plus_months(month + 1).text();
  return text.substr(text.find(' ') + 1);
}

// One family's children, numbered from the oldest.
class Children {
 public:
  Children(const Families& families, std::uint32_t family) : births_(families.births[family]) {}
  std::size_t size() const { return births_.size(); }
  int birth(std::size_t child) const { return births_.month.at(child); }
  std::string text(std::size_t child, int month) const {
    const int age = month - birth(child);
    return fmt::format("child {} (aged {})", child + 1,
                       age >= kMonthsPerYear
                           ? std::to_string(age / kMonthsPerYear)
                           : count_text(static_cast<std::size_t>(std::max(age, 0)), "month", "months"));
  }

 private:
  Births births_;
};

std::string event_text(const FamilyEvent& e, const Children& children) {
  const std::string child = children.text(e.child, e.month);
  switch (e.kind) {
    case EventKind::kStarts:
      return fmt::format("{}; needs: {}",
                         children.birth(0) == e.month ? "the family begins with the birth of child 1"
                                                      : "the family moves to the authority",
                         needs_text(e.detail));
    case EventKind::kNeedStarts:
      return fmt::format("{} begins", kNeedWords.at(e.detail));
    case EventKind::kNeedEnds:
      return fmt::format("{} ends", kNeedWords.at(e.detail));
    case EventKind::kReferred:
      return fmt::format("referred by {}{}{}",
                         (e.detail & kByPolice) ? "the police" : "health, a school or others",
                         (e.detail & kWithinAYear) ? ", again within 12 months" : "",
                         (e.detail & kNoFurtherAction) ? ": no further action" : ": assessment begins");
    case EventKind::kCaseOpens:
      return "support at home begins: child in need";
    case EventKind::kAssessed:
      return fmt::format(
          "assessment finds: {}",
          std::array{"not in need", "child in need", "cause for a section 47 enquiry"}.at(e.detail));
    case EventKind::kEnquiryStarts:
      return "section 47 enquiry begins";
    case EventKind::kEnquiryEnds:
      return fmt::format("enquiry ends: {}",
                         std::array{"nothing more to do", "support as child in need",
                                    "conference, no protection plan", "conference, protection plan"}
                             .at(e.detail));
    case EventKind::kPlanStarts:
      return "child protection plan begins";
    case EventKind::kPlanEnds:
      return "child protection plan ends";
    case EventKind::kPreProceedingsStart:
      return "pre-proceedings begin";
    case EventKind::kPreProceedingsEnd:
      return "pre-proceedings end without a care application";
    case EventKind::kApplication:
      return "care application to the court";
    case EventKind::kProceedingsEnd:
      return "care proceedings end";
    case EventKind::kEntersCare:
      return fmt::format("{} enters care: {}", child, kPlacementWords.at(e.detail));
    case EventKind::kMoves:
      return fmt::format("{} moves: {}", child, kPlacementWords.at(e.detail));
    case EventKind::kLeavesCare:
      return fmt::format("{} {}", child, kExitWords.at(e.detail));
    case EventKind::kCaseCloses:
      return "case closes";
    case EventKind::kMovesAway:
      return "the family moves away";
    case EventKind::kBorn:
      return fmt::format("child {} is born", e.child + 1);
    case EventKind::kTurns18:
      return fmt::format("child {} turns 18", e.child + 1);
  }
  return "";
}

bool about_child(EventKind kind) {
  using enum EventKind;
  return kind == kEntersCare || kind == kMoves || kind == kLeavesCare || kind == kBorn || kind == kTurns18;
}

Json detail_json(const FamilyEvent& e) {
  switch (e.kind) {
    case EventKind::kStarts: {
      Json needs = Json::array();
      for (std::size_t k = 0; k < kNeeds; ++k)
        if ((e.detail >> k) & 1U) needs.push_back(kNeedWords[k]);
      return {{"needs", needs}};
    }
    case EventKind::kNeedStarts:
    case EventKind::kNeedEnds:
      return {{"need", kNeedWords.at(e.detail)}};
    case EventKind::kReferred:
      return {{"by_police", (e.detail & kByPolice) != 0},
              {"no_further_action", (e.detail & kNoFurtherAction) != 0},
              {"within_12_months", (e.detail & kWithinAYear) != 0}};
    case EventKind::kAssessed:
      return {{"finding", std::array{"not_in_need", "child_in_need", "section_47_enquiry"}.at(e.detail)}};
    case EventKind::kEnquiryEnds:
      return {
          {"outcome", std::array{"closes", "child_in_need", "conference", "protection_plan"}.at(e.detail)}};
    case EventKind::kEntersCare:
    case EventKind::kMoves:
      return {{"placement", kPlacementNames.at(e.detail)}};
    case EventKind::kLeavesCare:
      return {{"reason", kExitReasonNames.at(e.detail)}};
    default:
      return Json::object();
  }
}

// ---- a trace

// Which children of a family are looked after at the origin, and where.
std::vector<std::pair<std::uint8_t, const LookedAfterChild*>> looked_after(const EventLog& log,
                                                                           std::uint32_t family) {
  std::vector<std::pair<std::uint8_t, const LookedAfterChild*>> out;
  for (const auto& x : log.looked_after)
    if (x.family == family) out.emplace_back(x.child, &x);
  std::ranges::sort(out, {}, [](const auto& each) { return each.first; });
  return out;
}

std::string origin_text(const EventLog& log, std::uint32_t family, const Children& children) {
  const FamilyAtOrigin& at = log.at_origin[family];
  std::string out = "needs: " + needs_text(at.state);
  if (at.open_case) {
    out += fmt::format("; open case: {}, for {}", kStageWords.at(index(at.stage)),
                       count_text(static_cast<std::size_t>(-at.since), "month", "months"));
    if (at.on_plan && at.stage != Stage::kProtectionPlan) out += ", with a child protection plan";
  }
  for (const auto& [child, x] : looked_after(log, family))
    out += fmt::format("; {} in care for {}: {}", children.text(child, 0),
                       count_text(static_cast<std::size_t>(-x->since), "month", "months"),
                       kPlacementWords.at(index(x->placement)));
  for_each_bit(at.left, [&](std::size_t child) {
    out += fmt::format("; {} with guardians or adopters", children.text(child, 0));
  });
  return out;
}

std::string choice_text(const Told& told) {
  constexpr std::array<std::string_view, kTraceEvents> kWhat = {
      "A child enters care",
      "A child enters care",
      "An adult's need ends",
      "The family is referred again within 12 months",
      "A child returns home from care",
      "A child protection plan begins"};
  const bool swapped = told.request.event == TraceEvent::kAvoidedCare;
  const std::size_t families = told.trace.logs[0].families.size();
  return fmt::format(
      "{} under {} and not under {}:\n{} of {} families in {}; the other way round: {}.\n",
      kWhat.at(index(told.request.event)), told.arm(swapped ? 1 : 0).name, told.arm(swapped ? 0 : 1).name,
      grouped(static_cast<double>(told.trace.qualifying.size())), grouped(static_cast<double>(families)),
      count_text(static_cast<std::size_t>(told.scenario.horizon_months), "month", "months"),
      grouped(static_cast<double>(told.trace.other_way_round)));
}

std::string counted_text(const Told& told) {
  return fmt::format(
      "Chosen at random from the {} of {} families in {} of whom this is true in the replicate that is "
      "followed; of {} the opposite is true.",
      grouped(static_cast<double>(told.trace.qualifying.size())),
      grouped(static_cast<double>(told.trace.logs[0].families.size())), told.authority.name,
      grouped(static_cast<double>(told.trace.other_way_round)));
}

std::string lifeline_text(const Told& told, const Lifeline& line) {
  const EventLog& log = told.trace.logs[0];
  const MonthEnd& origin = told.scenario.origin;
  const Children children(log.families, line.family);
  std::string out = fmt::format("\nFamily {} ({}; deprivation of the neighbourhood: {})\n", line.family,
                                count_text(children.size(), "child", "children"),
                                lower_case(std::string(kDeprivationFifthNames.at(
                                    deprivation_fifth(log.families.family_class[line.family])))));
  std::ranges::replace(out, '_', ' ');
  if (children.birth(0) <= 0) {
    std::vector<std::string> ages;
    for (std::size_t k = 0; k < children.size(); ++k)
      if (children.birth(k) <= 0 && children.birth(k) > -kAdultMonths) ages.push_back(children.text(k, 0));
    out += fmt::format("  {:<14}  {:<5} {}\n", origin.text(), "", fmt::join(ages, ", "));
    const std::string at = origin_text(log, line.family, children);
    const std::string other = origin_text(told.trace.logs[1], line.family, children);
    out += fmt::format("  {:<14}  {:<5} {}\n", "", at == other ? "" : "A", at);
    if (at != other) out += fmt::format("  {:<14}  {:<5} {}\n", "", "B", other);
  }
  for (std::size_t i = 0; i < line.events.size(); ++i) {
    const PairedEvent& each = line.events[i];
    if (line.parts && *line.parts == i) out += "  ---- here the two futures part ----\n";
    const bool again = i > 0 && line.events[i - 1].event.month == each.event.month && line.parts != i;
    out += fmt::format("  {:<14}  {:<5} {}\n", again ? "" : month_text(origin, each.event.month),
                       each.both()     ? "A   B"
                       : each.under[0] ? "A"
                                       : "    B",
                       event_text(each.event, children));
  }
  if (!line.parts) out += "  The two futures are the same.\n";
  return out;
}

Json origin_json(const EventLog& log, std::uint32_t family) {
  const FamilyAtOrigin& at = log.at_origin[family];
  Json needs = Json::array();
  for (std::size_t k = 0; k < kNeeds; ++k)
    if ((at.state >> k) & 1U) needs.push_back(kNeedWords[k]);
  Json care = Json::array();
  for (const auto& [child, x] : looked_after(log, family))
    care.push_back({{"child", child + 1},
                    {"months", -x->since},
                    {"placement", kPlacementNames.at(index(x->placement))}});
  Json open = nullptr;
  if (at.open_case)
    open = {{"stage", kStageWords.at(index(at.stage))}, {"months", -at.since}, {"on_plan", at.on_plan}};
  return {{"needs", needs},
          {"case", open},
          {"looked_after", care},
          {"text", origin_text(log, family, Children(log.families, family))}};
}

Json lifeline_json(const Told& told, const Lifeline& line) {
  const EventLog& log = told.trace.logs[0];
  const MonthEnd& origin = told.scenario.origin;
  const Children children(log.families, line.family);
  Json born = Json::array();
  for (std::size_t k = 0; k < children.size(); ++k)
    born.push_back({{"child", k + 1}, {"born", month_name(children.birth(k), origin)}});
  Json at_origin = nullptr;
  if (children.birth(0) <= 0)
    at_origin = {{told.arm(0).name, origin_json(log, line.family)},
                 {told.arm(1).name, origin_json(told.trace.logs[1], line.family)}};
  Json events = Json::array();
  for (const PairedEvent& each : line.events) {
    Json under = Json::array();
    for (std::size_t side = 0; side < 2; ++side)
      if (each.under[side]) under.push_back(told.arm(side).name);
    Json event = {{"month", month_name(each.event.month, origin)},
                  {"arms", under},
                  {"event", kKindNames.at(index(each.event.kind))}};
    if (about_child(each.event.kind)) {
      event["child"] = each.event.child + 1;
      event["age_months"] = each.event.month - children.birth(each.event.child);
    }
    event.update(detail_json(each.event));
    event["text"] = event_text(each.event, children);
    events.push_back(std::move(event));
  }
  return {
      {"family", line.family},
      {"deprivation", kDeprivationFifthNames.at(deprivation_fifth(log.families.family_class[line.family]))},
      {"children", born},
      {"at_origin", at_origin},
      {"parts", line.parts ? Json(month_name(line.events[*line.parts].event.month, origin)) : Json(nullptr)},
      {"events", events}};
}

constexpr std::string_view what_is_compared(Measure measure) {
  switch (measure) {
    case Measure::kReReferrals:
      return "Referrals within 12 months of another";
    case Measure::kReturnedHome:
      return "Children returning home from care";
    case Measure::kChildProtectionPlansStarted:
      return "Children starting a protection plan";
    default:
      return "Children entering care";
  }
}

}  // namespace

std::string typical_text(const Told& told) {
  if (told.differences == nullptr) return "";
  const auto& values = told.differences->values;
  const PairedDifference all = paired_difference(values, std::vector<double>(values.size()), {});
  const double followed = values.at(told.request.replicate);
  std::string out = fmt::format("{} in {} over {} months, {} compared with {}: {} in replicate {}",
                                what_is_compared(told.differences->measure), told.authority.name,
                                told.scenario.horizon_months, told.arm(0).title, told.arm(1).title,
                                more_or_fewer(followed, 0), told.request.replicate);
  if (!all.range) return out + ", the only one.";
  const std::string mean =
      all.has_sign() ? "mean " + more_or_fewer(all.mean, 0) : std::string("the mean is too small to tell");
  return out + fmt::format(
                   ", which is followed here because it is nearest the median of {} replicates ({}; nine "
                   "in ten lie between {} and {}).",
                   values.size(), mean, more_or_fewer(all.range->low, 0), more_or_fewer(all.range->high, 0));
}

std::string trace_text(const Told& told) {
  const TraceRequest& request = told.request;
  std::string out = fmt::format("{}\n\n", kSimulated);
  out += fmt::format("{} ({}), replicate {}, seed {}, from {} to {}.\n", told.authority.name,
                     told.authority.code, request.replicate, told.scenario.seed, told.scenario.origin.text(),
                     told.scenario.origin.plus_months(told.scenario.horizon_months).text());
  for (std::size_t side = 0; side < 2; ++side)
    out += fmt::format(
        "  {}  {}: {}{}\n", side == 0 ? 'A' : 'B', told.arm(side).name, told.arm(side).title,
        (side == 0 ? request.arm : request.against) == told.scenario.baseline ? " (baseline)" : "");
  if (const std::string typical = typical_text(told); !typical.empty()) out += wrapped(typical);
  out += choice_text(told);
  const std::size_t shown = told.trace.lifelines.size();
  if (request.family)
    out += "Shown is the family that was asked for.\n";
  else if (shown == 0)
    out +=
        "Nothing to show. Try another --event, another --replicate, another pair of arms (--arm, "
        "--against),\n"
        "more --months or a larger authority; arms that do the same give every family the same future.\n";
  else
    out += fmt::format("Shown: {}, chosen at random; the same again for the same seed and replicate.\n",
                       count_text(shown, "family", "families"));
  for (const Lifeline& line : told.trace.lifelines) out += lifeline_text(told, line);
  return out;
}

Json trace_json(const Told& told) {
  Json totals = Json::object();
  for (std::size_t side = 0; side < 2; ++side) {
    const auto sum = [&](Measure measure) {
      std::int64_t n = 0;
      for (const auto x : told.trace.series[side].counts(measure)) n += x;
      return n;
    };
    const auto events = [&](EventKind kind) {
      return std::ranges::count(told.trace.logs[side].events, kind, &FamilyEvent::kind);
    };
    totals[told.arm(side).name] = {
        {"care_entries_of_families", sum(Measure::kCareEntries) - sum(Measure::kCareEntriesUnaccompanied)},
        {"events_enters_care", events(EventKind::kEntersCare)},
        {"care_applications", sum(Measure::kCareApplications)},
        {"events_care_application", events(EventKind::kApplication)}};
  }
  Json families = Json::array();
  for (const Lifeline& line : told.trace.lifelines) families.push_back(lifeline_json(told, line));
  return {
      {"note", kSimulated},
      {"scenario", told.scenario.name},
      {"authority",
       {{"code", told.authority.code}, {"ons_code", told.authority.ons_code}, {"name", told.authority.name}}},
      {"origin", told.scenario.origin.iso()},
      {"months", told.scenario.horizon_months},
      {"seed", told.scenario.seed},
      {"replicate", told.request.replicate},
      {"typical", told.differences == nullptr ? Json(nullptr) : Json(typical_text(told))},
      {"differences", told.differences == nullptr ? Json(nullptr) : Json(told.differences->values)},
      {"arm", told.arm(0).name},
      {"against", told.arm(1).name},
      {"baseline", told.scenario.arms.at(told.scenario.baseline).name},
      {"event", kTraceEventNames.at(index(told.request.event))},
      {"families_in_all", told.trace.logs[0].families.size()},
      {"families_qualifying", told.trace.qualifying.size()},
      {"families_the_other_way_round", told.trace.other_way_round},
      {"counted", counted_text(told)},
      {"totals", totals},
      {"families", families}};
}

}  // namespace hearth
