#include "scenario/files/loader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>

#include "core/csv.hpp"
#include "core/day.hpp"
#include "core/error.hpp"
#include "core/nearest.hpp"
#include "core/statistics.hpp"
#include "core/text.hpp"
#include "published/authorities.hpp"
#include "scenario/files/calibration_reader.hpp"
#include "scenario/files/checker.hpp"
#include "scenario/files/json_text.hpp"
#include "scenario/files/parameter_reader.hpp"
#include "scenario/files/scale.hpp"
#include "scenario/files/scenario_text.hpp"
#include "scenario/files/service_models.hpp"
#include "scenario/files/target_reader.hpp"
#include "scenario/uncertainty.hpp"

namespace hearth {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

// Authorities as a scenario names them.
struct Selection {
  bool all = true;
  std::vector<int> codes;  // ascending, without repeats; empty where all

  bool overlaps(const Selection& other) const {
    if (all || other.all) return true;
    return std::any_of(codes.begin(), codes.end(), [&](int code) { return other.contains(code); });
  }
  bool contains(int code) const { return all || std::binary_search(codes.begin(), codes.end(), code); }
  void put_in_order() {
    std::sort(codes.begin(), codes.end());
    codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
  }
};

struct ArmDraft {
  Arm arm;
  std::vector<std::string> service_models;  // by adoption
  std::vector<Place> places;                // by adoption
  bool concerns_own = false;  // some adoption is of an authority that the scenario's files choose
};

fs::path beside(const Node& node, const std::string& path) {
  return (fs::path(*node.at.file).parent_path() / path).lexically_normal();
}

bool file_exists(const fs::path& file) {
  std::error_code ignored;
  return fs::is_regular_file(file, ignored);
}

class Loader {
 public:
  // `text`: of the scenario, where it is not in its file.
  Loader(fs::path file, std::optional<std::string> text, const ScenarioOverrides& overrides)
      : file_(std::move(file)), text_(std::move(text)), overrides_(overrides) {}

  LoadedScenario load() {
    check_overrides();
    Node root = read_with_bases(file_, {});
    if (unreadable_) stop_on_mistakes();  // what else there is to say depends on what cannot be read
    read(Cursor{&root, ""});
    stop_on_mistakes();
    resolve();
    out_.warnings = in_order(std::move(checker_.warnings));
    return std::move(out_);
  }

 private:
  // ---- Files ----

  std::optional<Node> read_document(const fs::path& file) {
    const bool in_memory = text_ && file == file_;
    const std::string text = in_memory ? *text_ : read_text(file);
    if (!in_memory) out_.files.push_back(file);
    return parse_document(text, file.generic_string(), checker_.diagnostics);
  }

  // The document with everything it extends merged beneath it.
  Node read_with_bases(const fs::path& file, std::vector<fs::path> above) {
    auto document = read_document(file);
    unreadable_ = true;
    if (!document) return {};
    above.push_back(file.lexically_normal());
    chain_.push_back(file.generic_string());
    Node& root = *document;
    const Cursor at{&root, ""};
    if (other_file(at) || !checker_.open_object(at, "a scenario")) return {};
    const auto extends = Checker::child(at, "extends");
    if (!extends) {
      unreadable_ = false;
      return root;
    }
    const auto name = checker_.text(*extends, "the path of a scenario file");
    if (!name) return root;
    const fs::path base = beside(*extends->node, *name);
    if (std::find(above.begin(), above.end(), base) != above.end()) {
      std::string chain;
      for (const auto& step : above) chain += step.generic_string() + " -> ";
      checker_.wrong(*extends, fmt::format("a circle: {}{}", chain, base.generic_string()),
                     "a scenario that does not lead back here");
      return root;
    }
    if (!file_exists(base)) {
      checker_.wrong(
          *extends, fmt::format("{}; there is no file {}", extends->node->described(), base.generic_string()),
          "the path of a scenario file, relative to this one", nearest_file(base));
      return root;
    }
    Node merged = read_with_bases(base, above);
    // What goes by another name is not what the title and the question below are about.
    if (root.find("name") != nullptr)
      std::erase_if(merged.members, [&](const Member& member) {
        return (member.key == "title" || member.key == "question") && root.find(member.key) == nullptr;
      });
    merge(merged, std::move(root));
    return merged;
  }

  // Whether it is some other file that Hearth writes or reads; says so in one message.
  bool other_file(const Cursor& root) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kOthers = {{
        {"hearth resolved scenario",
         "it is the record that a result keeps: give the scenario file that was run, or one that extends it"},
        {"hearth calibration", "name it with the key \"calibration\" in a scenario"},
        {"hearth profile", "it holds counts: give its observed.csv to hearth hindcast --observed"},
    }};
    const auto& items = root.node->items;
    if (!items.empty() && items.front().find("name") != nullptr && items.front().find("origin") != nullptr) {
      checker_.wrong(root, "a list of values, as hearth resolve --json prints it", "a scenario in { }",
                     "give the scenario file that was resolved, or one that extends it");
      return true;
    }
    const Member* const format = root.node->find("format");
    if (format == nullptr) return false;
    for (const auto& [name, hint] : kOthers)
      if (format->value.text == name) {
        checker_.wrong_key(root, *format, fmt::format("a file of the format {}", in_quotes(name)),
                           "a scenario", std::string(hint));
        return true;
      }
    return false;
  }

  static std::string nearest_file(const fs::path& wanted) {
    const fs::path folder = wanted.parent_path().empty() ? fs::path(".") : wanted.parent_path();
    std::error_code error;
    std::vector<std::string> names;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
      if (at->path().extension() == ".json") names.push_back(at->path().filename().string());
    std::sort(names.begin(), names.end());
    return did_you_mean(nearest_names(wanted.filename().string(), names));
  }

  // The folder of tables that stands next to the scenario, next to one it extends, or in the working
  // directory.
  std::optional<fs::path> find_data() const {
    std::vector<fs::path> starts = {fs::absolute(file_).lexically_normal().parent_path()};
    for (const auto& file : out_.files) starts.push_back(fs::absolute(file).lexically_normal().parent_path());
    starts.push_back(fs::current_path());
    for (const auto& start : starts)
      for (fs::path folder = start;; folder = folder.parent_path()) {
        for (const char* name : {"england", "scenarios/england"})
          if (file_exists(folder / name / "authorities.csv")) return shown(folder / name);
        if (folder == folder.parent_path()) break;
      }
    return std::nullopt;
  }

  // Relative to the working directory where it lies within.
  static fs::path shown(const fs::path& absolute) {
    const fs::path relative = absolute.lexically_proximate(fs::current_path());
    return relative.begin() != relative.end() && *relative.begin() == ".." ? absolute : relative;
  }

  // ---- The scenario ----

  void read(const Cursor& root) {
    Scenario& s = out_.scenario;
    s.file = file_;
    checker_.object(root, kScenarioKeys, "a scenario");
    if (const auto at = Checker::child(root, "name")) s.name = checker_.identifier(*at).value_or("");
    s.title = s.name;
    if (const auto at = Checker::child(root, "title")) s.title = checker_.text(*at).value_or("");
    if (const auto at = Checker::child(root, "question")) s.question = checker_.text(*at).value_or("");
    read_origin(root);
    const auto number = [&](std::string_view key, Bounds bounds, std::string_view unit, double fallback) {
      const auto at = Checker::child(root, key);
      return at ? checker_.whole_number(*at, bounds, unit).value_or(fallback) : fallback;
    };
    s.horizon_months = static_cast<int>(number("horizon_months", kHorizonMonths, "months", s.horizon_months));
    if (const auto at = Checker::child(root, "horizon_months"))
      warn_of_scale(*at, "horizon_months", s.horizon_months, kUsualMonths, "months",
                    "there is no whole year to look at", checker_);
    s.replicates = static_cast<int>(number("replicates", kReplicates, "", s.replicates));
    s.seed = static_cast<std::uint64_t>(number("seed", kSeed, "", static_cast<double>(s.seed)));
    if (const auto at = Checker::child(root, "sampling_fraction"))
      s.sampling_fraction = checker_.number(*at, kSamplingFraction, "share of families").value_or(1.0);
    if (const auto at = Checker::child(root, "uncertainty")) read_uncertainty(*at);
    if (const auto at = Checker::child(root, "output");
        at && checker_.object(*at, kOutputKeys, "\"output\"")) {
      if (const auto level = Checker::child(*at, "compression"))
        s.output.compression = static_cast<int>(checker_.whole_number(*level, kCompression).value_or(1.0));
      if (const auto every = Checker::child(*at, "every"))
        s.output.every = static_cast<OutputEvery>(checker_.choice(*every, kOutputEveryNames).value_or(0));
      if (const auto kept = Checker::child(*at, "replicates"))
        s.output.replicates =
            static_cast<OutputReplicates>(checker_.choice(*kept, kOutputReplicatesNames).value_or(0));
    }
    record_settings(root);

    read_data(root);
    read_authorities(root);
    load_calibration(root);
    read_shared_parameters(root);
    std::vector<Shock> shocks;
    if (const auto at = Checker::child(root, "shocks")) shocks = read_shocks(*at);
    PeerNetwork network;
    if (const auto at = Checker::child(root, "peer_learning")) {
      network = read_peer_learning(*at);
      record("/peer_learning", network_json(network), "", at->node->at.text());
    }
    read_history();
    read_arms(root, shocks, network);
    if (const auto at = Checker::child(root, "targets")) read_targets_of(*at);
    apply_overrides();
  }

