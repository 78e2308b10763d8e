#include "scenario/files/calibration_reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>

#include "core/matrices.hpp"
#include "core/nearest.hpp"

namespace hearth {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

class CalibrationReader {
 public:
  CalibrationReader(const KnownAuthorities& known, Scenario& scenario, CalibratedParameters& into,
                    Checker& checker)
      : known_(known),
        scenario_(scenario),
        parameters_(into.layer),
        values_(into.propensities),
        checker_(checker) {}

  void read(const Cursor& top) {
    if (!checker_.object(top, kCalibrationKeys, "a calibration file")) return;
    if (const auto format = Checker::child(top, "format")) {
      static constexpr std::array<std::string_view, 1> kFormats = {"hearth calibration"};
      checker_.choice(*format, kFormats);
    }
    if (const auto version = Checker::child(top, "version"))
      checker_.whole_number(*version, kCalibrationVersions);
    if (const auto origin = Checker::child(top, "origin")) {
      const auto value = checker_.text(*origin);
      if (value && *value != scenario_.origin.iso())
        checker_.wrong(*origin, fmt::format("a calibration to {}", in_quotes(*value)),
                       fmt::format("the scenario's origin, {}", scenario_.origin.iso()),
                       "calibrate at that origin, or set \"calibration\": \"none\" in the scenario");
    }
    if (const auto parameters = Checker::child(top, "parameters"))
      read_parameters(*parameters, parameters_, checker_);
    if (const auto propensities = Checker::child(top, "propensities"))
      read_propensities(*propensities, scenario_.propensities);
    if (const auto deviations = Checker::child(top, "deviations"))
      read_propensities(*deviations, scenario_.deviations);
    if (const auto response = Checker::child(top, "response")) read_response(*response);
    if (const auto noise = Checker::child(top, "recording_noise"))
      read_by_propensity(*noise, kRecordingNoise, "log-sd", scenario_.recording_noise);
    if (const auto covariance = Checker::child(top, "state_covariance")) read_state_covariance(*covariance);
    if (const auto draws = Checker::child(top, "draws")) read_draws(*draws);
  }

 private:
  void unknown_propensity(const Cursor& object, const Member& member, std::string allowed) {
    checker_.wrong_key(
        object, member, fmt::format("the unknown propensity {}", in_quotes(member.key)), std::move(allowed),
        did_you_mean(nearest_names(
            member.key, std::vector<std::string>(kPropensityNames.begin(), kPropensityNames.end()))));
  }

  // Numbers by name of the propensity; what is not named stays.
  Json read_by_propensity(const Cursor& object, Bounds bounds, std::string_view unit,
                          PropensityVector& into) {
    Json shown = Json::object();
    if (!checker_.open_object(object, "numbers by name of the propensity")) return shown;
    for (const auto& row : object.node->members) {
      const auto name = std::find(kPropensityNames.begin(), kPropensityNames.end(), row.key);
      if (name == kPropensityNames.end()) {
        unknown_propensity(object, row, fmt::format("{}", fmt::join(kPropensityNames, ", ")));
        continue;
      }
      const Cursor value{&row.value, pointer_to(object.pointer, row.key)};
      const double number = checker_.number(value, bounds, unit).value_or(0.0);
      into[static_cast<std::size_t>(name - kPropensityNames.begin())] = number;
      shown[row.key] = number;
    }
    return shown;
  }

  void read_propensities(const Cursor& at, std::map<int, PropensityVector>& into) {
    if (!checker_.open_object(at, "propensities by authority code")) return;
    for (const auto& member : at.node->members) {
      const Cursor object{&member.value, pointer_to(at.pointer, member.key)};
      const bool known = known_.identities.empty() ||
                         std::any_of(known_.identities.begin(), known_.identities.end(),
                                     [&](const auto& a) { return std::to_string(a.code) == member.key; });
      if (!known)
        checker_.wrong_key(at, member, fmt::format("the unknown authority {}", in_quotes(member.key)),
                           "codes of authorities.csv", known_.near(member.key));
      PropensityVector values{};
      const Json shown = read_by_propensity(object, kLogPropensity, "log ratio", values);
      if (!known || known_.identities.empty()) continue;
      into[std::stoi(member.key)] = values;
      values_.push_back({object.pointer, shown.dump(), "log ratio", member.at.text(), "", "fitted"});
    }
  }

