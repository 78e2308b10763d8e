#include "scenario/files/timeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/day.hpp"
#include "scenario/files/resolved.hpp"
#include "scenario/files/scale.hpp"

namespace hearth {
namespace {

// How to look at years after the last with tables, or at the year that was meant.
std::string origin_hint(const Cursor& root, const std::string& text, int horizon_months,
                        const OriginYears& years) {
  const std::string reason = "the statistics that the state is built from are of 31 March";
  const std::string meant = month_meant(text);
  if (meant.empty()) return reason;
  const MonthEnd wanted = parse_month_end(meant);
  const MonthEnd latest = years.origin(years.last);
  const bool later = wanted.months_since(latest) > 0;
  const MonthEnd possible = years.origin(wanted.year);
  if (wanted.year < years.first || (!later && wanted.month != possible.month)) return reason;
  if (!later) return fmt::format("write \"{}\"", possible.iso());
  const auto months = Checker::child(root, "horizon_months");
  const int horizon = months && months->node->kind == Node::Kind::kNumber
                          ? static_cast<int>(std::clamp(months->node->number, 1.0, kHorizonMonths.upper))
                          : horizon_months;
  const MonthEnd last = wanted.plus_months(horizon);
  return fmt::format(
      "there are no tables after that day: start from it and forecast for longer. \"origin\": \"{}\" "
      "with \"horizon_months\": {} reaches {}; the months asked for here are those from {} on",
      latest.iso(), last.months_since(latest), month_name(-1, last), month_name(0, wanted));
}

std::array<std::string_view, kShockKinds> shock_names() {
  std::array<std::string_view, kShockKinds> out;
  for (std::size_t i = 0; i < kShockKinds; ++i) out[i] = kShockTable[i].name;
  return out;
}

// A kind that changes a rate has a "ratio", one that is an event may have a "strength".
void read_shock_size(const Cursor& at, Shock& shock, Checker& checker) {
  const ShockInfo& kind = kShockTable[static_cast<std::size_t>(shock.kind)];
  const Bounds& bounds = kind.id == ShockKind::kCourtLength ? kLengthRatio : kShockRatio;
  const auto ratio = Checker::child(at, "ratio");
  const auto strength = Checker::child(at, "strength");
  if (const auto& other = kind.is_ratio ? strength : ratio)
    checker.wrong(*other,
                  fmt::format("\"{}\" with the kind {}", kind.is_ratio ? "strength" : "ratio", kind.name),
                  kind.is_ratio ? "\"ratio\"" : "\"strength\"; absent: 1, the event as estimated",
                  kind.is_ratio ? fmt::format("it multiplies {}", kind.meaning)
                                : fmt::format("the event: {}", kind.meaning));
  else if (kind.is_ratio && !ratio)
    checker.wrong(at, fmt::format("the kind {} without the key \"ratio\"", kind.name),
                  bounds_text(bounds, "ratio"), fmt::format("it multiplies {}", kind.meaning));
  if (kind.is_ratio && ratio) {
    shock.size = checker.number(*ratio, bounds, "ratio").value_or(1.0);
    warn_of_ratio(*ratio, "ratio", shock.size, kUsualShockRatio, kind.meaning, checker);
  }
  if (!kind.is_ratio && strength) {
    shock.size = checker.number(*strength, kShockStrength, "strength").value_or(1.0);
    warn_of_scale(*strength, "strength", shock.size, kUsualShockStrength, "1: as estimated",
                  fmt::format("{}, {} times as strong as estimated", kind.meaning, short_number(shock.size)),
                  checker);
  }
}

// First and last month; one without an end lasts one month.
void read_shock_months(const Cursor& at, Shock& shock, const Timeline& timeline, Checker& checker) {
  const auto start = read_month(at, "start", timeline, checker);
  const auto end = Checker::child(at, "end") ? read_month(at, "end", timeline, checker) : start;
  if (start) {
    shock.start_month = *start;
    check_start(at, *start, timeline, checker);
  }
  if (end) shock.end_month = *end + 1;
  if (start && end && *end < *start)
    checker.wrong(*Checker::child(at, "end"),
                  fmt::format("the end {}, before the start {}", timeline.name(*end), timeline.name(*start)),
                  fmt::format("a month from {}", timeline.name(*start)), "swap the two?");
}

// Nothing where it happens to nobody simulated, or (reported) is no shock.
std::optional<Shock> read_shock(const Cursor& at, const Timeline& timeline, const AuthorityChoice& choice,
                                Checker& checker) {
  if (!checker.object(at, kShockKeys, "a shock")) return std::nullopt;
  Shock shock;
  std::optional<std::size_t> kind;
  if (const auto key = Checker::child(at, "kind")) kind = checker.choice(*key, shock_names());
  if (kind) shock.kind = static_cast<ShockKind>(*kind);
  read_shock_months(at, shock, timeline, checker);
  if (kind) read_shock_size(at, shock, checker);
  const auto who = Checker::child(at, "authorities");
  if (!who) return shock;
  const auto chosen = read_some(*who, choice.known, checker);
  if (!chosen) return shock;
  require_simulated(*who, *chosen, choice, checker);
  if (chosen->all) return shock;
  shock.authorities = chosen->within(choice.simulated);
  if (shock.authorities.empty()) return std::nullopt;
  return shock;
}

void read_channels(const Cursor& at, PeerNetwork& network, Checker& checker) {
  if (!checker.list(at, "channels")) return;
  static constexpr std::array<std::string_view, 2> kChannels = {"leadership", "practice"};
  network.leadership = network.practice = false;
  for (const auto& item : Checker::items(at))
    if (const auto channel = checker.choice(item, kChannels))
      (*channel == 0 ? network.leadership : network.practice) = true;
  if (at.node->items.empty())
    checker.wrong(at, "no channel", "\"leadership\", \"practice\" or both",
                  "for no peer learning write an empty list of members");
}

}  // namespace

std::optional<MonthEnd> read_origin(const Cursor& root, int horizon_months,
                                    const std::optional<OriginYears>& years, Checker& checker) {
  const auto at = Checker::child(root, "origin");
  if (!at) return std::nullopt;
  // Without tables any year will do: that they are missing is what matters, and is reported.
  const OriginYears possible = years.value_or(OriginYears{1, 9999});
  const std::string allowed = fmt::format("31 March of a year with tables, \"{}-03-31\" to \"{}\"",
                                          possible.first, possible.origin(possible.last).iso());
  const auto value = checker.text(*at, allowed);
  if (!value) return std::nullopt;
  for (int year = possible.first; year <= possible.last; ++year)
    if (const MonthEnd origin = possible.origin(year); *value == origin.iso()) return origin;
  checker.wrong(*at, at->node->described(), allowed, origin_hint(root, *value, horizon_months, possible));
  return std::nullopt;
}

std::optional<int> read_month(const Cursor& object, std::string_view key, const Timeline& timeline,
                              Checker& checker) {
  const auto at = Checker::child(object, key);
  if (!at) return std::nullopt;
  const auto month = checker.month(*at);
  if (!month) return std::nullopt;
  return month->months_since(timeline.origin) - 1;
}

void check_start(const Cursor& object, int start, const Timeline& timeline, Checker& checker,
                 std::string_view earlier) {
  if (start >= timeline.horizon_months)
    checker.wrong(*Checker::child(object, "start"),
                  fmt::format("the start {}, after the simulation ends", timeline.name(start)),
                  fmt::format("months to {}, the last simulated", timeline.name(timeline.horizon_months - 1)),
                  "start earlier or raise \"horizon_months\"");
  if (start < 0)
    checker.wrong(*Checker::child(object, "start"),
                  fmt::format("the start {}, before the origin", timeline.name(start)),
                  fmt::format("months from {}", timeline.name(0)), std::string(earlier));
}

std::vector<Shock> read_shocks(const Cursor& at, const Timeline& timeline, const AuthorityChoice& choice,
                               LoadContext& context) {
  std::vector<Shock> out;
  if (!context.checker.list(at, "shocks")) return out;
  for (const auto& item : Checker::items(at)) {
    auto shock = read_shock(item, timeline, choice, context.checker);
    if (!shock) continue;
    context.record(item.pointer, shock_json(*shock, timeline.origin), "", item.node->at.text());
    out.push_back(std::move(*shock));
  }
  return out;
}

PeerNetwork read_peer_learning(const Cursor& at, const Timeline& timeline, const AuthorityChoice& choice,
                               LoadContext& context) {
  Checker& checker = context.checker;
  PeerNetwork out;
  if (checker.object(at, kPeerLearningKeys, "\"peer_learning\"")) {
    if (const auto members = Checker::child(at, "members"))
      if (const auto chosen = read_selection(*members, choice.known, checker)) {
        require_simulated(*members, *chosen, choice, checker);
        if (!chosen->all && chosen->codes.size() == 1)
          checker.wrong(*members, fmt::format("a network of one, {}", choice.known.labels(chosen->codes)),
                        "two or more authorities, or an empty list for no peer learning");
        out.members = chosen->within(choice.simulated);
      }
    if (const auto start = read_month(at, "start", timeline, checker)) {
      out.start_month = *start;
      check_start(at, *start, timeline, checker);
    }
    if (const auto every = Checker::child(at, "every_months"))
      out.every_months =
          static_cast<int>(checker.whole_number(*every, kEveryMonths, "months").value_or(out.every_months));
    if (const auto channels = Checker::child(at, "channels")) read_channels(*channels, out, checker);
  }
  context.record(at.pointer, network_json(out, timeline.origin), "", at.node->at.text());
  return out;
}

}  // namespace hearth
