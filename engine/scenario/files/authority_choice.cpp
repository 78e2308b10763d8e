#include "scenario/files/authority_choice.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/nearest.hpp"
#include "core/text.hpp"

namespace hearth {
namespace {

bool is_all(const Node& node) {
  return node.kind == Node::Kind::kString && lower_case(node.text) == "all";
}

// The code of a live authority, or why there is none.
struct Found {
  std::optional<int> code;
  std::string found;
  std::string hint;
};

// Of an authority that is not live at the origin: those that took over its area, or that it took over.
std::vector<int> instead_of(const AuthorityIdentity& gone, const KnownAuthorities& known) {
  if (gone.last_year < known.origin.year) return gone.successors;
  std::vector<int> out;
  for (const auto& other : known.identities)
    if (std::ranges::find(other.successors, gone.code) != other.successors.end()) out.push_back(other.code);
  return out;
}

Found resolve_authority(const std::string& text, const KnownAuthorities& known) {
  const int year = known.origin.year;
  const AuthorityIdentity* found = find_authority(known.identities, text, year);
  if (found != nullptr && found->live_at(year)) return {found->code, "", ""};
  if (found == nullptr)
    return {std::nullopt, fmt::format("the unknown authority {}", in_quotes(text)), known.near(text)};
  std::vector<std::string> names;
  for (const int code : instead_of(*found, known))
    if (std::ranges::find(known.identities, code, &AuthorityIdentity::code) != known.identities.end())
      names.push_back(known.label(code));
  const bool ended = found->last_year < year;
  return {std::nullopt,
          ended ? fmt::format("the authority {}, which no longer exists (figures to 31 March {})",
                              known.label(found->code), found->last_year)
                : fmt::format("the authority {}, which does not exist yet (figures from 31 March {})",
                              known.label(found->code), found->first_year),
          names.empty() ? "" : fmt::format("use {}", fmt::join(names, " and "))};
}

// {"region": ...}
void read_region(const Cursor& at, const KnownAuthorities& known, Checker& checker, std::vector<int>& into) {
  static constexpr std::array kRegionKeys = std::to_array<KeyInfo>({{"region", true, "name of a region"}});
  if (!checker.object(at, kRegionKeys, "a choice of authorities")) return;
  const auto region = Checker::child(at, "region");
  if (!region) return;
  std::vector<std::string_view> regions;
  for (const auto& authority : known.identities)
    if (std::ranges::find(regions, authority.region) == regions.end()) regions.push_back(authority.region);
  std::ranges::sort(regions);
  const auto choice = checker.choice(*region, regions);
  if (!choice) return;
  for (const int code : known.live_codes())
    if (known.identity(code).region == regions[*choice]) into.push_back(code);
}

void read_item(const Cursor& at, const KnownAuthorities& known, Checker& checker, std::vector<int>& into) {
  if (at.node->kind == Node::Kind::kObject) return read_region(at, known, checker, into);
  if (at.node->kind != Node::Kind::kString && at.node->kind != Node::Kind::kNumber)
    return checker.wrong(at, at.node->described(), known.allowed() + ", or {\"region\": ...}");
  const Found authority = resolve_authority(at.node->text, known);
  if (authority.code)
    into.push_back(*authority.code);
  else
    checker.wrong(at, authority.found, known.allowed(), authority.hint);
}

// What an option of the command line names: as in a scenario, a region by its name alone. Nothing where it is
// not given, or (kept for later) wrong.
std::optional<Selection> read_option(std::string_view option, const std::vector<std::string>& words,
                                     const KnownAuthorities& known, std::vector<std::string>& wrong_options) {
  if (words.empty() || known.identities.empty()) return std::nullopt;
  Selection out;
  out.all = false;
  const std::size_t before = wrong_options.size();
  for (const auto& word : words) {
    if (lower_case(word) == "all" && words.size() == 1) return Selection{};
    const std::size_t found = out.codes.size();
    for (const int code : known.live_codes())
      if (lower_case(known.identity(code).region) == lower_case(word)) out.codes.push_back(code);
    if (out.codes.size() > found) continue;
    const Found authority = resolve_authority(without_invisible(word), known);
    if (authority.code)
      out.codes.push_back(*authority.code);
    else
      wrong_options.push_back(fmt::format("{}: {}; allowed: {}, the name of a region, or all{}{}", option,
                                          authority.found, known.allowed(),
                                          authority.hint.empty() ? "" : "; ", authority.hint));
  }
  if (wrong_options.size() > before) return std::nullopt;
  out.put_in_order();
  return out;
}

void read_also_adopt(const Cursor& root, const ScenarioOverrides& overrides, AuthorityChoice& choice,
                     LoadContext& context) {
  const auto at = Checker::child(root, "also_adopt");
  std::string origin = origin_of(at);
  Selection others;
  others.all = false;
  if (at) others = read_selection(*at, choice.known, context.checker).value_or(others);
  if (const auto option =
          read_option("--also-adopt", overrides.also_adopt, choice.known, context.wrong_options)) {
    others = *option;
    origin = "--also-adopt";
  }
  if (others.all) others.codes = choice.known.live_codes();
  others.codes.insert(others.codes.end(), choice.simulated.begin(), choice.simulated.end());
  others.put_in_order();
  choice.may_adopt = std::move(others.codes);
  if (origin != "default")
    context.record("/also_adopt", choice.others_than_simulated(choice.may_adopt), "", origin);
}

}  // namespace

bool Selection::overlaps(const Selection& other) const {
  if (all || other.all) return true;
  return std::ranges::any_of(codes, [&](int code) { return other.contains(code); });
}

bool Selection::contains(int code) const {
  return all || std::ranges::binary_search(codes, code);
}

void Selection::put_in_order() {
  std::ranges::sort(codes);
  codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
}

std::vector<int> Selection::within(const std::vector<int>& possible) const {
  if (all) return possible;
  std::vector<int> out;
  std::ranges::set_intersection(codes, possible, std::back_inserter(out));
  return out;
}

const AuthorityIdentity& KnownAuthorities::identity(int code) const {
  return *std::ranges::find(identities, code, &AuthorityIdentity::code);
}

std::string KnownAuthorities::label(int code) const {
  return fmt::format("{} {}", code, identity(code).name);
}

std::string KnownAuthorities::labels(const std::vector<int>& codes) const {
  constexpr std::size_t kShown = 3;
  std::vector<std::string> out;
  for (const int code : codes)
    if (out.size() < kShown) out.push_back(label(code));
  std::string text = fmt::format("{}", fmt::join(out, ", "));
  if (codes.size() > kShown) text += fmt::format(" and {} more", codes.size() - kShown);
  return text;
}

std::vector<int> KnownAuthorities::live_codes() const {
  std::vector<int> out;
  for (const auto& authority : identities)
    if (authority.live_at(origin.year)) out.push_back(authority.code);
  std::ranges::sort(out);
  return out;
}

std::string KnownAuthorities::near(const std::string& text) const {
  for (const auto& authority : identities)
    if (lower_case(authority.region) == lower_case(text))
      return fmt::format(
          "it is a region: write {{\"region\": \"{}\"}}, or in a table a row for each authority",
          authority.region);
  std::vector<AuthorityNames> live;
  for (const int code : live_codes()) live.emplace_back(identity(code));
  const std::string nearest = nearest_authorities(text, live);
  return nearest.empty() ? fmt::format("{} lists them all", table.generic_string()) : nearest;
}

std::string KnownAuthorities::allowed() const {
  return fmt::format("a code (919), ONS code (E10000015) or name of an authority live at {}", origin.text());
}

std::vector<int> AuthorityChoice::others_than_simulated(const std::vector<int>& codes) const {
  std::vector<int> out;
  std::ranges::set_difference(codes, simulated, std::back_inserter(out));
  return out;
}

AuthorityChoice read_authorities(const Cursor& root, KnownAuthorities known,
                                 const ScenarioOverrides& overrides, LoadContext& context) {
  AuthorityChoice out;
  out.known = std::move(known);
  const auto key = Checker::child(root, "authorities");
  std::string origin = origin_of(key);
  Selection chosen;
  if (key) {
    out.file = *key->node->at.file;
    chosen = read_some(*key, out.known, context.checker).value_or(Selection{});
  }
  if (out.known.identities.empty()) return out;
  out.own = chosen.all ? out.known.live_codes() : chosen.codes;
  if (out.own.empty())
    context.checker.wrong(root, fmt::format("no authority live at {} in the tables", out.known.origin.text()),
                          "tables with authorities live at the origin");
  out.simulated = out.own;
  if (const auto option =
          read_option("--authorities", overrides.authorities, out.known, context.wrong_options)) {
    out.simulated = option->all ? out.known.live_codes() : option->codes;
    origin = "--authorities";
  }
  context.record("/authorities", out.simulated, "", origin);
  read_also_adopt(root, overrides, out, context);
  return out;
}

std::optional<Selection> read_selection(const Cursor& at, const KnownAuthorities& known, Checker& checker) {
  if (known.identities.empty()) return std::nullopt;  // the folder of tables is already reported
  const std::size_t before = checker.diagnostics.size();
  Selection out;
  const bool one_item = at.node->kind == Node::Kind::kArray && at.node->items.size() == 1;  // as in a table
  if (is_all(one_item ? at.node->items.front() : *at.node)) return out;
  out.all = false;
  if (at.node->kind == Node::Kind::kArray) {
    for (const auto& item : Checker::items(at)) {
      if (is_all(*item.node))
        checker.wrong(item, "\"all\" inside a list", known.allowed(), "write \"all\" instead of the list");
      else
        read_item(item, known, checker, out.codes);
    }
  } else {
    read_item(at, known, checker, out.codes);
  }
  if (checker.diagnostics.size() > before) return std::nullopt;
  out.put_in_order();
  return out;
}

std::optional<Selection> read_some(const Cursor& at, const KnownAuthorities& known, Checker& checker) {
  auto out = read_selection(at, known, checker);
  if (out && !out->all && out->codes.empty()) {
    checker.wrong(at, "no authority", "\"all\" or at least one authority");
    return std::nullopt;
  }
  return out;
}

void require_simulated(const Cursor& at, const Selection& selection, const AuthorityChoice& choice,
                       Checker& checker, bool may_be_elsewhere) {
  if (selection.all || *at.node->at.file != choice.file) return;
  if (at.node->kind == Node::Kind::kObject) return;
  std::vector<int> missing;
  for (const int code : selection.codes)
    if (!std::ranges::binary_search(choice.own, code) &&
        !(may_be_elsewhere && std::ranges::binary_search(choice.may_adopt, code)))
      missing.push_back(code);
  if (missing.empty()) return;
  checker.wrong(at, fmt::format("{}, not simulated in this scenario", choice.known.labels(missing)),
                "authorities among those of the key \"authorities\"",
                may_be_elsewhere ? "simulate them too, name them in \"also_adopt\", or leave them out here"
                                 : "simulate them too, or leave them out here");
}

}  // namespace hearth