  void read_origin(const Cursor& root) {
    if (overrides_.origin_year) {
      out_.scenario.origin = {*overrides_.origin_year, 3};
      return;
    }
    const auto at = Checker::child(root, "origin");
    if (!at) return;
    const std::string allowed =
        fmt::format("31 March of a year with tables, \"{:.0f}-03-31\" to \"{:.0f}-03-31\"",
                    kOriginYears.lower, kOriginYears.upper);
    const auto value = checker_.text(*at, allowed);
    if (!value) return;
    for (double year = kOriginYears.lower; year <= kOriginYears.upper; ++year)
      if (*value == fmt::format("{:.0f}-03-31", year)) {
        out_.scenario.origin = {static_cast<int>(year), 3};
        return;
      }
    checker_.wrong(*at, at->node->described(), allowed, origin_hint(root, *value));
  }

  // How to look at years after the last with tables, or at the year that was meant.
  std::string origin_hint(const Cursor& root, const std::string& text) const {
    const std::string reason = "the statistics that the state is built from are of 31 March";
    const std::string meant = month_meant(text);
    if (meant.empty()) return reason;
    const MonthEnd wanted = parse_month_end(meant);
    const int latest = static_cast<int>(kOriginYears.upper);
    if (wanted.year < kOriginYears.lower || (wanted.year <= latest && wanted.month != 3)) return reason;
    if (wanted.year <= latest) return fmt::format("write \"{}-03-31\"", wanted.year);
    const auto months = Checker::child(root, "horizon_months");
    const int horizon = months && months->node->kind == Node::Kind::kNumber
                            ? static_cast<int>(std::clamp(months->node->number, 1.0, kHorizonMonths.upper))
                            : out_.scenario.horizon_months;
    const MonthEnd last = wanted.plus_months(horizon);
    return fmt::format(
        "there are no tables after that day: start from it and forecast for longer. \"origin\": \"{}-03-31\" "
        "with \"horizon_months\": {} reaches {}; the months asked for here are those from {} on",
        latest, last.months_since({latest, 3}), last.iso().substr(0, 7),
        wanted.plus_months(1).iso().substr(0, 7));
  }

  void read_data(const Cursor& root) {
    Scenario& s = out_.scenario;
    const auto own_models = own_model_paths(root);
    const auto at = Checker::child(root, "data");
    if (at) {
      const auto value = checker_.text(*at, "the path of a folder of tables");
      if (!value) return;
      const fs::path folder = beside(*at->node, *value);
      if (!file_exists(folder / "authorities.csv")) {
        checker_.wrong(*at,
                       fmt::format("{}; there is no {}", at->node->described(),
                                   (folder / "authorities.csv").generic_string()),
                       "a folder with authorities.csv, evidence.csv and the other tables of England, "
                       "relative to this file",
                       "leave the key out to use the tables next to the scenario");
        return;
      }
      s.data_directory = folder;
    } else if (const auto found = find_data()) {
      s.data_directory = *found;
    } else {
      checker_.wrong(root, "no tables of England next to the scenario",
                     "a folder england/ with authorities.csv beside the scenario or above it",
                     "add the key \"data\" with the path of the folder");
      return;
    }
    record("/data", Json(s.data_directory.generic_string()), "", at ? at->node->at.text() : "default");
    identities_ = load_authority_identities(s.data_directory);
    out_.files.push_back(s.data_directory / "authorities.csv");
    read_service_models(own_models);
  }

  // Service model files of the user's own.
  std::vector<fs::path> own_model_paths(const Cursor& root) {
    std::vector<fs::path> out;
    const auto own = Checker::child(root, "service_models");
    if (!own || !checker_.list(*own, "paths")) return out;
    for (const auto& item : Checker::items(*own)) {
      const auto value = checker_.text(item, "the path of a service model file");
      if (!value) continue;
      const fs::path path = beside(*item.node, *value);
      if (file_exists(path))
        out.push_back(path);
      else
        checker_.wrong(item,
                       fmt::format("{}; there is no file {}", item.node->described(), path.generic_string()),
                       "the path of a service model file, relative to this one", nearest_file(path));
    }
    return out;
  }

  void read_service_models(const std::vector<fs::path>& own) {
    const fs::path data = out_.scenario.data_directory;
    evidence_ = load_evidence(data);
    out_.files.push_back(data / "evidence.csv");
    std::vector<fs::path> paths;
    std::error_code error;
    for (fs::directory_iterator at(data / "service_models", error), end; !error && at != end;
         at.increment(error))
      if (at->path().extension() == ".json") paths.push_back(at->path());
    std::sort(paths.begin(), paths.end());
    paths.insert(paths.end(), own.begin(), own.end());
    every_model_read_ = true;
    for (const auto& path : paths) {
      const auto document = parse_document(read_text(path), path.generic_string(), checker_.diagnostics);
      auto model = document ? read_service_model(*document, evidence_, checker_) : std::nullopt;
      if (!model) {
        every_model_read_ = false;
        continue;
      }
      const std::string name = model->model.name;
      const auto [same, added] = models_.emplace(name, std::move(*model));
      if (added)
        model_paths_[name] = path;
      else
        checker_.wrong({&document->find("name")->value, "/name"},
                       fmt::format("a second service model {}", name), "service models with different names",
                       fmt::format("the first is in {}", same->second.at.text()));
    }
    for (const auto& [name, file] : models_)
      if (file.same_draws_as) check_variant(file);
  }

  // The model that another is a variant of must be there, and have draws of its own.
  void check_variant(const ServiceModelFile& file) {
    const Cursor at{&*file.same_draws_as, "/same_draws_as"};
    const auto original = models_.find(file.model.same_draws_as);
    std::vector<std::string> names;
    for (const auto& [name, other] : models_)
      if (!other.same_draws_as) names.push_back(name);
    const std::string allowed = fmt::format("one of {}", fmt::join(names, ", "));
    if (original == models_.end()) {
      if (every_model_read_)
        checker_.wrong(at, fmt::format("the unknown service model {}", in_quotes(file.model.same_draws_as)),
                       allowed, did_you_mean(nearest_names(file.model.same_draws_as, names)));
    } else if (original->second.same_draws_as) {
      checker_.wrong(at, fmt::format("{}, which has the draws of another model itself", original->first),
                     allowed, fmt::format("write {}", in_quotes(original->second.model.same_draws_as)));
    }
  }

  // ---- Authorities ----

  const AuthorityIdentity& identity(int code) const {
    return *std::find_if(identities_.begin(), identities_.end(),
                         [&](const AuthorityIdentity& authority) { return authority.code == code; });
  }

  std::string label(int code) const { return fmt::format("{} {}", code, identity(code).name); }

  // "919 Hertfordshire, 926 Norfolk and 150 more"
  std::string labels(const std::vector<int>& codes) const {
    constexpr std::size_t kShown = 3;
    std::vector<std::string> out;
    for (const int code : codes)
      if (out.size() < kShown) out.push_back(label(code));
    std::string text = fmt::format("{}", fmt::join(out, ", "));
    if (codes.size() > kShown) text += fmt::format(" and {} more", codes.size() - kShown);
    return text;
  }

  std::vector<int> live_codes() const {
    std::vector<int> out;
    for (const auto& authority : identities_)
      if (authority.live_at(out_.scenario.origin.year)) out.push_back(authority.code);
    std::sort(out.begin(), out.end());
    return out;
  }

  struct Unresolved {
    std::string found;
    std::string hint;
  };

  // The code of a live authority, or why there is none.
  std::pair<std::optional<int>, Unresolved> resolve_authority(const std::string& text) const {
    const int year = out_.scenario.origin.year;
    const AuthorityIdentity* found = find_authority(identities_, text, year);
    if (found != nullptr && found->live_at(year)) return {found->code, {}};
    if (found == nullptr)
      return {std::nullopt, {fmt::format("the unknown authority {}", in_quotes(text)), near_authority(text)}};
    std::vector<int> instead;
    if (found->last_year < year) {
      instead = found->successors;
    } else {
      for (const auto& other : identities_)
        if (std::find(other.successors.begin(), other.successors.end(), found->code) !=
            other.successors.end())
          instead.push_back(other.code);
    }
    std::vector<std::string> names;
    for (const int code : instead)
      if (std::any_of(identities_.begin(), identities_.end(), [&](const auto& a) { return a.code == code; }))
        names.push_back(label(code));
    const bool ended = found->last_year < year;
    return {std::nullopt,
            {ended ? fmt::format("the authority {}, which no longer exists (figures to 31 March {})",
                                 label(found->code), found->last_year)
                   : fmt::format("the authority {}, which does not exist yet (figures from 31 March {})",
                                 label(found->code), found->first_year),
             names.empty() ? "" : fmt::format("use {}", fmt::join(names, " and "))}};
  }

  std::string near_authority(const std::string& text) const {
    std::vector<std::string> names;
    std::vector<std::string> codes;
    for (const int code : live_codes()) {
      names.push_back(identity(code).name);
      codes.push_back(std::to_string(code));
      codes.push_back(identity(code).ons_code);
    }
    for (const auto& authority : identities_)
      if (lower_case(authority.region) == lower_case(text))
        return fmt::format(
            "it is a region: write {{\"region\": \"{}\"}}, or in a table a row for each authority",
            authority.region);
    auto near = nearest_names(text, names);
    if (near.empty()) {
      near = nearest_names(text, codes);
      for (auto& code : near)
        code = label(find_authority(identities_, code, out_.scenario.origin.year)->code);
      if (!near.empty()) return fmt::format("near it are {}", fmt::join(near, ", "));
    }
    if (near.empty())
      return fmt::format("{} lists them all",
                         (out_.scenario.data_directory / "authorities.csv").generic_string());
    return did_you_mean(near);
  }

  std::string authorities_allowed() const {
    return fmt::format("a code (919), ONS code (E10000015) or name of an authority live at {}",
                       out_.scenario.origin.text());
  }