  // `into` from a list of as many numbers.
  bool read_numbers(const Cursor& at, Bounds bounds, std::span<double> into) {
    const auto& items = at.node->items;
    const bool is_list = at.node->kind == Node::Kind::kArray;
    if (!is_list || items.size() != into.size()) {
      checker_.wrong(at, is_list ? fmt::format("a list of {}", items.size()) : at.node->described(),
                     fmt::format("a list of {} numbers", into.size()));
      return false;
    }
    bool sound = true;
    for (std::size_t i = 0; i < into.size(); ++i) {
      const auto value = checker_.number({&items[i], pointer_to(at.pointer, std::to_string(i))}, bounds);
      into[i] = value.value_or(0.0);
      sound = sound && value.has_value();
    }
    return sound;
  }

  void read_response(const Cursor& at) {
    if (!checker_.open_object(at, "rows of a matrix by name of the propensity")) return;
    const std::string allowed = fmt::format("a row for each of {}", fmt::join(kPropensityNames, ", "));
    for (const auto& member : at.node->members)
      if (std::ranges::find(kPropensityNames, member.key) == kPropensityNames.end())
        unknown_propensity(at, member, allowed);
    ResponseMatrix response{};
    for (std::size_t k = 0; k < kPropensities; ++k) {
      const auto row = Checker::child(at, kPropensityNames[k]);
      if (!row) {
        checker_.wrong(at, fmt::format("no row {}", in_quotes(kPropensityNames[k])), allowed);
        return;
      }
      if (!read_numbers(*row, kResponse, response[k])) return;
    }
    if (std::abs(determinant(square_matrix(by_rows(response)))) < 1e-6) {
      checker_.wrong(at, "a matrix without an inverse", "rates that answer the propensities independently");
      return;
    }
    scenario_.response = response;
  }

  // No variance is negative in any direction, but for rounding.
  static bool is_covariance(const StateCovariance& lower) {
    constexpr double kRounding = 1e-3;
    const Eigen::VectorXd values = eigenvalues(symmetric_matrix(lower));
    return values.minCoeff() >= -kRounding * values.cwiseAbs().maxCoeff();
  }

  void read_state_covariance(const Cursor& at) {
    if (!checker_.open_object(at, "covariances by authority code")) return;
    for (const auto& member : at.node->members) {
      StateCovariance values{};
      if (!read_numbers({&member.value, pointer_to(at.pointer, member.key)}, kLogCovariance, values))
        continue;
      if (!is_covariance(values))
        checker_.wrong({&member.value, pointer_to(at.pointer, member.key)}, "numbers that are no covariance",
                       "variances of at least 0, and correlations that can be together",
                       "the order is the lower triangle by rows: levels first, then deviations");
      const bool known = std::any_of(known_.identities.begin(), known_.identities.end(),
                                     [&](const auto& a) { return std::to_string(a.code) == member.key; });
      if (known)
        scenario_.state_covariance[std::stoi(member.key)] = values;
      else if (!known_.identities.empty())
        checker_.wrong_key(at, member, fmt::format("the unknown authority {}", in_quotes(member.key)),
                           "codes of authorities.csv", known_.near(member.key));
    }
  }

  // Where a parameter is drawn at all: families are made once, for all replicates, and a mechanism is not a
  // quantity.
  static std::string_view why_not_drawn(const ParameterInfo& about) {
    if (about.name.starts_with("population."))
      return "families are made from it once, and are the same in every replicate";
    if (is_switch(about)) return "it turns a mechanism on or off, and is not a quantity";
    return "";
  }

