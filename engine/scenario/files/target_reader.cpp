#include "scenario/files/target_reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <span>
#include <string_view>
#include <utility>

#include "core/measures.hpp"
#include "core/nearest.hpp"
#include "scenario/files/resolved.hpp"

namespace hearth {

namespace {

// Official counts by authority and for England, which are too many to have keys in the evidence table.
constexpr std::array<std::string_view, 2> kOfficialTables = {"history.csv", "england.csv"};

// What may have been meant: the categories that there are where one is left out or unknown, else the nearest
// names.
std::string near_quantity(const std::string& wanted) {
  std::vector<std::string> names;
  for (const auto& [name, quantity] : quantities_by_name()) names.push_back(name);
  for (std::string stem = wanted + "."; !stem.empty();) {
    std::vector<std::string> inside;
    for (const auto& name : names)
      if (name.starts_with(stem) && name.find('.', stem.size()) == std::string::npos) inside.push_back(name);
    if (!inside.empty()) return fmt::format("there are {}", fmt::join(inside, ", "));
    stem.pop_back();
    stem.erase(stem.find_last_of('.') + 1);  // all of it where there is no dot
  }
  return did_you_mean(nearest_names(wanted, names));
}

class TargetReader {
 public:
  TargetReader(const TargetSurroundings& around, Checker& checker) : around_(around), checker_(checker) {}

  Target read(const Cursor& at) {
    Target out;
    if (!checker_.object(at, kTargetKeys, "a target")) return out;
    if (const auto value = Checker::child(at, "name")) out.name = checker_.identifier(*value).value_or("");
    out.title = out.name;
    read_text(at, "title", out.title);
    read_text(at, "unit", out.unit);
    read_text(at, "note", out.note);
    if (const auto value = Checker::child(at, "measure")) out.measure = quantity(*value);
    if (const auto value = Checker::child(at, "per")) out.per = quantity(*value);
    const std::size_t before = checker_.diagnostics.size();
    if (const auto value = Checker::child(at, "as"))
      out.form = static_cast<TargetForm>(checker_.choice(*value, kTargetFormNames).value_or(0));
    read_arm(at, out.span);
    read_months(at, out.span);
    read_reference(at, out, checker_.diagnostics.size() == before);
    if (const auto value = Checker::child(at, "authorities")) out.authorities = read_authorities(*value);
    if (const auto value = Checker::child(at, "published")) {
      out.published = published(*value);
      look_at_percent(*value, out);
    }
    if (const auto value = Checker::child(at, "source")) out.source = source(*value);
    if (const auto value = Checker::child(at, "expect")) {
      const auto outcomes = std::span(kVerdictNames).first(kVerdicts - 1);
      if (const auto choice = checker_.choice(*value, outcomes)) out.expect = static_cast<Verdict>(*choice);
    }
    return out;
  }

 private:
  void read_text(const Cursor& object, std::string_view key, std::string& into) {
    if (const auto at = Checker::child(object, key)) into = checker_.text(*at).value_or(into);
  }

  NamedQuantity quantity(const Cursor& at) {
    const auto name = checker_.text(at, "the name of a measure, or a cost");
    if (!name) return {};
    const auto known = quantities_by_name().find(*name);
    if (known != quantities_by_name().end()) return {known->first, known->second};
    checker_.wrong(
        at, fmt::format("the unknown measure {}", in_quotes(*name)),
        "a measure of docs/reference/measures.md, with its category after a dot where it has any; or cost, "
        "cost.<payer>, cost.<payer>.<category>",
        near_quantity(*name));
    return {};
  }

  void read_arm(const Cursor& object, TargetSpan& into) {
    const auto at = Checker::child(object, "arm");
    if (!at) return;
    if (around_.arms.empty()) {
      checker_.wrong(*at, at->node->described(), "the name of an arm",
                     "this scenario has no arms with a name");
      return;
    }
    const std::vector<std::string_view> names(around_.arms.begin(), around_.arms.end());
    into.arm = checker_.choice(*at, names).value_or(into.arm);
  }

