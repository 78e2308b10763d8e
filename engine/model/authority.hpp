// One authority in one replicate of one arm: state, and the month.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "core/measures.hpp"
#include "kernels/draw_list.hpp"
#include "kernels/draws.hpp"
#include "model/care/care.hpp"
#include "model/casework/casework.hpp"
#include "model/contact/referral.hpp"
#include "model/needs/needs.hpp"
#include "model/needs/needs_events.hpp"
#include "model/outcomes/costs.hpp"
#include "model/outcomes/event_log.hpp"
#include "model/outcomes/follow_up.hpp"
#include "model/population/families.hpp"
#include "model/practice/drift.hpp"
#include "model/practice/implementation.hpp"
#include "model/practice/practice.hpp"
#include "model/practice/workforce.hpp"
#include "published/england.hpp"
#include "scenario/scenario.hpp"

namespace hearth {

// How the looked-after children of the origin came to be: months in care (cumulative shares) by age in
// months, and the shape of the looked-after population by age in months, relative to the fullest month of
// each age band.
struct CareHistory {
  std::vector<std::vector<float>> months;
  std::vector<float> age_shape;
};
CareHistory make_care_history(const Parameters& parameters);

// Everything about an arm in an authority that its replicates share; immutable while they run.
struct Setting {
  const AuthorityOrigin* authority = nullptr;
  const Families* families = nullptr;
  const Parameters* parameters = nullptr;
  NeedsTables needs;
  ContactTables contact;
  CaseTables casework;
  CareTables care;
  UnitCosts costs;
  DriftTables drift;
  PropensityVector at_origin{};  // log
  std::vector<Uptake> uptakes;
  const PeerNetwork* network = nullptr;                // that the authority is a member of
  std::array<std::vector<float>, kShockKinds> shocks;  // ratio or strength by month; empty: none
  const CareHistory* care_history = nullptr;
  // Origin: cumulative shares of the quiet states by deprivation class, and of months in the child in need
  // stage.
  std::array<std::array<float, kQuietStates>, kDeprivationClasses> initial_states{};
  float plan_before_per_contact = 0.0F;  // chance that a quiet family had a plan, over its rate of contact
  std::vector<float> child_in_need_months;
  double sampling_fraction = 1.0;
  EventLog* log = nullptr;  // for one replicate; null: nothing is logged
};
Setting make_setting(const Scenario& scenario, const Arm& arm, const England& england,
                     const AuthorityOrigin& authority, const Families& families,
                     const CareHistory& care_history);

// The replicate whose draws each source of uncertainty has: that of replicate 0 where the source is off.
// Parameters have no luck of their own: a replicate's are in its Setting.
struct ReplicateKeys {
  ReplicateKeys(std::uint32_t replicate) : process(replicate), drift(replicate), effects(replicate) {}
  ReplicateKeys(const SourceSet& on, std::uint32_t replicate);

  std::uint32_t process;
  std::uint32_t drift;
  std::uint32_t effects;
};

class World {
 public:
  World(const Setting& setting, std::uint64_t seed, const ReplicateKeys& keys);

  // Runs to the end of month `until` (exclusive), writing each month into `series`.
  void advance(int until, AuthoritySeries& series);

  // For exchanges with peers, between months.
  NetworkMember network_member() { return {&setting_.uptakes, &implementation_}; }

  // Stocks recounted from the state, for tests of conservation.
  struct Census {
    int open_children = 0;
    int on_plans = 0;
    int looked_after = 0;
    std::array<int, kDeprivationFifths> looked_after_by_fifth{};
    int families_with[3] = {0, 0, 0};
    int families_with_poverty = 0;
    bool operator==(const Census&) const = default;
  };
  // The other way round in their lists, which changes no result: for tests of that.
  void reverse_lists();
  Census counted() const;  // by looking at every family, case and child
  Census running() const;  // as the month keeps them

 private:
  static constexpr float kNever = 3e38F;

  // The origin (origin.cpp).
  void start_at_origin();
  void make_initial_guide();
  void set_plans_before(std::uint32_t from, std::span<const float> rate);
  void set_last_referrals(std::uint32_t begin, std::uint32_t end);
  // Starts families in [begin, end).
  void start_families(std::uint32_t begin, std::uint32_t end, int month);
  // And calls then(family, rates) for up to kTogether at a time: the first, and their rates of contact. Their
  // draws are those of draw_list_.
  static constexpr std::uint32_t kTogether = 256;
  template <typename Then>
  void start_families(std::uint32_t begin, std::uint32_t end, int month, Then&& then);
  void place_looked_after(std::vector<std::uint32_t>& order);
  void open_origin_cases(const std::vector<std::uint32_t>& order);
  // Draws of these families, in draw_list_.
  void draw_selection(std::span<const std::uint32_t> families, std::uint32_t occurrence);
  struct OriginCase {
    std::uint32_t family;
    Stage stage;
    bool on_plan;
    std::int16_t reunified_until = 0;  // month; 0: no child came home a short time ago
  };
  void add_origin_cases(std::span<const OriginCase> opened);
  void add_origin_case(const OriginCase& opened, const Bits& bits, const Bits& needs);
  int months_in_care_at_origin(int age_months, float u) const;

