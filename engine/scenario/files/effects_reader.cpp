#include "scenario/files/effects_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "core/nearest.hpp"

namespace hearth {
namespace {

namespace fs = std::filesystem;

std::string month_text(const std::optional<MonthEnd>& month) {
  return month ? month->iso() : "-";
}
std::string months_text(const MonthRange& months) {
  return months.first.iso() + ".." + months.last.iso();
}

// What effects.json of a folder holds.
struct EffectsFile {
  std::array<EntriesResponse, kLevers> entries_response{};
  std::map<std::string, Cursor> models;
  std::optional<Node> document;  // that the cursors point into
};

class EffectsReader {
 public:
  explicit EffectsReader(Checker& checker) : checker_(checker) {}

  void read(EffectsFile& into) {
    const Cursor top{&*into.document, ""};
    if (!checker_.object(top, kEffectsFileKeys, "a file of effects")) return;
    static constexpr std::array<std::string_view, 1> kFormats = {"hearth effects"};
    if (const auto format = Checker::child(top, "format")) checker_.choice(*format, kFormats);
    if (const auto version = Checker::child(top, "version"))
      checker_.whole_number(*version, kEffectsFileVersions);
    if (const auto entries = Checker::child(top, "entries_response"))
      read_entries(*entries, into.entries_response);
    const auto models = Checker::child(top, "service_models");
    if (models && checker_.open_object(*models, "responses by name of the service model"))
      for (const auto& member : models->node->members)
        into.models.emplace(member.key, Cursor{&member.value, pointer_to(models->pointer, member.key)});
  }

  // Nothing where it has mistakes.
  std::shared_ptr<const MeasuredResponse> response(const Cursor& at, const ServiceModel& model) {
    const std::size_t before = checker_.diagnostics.size();
    if (!checker_.object(at, kMeasuredResponseKeys, "a measured response")) return nullptr;
    if (const auto key = Checker::child(at, "key")) {
      const auto value = checker_.text(*key);
      if (value && *value != response_key(model)) {
        checker_.wrong(
            *key, fmt::format("a response of another version of {}", model.name),
            fmt::format("{}, the key of the service model's file as it is", response_key(model)),
            fmt::format("its components or studies have changed since: run hearth infer {}", model.name));
        return nullptr;
      }
    }
    MeasuredResponse out;
    const std::size_t effects = effects_of(model);
    const std::size_t outcomes = outcomes_of(model);
    if (const auto part = Checker::child(at, "believed"))
      read_response(*part, effects, outcomes, out.believed);
    if (const auto part = Checker::child(at, "claimed")) read_response(*part, effects, outcomes, out.claimed);
    if (const auto part = Checker::child(at, "noise")) out.noise = numbers(*part, outcomes);
    if (checker_.diagnostics.size() > before) return nullptr;
    return std::make_shared<const MeasuredResponse>(std::move(out));
  }

 private:
  void read_entries(const Cursor& at, std::array<EntriesResponse, kLevers>& into) {
    if (!checker_.open_object(at, "slope and curvature by name of the lever")) return;
    for (const auto& member : at.node->members) {
      const auto lever = std::ranges::find(kLeverTable, member.key, &LeverInfo::name);
      if (lever == kLeverTable.end()) {
        std::vector<std::string> names;
        for (const auto& each : kLeverTable) names.emplace_back(each.name);
        checker_.wrong_key(at, member, fmt::format("the unknown lever {}", in_quotes(member.key)),
                           "names of levers", did_you_mean(nearest_names(member.key, names)));
        continue;
      }
      const auto values = numbers({&member.value, pointer_to(at.pointer, member.key)}, 2);
      if (values.size() == 2) into.at(static_cast<std::size_t>(lever->id)) = {values[0], values[1]};
    }
  }

  std::vector<double> numbers(const Cursor& at, std::size_t size) {
    std::vector<double> out;
    if (!checker_.list(at, "numbers")) return out;
    const auto items = Checker::items(at);
    if (items.size() != size)
      checker_.wrong(at, fmt::format("a list of {}", items.size()),
                     fmt::format("a list of {} numbers", size));
    for (const auto& item : items) out.push_back(checker_.number(item, kLogEffect).value_or(0.0));
    return out;
  }