  // A month, or the first and the last.
  void read_months(const Cursor& object, TargetSpan& into) {
    const auto at = Checker::child(object, "months");
    if (!at) return;
    if (at->node->kind != Node::Kind::kArray) {
      if (const auto month = simulated_month(*at)) into.first_month = *month, into.end_month = *month + 1;
      return;
    }
    const auto items = Checker::items(*at);
    if (items.size() != 2) {
      checker_.wrong(*at, fmt::format("a list of {}", items.size()),
                     "a month \"2015-04\", or the first and the last of several, [\"2015-04\", \"2016-03\"]");
      return;
    }
    const auto first = simulated_month(items[0]);
    const auto last = simulated_month(items[1]);
    if (!first || !last) return;
    if (*last < *first)
      checker_.wrong(items[1],
                     fmt::format("the last month {}, before the first, {}", around_.timeline.name(*last),
                                 around_.timeline.name(*first)),
                     fmt::format("a month from {}", around_.timeline.name(*first)), "swap the two?");
    into.first_month = *first;
    into.end_month = *last + 1;
  }

  std::optional<int> simulated_month(const Cursor& at) {
    const auto end = checker_.month(at);
    if (!end) return std::nullopt;
    const int month = end->months_since(around_.timeline.origin) - 1;
    if (0 <= month && month < around_.timeline.horizon_months) return month;
    checker_.wrong(at,
                   fmt::format("the month {}, {}", around_.timeline.name(month),
                               month < 0 ? "before the simulation starts" : "after the simulation ends"),
                   fmt::format("months simulated, {} to {}", around_.timeline.name(0),
                               around_.timeline.name(around_.timeline.horizon_months - 1)),
                   month < 0 ? "choose an earlier \"origin\"" : "raise \"horizon_months\"");
    return std::nullopt;
  }

  void read_reference(const Cursor& at, Target& target, bool span_is_right) {
    const auto form = kTargetFormNames[static_cast<std::size_t>(target.form)];
    const auto reference = Checker::child(at, "compared_with");
    if (!reference) {
      if (needs_reference(target.form))
        checker_.wrong(
            at, fmt::format("\"as\": \"{}\" without the key \"compared_with\"", form), "",
            "say what it is compared with: {\"arm\": ...}, {\"months\": ...}, or both; what is left out "
            "is as in the target");
      return;
    }
    TargetSpan span = target.span;
    const std::size_t before = checker_.diagnostics.size();
    if (!checker_.object(*reference, kComparisonKeys, "a comparison")) return;
    read_arm(*reference, span);
    read_months(*reference, span);
    if (!span_is_right || checker_.diagnostics.size() > before) return;
    if (!needs_reference(target.form))
      checker_.wrong(*reference, fmt::format("a comparison, though \"as\" is \"{}\"", form),
                     "a comparison where \"as\" is difference or percent_change",
                     "say \"as\": \"percent_change\" or \"difference\", or leave the comparison out");
    else if (span == target.span)
      checker_.wrong(*reference, "the same arm and months as the target's, which differ by nothing",
                     "another arm, other months, or both");
    target.reference = span;
  }

  // In per cent 0.2 is a fifth of one. A figure that is no share has an end beyond one, more often than not.
  void look_at_percent(const Cursor& at, const Target& target) {
    if (target.form != TargetForm::kPercent && target.form != TargetForm::kPercentChange) return;
    const PublishedFigure& figure = target.published;
    double largest = std::abs(figure.value);
    if (figure.interval)
      largest = std::max({largest, std::abs(figure.interval->low), std::abs(figure.interval->high)});
    const auto value = Checker::child(at, "value");
    if (!value || largest == 0.0 || largest >= 1.0) return;
    checker_.warn(*value, fmt::format("value = {}, in per cent", number_text(figure.value)), "",
                  fmt::format("that is less than one in a hundred; if you meant a share, write {}",
                              number_text(100.0 * figure.value)));
  }