  // The month (world.cpp; cases.cpp and looked_after.cpp for those).
  void begin_month(int month);
  void begin_practice(int month);
  void move_window(int month);
  void quiet_needs(int month);
  void quiet_contacts(int month);
  void casework(int month);
  void care(int month);
  void unaccompanied(int month);
  void count_followed(int month);  // following.cpp
  void end_month(int month, AuthoritySeries& series);

  // The families whose reading the clock passes this month.
  std::span<std::uint32_t> find_due_families(const std::vector<float>& readings, float end, int month);
  // A concern that counts.
  struct Referral {
    std::uint32_t which;  // of due_ and of draw_list_
    int children;
    std::size_t youngest;
    float reading;  // of the contact clock
  };
  // Whether it counts, and how long until the next if the family stays quiet.
  bool concern(std::uint32_t which, int month, Referral& referral);
  void refer(const Referral& referral, int month);
  // A case to be opened with `rest` of the month left; `engagement` is a uniform draw.
  struct Opening {
    std::uint32_t family;
    Stage stage;
    std::uint8_t flags;
    float engagement;
    float rest;
  };
  void plan_opening(std::uint32_t family, Stage stage, std::uint8_t flags, float engagement, float rest);
  // Thresholds of n new cases, the k-th of family(k): draw_list_.lanes(2 k).
  template <typename Family>
  void draw_thresholds(std::size_t n, Family&& family) {
    draw_list_.resize(2 * n);
    for (std::size_t k = 0; k < n; ++k) {
      const std::uint32_t f = family(k);
      const std::uint32_t key = family_[f].cases++;
      draw_list_.set(2 * k, f, 2 * key);
      draw_list_.set(2 * k + 1, f, 2 * key + 1);
    }
    draw_list_.draw(draws_, Process::kCaseOpening);
    for (std::size_t word = 0; word < 4; ++word) draw_list_.make_waits(word);
  }
  // Opens the cases in openings_, and advances them to the month's end.
  void open_cases(int month);
  // At the end of cases_.
  void open_case(const Opening& opening, std::size_t k, int month);
  // A case, or a looked-after child, with an event within `rest` of the month: the thresholds at the start of
  // that, and the hazard over it.
  struct DueItem {
    Lanes remaining;
    Lanes hazard;
    std::uint32_t index;
    float rest;
  };
  // Takes `rest` of the month off thresholds; true if one is used up within it. Either way `due` says what
  // there was before: who has an event cannot be foreseen, so there is no branch.
  static bool use_up(Lanes& remaining, const Lanes& hazard, std::uint32_t index, float rest, DueItem& due) {
    const Lanes before = remaining;
    const Lanes after = before - hazard;
    remaining = after;
    due.remaining = before;
    due.hazard = hazard;
    due.index = index;
    due.rest = rest;
    return any_due(after);
  }
  // Brings thresholds forward to the first event: its lane, and the rest of the month after it.
  struct FirstEvent {
    std::size_t lane;
    float rest;
  };
  static FirstEvent bring_forward(Lanes& remaining, const DueItem& due) {
    const Due first = first_due(due.remaining, due.hazard);
    const float share = std::min(first.share, 1.0F);
    remaining = due.remaining - due.hazard * share;
    return {first.lane, due.rest * (1.0F - share)};
  }
  struct CaseEvent {
    std::uint32_t index;
    float rest;  // of the month, after the event
    std::uint32_t kind;
    std::uint32_t occurrence;
  };
  // Kinds of case events: by the stage of the case, then by lane.
  static constexpr std::size_t kEventKinds = kStages * kLanes;
  using EventsByKind = std::array<std::uint32_t, kEventKinds>;
  bool is_due(Case& c, std::uint32_t i, const CaseTables& tables, int month, float rest, DueItem& due);
  // Handles the events of the first n of due_cases_ until none has one within the month.
  void handle_events(std::size_t n, int month);
  // Brings the case forward to its first event, field by field: the processor waits for what is written in
  // parts and read as a whole.
  void next_event(const DueItem& due, CaseEvent& event);
  // Makes order_ of the first n of case_events_, of each kind so many.
  void order_events(std::size_t n, const EventsByKind& events);
  // Handles the events of a kind, order_[from] to order_[to]. Those whose case stays open are moved to
  // order_[open] and on; where they end.
  template <Stage kStage, CaseLane kLane>
  std::size_t apply_all(std::size_t from, std::size_t to, std::size_t open, int month);
  // False if the case closed. The event's draws are number k of draw_list_.
  template <Stage kStage, CaseLane kLane>
  bool apply(const CaseEvent& event, std::size_t k, int month);
  // The case stays in its place, without effect, until remove_closed().
  void close_case(std::uint32_t i, float rest, float contact_wait, float needs_wait);
  void close_case(std::uint32_t i, float rest);
  void remove_closed();
  void count_plans_started(const FamilyState& family, int children);
  void refresh_children(Case& c, int month);
  static constexpr std::size_t kNobody = ~std::size_t{0};
  std::size_t child_to_enter(std::uint32_t family, int month, float u) const;
  void one_enters_care(Case& c, std::size_t child, int month, float rest, std::uint32_t occurrence);
  // Draws of an event by which children enter care: for the event as a whole, and one for each child.
  Bits entry_draws(std::uint32_t family, CaseLane lane, std::uint32_t occurrence,
                   std::uint32_t block = 0) const {
    return draws_.block(Process::kCareEntry, family,
                        occurrence | static_cast<std::uint32_t>(lane) << 16 | block << 20);
  }
  float child_draw(std::uint32_t family, CaseLane lane, std::uint32_t occurrence, std::size_t child) const {
    return uniform(
        entry_draws(family, lane, occurrence, static_cast<std::uint32_t>(1 + child / 4))[child % 4]);
  }
  void enter_care(std::uint32_t family, std::uint8_t child, int month, float rest);
  void add_looked_after(LookedAfterChild& child, int month, float rest, bool entered);
  Lanes care_hazard(const LookedAfterChild& x, const CareTables& tables, int month) const;
  struct ChildEvent {
    std::uint32_t index;
    float rest;  // of the month, after the event
    std::size_t lane;
    std::uint32_t occurrence;
  };
  ChildEvent next_event(const DueItem& due);
  // False if the child left care. `wait` is a unit exponential, `u` uniform.
  bool apply(const ChildEvent& event, int month, float wait, float u);
  // Handles the events of a child until there is none within `rest` of the month.
  void advance_child(std::uint32_t i, int month, float rest);
  void leave_care(std::uint32_t i, int month, ExitReason reason, float rest);
  // A child home from care to a family without an open case.
  struct Return {
    std::uint32_t family;
    float rest;        // of the month
    float engagement;  // uniform draw
  };
  // Support goes on at home: opens cases for returns_.
  void open_after_returns(int month);
  void support_at_home(std::uint32_t family, int month);
  // Quiet again: unit exponentials until the next contact and the next transition.
  void settle(std::uint32_t family, float rest, float contact_wait, float needs_wait);
  void flip(std::uint8_t& state, std::size_t component);
  void set_recent_case(FamilyState& f, bool recent) {
    const bool was = (f.state & kRecentCase) != 0;
    f.state = static_cast<std::uint8_t>((f.state & ~kRecentCase) | (recent ? kRecentCase : 0));
    families_with_[kComponents - 1] += static_cast<int>(recent) - static_cast<int>(was);
  }