  void read_response(const Cursor& at, std::size_t effects, std::size_t outcomes, OutcomeResponse& into) {
    if (!checker_.object(at, kResponseKeys, "a response")) return;
    if (const auto part = Checker::child(at, "point")) into.point = numbers(*part, effects);
    if (const auto part = Checker::child(at, "outcomes")) into.outcomes = numbers(*part, outcomes);
    const auto slopes = Checker::child(at, "slopes");
    if (!slopes || !checker_.list(*slopes, "slopes")) return;
    const auto rows = Checker::items(*slopes);
    if (rows.size() != outcomes)
      checker_.wrong(*slopes, fmt::format("a list of {}", rows.size()),
                     fmt::format("a list of {} rows, one for each outcome", outcomes));
    for (const auto& row : rows) {
      const auto values = numbers(row, effects);
      into.slopes.insert(into.slopes.end(), values.begin(), values.end());
    }
  }

  Checker& checker_;
};

}  // namespace

std::string response_key(const ServiceModel& model) {
  std::string text = fmt::format("{}|{}|{}", model.name, model.training_months, model.months_to_embed);
  for (const auto& component : model.components) {
    text += fmt::format("|{}|{}|{}|{}", component.name, component.optional, component.reach,
                        component.months_to_embed.value_or(0.0));
    if (const auto& staffing = component.staffing)
      text += fmt::format("|{}|{}", staffing->posts_per_100_cases, staffing->months_to_recruit);
    for (const auto& effect : component.effects)
      text += fmt::format("|{}", kLeverTable[static_cast<std::size_t>(effect.lever)].name);
  }
  for (const auto& study : model.studies) {
    text += fmt::format("|{}|{}|{}|{}", study.name, study.start.iso(), month_text(study.grant_end),
                        month_text(study.partners_agree));
    for (const auto& authority : study.authorities) text += '|' + authority;
    for (const auto& outcome : study.outcomes)
      text += fmt::format("|{}|{}|{}|{}|{}", outcome.measure, outcome.per, months_text(outcome.months),
                          static_cast<int>(outcome.comparison),
                          outcome.before ? months_text(*outcome.before) : "-");
  }
  std::uint64_t key = 14695981039346656037U;  // FNV-1a
  for (const char c : text) key = (key ^ static_cast<std::uint8_t>(c)) * 1099511628211U;
  return fmt::format("{:016x}", key);
}

void add_responses(const fs::path& tables, ServiceModelSet& models, Checker& checker) {
  std::map<fs::path, EffectsFile> files;
  const auto file_of = [&](const fs::path& file) -> const EffectsFile& {
    const auto [known, added] = files.try_emplace(file);
    EffectsFile& out = known->second;
    if (!added || !file_exists(file)) return out;
    out.document = parse_document(read_text(file), file.generic_string(), checker.diagnostics);
    if (out.document) EffectsReader(checker).read(out);
    return out;
  };
  const fs::path shared = tables / kEffectsFileName;
  for (auto& [name, model] : models.by_name) {
    model.model.entries_response = file_of(shared).entries_response;
    if (model.model.studies.empty()) continue;
    const bool ours = model.file.parent_path() == tables / "service_models";
    const fs::path path = ours ? shared : model.file.parent_path() / kEffectsFileName;
    const EffectsFile& file = file_of(path);
    Checker own;
    if (const auto found = file.models.find(name); found != file.models.end()) {
      model.model.response = EffectsReader(own).response(found->second, model.model);
      model.effects_file = path;
    } else {
      own.warn({&model.name, "/name"}, fmt::format("studies of {} that say nothing yet", name), "",
               fmt::format("there is no response of theirs in {}: run hearth infer {}", path.generic_string(),
                           ours ? name : model.file.generic_string()));
    }
    model.response_mistakes = std::move(own.diagnostics);
    model.response_warnings = std::move(own.warnings);
  }
}

}  // namespace hearth