  // One item: a code, ONS code or name as text, a code as a number, or {"region": ...}.
  void read_authority_item(const Cursor& at, std::vector<int>& into) {
    if (at.node->kind == Node::Kind::kObject) {
      static constexpr std::array kRegionKeys =
          std::to_array<KeyInfo>({{"region", true, "name of a region"}});
      if (!checker_.object(at, kRegionKeys, "a choice of authorities")) return;
      const auto region = Checker::child(at, "region");
      if (!region) return;
      std::vector<std::string> names;
      for (const auto& authority : identities_)
        if (std::find(names.begin(), names.end(), authority.region) == names.end())
          names.push_back(authority.region);
      std::sort(names.begin(), names.end());
      const std::vector<std::string_view> regions(names.begin(), names.end());
      const auto choice = checker_.choice(*region, regions);
      if (!choice) return;
      for (const int code : live_codes())
        if (identity(code).region == regions[*choice]) into.push_back(code);
      return;
    }
    if (at.node->kind != Node::Kind::kString && at.node->kind != Node::Kind::kNumber) {
      checker_.wrong(at, at.node->described(), authorities_allowed() + ", or {\"region\": ...}");
      return;
    }
    const auto [code, why] = resolve_authority(at.node->text);
    if (code)
      into.push_back(*code);
    else
      checker_.wrong(at, why.found, authorities_allowed(), why.hint);
  }

  std::optional<Selection> read_selection(const Cursor& at) {
    if (identities_.empty()) return std::nullopt;  // the folder of tables is already reported
    const std::size_t before = checker_.diagnostics.size();
    Selection out;
    const bool one_item = at.node->kind == Node::Kind::kArray && at.node->items.size() == 1;  // as in a table
    const Node& word = one_item ? at.node->items.front() : *at.node;
    if (word.kind == Node::Kind::kString && lower_case(word.text) == "all") return out;
    out.all = false;
    if (at.node->kind == Node::Kind::kArray) {
      for (const auto& item : Checker::items(at)) {
        if (item.node->kind == Node::Kind::kString && lower_case(item.node->text) == "all")
          checker_.wrong(item, "\"all\" inside a list", authorities_allowed(),
                         "write \"all\" instead of the list");
        else
          read_authority_item(item, out.codes);
      }
    } else {
      read_authority_item(at, out.codes);
    }
    if (checker_.diagnostics.size() > before) return std::nullopt;
    out.put_in_order();
    return out;
  }

  // As read_selection, but at least one.
  std::optional<Selection> read_some(const Cursor& at) {
    auto out = read_selection(at);
    if (out && !out->all && out->codes.empty()) {
      checker_.wrong(at, "no authority", "\"all\" or at least one authority");
      return std::nullopt;
    }
    return out;
  }

  // What the option of the command line names: as in a scenario, a region by its name alone. Nothing where it
  // is not given, or (kept for later) wrong.
  std::optional<Selection> read_option(std::string_view option, const std::vector<std::string>& words) {
    if (words.empty() || identities_.empty()) return std::nullopt;
    Selection out;
    out.all = false;
    const std::size_t before = wrong_options_.size();
    for (const auto& word : words) {
      if (lower_case(word) == "all" && words.size() == 1) return Selection{};
      const std::size_t found = out.codes.size();
      for (const int code : live_codes())
        if (lower_case(identity(code).region) == lower_case(word)) out.codes.push_back(code);
      if (out.codes.size() > found) continue;
      const auto [code, why] = resolve_authority(without_invisible(word));
      if (code)
        out.codes.push_back(*code);
      else
        wrong_options_.push_back(fmt::format("{}: {}; allowed: {}, the name of a region, or all{}{}", option,
                                             why.found, authorities_allowed(), why.hint.empty() ? "" : "; ",
                                             why.hint));
    }
    if (wrong_options_.size() > before) return std::nullopt;
    out.put_in_order();
    return out;
  }

  // Who is simulated, who the scenario's own files say is, and who may adopt.
  void read_authorities(const Cursor& root) {
    Scenario& s = out_.scenario;
    std::string origin = "default";
    Selection chosen;
    const auto key = Checker::child(root, "authorities");
    if (key) {
      origin = key->node->at.text();
      selection_file_ = *key->node->at.file;
      chosen = read_some(*key).value_or(Selection{});
    }
    if (identities_.empty()) return;
    own_authorities_ = chosen.all ? live_codes() : chosen.codes;
    if (own_authorities_.empty())
      checker_.wrong(root, fmt::format("no authority live at {} in the tables", s.origin.text()),
                     "tables with authorities live at the origin");
    s.authorities = own_authorities_;
    if (const auto option = read_option("--authorities", overrides_.authorities)) {
      s.authorities = option->all ? live_codes() : option->codes;
      origin = "--authorities";
    }
    record("/authorities", Json(s.authorities), "", origin);
    read_also_adopt(root);
    s.place = place_name(identities_, s.authorities, s.origin.year);
    out_.is_part = s.authorities != own_authorities_;
    name_place(root, key);
    replace("/title", Json(s.title));
    replace("/question", Json(s.question));
  }

  // Restricting who is simulated restricts who adopts, unless the scenario or the command line says that
  // others adopt too.
  void read_also_adopt(const Cursor& root) {
    const Scenario& s = out_.scenario;
    std::string origin = "default";
    Selection others;
    others.all = false;
    if (const auto at = Checker::child(root, "also_adopt")) {
      origin = at->node->at.text();
      others = read_selection(*at).value_or(others);
    }
    if (const auto option = read_option("--also-adopt", overrides_.also_adopt)) {
      others = *option;
      origin = "--also-adopt";
    }
    if (others.all) others.codes = live_codes();
    others.codes.insert(others.codes.end(), s.authorities.begin(), s.authorities.end());
    others.put_in_order();
    may_adopt_ = std::move(others.codes);
    if (origin != "default") record("/also_adopt", Json(others_than_simulated(may_adopt_)), "", origin);
  }

  std::vector<int> others_than_simulated(const std::vector<int>& codes) const {
    std::vector<int> out;
    const auto& simulated = out_.scenario.authorities;
    std::set_difference(codes.begin(), codes.end(), simulated.begin(), simulated.end(),
                        std::back_inserter(out));
    return out;
  }

  // Those of the selection that are among `possible`: an empty list is nobody.
  static std::vector<int> within(const Selection& selection, const std::vector<int>& possible) {
    if (selection.all) return possible;
    std::vector<int> out;
    std::set_intersection(selection.codes.begin(), selection.codes.end(), possible.begin(), possible.end(),
                          std::back_inserter(out));
    return out;
  }

  // In a title or question {place} stands for the name of what is simulated. A title without it that was
  // written for other authorities than these has the name put before it, and so has a name that stands for a
  // title.
  void name_place(const Cursor& root, const std::optional<Cursor>& selection) {
    Scenario& s = out_.scenario;
    constexpr std::string_view kPlace = "{place}";
    const auto filled = [&](std::string& text) {
      bool any = false;
      for (auto at = text.find(kPlace); at != std::string::npos;
           at = text.find(kPlace, at + s.place.size())) {
        text.replace(at, kPlace.size(), s.place);
        any = true;
      }
      return any;
    };
    filled(s.question);
    if (filled(s.title)) return;
    const auto title = Checker::child(root, "title");
    const bool chosen_above = title && selection && depth(*selection) < depth(*title);
    const bool only_a_name = !title && s.authorities != live_codes();
    if (out_.is_part || chosen_above || only_a_name) s.title = fmt::format("{}: {}", s.place, s.title);
  }

  // How many files are extended on the way to the one in which something stands.
  std::size_t depth(const Cursor& at) const {
    const auto found = std::find(chain_.begin(), chain_.end(), *at.node->at.file);
    return static_cast<std::size_t>(found - chain_.begin());
  }

  // Authorities named one by one in the file that chooses what is simulated must be simulated.
  // `may_be_elsewhere`: those of the key "also_adopt" will do.
  void require_simulated(const Cursor& at, const Selection& selection, bool may_be_elsewhere = false) {
    if (selection.all || *at.node->at.file != selection_file_) return;
    if (at.node->kind == Node::Kind::kObject) return;
    std::vector<int> missing;
    for (const int code : selection.codes)
      if (!std::binary_search(own_authorities_.begin(), own_authorities_.end(), code) &&
          !(may_be_elsewhere && std::binary_search(may_adopt_.begin(), may_adopt_.end(), code)))
        missing.push_back(code);
    if (missing.empty()) return;
    checker_.wrong(at, fmt::format("{}, not simulated in this scenario", labels(missing)),
                   "authorities among those of the key \"authorities\"",
                   may_be_elsewhere ? "simulate them too, name them in \"also_adopt\", or leave them out here"
                                    : "simulate them too, or leave them out here");
  }

  // ---- Calibration ----

  // calibration.json if it is of the scenario's origin, else that of the year; nothing where the tables come
  // without any, or (reported) without one for this origin.
  fs::path default_calibration(const Cursor& root) {
    const fs::path& data = out_.scenario.data_directory;
    const fs::path main = data / "calibration.json";
    const fs::path folder = data / "calibrations";
    if (data.empty()) return {};
    std::vector<std::string> known;
    if (file_exists(main)) {
      std::vector<Diagnostic> ignored;  // said again when the file is read
      const auto document = parse_document(read_text(main), main.generic_string(), ignored);
      const auto* origin = document ? document->find("origin") : nullptr;
      if (origin == nullptr || origin->value.text == out_.scenario.origin.iso()) return main;
      known.push_back(origin->value.text);
    }
    const fs::path of_year = folder / fmt::format("{}.json", out_.scenario.origin.year);
    if (file_exists(of_year)) return of_year;
    std::error_code error;
    for (fs::directory_iterator file(folder, error), end; !error && file != end; file.increment(error))
      if (file->path().extension() == ".json") known.push_back(file->path().stem().string() + "-03-31");
    if (known.empty()) return {};
    std::sort(known.begin(), known.end());
    checker_.wrong(
        Checker::child(root, "origin").value_or(root),
        fmt::format("the origin {}, for which there is no calibration", out_.scenario.origin.iso()),
        fmt::format("origins with a calibration: {}", fmt::join(known, ", ")),
        "set \"calibration\": \"none\" to use the registry's values, or give a calibration file");
    return {};
  }