  struct AtHome {
    int children;
    std::size_t youngest;  // age in months; kAdultMonths: none
  };
  AtHome children_at_home(std::uint32_t family, int month) const {
    const unsigned home = children_mask(family, month);
    const auto youngest = static_cast<std::size_t>(std::bit_width(home | 1U) - 1);
    return {std::popcount(home),
            static_cast<std::size_t>(home != 0 ? month - birth(family, youngest) : kAdultMonths)};
  }
  // Bit a child at home.
  unsigned children_mask(std::uint32_t family, int month) const {
    const FamilyState& f = family_[family];
    const auto away = static_cast<unsigned>(f.in_care | f.left);
    return families_.births[family].minors(month) & ~away;
  }
  int birth(std::uint32_t family, std::size_t child) const { return families_.births[family].month[child]; }
  // Keeps what is there.
  template <typename Item>
  static void make_room(std::vector<Item>& list, std::size_t size) {
    if (list.size() < size) list.resize(2 * size);
  }
  static std::size_t quiet_state(const FamilyState& f) { return f.state & (kQuietStates - 1); }
  float contact_rate(const FamilyState& f) const {
    return setting_.contact.rate[f.deprivation][quiet_state(f)];
  }
  void count(Measure measure, int n, std::size_t category = 0) { counts_[index(measure)][category] += n; }
  // Until when a child who comes home this month is likelier to enter care again.
  std::int16_t reunified_until(int month) const {
    return static_cast<std::int16_t>(month +
                                     static_cast<int>(parameters_[Parameter::care_re_entry_duration]));
  }
  // What is left of the month when a clock that goes from `start` to `end` over it stands at `reading`.
  static float rest_at(float reading, float start, float end) {
    return end > start ? std::clamp((end - reading) / (end - start), 0.0F, 1.0F) : 0.0F;
  }
  // The point in time, in months, at which `rest` of the month is left.
  static float time_of(int month, float rest) { return static_cast<float>(month + 1) - rest; }
  // The log: where none is kept, a branch that is never taken.
  bool logs() const { return log_ != nullptr; }
  // `rest` of the month is left at the event.
  void note(EventKind kind, std::uint32_t family, float rest, std::size_t detail = 0, std::size_t child = 0) {
    if (logs()) [[unlikely]]
      write_note(kind, family, rest, detail, child);
  }
  void write_note(EventKind kind, std::uint32_t family, float rest, std::size_t detail, std::size_t child);
  void note_need(std::uint32_t family, std::size_t component, float rest);
  void note_outcome(const Case& c, const CaseOutcome& out, float rest);
  void log_origin();
  // Ratio (1: none) or strength (0: none).
  double shock(ShockKind kind, int month) const {
    const auto& sizes = setting_.shocks[index(kind)];
    if (sizes.empty()) return kShockTable[index(kind)].is_ratio ? 1.0 : 0.0;
    return static_cast<double>(sizes[static_cast<std::size_t>(month)]);
  }

