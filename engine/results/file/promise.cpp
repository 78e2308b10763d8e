#include "results/file/promise.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "core/plain_text.hpp"
#include "core/statistics.hpp"
#include "results/content/names.hpp"
#include "scenario/files/keys.hpp"
#include "scenario/files/recorded.hpp"

namespace hearth::promise {
namespace {

constexpr auto kMostMonths = static_cast<int>(kHorizonMonths.upper);
constexpr std::size_t kMostInputs = 10'000;
constexpr std::size_t kMostEffects = 10'000;
constexpr double kMostSeconds = 1e10;
constexpr int kMostThreads = 1'000'000;

std::string variable_called(std::string_view name) {
  return fmt::format("variable {}", shown_text(name));
}

// ---- attributes

std::string text_of(const stored::Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return '"' + shown_text(*text) + '"';
  if (const auto* number = std::get_if<std::int64_t>(&value)) return fmt::format("{}", *number);
  if (const auto* number = std::get_if<std::uint64_t>(&value)) return fmt::format("{}", *number);
  if (const auto* number = std::get_if<double>(&value)) return fmt::format("{}", *number);
  return std::get<stored::Other>(value).what;
}

// The attributes of the root, or of a group.
class AttributesOf {
 public:
  explicit AttributesOf(const stored::Group& group) : group_(group) {}

  std::string text(std::string_view name) const {
    constexpr std::string_view kText = "a text in UTF-8 without control characters";
    const stored::Value& value = at(name, kText);
    const auto* found = std::get_if<std::string>(&value);
    if (found == nullptr || !is_plain(*found, true))
      throw Broken(where(name), text_of(value), std::string(kText));
    return *found;
  }

  std::uint64_t whole(std::string_view name, std::uint64_t least, std::uint64_t most) const {
    const std::string promised = fmt::format("a whole number from {} to {}", least, most);
    const stored::Value& value = at(name, promised);
    std::optional<std::uint64_t> found;
    if (const auto* number = std::get_if<std::uint64_t>(&value)) found = *number;
    if (const auto* number = std::get_if<std::int64_t>(&value); number != nullptr && *number >= 0)
      found = static_cast<std::uint64_t>(*number);
    if (!found || *found < least || *found > most) throw Broken(where(name), text_of(value), promised);
    return *found;
  }

  // Above `above`, or equal to it where `may_equal`.
  double real(std::string_view name, double above, bool may_equal, double most) const {
    const std::string promised =
        fmt::format("a number {} {} up to {}", may_equal ? "from" : "above", above, most);
    const stored::Value& value = at(name, promised);
    const auto* number = std::get_if<double>(&value);
    if (number == nullptr || !(*number > above || (may_equal && *number == above)) || !(*number <= most))
      throw Broken(where(name), text_of(value), promised);
    return *number;
  }

  bool has(std::string_view name) const { return group_.attributes.contains(std::string(name)); }

 private:
  std::string where(std::string_view name) const {
    return fmt::format("attribute {}{}", name, group_.name.empty() ? "" : " of group " + group_.name);
  }
  const stored::Value& at(std::string_view name, std::string_view promised) const {
    const auto found = group_.attributes.find(std::string(name));
    if (found == group_.attributes.end()) throw Broken(where(name), "none", std::string(promised));
    return found->second;
  }