  std::optional<Parameter> read_drawn_parameter(const Cursor& at, const std::set<Parameter>& before) {
    constexpr std::string_view kAllowed = "the name of a fitted or assumed parameter";
    const auto name = checker_.text(at, kAllowed);
    if (!name) return std::nullopt;
    const auto parameter = find_parameter(*name);
    if (!parameter) {
      unknown_parameter(at, *name, checker_);
      return std::nullopt;
    }
    const std::string_view reason = why_not_drawn(info(*parameter));
    if (!reason.empty())
      checker_.wrong(at, fmt::format("a draw of {}", *name), std::string(kAllowed),
                     fmt::format("{}: leave it out", reason));
    else if (before.contains(*parameter))
      checker_.wrong(at, fmt::format("{} a second time", *name), "each parameter once",
                     "remove the name, and its value from every draw");
    else
      return parameter;
    return std::nullopt;
  }

  void read_draws(const Cursor& at) {
    if (!checker_.object(at, kDrawsKeys, "\"draws\"")) return;
    const auto names = Checker::child(at, "parameters");
    const auto values = Checker::child(at, "values");
    if (!names || !values || !checker_.list(*names, "names of parameters") ||
        !checker_.list(*values, "draws"))
      return;
    std::vector<std::optional<Parameter>> columns;
    std::set<Parameter> before;
    for (const auto& item : Checker::items(*names)) {
      columns.push_back(read_drawn_parameter(item, before));
      if (columns.back()) before.insert(*columns.back());
    }
    if (columns.empty()) checker_.wrong(*names, "no parameter", "at least one parameter that is drawn");
    if (values->node->items.empty())
      checker_.wrong(*values, "no draw", "at least one draw",
                     "leave \"draws\" out where there are none: parameters are then not drawn");
    std::vector<std::vector<double>> rows = read_draw_rows(*values, columns);
    move_to_values_of_the_file(at, columns, rows);
    ParameterDraws& draws = scenario_.draws;
    draws.values = std::move(rows);
    for (const auto& column : columns) draws.parameters.push_back(column.value_or(Parameter{}));
  }

  // A value that somebody changed in the file since the draws were made takes the draws along.
  void move_to_values_of_the_file(const Cursor& at, const std::vector<std::optional<Parameter>>& columns,
                                  std::vector<std::vector<double>>& rows) {
    const auto about = Checker::child(at, "about");
    if (!about || !checker_.list(*about, "the values that the parameters were drawn about")) return;
    const auto values = Checker::items(*about);
    if (values.size() != columns.size())
      return checker_.wrong(*about, fmt::format("a list of {}", values.size()),
                            fmt::format("{} numbers, one for each of \"parameters\"", columns.size()));
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (!columns[i]) continue;
      const ParameterInfo& row = info(*columns[i]);
      const auto from = checker_.number(values[i], {row.lower, row.upper}, row.unit);
      if (!from) continue;
      for (auto& draw : rows)
        if (i < draw.size()) draw[i] = moved(row, draw[i], *from, parameters_.values[*columns[i]]);
    }
  }

  // Of each parameter the first value that is out of bounds is reported: one mistake of whoever drew them.
  std::vector<std::vector<double>> read_draw_rows(const Cursor& at,
                                                  const std::vector<std::optional<Parameter>>& columns) {
    std::vector<std::vector<double>> out;
    std::vector<bool> reported(columns.size());
    for (const auto& row : Checker::items(at)) {
      if (!checker_.list(row, "a draw: a value for each parameter")) break;
      const auto values = Checker::items(row);
      if (values.size() != columns.size()) {
        checker_.wrong(row, fmt::format("a draw of {} values", values.size()),
                       fmt::format("{}, one for each of \"parameters\"", columns.size()));
        break;
      }
      std::vector<double>& draw = out.emplace_back(columns.size());
      for (std::size_t i = 0; i < columns.size(); ++i) {
        if (!columns[i] || reported[i]) continue;
        const ParameterInfo& about = info(*columns[i]);
        const auto value = checker_.number(values[i], {about.lower, about.upper}, about.unit);
        if (value)
          draw[i] = *value;
        else
          checker_.diagnostics.back().hint = fmt::format("it is {}: {}", about.name, about.meaning);
        reported[i] = !value;
      }
    }
    return out;
  }