  void load_calibration(const Cursor& root) {
    const auto at = overrides_.calibration ? std::nullopt : Checker::child(root, "calibration");
    fs::path file;
    if (at) {
      const auto value = checker_.text(*at, "the path of a calibration file, or \"none\"");
      if (!value) return;
      record("/calibration", Json(*value), "", at->node->at.text());
      if (*value == "none") return;
      file = beside(*at->node, *value);
      if (!file_exists(file)) {
        checker_.wrong(
            *at, fmt::format("{}; there is no file {}", at->node->described(), file.generic_string()),
            "the path of a calibration file, relative to this one, or \"none\"", nearest_file(file));
        return;
      }
    } else {
      file = overrides_.calibration ? *overrides_.calibration : default_calibration(root);
      if (file.empty()) return;
      record("/calibration", Json(file.generic_string()), "", "default");
    }
    const auto document = read_document(file);
    if (!document) return;
    read_calibration(*document, {identities_, [&](const std::string& text) { return near_authority(text); }},
                     out_.scenario, base_, propensity_values_, checker_);
  }

  // What the scenario sets itself wins over the calibration and its draws.
  void read_shared_parameters(const Cursor& root) {
    std::vector<OwnParameter> own;
    out_.scenario.reference = base_.values;
    if (const auto at = Checker::child(root, "parameters")) read_shared(*at, own, checker_);
    if (checker_.diagnostics.empty()) read_set();
    const ParameterDraws& draws = out_.scenario.draws;
    if (draws.values.empty()) return;
    record("/draws/number", Json(draws.values.size()), "draws", "calibration");
    record("/draws/parameters", drawn_names(), "", "calibration");
  }

  // A factor must leave every draw within the bounds.
  void check_factor(const Cursor& parameters, const OwnParameter& set, Checker& checker) {
    const ParameterDraws& draws = out_.scenario.draws;
    const auto column = std::ranges::find(draws.parameters, set.parameter);
    if (set.draws != OwnParameter::Draws::kTimes || column == draws.parameters.end()) return;
    const ParameterInfo& about = info(set.parameter);
    for (const auto& draw : draws.values) {
      const double drawn = draw[static_cast<std::size_t>(column - draws.parameters.begin())];
      const double value = set.in_draw(drawn);
      if (value >= about.lower && value <= about.upper) continue;
      checker.wrong(*Checker::child(parameters, about.name),
                    fmt::format("{} times {}, a draw of the calibration, which is {}",
                                number_text(set.factor), number_text(drawn), number_text(value)),
                    bounds_text({about.lower, about.upper}, about.unit),
                    "a plain number moves every draw within the bounds");
      return;
    }
  }

  // What a part of the scenario sets for all arms, in the draws too.
  void read_shared(const Cursor& parameters, std::vector<OwnParameter>& own, Checker& checker) {
    read_parameters(parameters, base_, checker, own);
    if (!checker.diagnostics.empty()) return;  // with mistakes, draws may have gaps
    check_together(parameters, base_.values, checker);
    for (const OwnParameter& set : own) check_factor(parameters, set, checker);
    set_in_draws(out_.scenario.draws, own);
  }

  // Parameters that the command line sets, as if they stood in the scenario.
  void read_set() {
    constexpr std::string_view kOption = "--set";
    const Place place{std::make_shared<const std::string>(kOption), 0, 0};
    Node given;
    given.kind = Node::Kind::kObject;
    given.at = place;
    for (const auto& text : overrides_.set) {
      const auto sign = std::min(text.find('='), text.size());
      const std::string name = text.substr(0, sign);
      if (name.empty() || sign == text.size()) {
        wrong_options_.push_back(fmt::format("{}: found {}; allowed: NAME=VALUE, such as {}=false", kOption,
                                             in_quotes(text), parameter_registry().front().name));
        continue;
      }
      if (given.find(name) != nullptr)
        wrong_options_.push_back(
            fmt::format("{} {}: given twice; allowed: each parameter once", kOption, name));
      std::vector<Diagnostic> ignored;
      Node value = parse_document(text.substr(sign + 1), std::string(kOption), ignored).value_or(Node{});
      if (value.kind == Node::Kind::kNull) {
        value.kind = Node::Kind::kString;
        value.text = text.substr(sign + 1);
      }
      value.at = place;
      given.members.push_back({name, place, std::move(value)});
    }
    if (given.members.empty()) return;
    Checker of_option;
    read_shared({&given, "/parameters"}, set_, of_option);
    for (const auto& mistake : of_option.diagnostics)
      wrong_options_.push_back(fmt::format(
          "{} {}: found {}; allowed: {}{}{}", kOption,
          mistake.pointer.substr(std::min(mistake.pointer.size(), std::string_view("/parameters/").size())),
          mistake.found, mistake.allowed, mistake.hint.empty() ? "" : "; ", mistake.hint));
    checker_.warnings.insert(checker_.warnings.end(), of_option.warnings.begin(), of_option.warnings.end());
    for (const OwnParameter& set : set_) base_.origins[static_cast<std::size_t>(set.parameter)] = kOption;
  }

  // An arm's own value is nearer to what happens than the command line's for all.
  void warn_of_own(const Cursor& parameters, const Arm& arm) {
    for (const OwnParameter& own : arm.own_parameters)
      if (std::ranges::find(set_, own.parameter, &OwnParameter::parameter) != set_.end())
        checker_.warn(*Checker::child(parameters, info(own.parameter).name),
                      fmt::format("the arm {} sets {} itself", arm.name, info(own.parameter).name), "",
                      "--set changes the other arms alone");
  }

  Json drawn_names() const {
    Json out = Json::array();
    for (const Parameter parameter : out_.scenario.draws.parameters) out.push_back(info(parameter).name);
    return out;
  }

  void read_uncertainty(const Cursor& at) {
    if (!checker_.object(at, kUncertaintyKeys, "\"uncertainty\"")) return;
    for (const auto& source : kUncertaintySourceTable)
      if (const auto value = Checker::child(at, source.name))
        out_.scenario.uncertainty[index(source.id)] = checker_.truth(*value).value_or(true);
  }

  // ---- Arms ----

  std::optional<int> month_from_origin(const Cursor& object, std::string_view key) {
    const auto at = Checker::child(object, key);
    if (!at) return std::nullopt;
    const auto month = checker_.month(*at);
    if (!month) return std::nullopt;
    return month->months_since(out_.scenario.origin) - 1;  // the first month after the origin is month 0
  }

  std::string month_name(int month) const {
    return out_.scenario.origin.plus_months(month + 1).iso().substr(0, 7);
  }

  void check_start(const Cursor& object, int start) {
    if (start >= out_.scenario.horizon_months)
      checker_.wrong(
          *Checker::child(object, "start"),
          fmt::format("the start {}, after the simulation ends", month_name(start)),
          fmt::format("months to {}, the last simulated", month_name(out_.scenario.horizon_months - 1)),
          "start earlier or raise \"horizon_months\"");
  }

  void check_not_before_origin(const Cursor& object, int start) {
    if (start < 0)
      checker_.wrong(*Checker::child(object, "start"),
                     fmt::format("the start {}, before the origin", month_name(start)),
                     fmt::format("months from {}", month_name(0)),
                     "what happened before the origin is already in the observed state");
  }

  static std::array<std::string_view, kShockKinds> shock_names() {
    std::array<std::string_view, kShockKinds> out;
    for (std::size_t i = 0; i < kShockKinds; ++i) out[i] = kShockTable[i].name;
    return out;
  }

  // A kind that changes a rate has a "ratio", one that is an event may have a "strength".
  void read_shock_size(const Cursor& at, Shock& shock) {
    const ShockInfo& kind = kShockTable[static_cast<std::size_t>(shock.kind)];
    const auto ratio = Checker::child(at, "ratio");
    const auto strength = Checker::child(at, "strength");
    if (const auto& other = kind.is_ratio ? strength : ratio)
      checker_.wrong(*other,
                     fmt::format("\"{}\" with the kind {}", kind.is_ratio ? "strength" : "ratio", kind.name),
                     kind.is_ratio ? "\"ratio\"" : "\"strength\"; absent: 1, the event as estimated",
                     kind.is_ratio ? fmt::format("it multiplies {}", kind.meaning)
                                   : fmt::format("the event: {}", kind.meaning));
    else if (kind.is_ratio && !ratio)
      checker_.wrong(at, fmt::format("the kind {} without the key \"ratio\"", kind.name),
                     bounds_text(kShockRatio, "ratio"), fmt::format("it multiplies {}", kind.meaning));
    if (kind.is_ratio && ratio) {
      shock.size = checker_.number(*ratio, kShockRatio, "ratio").value_or(1.0);
      warn_of_ratio(*ratio, "ratio", shock.size, kUsualShockRatio, kind.meaning, checker_);
    }
    if (!kind.is_ratio && strength) {
      shock.size = checker_.number(*strength, kShockStrength, "strength").value_or(1.0);
      warn_of_scale(
          *strength, "strength", shock.size, kUsualShockStrength, "1: as estimated",
          fmt::format("{}, {} times as strong as estimated", kind.meaning, short_number(shock.size)),
          checker_);
    }
  }