  const Setting& setting_;
  const Families& families_;
  const Parameters& parameters_;
  EventLog* const log_;  // null: nothing is logged
  Draws draws_;
  Draws drift_draws_;
  Draws national_drift_draws_;
  int month_ = 0;
  std::uint32_t cases_at_start_ = 0;  // of this month
  std::uint32_t children_at_start_ = 0;

  // By family. The two readings stand apart: they are scanned every month.
  std::vector<float> contact_reading_;
  std::vector<float> needs_reading_;
  std::vector<FamilyState> family_;
  std::vector<Case> cases_;
  std::vector<LookedAfterChild> children_;

  // Clocks: integral of the authority's multiplier over time.
  double contact_clock_ = 0.0;
  double needs_clock_ = 0.0;
  QuietMonth quiet_;
  ContactMonth contact_month_;
  CaseMonth case_month_;
  Lanes care_month_{};
  LeverValues levers_{};
  Workforce workforce_;
  WorkforceDrift workforce_drift_;
  ImplementationState implementation_;
  std::vector<std::vector<LeverValues>> effects_;  // log, at full dose, by uptake and component
  std::vector<LeverValues> at_dose_;               // by service model, this month: at its first uptake
  DriftState drift_;
  // Where the search for a starting family's state begins, by deprivation class and the first bits of its
  // draw.
  static constexpr int kGuideBits = 10;
  std::array<std::array<std::uint8_t, 1U << kGuideBits>, kDeprivationClasses> initial_guide_{};

  // Stocks.
  int open_children_ = 0;
  int plan_children_ = 0;
  int unaccompanied_ = 0;
  std::array<int, kPlacementKinds> placed_{};
  std::array<int, kAgeBands> aged_{};
  std::array<int, kDeprivationFifths> looked_after_by_fifth_{};
  std::array<int, kComponents> families_with_{};  // by component of need
  Following following_;
  // Within a month; kept from one to the next so that nothing is allocated. The lists given room by
  // make_room() hold what the month's steps say, and no more is read of them.
  std::vector<std::uint32_t> due_;  // families whose reading the clock has passed
  std::vector<Referral> referrals_;
  std::vector<Opening> openings_;
  std::vector<DueItem> due_cases_;
  std::vector<CaseEvent> case_events_;
  std::vector<std::uint32_t> order_;  // of case_events_, by kind
  std::vector<float> engagements_;    // of openings_
  DrawList draw_list_;
  std::vector<std::uint32_t> closed_;  // positions in cases_
  std::vector<DueItem> due_children_;
  std::vector<ChildEvent> child_events_;
  std::vector<Return> returns_;
  double open_at_origin_ = 1.0;
  MonthCounts counts_{};  // of this month
};

}  // namespace hearth