  const KnownAuthorities& known_;
  Scenario& scenario_;
  ParameterLayer& parameters_;
  std::vector<ResolvedValue>& values_;
  Checker& checker_;
};

// calibration.json if it is of the scenario's origin, else that of the year; nothing where the tables come
// without any, or (reported) without one for this origin.
std::optional<fs::path> default_file(const Cursor& root, const Scenario& scenario, Checker& checker) {
  const fs::path& data = scenario.data_directory;
  if (data.empty()) return std::nullopt;
  const fs::path main = data / "calibration.json";
  const fs::path folder = data / "calibrations";
  std::vector<std::string> known;
  if (file_exists(main)) {
    std::vector<Diagnostic> ignored;  // said again when the file is read
    const auto document = parse_document(read_text(main), main.generic_string(), ignored);
    const auto* origin = document ? document->find("origin") : nullptr;
    if (origin == nullptr || origin->value.text == scenario.origin.iso()) return main;
    known.push_back(origin->value.text);
  }
  const fs::path of_year = folder / fmt::format("{}.json", scenario.origin.year);
  if (file_exists(of_year)) return of_year;
  std::error_code error;
  for (fs::directory_iterator file(folder, error), end; !error && file != end; file.increment(error))
    if (file->path().extension() == ".json") known.push_back(file->path().stem().string() + "-03-31");
  if (known.empty()) return std::nullopt;
  std::ranges::sort(known);
  checker.wrong(Checker::child(root, "origin").value_or(root),
                fmt::format("the origin {}, for which there is no calibration", scenario.origin.iso()),
                fmt::format("origins with a calibration: {}", fmt::join(known, ", ")),
                "set \"calibration\": \"none\" to use the registry's values, or give a calibration file");
  return std::nullopt;
}

// Nothing where none is used, or (reported) the one that is named is not there.
std::optional<fs::path> choose_file(const Cursor& root, const std::optional<fs::path>& override,
                                    const Scenario& scenario, LoadContext& context) {
  const auto at = override ? std::nullopt : Checker::child(root, "calibration");
  if (!at) {
    const auto file = override ? override : default_file(root, scenario, context.checker);
    if (file) context.record("/calibration", file->generic_string(), "", "default");
    return file;
  }
  const auto value = context.checker.text(*at, "the path of a calibration file, or \"none\"");
  if (!value) return std::nullopt;
  context.record("/calibration", *value, "", at->node->at.text());
  if (*value == "none") return std::nullopt;
  return context.checker.existing_file(*at,
                                       "the path of a calibration file, relative to this one, or \"none\"");
}

}  // namespace

CalibratedParameters read_calibration_of(const Cursor& root, const std::optional<fs::path>& override,
                                         const KnownAuthorities& known, Scenario& scenario,
                                         LoadContext& context) {
  CalibratedParameters out;
  const auto file = choose_file(root, override, scenario, context);
  if (!file) return out;
  context.files.push_back(*file);
  const auto document = parse_document(read_text(*file), file->generic_string(), context.checker.diagnostics);
  if (document) CalibrationReader(known, scenario, out, context.checker).read({&*document, ""});
  return out;
}

void set_in_draws(ParameterDraws& draws, const std::vector<OwnParameter>& shared) {
  for (const OwnParameter& set : shared) {
    const auto found = std::find(draws.parameters.begin(), draws.parameters.end(), set.parameter);
    if (found == draws.parameters.end()) continue;
    const auto column = found - draws.parameters.begin();
    if (set.draws == OwnParameter::Draws::kTimes) {
      for (auto& draw : draws.values) draw[static_cast<std::size_t>(column)] *= set.factor;
      continue;
    }
    draws.parameters.erase(found);
    for (auto& draw : draws.values) draw.erase(draw.begin() + column);
  }
}

}  // namespace hearth