  // Those that happen to anybody simulated.
  std::vector<Shock> read_shocks(const Cursor& at) {
    std::vector<Shock> out;
    if (!checker_.list(at, "shocks")) return out;
    for (const auto& item : Checker::items(at)) {
      if (!checker_.object(item, kShockKeys, "a shock")) continue;
      Shock shock;
      bool known = false;
      if (const auto kind = Checker::child(item, "kind"))
        if (const auto chosen = checker_.choice(*kind, shock_names())) {
          shock.kind = static_cast<ShockKind>(*chosen);
          known = true;
        }
      const auto start = month_from_origin(item, "start");
      const auto end = Checker::child(item, "end") ? month_from_origin(item, "end") : start;
      if (start) {
        shock.start_month = *start;
        check_start(item, *start);
        check_not_before_origin(item, *start);
      }
      if (end) shock.end_month = *end + 1;
      if (start && end && *end < *start)
        checker_.wrong(*Checker::child(item, "end"),
                       fmt::format("the end {}, before the start {}", month_name(*end), month_name(*start)),
                       fmt::format("a month from {}", month_name(*start)), "swap the two?");
      if (known) read_shock_size(item, shock);
      if (const auto who = Checker::child(item, "authorities"))
        if (const auto chosen = read_some(*who)) {
          require_simulated(*who, *chosen);
          if (!chosen->all) shock.authorities = within(*chosen, out_.scenario.authorities);
          if (!chosen->all && shock.authorities.empty()) continue;
        }
      record(item.pointer, shock_json(shock), "", item.node->at.text());
      out.push_back(std::move(shock));
    }
    return out;
  }

  PeerNetwork read_peer_learning(const Cursor& at) {
    PeerNetwork out;
    if (!checker_.object(at, kPeerLearningKeys, "\"peer_learning\"")) return out;
    if (const auto members = Checker::child(at, "members")) {
      if (const auto chosen = read_selection(*members)) {
        require_simulated(*members, *chosen);
        if (!chosen->all && chosen->codes.size() == 1)
          checker_.wrong(*members, fmt::format("a network of one, {}", labels(chosen->codes)),
                         "two or more authorities, or an empty list for no peer learning");
        out.members = within(*chosen, out_.scenario.authorities);
      }
    }
    if (const auto start = month_from_origin(at, "start")) {
      out.start_month = *start;
      check_start(at, *start);
      check_not_before_origin(at, *start);
    }
    if (const auto every = Checker::child(at, "every_months"))
      out.every_months =
          static_cast<int>(checker_.whole_number(*every, kEveryMonths, "months").value_or(out.every_months));
    if (const auto channels = Checker::child(at, "channels");
        channels && checker_.list(*channels, "channels")) {
      static constexpr std::array<std::string_view, 2> kChannels = {"leadership", "practice"};
      out.leadership = out.practice = false;
      for (const auto& item : Checker::items(*channels))
        if (const auto channel = checker_.choice(item, kChannels))
          (*channel == 0 ? out.leadership : out.practice) = true;
      if (channels->node->items.empty())
        checker_.wrong(*channels, "no channel", "\"leadership\", \"practice\" or both",
                       "for no peer learning write an empty list of members");
    }
    return out;
  }