  // What a target looks at must be simulated, whichever file says so: part of it is not what was published.
  std::vector<int> read_authorities(const Cursor& at) {
    const auto chosen = read_some(at, around_.authorities.known, checker_);
    if (!chosen) return {};
    std::vector<int> missing;
    std::ranges::set_difference(chosen->codes, around_.authorities.own, std::back_inserter(missing));
    if (!missing.empty())
      checker_.wrong(
          at, fmt::format("{}, not simulated in this scenario", around_.authorities.known.labels(missing)),
          "authorities among those of the key \"authorities\"",
          "simulate them too, or give this scenario its own \"targets\"");
    return chosen->codes;
  }

  PublishedFigure published(const Cursor& at) {
    PublishedFigure out;
    const std::size_t before = checker_.diagnostics.size();
    if (!checker_.object(at, kPublishedKeys, "a published figure")) return out;
    const auto number = [&](std::string_view key) -> std::optional<double> {
      const auto value = Checker::child(at, key);
      return value ? checker_.number(*value, kPublishedValue) : std::nullopt;
    };
    const auto value = number("value");
    const auto low = number("low");
    const auto high = number("high");
    out.value = value.value_or(0.0);
    if (checker_.diagnostics.size() > before || !value) return out;
    if (low.has_value() != high.has_value())
      checker_.wrong(
          at, fmt::format("{} end of the interval alone", low ? "the lower" : "the upper"),
          "both \"low\" and \"high\", or neither",
          "leave the end out where the source gives one only, and say so in \"note\" of the target");
    else if (low && !(*low <= *value && *value <= *high))
      checker_.wrong(at,
                     fmt::format("the value {} outside its interval {} to {}", number_text(*value),
                                 number_text(*low), number_text(*high)),
                     "low <= value <= high");
    else if (low)
      out.interval = {*low, *high};
    return out;
  }

  std::string source(const Cursor& at) {
    const Evidence& evidence = around_.evidence;
    const std::string allowed =
        fmt::format("a key of {}, or {}", evidence.file.empty() ? "evidence.csv" : evidence.file,
                    fmt::join(kOfficialTables, " or "));
    const auto value = checker_.text(at, allowed);
    if (!value) return "";
    if (evidence.rows.empty() || evidence.contains(*value) ||
        std::find(kOfficialTables.begin(), kOfficialTables.end(), *value) != kOfficialTables.end())
      return *value;
    std::vector<std::string> known(kOfficialTables.begin(), kOfficialTables.end());
    const auto keys = evidence.keys();
    known.insert(known.end(), keys.begin(), keys.end());
    std::string hint = did_you_mean(nearest_names(*value, known));
    if (hint.empty()) hint = "add a row with this key, saying where the figure was published";
    checker_.wrong(at, fmt::format("the source {}, which is not in the evidence table", in_quotes(*value)),
                   allowed, std::move(hint));
    return "";
  }

  const TargetSurroundings& around_;
  Checker& checker_;
};

}  // namespace

std::vector<Target> read_targets(const Cursor& list, const TargetSurroundings& around, LoadContext& context) {
  Checker& checker = context.checker;
  std::vector<Target> out;
  if (!checker.list(list, "targets")) return out;
  const auto items = Checker::items(list);
  std::set<std::string> names;
  for (const auto& item : items) {
    Target target = TargetReader(around, checker).read(item);
    if (!target.name.empty() && !names.insert(target.name).second)
      checker.wrong(*Checker::child(item, "name"), fmt::format("a second target {}", target.name),
                    "targets with different names");
    out.push_back(std::move(target));
  }
  if (context.any_mistake()) return out;  // what was read has gaps, and nothing is resolved
  for (std::size_t i = 0; i < items.size(); ++i)
    context.record(items[i].pointer, target_json(out[i], around.timeline.origin, around.arms), "",
                   items[i].node->at.text());
  return out;
}

}  // namespace hearth