  const stored::Group& group_;
};

// ---- lists

const stored::Dataset& list(const stored::Group& group, std::string_view name, const stored::Type& type,
                            std::size_t least, std::size_t most) {
  const std::string promised = fmt::format("a list of {} to {} {}", least, most, stored::name_of(type));
  const stored::Dataset* const found = group.find(name);
  if (found == nullptr) throw Broken(variable_called(name), "none", promised);
  if (found->type != type || found->extent.size() != 1)
    throw Broken(variable_called(name),
                 fmt::format("{} with {} dimensions", stored::name_of(found->type), found->extent.size()),
                 promised);
  const std::size_t read = type.kind == stored::Kind::kText ? found->texts.size() : found->integers.size();
  if (found->extent.front() < least || found->extent.front() > most)
    throw Broken(variable_called(name), fmt::format("a list of {}", found->extent.front()), promised);
  if (read != found->extent.front())
    throw Broken(variable_called(name), fmt::format("{} of them", read), promised);
  return *found;
}

constexpr stored::Type kTexts{stored::Kind::kText, 0};
constexpr stored::Type kIntegers{stored::Kind::kInteger, 32};

std::vector<std::string> texts(const stored::Group& group, std::string_view name, std::size_t least,
                               std::size_t most, bool lines = false, bool may_be_empty = false) {
  std::vector<std::string> out = list(group, name, kTexts, least, most).texts;
  for (const auto& text : out)
    if (!is_plain(text, lines) || (text.empty() && !may_be_empty))
      throw Broken(variable_called(name), '"' + shown_text(text) + '"',
                   "texts in UTF-8 without control characters, none empty");
  return out;
}

void check_same_length(std::string_view name, std::size_t found, std::string_view other, std::size_t length) {
  if (found != length)
    throw Broken(variable_called(name), fmt::format("a list of {}", found),
                 fmt::format("as many as there are in {}, {}", other, length));
}

template <typename Value>
void check_distinct(std::string_view name, const std::vector<Value>& values) {
  std::set<Value> seen;
  for (const Value& each : values)
    if (!seen.insert(each).second) {
      std::string shown;
      if constexpr (std::is_same_v<Value, std::string>)
        shown = shown_text(each);
      else
        shown = fmt::format("{}", each);
      throw Broken(variable_called(name), shown + " twice", "each once");
    }
}

// ---- the header

void read_arms(const stored::Group& root, ResultHeader& out) {
  const auto names = texts(root, "arm", 1, kMostArms);
  const auto titles = texts(root, "arm_title", 1, kMostArms, true, true);
  check_same_length("arm_title", titles.size(), "arm", names.size());
  check_distinct("arm", names);
  for (std::size_t a = 0; a < names.size(); ++a) out.arms.push_back({names[a], titles[a]});
  const std::string baseline = AttributesOf(root).text("baseline");
  out.baseline = static_cast<std::size_t>(std::ranges::find(names, baseline) - names.begin());
  if (out.baseline == names.size())
    throw Broken("attribute baseline", '"' + shown_text(baseline) + '"', "the name of an arm");
}

void read_authorities(const stored::Group& root, ResultHeader& out) {
  const auto& codes = list(root, "authority", kIntegers, 1, kMostAuthorities).integers;
  const auto ons_codes = texts(root, "authority_ons_code", 1, kMostAuthorities);
  const auto names = texts(root, "authority_name", 1, kMostAuthorities);
  const auto regions = texts(root, "region", 1, kMostAuthorities);
  check_same_length("authority_ons_code", ons_codes.size(), "authority", codes.size());
  check_same_length("authority_name", names.size(), "authority", codes.size());
  check_same_length("region", regions.size(), "authority", codes.size());
  check_distinct("authority", codes);
  for (std::size_t a = 0; a < codes.size(); ++a) {
    if (codes[a] < 1) throw Broken(variable_called("authority"), fmt::format("{}", codes[a]), "codes from 1");
    out.authorities.push_back({codes[a], ons_codes[a], names[a], regions[a]});
  }
}

void read_replicates(const stored::Group& root, ResultHeader& out) {
  const auto& numbers =
      list(root, "replicate", kIntegers, 1, static_cast<std::size_t>(kMostReplicates)).integers;
  out.replicates = static_cast<int>(numbers.size());
  out.first_replicate = numbers.front();
  if (out.first_replicate < 0 || out.first_replicate > kMostReplicates - out.replicates)
    throw Broken(variable_called("replicate"), fmt::format("numbers from {}", out.first_replicate),
                 fmt::format("numbers from 0 to {}", kMostReplicates - 1));
  const std::string run(names::kRunReplicates);
  if (!AttributesOf(root).has(run)) return;
  out.run_replicates = static_cast<int>(AttributesOf(root).whole(
      run, static_cast<std::uint64_t>(out.first_replicate) + numbers.size(), kMostReplicates));
}

void read_time(const stored::Group& root, int version, ResultHeader& out) {
  const std::string origin = AttributesOf(root).text("origin");
  try {
    out.origin = parse_month_end(origin);
  } catch (const std::invalid_argument& error) {
    throw Broken("attribute origin", '"' + shown_text(origin) + "\", " + error.what(),
                 "the end of a month, such as 2022-03-31");
  }
  const std::string step(names::kStepMonths);
  if (AttributesOf(root).has(step)) {
    out.step_months = static_cast<int>(AttributesOf(root).whole(step, 1, kMonthsPerYear));
    if (kMonthsPerYear % out.step_months != 0 || (out.step_months > 1 && version == kResultFormatVersion))
      throw Broken("attribute " + step, fmt::format("{}", out.step_months),
                   "1, 3 or 12 months, and 1 in format 2");
  }
  const auto& days = list(root, "time", kIntegers, 1, static_cast<std::size_t>(kMostMonths)).integers;
  // The last step may be shorter.
  const int steps = static_cast<int>(days.size());
  const int most = std::min(steps * out.step_months, kMostMonths);
  for (out.months = (steps - 1) * out.step_months + 1; out.months < most; ++out.months)
    if (out.origin.plus_months(out.months).days_since_1970() == days.back()) break;
}

void read_split(const stored::Group& root, ResultHeader& out) {
  if (root.find(names::kSource) == nullptr) return;
  const auto names = texts(root, names::kSource, 1, kUncertaintySources);
  check_distinct(names::kSource, names);
  for (const auto& name : names) {
    const auto found = std::ranges::find(kUncertaintySourceTable, name, &UncertaintySourceInfo::name);
    if (found == kUncertaintySourceTable.end())
      throw Broken(variable_called(names::kSource), '"' + shown_text(name) + '"',
                   "process, drift, parameters or effects");
    out.split.push_back(found->id);
  }
}

void read_provenance(const stored::Content& content, ResultHeader& out) {
  const stored::Group* const group = content.find("provenance");
  if (group == nullptr) throw Broken("group provenance", "none", "where its numbers came from");
  const AttributesOf attributes(*group);
  for (const auto& [name, value] : group->attributes) {
    if (!is_plain(name)) throw Broken("group provenance", "an attribute " + shown_text(name), "plain names");
    if (std::holds_alternative<stored::Other>(value))
      throw Broken("attribute " + name + " of group provenance", text_of(value), "a text or a number");
    if (std::holds_alternative<std::string>(value))
      out.provenance[name] = attributes.text(name);
    else
      out.provenance[name] = text_of(value);
  }
  if (is_complete(content)) {
    attributes.real("wall_seconds", 0.0, true, kMostSeconds);
    attributes.whole("threads", 0, kMostThreads);
  }

  const stored::Dataset* const scenario = group->find("scenario");
  if (scenario == nullptr || scenario->type != kTexts || scenario->texts.size() != 1)
    throw Broken("variable scenario of group provenance", scenario == nullptr ? "none" : "something else",
                 "one text: the scenario as JSON");
  out.scenario_json = scenario->texts.front();
  // What it wants of the file; results of earlier versions do not say.
  try {
    const RecordedScenario recorded = read_recorded(out.scenario_json);
    out.compression = recorded.compression.value_or(out.compression);
    out.to_summarise = recorded.summarised && !out.summarised;
  } catch (const DataError& problem) {
    throw Broken("the scenario in group provenance", problem.what(), "what hearth resolve --json prints");
  }
  if (group->find("input") == nullptr) return;
  const auto inputs = texts(*group, "input", 0, kMostInputs);
  const auto checksums = texts(*group, "sha256", 0, kMostInputs);
  check_same_length("sha256", checksums.size(), "input", inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) out.inputs[inputs[i]] = checksums[i];
}

// ---- variables

std::string shape(const std::vector<std::string>& names, const std::vector<std::uint64_t>& extent) {
  std::vector<std::string> out;
  for (std::size_t d = 0; d < extent.size(); ++d)
    out.push_back(fmt::format(
        "{} {}", d >= names.size() || names[d].empty() ? "no name" : shown_text(names[d]), extent[d]));
  return fmt::format("({})", fmt::join(out, ", "));
}

// A text of the description is a text in the file too; its words are each version's own.
void check_texts(const stored::Dataset& found, const Attributes& described, bool same) {
  for (const auto& [name, value] : described) {
    const auto at = found.attributes.find(name);
    if (at == found.attributes.end() || !std::holds_alternative<std::string>(value)) continue;
    const auto* text = std::get_if<std::string>(&at->second);
    const bool compare = same && (name == "units" || name == "calendar");
    if (text == nullptr || !is_plain(*text, true) || (compare && *text != std::get<std::string>(value)))
      throw Broken(
          fmt::format("attribute {} of variable {}", name, shown_text(found.name)), text_of(at->second),
          compare ? '"' + std::get<std::string>(value) + '"' : "a text in UTF-8 without control characters");
  }
}

using Sizes = std::map<std::string, std::uint64_t>;  // of dimensions

Sizes check_coordinates(const stored::Group& group, const std::vector<CoordinateDescription>& described) {
  Sizes sizes;
  for (const CoordinateDescription& each : described) {
    const auto* names = std::get_if<std::vector<std::string>>(&each.labels);
    const auto* numbers = std::get_if<std::vector<std::int32_t>>(&each.labels);
    const std::size_t size = names != nullptr ? names->size() : numbers->size();
    const stored::Dataset& found = list(group, each.name, names != nullptr ? kTexts : kIntegers, size, size);
    const auto difference = [&](const auto& have, const auto& want) {
      const auto [a, b] = std::ranges::mismatch(have, want);
      if (a == have.end()) return;
      std::string shown;
      if constexpr (std::is_same_v<std::decay_t<decltype(*a)>, std::string>)
        shown = '"' + shown_text(*a) + '"';
      else
        shown = fmt::format("{}", *a);
      throw Broken(variable_called(each.name), fmt::format("{} at place {}", shown, a - have.begin()),
                   fmt::format("{} there", *b));
    };
    if (names != nullptr)
      difference(found.texts, *names);
    else
      difference(found.integers, *numbers);
    if (found.dimensions != std::vector{each.dimension})
      throw Broken(variable_called(each.name), "the dimension " + shape(found.dimensions, found.extent),
                   each.dimension);
    check_texts(found, each.attributes, true);
    if (each.name == each.dimension) sizes[each.name] = size;
  }
  return sizes;
}

stored::Type stored_type(NumberType type) {
  switch (type) {
    case NumberType::kInt32:
      return kIntegers;
    case NumberType::kFloat32:
      return {stored::Kind::kReal, 32};
    case NumberType::kFloat64:
      return {stored::Kind::kReal, 64};
  }
  return kIntegers;
}

void check_group(const stored::Group& group, const std::vector<CoordinateDescription>& coordinates,
                 const std::vector<VariableDescription>& variables) {
  const Sizes sizes = check_coordinates(group, coordinates);
  for (const VariableDescription& each : variables) {
    const stored::Dataset* const found = group.find(each.name);
    if (found == nullptr) continue;
    if (found->type != stored_type(each.type))
      throw Broken(variable_called(each.name), stored::name_of(found->type),
                   stored::name_of(stored_type(each.type)));
    std::vector<std::uint64_t> extent;
    for (const auto& dimension : each.dimensions) extent.push_back(sizes.at(dimension));
    if (found->extent != extent || found->dimensions != each.dimensions)
      throw Broken(variable_called(each.name), shape(found->dimensions, found->extent),
                   shape(each.dimensions, extent));
    check_texts(*found, each.attributes, false);
  }
}

double bytes_of(const std::vector<CoordinateDescription>& coordinates,
                const std::vector<VariableDescription>& variables) {
  std::map<std::string, double> sizes;
  for (const auto& each : coordinates)
    sizes[each.name] =
        std::visit([](const auto& labels) { return static_cast<double>(labels.size()); }, each.labels);
  double out = 0.0;
  for (const auto& each : variables) {
    double bytes = stored_type(each.type).bits / 8;
    for (const auto& dimension : each.dimensions) bytes *= sizes.at(dimension);
    out += bytes;
  }
  return out;
}

// What a file of this header would hold.
stored::Content content_of(const ResultHeader& header) {
  stored::Content out;
  for (const auto& [name, value] : result_attributes(header))
    out.root.attributes[name] = std::visit(
        [](const auto& v) {
          if constexpr (std::is_same_v<std::decay_t<decltype(v)>, std::int32_t>)
            return stored::Value(std::int64_t{v});
          else
            return stored::Value(v);
        },
        value);
  const auto add = [](stored::Group& group, const std::string& name, std::vector<std::string> list) {
    stored::Dataset& dataset = group.datasets.emplace_back();
    dataset.name = name;
    dataset.extent = {list.size()};
    dataset.texts = std::move(list);
  };
  for (const auto& each : result_coordinates(header)) {
    if (const auto* names = std::get_if<std::vector<std::string>>(&each.labels)) {
      add(out.root, each.name, *names);
      continue;
    }
    add(out.root, each.name, {});
    stored::Dataset& numbers = out.root.datasets.back();
    numbers.type = kIntegers;
    numbers.integers = std::get<std::vector<std::int32_t>>(each.labels);
    numbers.extent = {numbers.integers.size()};
  }
  stored::Group& provenance = out.groups.emplace_back();
  provenance.name = "provenance";
  provenance.attributes.insert(header.provenance.begin(), header.provenance.end());
  add(provenance, "scenario", {header.scenario_json});
  std::vector<std::string> inputs;
  std::vector<std::string> checksums;
  for (const auto& [input, checksum] : header.inputs) {
    inputs.push_back(input);
    checksums.push_back(checksum);
  }
  add(provenance, "input", std::move(inputs));
  add(provenance, "sha256", std::move(checksums));
  return out;
}

}  // namespace

Broken::Broken(const std::string& where, const std::string& found, const std::string& promised)
    : std::runtime_error(fmt::format("{}: found {}; a result has {}", where, found, promised)) {}

ResultHeader header(const stored::Content& content) {
  const stored::Group& root = content.root;
  const AttributesOf attributes(root);
  ResultHeader out;
  const auto version = static_cast<int>(
      attributes.whole(names::kFormatAttribute, kResultFormatVersion, kResultFormatVersionOfSummaries));
  out.summarised = version == kResultFormatVersionOfSummaries;
  out.title = attributes.text("title");
  out.question = attributes.text("question");
  out.seed = attributes.whole("seed", 0, std::numeric_limits<std::uint64_t>::max());
  out.sampling_fraction = attributes.real("sampling_fraction", 0.0, false, 1.0);
  read_arms(root, out);
  read_authorities(root, out);
  read_replicates(root, out);
  read_time(root, version, out);
  read_split(root, out);
  read_provenance(content, out);
  return out;
}

std::string problem_of(const ResultHeader& to_write) {
  try {
    header(content_of(to_write));
  } catch (const Broken& broken) {
    return broken.what();
  }
  return "";
}

bool is_complete(const stored::Content& content) {
  const stored::Group* const provenance = content.find("provenance");
  return provenance != nullptr && provenance->attributes.contains("wall_seconds");  // which is written last
}

void check_variables(const stored::Content& content, const ResultHeader& of) {
  for (const VariableDescription& each : of.summarised ? area_variables(of) : result_variables(of))
    if (content.find(each.name) != nullptr) throw Broken(variable_called(each.name), "a group", "numbers");
  if (!of.summarised) return check_group(content.root, result_coordinates(of), result_variables(of));
  check_group(content.root, area_coordinates(of), area_variables(of));
  const stored::Group* const authorities = content.find(names::kAuthorities);
  if (authorities == nullptr)
    throw Broken(fmt::format("group {}", names::kAuthorities), "none", "what is kept of each authority");
  check_group(*authorities, authority_coordinates(of), authority_variables(of));
}

EffectDraws effects(const stored::Content& content, const ResultHeader& of) {
  EffectDraws out;
  const stored::Group* const group = content.find(names::kEffects);
  if (group == nullptr) return out;
  const auto arms = texts(*group, "effect_arm", 1, kMostEffects);
  const auto models = texts(*group, "effect_service_model", 1, kMostEffects);
  const auto levers = texts(*group, "effect_lever", 1, kMostEffects);
  check_same_length("effect_service_model", models.size(), "effect_arm", arms.size());
  check_same_length("effect_lever", levers.size(), "effect_arm", arms.size());
  for (std::size_t e = 0; e < arms.size(); ++e) {
    const auto arm = std::ranges::find(of.arms, arms[e], &ResultHeader::Arm::name);
    if (arm == of.arms.end())
      throw Broken(variable_called("effect_arm"), '"' + shown_text(arms[e]) + '"', "names of arms");
    out.effects.push_back({static_cast<std::size_t>(arm - of.arms.begin()), models[e], levers[e]});
  }
  const stored::Dataset* const found = group->find("deviation");
  const std::vector<std::uint64_t> extent = {static_cast<std::uint64_t>(of.replicates), arms.size()};
  if (found == nullptr || found->type != stored_type(NumberType::kFloat64) || found->extent != extent)
    throw Broken(variable_called("deviation"),
                 found == nullptr
                     ? "none"
                     : stored::name_of(found->type) + ' ' + shape(found->dimensions, found->extent),
                 "64-bit reals " + shape({"replicate", "effect"}, extent));
  return out;
}

void check_deviations(std::span<const double> deviations) {
  constexpr double kMost = 1000.0;  // of a logarithm
  for (const double each : deviations)
    if (!(std::abs(each) <= kMost))
      throw Broken(variable_called("deviation"), fmt::format("{}", each),
                   fmt::format("numbers up to {} either way", kMost));
}

std::vector<ResultPart> parts(const stored::Content& content, const ResultHeader& of) {
  std::vector<ResultPart> out;
  std::size_t in_parts = 0;
  std::size_t variables = 0;
  for (const VariableDescription& each : of.summarised ? area_variables(of) : result_variables(of)) {
    const stored::Dataset* const found = content.root.find(each.name);
    if (found == nullptr) continue;
    ++variables;
    if (found->pieces.empty()) continue;
    ++in_parts;
    const auto broken = [&](const std::string& what) {
      return Broken(
          variable_called(each.name), what,
          "its replicates in other results, one after the other, as hearth merge --virtual names them");
    };
    std::vector<ResultPart> here;
    std::uint64_t next = 0;
    for (const stored::Piece& piece : found->pieces) {
      std::vector<std::uint64_t> start(found->extent.size(), 0);
      std::vector<std::uint64_t> count = found->extent;
      start[1] = next;
      if (piece.count.size() == count.size()) count[1] = piece.count[1];
      if (piece.start != start || piece.count != count || piece.dataset != each.name)
        throw broken("other cells of another file");
      const std::filesystem::path file(piece.file);
      if (!is_plain(piece.file) || file.empty() || file.is_absolute() || !file.has_filename() ||
          piece.file == ".")
        throw broken("cells in " + shown_text(piece.file));
      here.push_back({file, of.first_replicate + static_cast<int>(next), static_cast<int>(count[1])});
      next += count[1];
    }
    if (next != found->extent[1]) throw broken(fmt::format("{} of {} replicates", next, found->extent[1]));
    if (in_parts == 1) out = here;
    if (here != out) throw broken("other files than other variables have");
  }
  if (in_parts != 0 && in_parts != variables)
    throw Broken("the file", fmt::format("{} of {} variables in other files", in_parts, variables),
                 "all or none there");
  return out;
}

void check_size(const ResultHeader& of, std::uintmax_t file_bytes) {
  double bytes = of.summarised ? bytes_of(area_coordinates(of), area_variables(of)) +
                                     bytes_of(authority_coordinates(of), authority_variables(of))
                               : bytes_of(result_coordinates(of), result_variables(of));
  bytes += 8.0 * of.replicates * static_cast<double>(of.effects.effects.size());
  if (bytes > kMostForEachByte * static_cast<double>(file_bytes))
    throw Broken("the file", fmt::format("{:.0f} MB of numbers in {} bytes", bytes / 1e6, file_bytes),
                 fmt::format("at most {} bytes of numbers in each byte", kMostForEachByte));
}

void check_numbers(const VariableDescription& variable, std::span<const double> numbers) {
  const bool counts = variable.type == NumberType::kInt32;
  const double most = counts ? std::numeric_limits<std::int32_t>::max() : kMostPounds;
  for (const double number : numbers)
    if (!(number >= 0.0 && number <= most))
      throw Broken(variable_called(variable.name), fmt::format("{}", number),
                   counts ? "counts from 0 up" : fmt::format("numbers from 0 to {:.0e}", kMostPounds));
}

void check_statistics(const VariableDescription& variable, int replicates, std::span<const double> numbers) {
  // Differences may be negative; of one replicate there is no standard error nor standard deviation, the
  // second and third statistics.
  constexpr double kMost = kMostPounds * kMostAuthorities;
  const std::size_t each = numbers.size() / (5 + kShownQuantiles.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (std::abs(numbers[i]) <= kMost) continue;
    if (replicates == 1 && i >= each && i < 3 * each && std::isnan(numbers[i])) continue;
    throw Broken(variable_called(variable.name), fmt::format("{}", numbers[i]),
                 fmt::format("numbers up to {:.0e} either way", kMost));
  }
}

}  // namespace hearth::promise