  // Which components of a model an adoption takes up.
  std::vector<std::size_t> read_components(const Cursor& at, const ServiceModel& model) {
    const std::size_t before = checker_.diagnostics.size();
    std::vector<std::string> names;
    for (const auto& component : model.components) names.push_back(component.name);
    const auto optional = [&](std::size_t i) { return model.components[i].optional; };
    const auto chosen = [&](std::string_view key, auto&& allowed, std::string_view what) {
      std::set<std::size_t> out;
      const auto list = Checker::child(at, key);
      if (!list || !checker_.list(*list, "names of components")) return out;
      std::vector<std::string> possible;
      for (std::size_t i = 0; i < names.size(); ++i)
        if (allowed(i)) possible.push_back(names[i]);
      for (const auto& item : Checker::items(*list)) {
        const auto name = checker_.text(item, "the name of a component");
        if (!name) continue;
        const auto found = std::find(names.begin(), names.end(), *name);
        const auto i = static_cast<std::size_t>(found - names.begin());
        if (found != names.end() && allowed(i))
          out.insert(i);
        else
          checker_.wrong(item,
                         fmt::format("the component {}, which {}", in_quotes(*name),
                                     found == names.end() ? fmt::format("{} does not have", model.name)
                                     : optional(i)        ? "is optional: it is left out anyway"
                                                          : "is not optional: it is adopted anyway"),
                         possible.empty() ? fmt::format("nothing: {} has no {}", model.name, what)
                                          : fmt::format("{}: {}", what, fmt::join(possible, ", ")),
                         did_you_mean(nearest_names(*name, possible)));
      }
      return out;
    };
    const auto any = [](std::size_t) { return true; };
    const auto usual = [&](std::size_t i) { return !model.components[i].optional; };
    const auto only = chosen("only", any, "components");
    const auto with = chosen("with", optional, "optional components");
    const auto without = chosen("without", usual, "components that are not optional");
    if (const auto list = Checker::child(at, "only"))
      for (const char* other : {"with", "without"})
        if (const auto second = Checker::child(at, other))
          checker_.wrong(*second, fmt::format("\"{}\" beside \"only\"", other), "one or the other",
                         "\"only\" names all components that are adopted");
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < names.size(); ++i)
      if (Checker::child(at, "only") ? only.contains(i)
                                     : (optional(i) ? with.contains(i) : !without.contains(i)))
        out.push_back(i);
    if (out.empty() && !names.empty() && checker_.diagnostics.size() == before)
      checker_.wrong(at, fmt::format("an adoption of {} without any of its components", model.name),
                     fmt::format("at least one of {}", fmt::join(names, ", ")),
                     "leave the adoption out if nothing is adopted");
    return out;
  }

  struct Taken {
    Selection who;
    const ServiceModel* model;
    std::vector<std::size_t> components;
    Place at;
  };

  // An authority takes up a model once, and a component once, whichever model brings it.
  void check_overlap(const Cursor& item, const ServiceModel& model, const Adoption& adoption,
                     const Selection& who, const Taken& earlier) {
    if (!earlier.who.overlaps(who)) return;
    std::vector<int> both;
    for (const int code : out_.scenario.authorities)
      if (earlier.who.contains(code) && who.contains(code)) both.push_back(code);
    if (both.empty()) return;
    const auto where = Checker::child(item, "authorities").value_or(item);
    if (earlier.model == &model) {
      checker_.wrong(where,
                     fmt::format("{} in {}, already adopted there on line {}", model.name, labels(both),
                                 earlier.at.line),
                     "each service model once for an authority in an arm",
                     "leave these authorities out of one of the two");
      return;
    }
    for (const std::size_t mine : adoption.components)
      for (const std::size_t other : earlier.components)
        if (model.components[mine].name == earlier.model->components[other].name)
          checker_.wrong(where,
                         fmt::format("the component {} of {} in {}, already adopted there with {} on line {}",
                                     model.components[mine].name, model.name, labels(both),
                                     earlier.model->name, earlier.at.line),
                         "each component once for an authority in an arm",
                         fmt::format("leave it out of one of the two, as with \"without\": [\"{}\"]",
                                     model.components[mine].name));
  }

  // Nor does an arm take up, with another model, a component that an authority practised before the origin.
  void check_history(const Cursor& item, const ServiceModel& model, const Adoption& adoption,
                     const Selection& who) {
    const std::vector<int>& running = out_.scenario.authorities;
    std::map<std::pair<std::string, std::string>, std::set<int>> both;  // by component and earlier model
    for (const auto& [name, before] : history_) {
      const int code = before.authorities.front();
      if (name == model.name || !who.contains(code) ||
          std::find(running.begin(), running.end(), code) == running.end())
        continue;
      const auto& earlier = models_.at(name).model.components;
      for (const std::size_t mine : adoption.components)
        for (const std::size_t other : before.components)
          if (model.components[mine].name == earlier[other].name)
            both[{model.components[mine].name, name}].insert(code);
    }
    for (const auto& [what, codes] : both)
      checker_.wrong(Checker::child(item, "authorities").value_or(item),
                     fmt::format("the component {} of {} in {}, already practised there with {} before the "
                                 "origin (adoption.csv of the tables)",
                                 what.first, model.name, labels({codes.begin(), codes.end()}), what.second),
                     "each component once for an authority in an arm",
                     fmt::format("leave it out, as with \"without\": [\"{}\"], or leave out {}", what.first,
                                 codes.size() == 1 ? "the authority" : "these authorities"));
  }

  // A list of adoptions, or the path of a table with a row for each.
  void read_adoption(const Cursor& at, ArmDraft& draft) {
    if (at.node->kind != Node::Kind::kString) return read_adoptions(at, draft);
    const fs::path file = beside(*at.node, at.node->text);
    if (!file_exists(file)) {
      checker_.wrong(at, fmt::format("{}; there is no file {}", at.node->described(), file.generic_string()),
                     "a list of adoptions, or the path of a table of them, relative to this file");
      return;
    }
    try {
      const CsvTable rows(file, CsvRows::kShort);
      const std::string allowed = "a table (CSV) with the keys of an adoption as its header";
      if (rows.rows() == 0)
        return checker_.wrong(at, fmt::format("{}, without any row", path_text(file)), allowed,
                              "write a row for each adoption");
      const Node table = table_document(rows, {"authorities", "only", "with", "without"});
      out_.files.push_back(file);
      const std::size_t before = checker_.diagnostics.size();
      read_adoptions({&table, at.pointer}, draft);
      if (checker_.diagnostics.size() == before && *at.node->at.file == selection_file_ &&
          !draft.concerns_own)
        checker_.wrong(at, fmt::format("{}, none of whose authorities is simulated", file.generic_string()),
                       "a table with at least one of those of the key \"authorities\"",
                       "simulate them, or take another table");
    } catch (const DataError& error) {
      checker_.wrong(at, error.what(), "a table (CSV) with the keys of an adoption as its header",
                     "write a row for each adoption, or a list in this file");
    }
  }

  void read_adoptions(const Cursor& at, ArmDraft& draft) {
    if (!checker_.list(at, "adoptions")) return;
    std::vector<Taken> taken;
    for (const auto& item : Checker::items(at)) {
      if (!checker_.object(item, kAdoptionKeys, "an adoption")) continue;
      Adoption adoption;
      std::string model;
      if (const auto value = Checker::child(item, "service_model")) model = read_model_name(*value);
      const auto start = month_from_origin(item, "start");
      const auto grant_end = month_from_origin(item, "grant_end");
      if (start) {
        adoption.start_month = *start;
        check_start(item, *start);
        if (*start < 0)
          checker_.wrong(*Checker::child(item, "start"),
                         fmt::format("the start {}, before the origin", month_name(*start)),
                         fmt::format("months from {}", month_name(0)),
                         fmt::format("what authorities adopted before goes on by itself (adoption.csv of the "
                                     "tables lists it); start in {} to say how it is paid for from then on",
                                     month_name(0)));
      }
      if (const auto agreed = month_from_origin(item, "partners_agree"))
        adoption.partners_agree_month = std::max(*agreed, 0);
      if (grant_end) adoption.grant_end_month = *grant_end + 1;
      if (start && grant_end && *grant_end < *start)
        checker_.wrong(*Checker::child(item, "grant_end"),
                       fmt::format("the end of the grant {}, before the model starts in {}",
                                   month_name(*grant_end), month_name(*start)),
                       fmt::format("a month from {}", month_name(*start)), "swap the two?");
      std::optional<Selection> who = Selection{};
      const auto authorities = Checker::child(item, "authorities");
      if (authorities) {
        who = read_some(*authorities);
        if (who) require_simulated(*authorities, *who, true);
      }
      const auto known = models_.find(model);
      if (known != models_.end()) adoption.components = read_components(item, known->second.model);
      if (who && known != models_.end()) {
        for (const auto& earlier : taken) check_overlap(item, known->second.model, adoption, *who, earlier);
        check_history(item, known->second.model, adoption, *who);
        taken.push_back({*who, &known->second.model, adoption.components, item.node->at});
      }
      if (who) {
        adoption.authorities = within(*who, may_adopt_);
        draft.concerns_own |= !within(*who, own_authorities_).empty() || !adoption.authorities.empty();
        if (adoption.authorities.empty()) continue;
        if (adoption.authorities == live_codes()) adoption.authorities.clear();  // all
      }
      draft.places.push_back(item.node->at);
      draft.service_models.push_back(std::move(model));
      draft.arm.adoption.push_back(std::move(adoption));
    }
  }

  std::string read_model_name(const Cursor& at) {
    std::vector<std::string> names;
    for (const auto& [name, model] : models_) names.push_back(name);
    const std::string allowed =
        names.empty() ? "the name of a service model" : fmt::format("one of {}", fmt::join(names, ", "));
    const auto value = checker_.text(at, allowed);
    if (!value) return "";
    if (models_.contains(*value)) return *value;
    // A model whose file has mistakes is already reported, and may be the one meant.
    if (every_model_read_)
      checker_.wrong(at, fmt::format("the unknown service model {}", in_quotes(*value)), allowed,
                     did_you_mean(nearest_names(*value, names)));
    return *value;
  }

  void read_arms(const Cursor& root, const std::vector<Shock>& shocks, const PeerNetwork& network) {
    const auto arms = Checker::child(root, "arms");
    std::vector<std::string> names;
    if (arms && checker_.open_object(*arms, "arms by name")) {
      if (arms->node->members.empty()) checker_.wrong(*arms, "no arm", "at least one arm");
      for (const auto& member : arms->node->members) {
        names.push_back(member.key);
        if (!is_identifier(member.key))
          checker_.wrong_key(*arms, member, fmt::format("the arm name {}", in_quotes(member.key)),
                             "a name of lower-case letters, digits and _, starting with a letter",
                             "put the words for people in \"title\"");
        read_arm({&member.value, pointer_to(arms->pointer, member.key)}, member.key, shocks, network);
      }
    }
    const auto baseline = Checker::child(root, "baseline");
    if (!baseline) return;
    const auto value = checker_.text(*baseline, "the name of an arm");
    if (!value || names.empty()) return;
    const auto found = std::find(names.begin(), names.end(), *value);
    if (found == names.end())
      checker_.wrong(*baseline, fmt::format("the unknown arm {}", in_quotes(*value)),
                     fmt::format("one of {}", fmt::join(names, ", ")),
                     did_you_mean(nearest_names(*value, names)));
    else
      out_.scenario.baseline = static_cast<std::size_t>(found - names.begin());
    record("/baseline", Json(*value), "", baseline->node->at.text());
  }

  void read_arm(const Cursor& at, const std::string& name, const std::vector<Shock>& shocks,
                const PeerNetwork& network) {
    ArmDraft draft;
    Arm& arm = draft.arm;
    arm.name = arm.title = name;
    arm.shocks = shocks;
    arm.peer_learning = network;
    ParameterLayer layer = base_;
    if (checker_.object(at, kArmKeys, "an arm")) {
      if (const auto value = Checker::child(at, "title")) arm.title = checker_.text(*value).value_or("");
      if (const auto value = Checker::child(at, "description"))
        arm.description = checker_.text(*value).value_or("");
      const auto effects = Checker::child(at, "effects");
      if (effects)
        arm.effects = static_cast<EffectsMode>(
            checker_.choice(*effects, kEffectsModeNames).value_or(static_cast<std::size_t>(arm.effects)));
      record(at.pointer + "/effects", Json(kEffectsModeNames[static_cast<std::size_t>(arm.effects)]), "",
             effects ? effects->node->at.text() : "default");
      if (const auto value = Checker::child(at, "adoption")) {
        const std::size_t before = checker_.diagnostics.size();
        read_adoption(*value, draft);
        record_adoption(*value, draft);
        const bool any = value->node->kind == Node::Kind::kString || !value->node->items.empty();
        if (any && arm.adoption.empty() && checker_.diagnostics.size() == before)
          checker_.warn(*value,
                        fmt::format("no authority that is simulated adopts anything in the arm {}", name), "",
                        fmt::format("in {} the arm differs from the baseline by nothing that is adopted",
                                    out_.scenario.place));
      }
      if (const auto value = Checker::child(at, "parameters")) {
        read_parameters(*value, layer, checker_, arm.own_parameters);
        warn_of_own(*value, arm);
        for (const OwnParameter& set : arm.own_parameters)
          if (info(set.parameter).name.starts_with("population."))
            checker_.wrong(*Checker::child(*value, info(set.parameter).name),
                           "a parameter of the population in one arm", "parameters other than population.*",
                           "all arms have the same families: set it for the whole scenario, under "
                           "\"parameters\" next to \"arms\"");
        if (checker_.diagnostics.empty()) {
          check_together(*value, layer.values, checker_);
          for (const OwnParameter& set : arm.own_parameters) check_factor(*value, set, checker_);
        }
      }
      if (const auto value = Checker::child(at, "shocks")) {
        const auto own = read_shocks(*value);
        arm.shocks.insert(arm.shocks.end(), own.begin(), own.end());
      }
      if (const auto value = Checker::child(at, "peer_learning")) {
        arm.peer_learning = read_peer_learning(*value);
        record(value->pointer, network_json(arm.peer_learning), "", value->node->at.text());
      }
    }
    arm.parameters = layer.values;
    for (const OwnParameter& set : arm.own_parameters)
      arm_parameters_.push_back({pointer_to(at.pointer + "/parameters", info(set.parameter).name), set,
                                 layer.origins[static_cast<std::size_t>(set.parameter)]});
    arms_.push_back(std::move(draft));
  }

  // ---- Targets ----

  std::vector<std::string> arm_names() const {
    std::vector<std::string> out;
    for (const auto& draft : arms_) out.push_back(draft.arm.name);
    return out;
  }

  // What a target looks at must be simulated, whichever file says so: part of it is not what was published.
  std::optional<std::vector<int>> read_target_authorities(const Cursor& at) {
    const auto chosen = read_some(at);
    if (!chosen) return std::nullopt;
    std::vector<int> missing;
    std::set_difference(chosen->codes.begin(), chosen->codes.end(), own_authorities_.begin(),
                        own_authorities_.end(), std::back_inserter(missing));
    if (missing.empty()) return chosen->codes;
    checker_.wrong(at, fmt::format("{}, not simulated in this scenario", labels(missing)),
                   "authorities among those of the key \"authorities\"",
                   "simulate them too, or give this scenario its own \"targets\"");
    return std::nullopt;
  }

  void read_targets_of(const Cursor& at) {
    Scenario& s = out_.scenario;
    s.targets = read_targets(at,
                             {s.origin, s.horizon_months, arm_names(), evidence_,
                              [this](const Cursor& who) { return read_target_authorities(who); }},
                             checker_);
    if (!checker_.diagnostics.empty()) return;  // what was read has gaps, and nothing is resolved
    const auto items = Checker::items(at);
    for (std::size_t i = 0; i < items.size(); ++i)
      record(items[i].pointer, target_json(s.targets[i], s.origin, arm_names()), "",
             items[i].node->at.text());
  }

  // ---- The command line ----

  void check_overrides() const {
    std::vector<std::string> mistakes;
    const auto within = [&](std::string_view option, std::optional<int> value, Bounds bounds) {
      if (value && (*value < bounds.lower || *value > bounds.upper))
        mistakes.push_back(fmt::format("{} {}: allowed: {}", option, *value, bounds_text(bounds, "", true)));
    };
    within("--replicates", overrides_.replicates, kReplicates);
    within("--months", overrides_.months, kHorizonMonths);
    for (const auto& name : overrides_.without)
      if (!find_source(name)) mistakes.push_back(unknown_source(name));
    within("--origin", overrides_.origin_year, kOriginYears);
    if (!mistakes.empty()) throw UsageError(fmt::format("{}", fmt::join(mistakes, "\n")));
  }

  static std::optional<UncertaintySource> find_source(std::string_view name) {
    for (const auto& source : kUncertaintySourceTable)
      if (source.name == name) return source.id;
    return std::nullopt;
  }

  static std::string unknown_source(const std::string& name) {
    std::vector<std::string> names;
    for (const auto& source : kUncertaintySourceTable) names.emplace_back(source.name);
    const std::string hint = did_you_mean(nearest_names(name, names));
    return fmt::format("--without {}: allowed: {}{}{}", name, fmt::join(names, ", "),
                       hint.empty() ? "" : "; ", hint);
  }

  // Of a value that is recorded already.
  void replace(std::string_view pointer, const Json& value, std::optional<std::string_view> origin = {}) {
    const auto found = std::find_if(out_.values.begin(), out_.values.end(),
                                    [&](const ResolvedValue& row) { return row.pointer == pointer; });
    if (found == out_.values.end()) return;
    found->value = json_text(value);
    if (origin) found->origin = *origin;
  }

  void apply_overrides() {
    Scenario& s = out_.scenario;
    if (overrides_.seed) replace("/seed", Json(s.seed = *overrides_.seed), "--seed");
    if (overrides_.replicates)
      replace("/replicates", Json(s.replicates = *overrides_.replicates), "--replicates");
    if (overrides_.months)
      replace("/horizon_months", Json(s.horizon_months = *overrides_.months), "--months");
    if (overrides_.every) {
      s.output.every = *overrides_.every;
      s.output.replicates = OutputReplicates::kAll;
      replace("/output/every", Json(s.output.every_name()), "the command");
      replace("/output/replicates", Json(s.output.replicates_name()), "the command");
    }
    for (const auto& name : overrides_.without) {
      s.uncertainty.reset(index(*find_source(name)));
      replace(pointer_to("/uncertainty", name), Json(false), "--without");
    }
    if (!wrong_options_.empty() && checker_.diagnostics.empty())
      throw UsageError(fmt::format("{}", fmt::join(wrong_options_, "\n")));
  }

  // ---- The result ----

  void record(std::string pointer, const Json& value, std::string unit, std::string origin) {
    out_.values.push_back({std::move(pointer), json_text(value), std::move(unit), std::move(origin), "", ""});
  }

  void record_settings(const Cursor& root) {
    const Scenario& s = out_.scenario;
    const auto setting = [&](std::string_view key, const Json& value, std::string unit) {
      const auto at = Checker::child(root, key);
      record(pointer_to("", key), value, std::move(unit), at ? at->node->at.text() : "default");
    };
    setting("name", s.name, "");
    setting("title", s.title, "");
    setting("question", s.question, "");
    setting("origin", s.origin.iso(), "");
    setting("horizon_months", s.horizon_months, "months");
    setting("replicates", s.replicates, "");
    setting("seed", s.seed, "");
    setting("sampling_fraction", s.sampling_fraction, "share");
    const auto output = Checker::child(root, "output");
    const auto uncertainty = Checker::child(root, "uncertainty");
    for (const auto& source : kUncertaintySourceTable) {
      const auto own = uncertainty ? Checker::child(*uncertainty, source.name) : std::nullopt;
      record(pointer_to("/uncertainty", source.name), Json(bool{s.uncertainty[index(source.id)]}), "",
             own ? own->node->at.text() : "default");
    }
    const auto output_setting = [&](std::string_view key, Json value) {
      const auto at = output ? Checker::child(*output, key) : std::nullopt;
      record(pointer_to("/output", key), std::move(value), "", at ? at->node->at.text() : "default");
    };
    output_setting("compression", s.output.compression);
    output_setting("every", s.output.every_name());
    output_setting("replicates", s.output.replicates_name());
  }

  // Mistakes leave gaps in what was read; then nothing is resolved anyway.
  void record_adoption(const Cursor& list, const ArmDraft& draft) {
    if (draft.places.size() != draft.arm.adoption.size()) return;
    for (std::size_t i = 0; i < draft.places.size(); ++i)
      record(pointer_to(list.pointer, std::to_string(i)),
             adoption_json(draft.arm.adoption[i], draft.service_models[i]), "", draft.places[i].text());
  }

  static Json selection_json(const std::vector<int>& codes) {
    return codes.empty() ? Json("all") : Json(codes);
  }

  Json adoption_json(const Adoption& adoption, const std::string& model) const {
    Json out = {{"service_model", model},
                {"authorities", selection_json(adoption.authorities)},
                {"start", month_name(adoption.start_month)}};
    if (adoption.grant_end_month) out["grant_end"] = month_name(*adoption.grant_end_month - 1);
    if (adoption.partners_agree_month) out["partners_agree"] = month_name(*adoption.partners_agree_month);
    if (const auto found = models_.find(model); found != models_.end()) {
      auto& components = out["only"] = Json::array();
      for (const std::size_t i : adoption.components)
        components.push_back(found->second.model.components[i].name);
    }
    return out;
  }

  Json network_json(const PeerNetwork& network) const {
    Json out = {{"members", network.members}};
    if (network.members.empty()) return out;
    out["start"] = month_name(network.start_month);
    out["every_months"] = network.every_months;
    out["channels"] = Json::array();
    if (network.leadership) out["channels"].push_back("leadership");
    if (network.practice) out["channels"].push_back("practice");
    return out;
  }

  Json shock_json(const Shock& shock) const {
    const ShockInfo& kind = kShockTable[static_cast<std::size_t>(shock.kind)];
    return {{"kind", kind.name},
            {"start", month_name(shock.start_month)},
            {"end", month_name(shock.end_month - 1)},
            {kind.is_ratio ? "ratio" : "strength", shock.size},
            {"authorities", selection_json(shock.authorities)}};
  }

  // What authorities took up in a year before that of the origin, by service model. Models without a file are
  // not simulated.
  void read_history() {
    const Scenario& s = out_.scenario;
    const fs::path file = s.data_directory / "adoption.csv";
    if (!file_exists(file)) return;
    const CsvTable table(file);
    out_.files.push_back(file);
    for (std::size_t row = 0; row < table.rows(); ++row) {
      const int code = table.required_integer(row, "code");
      const int year = table.required_integer(row, "start_year");
      const std::string& name = table.text(row, "service_model");
      const auto model = models_.find(name);
      if (year >= s.origin.year || model == models_.end()) continue;
      Adoption adoption;
      adoption.start_month = (year - s.origin.year) * kMonthsPerYear;
      adoption.authorities = {code};
      const auto& components = model->second.model.components;
      for (std::size_t i = 0; i < components.size(); ++i)
        if (!components[i].optional) adoption.components.push_back(i);
      history_.emplace_back(name, std::move(adoption));
    }
  }

  void resolve() {
    Scenario& s = out_.scenario;
    std::map<std::string, std::size_t> positions;
    for (const auto& draft : arms_)
      for (const auto& name : draft.service_models) positions.emplace(name, 0);
    const auto simulated = [&](int code) {
      return std::binary_search(s.authorities.begin(), s.authorities.end(), code);
    };
    std::erase_if(history_, [&](const auto& row) { return !simulated(row.second.authorities.front()); });
    for (const auto& [name, adoption] : history_) positions.emplace(name, 0);
    for (auto& [name, position] : positions) {
      position = s.service_models.size();
      const auto& file = models_.at(name);
      s.service_models.push_back(file.model);
      out_.files.push_back(model_paths_.at(name));
      out_.values.insert(out_.values.end(), file.values.begin(), file.values.end());
    }
    for (const auto& [name, adoption] : history_) {
      s.history.push_back(adoption);
      s.history.back().service_model = positions.at(name);
      record(fmt::format("/history/{}/{}", adoption.authorities.front(), name), adoption_json(adoption, name),
             "", (s.data_directory / "adoption.csv").generic_string());
    }
    for (auto& draft : arms_) {
      for (std::size_t i = 0; i < draft.service_models.size(); ++i)
        draft.arm.adoption[i].service_model = positions.at(draft.service_models[i]);
      auto& members = draft.arm.peer_learning.members;
      if (members.size() == 1) members.clear();  // nobody to meet
      s.arms.push_back(draft.arm);
    }
    find_adopting_elsewhere();
    for (const auto& row : parameter_registry())
      out_.values.push_back({pointer_to("/parameters", row.name), number_text(base_.values[row.id]),
                             std::string(row.unit), base_.origins[static_cast<std::size_t>(row.id)],
                             std::string(row.source), std::string(name(row.certainty)),
                             drawn_text(nullptr, row.id), &row});
    for (const auto& row : arm_parameters_) {
      const auto& about = info(row.set.parameter);
      out_.values.push_back({row.pointer, number_text(row.set.value), std::string(about.unit), row.origin,
                             std::string(about.source), std::string(name(about.certainty)),
                             drawn_text(&row.set, row.set.parameter), &about});
    }
    out_.values.insert(out_.values.end(), propensity_values_.begin(), propensity_values_.end());
    s.resolved_json = json_text(resolved(), 2);
  }

  void find_adopting_elsewhere() {
    std::set<int> adopting;
    for (const auto& arm : out_.scenario.arms)
      for (const auto& adoption : arm.adoption) {
        const auto codes = adoption.authorities.empty() ? live_codes() : adoption.authorities;
        adopting.insert(codes.begin(), codes.end());
      }
    out_.scenario.adopting_elsewhere = others_than_simulated({adopting.begin(), adopting.end()});
  }

  Json resolved() const {
    const Scenario& s = out_.scenario;
    Json out = {{"format", "hearth resolved scenario"},
                {"version", 1},
                {"name", s.name},
                {"title", s.title},
                {"question", s.question},
                {"data", fs::absolute(s.data_directory)
                             .lexically_normal()
                             .lexically_proximate(fs::absolute(file_).lexically_normal().parent_path())
                             .generic_string()},
                {"origin", s.origin.iso()},
                {"horizon_months", s.horizon_months},
                {"replicates", s.replicates},
                {"seed", s.seed},
                {"sampling_fraction", s.sampling_fraction},
                {"authorities", s.authorities},
                {"adopting_elsewhere", s.adopting_elsewhere},
                {"baseline", s.arms[s.baseline].name},
                {"output",
                 {{"compression", s.output.compression},
                  {"every", s.output.every_name()},
                  {"replicates", s.output.replicates_name()}}}};
    const Coverage covered = coverage(s);
    for (const auto& source : kUncertaintySourceTable) {
      out["uncertainty"][std::string(source.name)] = bool{s.uncertainty[index(source.id)]};
      if (!covered.covers(source.id))
        out["not_in_intervals"][std::string(source.name)] = covered.left_out[index(source.id)];
    }
    auto& parameters = out["parameters"] = Json::object();
    for (const auto& row : parameter_registry()) parameters[std::string(row.name)] = base_.values[row.id];
    for (const OwnParameter& set : set_)
      out["set"][std::string(info(set.parameter).name)] = own_parameter_json(set);
    auto& models = out["service_models"] = Json::object();
    for (const auto& model : s.service_models) models[model.name] = model_json(model);
    auto& history = out["history"] = Json::array();
    for (const auto& adoption : s.history)
      history.push_back(adoption_json(adoption, s.service_models[adoption.service_model].name));
    auto& arms = out["arms"] = Json::object();
    for (const auto& arm : s.arms) {
      Json entry = {{"title", arm.title},
                    {"description", arm.description},
                    {"effects", kEffectsModeNames[static_cast<std::size_t>(arm.effects)]},
                    {"adoption", Json::array()},
                    {"parameters", Json::object()},  // those that the arm sets
                    {"shocks", Json::array()},
                    {"peer_learning", network_json(arm.peer_learning)}};
      for (const auto& adoption : arm.adoption)
        entry["adoption"].push_back(adoption_json(adoption, s.service_models[adoption.service_model].name));
      for (const OwnParameter& set : arm.own_parameters)
        entry["parameters"][std::string(info(set.parameter).name)] = own_parameter_json(set);
      for (const auto& shock : arm.shocks) entry["shocks"].push_back(shock_json(shock));
      arms[arm.name] = std::move(entry);
    }
    auto& targets = out["targets"] = Json::array();
    for (const auto& target : s.targets) targets.push_back(target_json(target, s.origin, arm_names()));
    const auto by_code = [](const std::map<int, PropensityVector>& rows) {
      Json table = Json::object();
      for (const auto& [code, values] : rows) {
        auto& entry = table[std::to_string(code)] = Json::object();
        for (std::size_t i = 0; i < kPropensities; ++i) entry[std::string(kPropensityNames[i])] = values[i];
      }
      return table;
    };
    out["propensities"] = by_code(s.propensities);
    out["deviations"] = by_code(s.deviations);
    out["response"] = s.response;
    out["recording_noise"] = s.recording_noise;
    for (const auto& [code, values] : s.state_covariance)
      out["state_covariance"][std::to_string(code)] = values;
    if (!s.draws.values.empty()) out["draws"] = {{"parameters", drawn_names()}, {"values", s.draws.values}};
    return out;
  }

  static Json own_parameter_json(const OwnParameter& set) {
    using enum OwnParameter::Draws;
    if (set.draws == kTimes) return {{"times", set.factor}};
    if (set.draws == kFixed) return {{"fixed", set.value}};
    return set.value;
  }

  // "draws: median 0.34, 5% to 95% 0.21 to 0.52": what replicates use. `set`: by the arm; null: shared.
  std::string drawn_text(const OwnParameter* set, Parameter parameter) const {
    const ParameterDraws& draws = out_.scenario.draws;
    const auto column = std::ranges::find(draws.parameters, parameter);
    if (!draws_parameters(out_.scenario) || column == draws.parameters.end()) return "";
    if (set != nullptr && set->draws == OwnParameter::Draws::kFixed) return "fixed in every replicate";
    std::vector<double> values;
    for (const auto& draw : draws.values) {
      const double drawn = draw[static_cast<std::size_t>(column - draws.parameters.begin())];
      values.push_back(set == nullptr ? drawn : set->in_draw(drawn));
    }
    return fmt::format("drawn: median {:.4g}, 5% to 95% {:.4g} to {:.4g}", quantile(values, 0.5),
                       quantile(values, 0.05), quantile(values, 0.95));
  }

  static Json model_json(const ServiceModel& model) {
    Json out = {{"title", model.title}, {"description", model.description}};
    if (!model.same_draws_as.empty()) out["same_draws_as"] = model.same_draws_as;
    out.update({{"training_months", model.training_months},
                {"months_to_embed", model.months_to_embed},
                {"components", Json::object()}});
    for (const auto& component : model.components) {
      Json entry = {{"title", component.title},
                    {"reach", component.reach},
                    {"setup_gbp_per_case", component.setup_gbp_per_case},
                    {"running_gbp_per_case", component.running_gbp_per_case},
                    {"cost_source", component.cost_source},
                    {"effects", Json::object()}};
      if (component.optional) entry["optional"] = true;
      if (component.months_to_embed) entry["months_to_embed"] = *component.months_to_embed;
      if (const auto& staffing = component.staffing)
        entry["staffing"] = {{"posts_per_100_cases", staffing->posts_per_100_cases},
                             {"gbp_per_post", staffing->gbp_per_post},
                             {"months_to_recruit", staffing->months_to_recruit},
                             {"source", staffing->source}};
      for (const auto& effect : component.effects) {
        const auto finding_json = [](const EvidenceFinding& finding) {
          return Json{{"ratio", finding.ratio},
                      {"low", finding.low},
                      {"high", finding.high},
                      {"grade", kEvidenceGradeNames[static_cast<std::size_t>(finding.grade)]},
                      {"source", finding.source}};
        };
        auto& shown =
            entry["effects"][std::string(kLeverTable[static_cast<std::size_t>(effect.lever)].name)] =
                finding_json(effect);
        for (const auto& finding : effect.besides) shown["besides"].push_back(finding_json(finding));
      }
      out["components"][component.name] = std::move(entry);
    }
    return out;
  }

  void stop_on_mistakes() {
    if (checker_.diagnostics.empty()) return;
    throw ScenarioError(in_order(std::move(checker_.diagnostics)));
  }

  static std::vector<Diagnostic> in_order(std::vector<Diagnostic> all) {
    // Keys and paths come from the user's text and may hold line breaks; a message is one line.
    for (auto& each : all)
      for (auto* part : {&each.file, &each.pointer, &each.found, &each.allowed, &each.hint}) {
        *part = printable(*part);
        std::replace_if(
            part->begin(), part->end(), [](char c) { return static_cast<unsigned char>(c) < 0x20U; }, '?');
      }
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
      return std::tie(a.file, a.line, a.column) < std::tie(b.file, b.line, b.column);
    });
    return all;
  }

  struct ArmParameter {
    std::string pointer;
    OwnParameter set;
    std::string origin;
  };

  fs::path file_;
  std::optional<std::string> text_;
  const ScenarioOverrides& overrides_;
  Checker checker_;
  LoadedScenario out_;
  std::vector<AuthorityIdentity> identities_;  // empty: the folder of tables was not found
  std::vector<std::string> chain_;             // the scenario's file, then those that it extends in turn
  std::string selection_file_;                 // the file with the key "authorities"
  std::vector<int> own_authorities_;           // that the scenario chooses, whatever the command line says
  std::vector<int> may_adopt_;                 // those simulated, and those of "also_adopt"
  std::vector<std::string> wrong_options_;     // of the command line
  std::vector<OwnParameter> set_;              // by the command line
  Evidence evidence_;
  std::map<std::string, ServiceModelFile> models_;
  std::map<std::string, fs::path> model_paths_;
  bool every_model_read_ = false;
  bool unreadable_ = false;                                // the scenario, or one that it extends
  ParameterLayer base_;                                    // registry, calibration, shared parameters
  std::vector<std::pair<std::string, Adoption>> history_;  // one authority each, by service model
  std::vector<ArmDraft> arms_;
  std::vector<ArmParameter> arm_parameters_;
  std::vector<ResolvedValue> propensity_values_;
};

}  // namespace

LoadedScenario load_scenario(const std::filesystem::path& file, const ScenarioOverrides& overrides) {
  return Loader(file, std::nullopt, overrides).load();
}

LoadedScenario load_scenario(const ScenarioText& scenario, const ScenarioOverrides& overrides) {
  return Loader(scenario.file, scenario.text, overrides).load();
}

}  // namespace hearth
