// What a calibration looks like: as a file, and for people.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <ranges>

#include "analysis/calibration/calibrate.hpp"
#include "results/wording.hpp"

namespace hearth {
namespace {

using Json = nlohmann::ordered_json;

double digits(double value, int significant) {
  return std::stod(fmt::format("{:.{}g}", value, significant));
}

std::string note(const Calibration& c) {
  std::string out = fmt::format("Fitted by hearth calibrate to the year to 31 March {}.", c.origin_year);
  if (!c.borrowed.empty()) {
    out += " Taken from another year, the nearest that is published:";
    for (const auto& [measure, year] : c.borrowed) out += fmt::format(" {} ({}),", measure, year);
    out.back() = '.';
  }
  if (c.origin_year < 2020)
    out +=
        " Known only later: how children's homes and semi-independent living divide (2020), and "
        "unaccompanied children among entries over their stock (2020).";
  if (c.given_up > 0)
    out += fmt::format(
        " {} draws of the posterior could not be brought to the published figures and were left out.",
        c.given_up);
  return out;
}

Json values_of(const Calibration& c, const std::vector<Parameter>& which) {
  Json out = Json::object();
  for (const Parameter id : which) out[std::string(info(id).name)] = digits(c.parameters[id], 6);
  return out;
}

Json named(const PropensityVector& values) {
  Json out = Json::object();
  for (std::size_t k = 0; k < kPropensities; ++k)
    out[std::string(kPropensityNames[k])] = std::round(1e4 * values[k]) / 1e4;
  return out;
}

// One row a line.
template <typename Rows, typename Row>
std::string lines(const Rows& rows, const Row& text) {
  std::string out;
  for (const auto& row : rows) out += (out.empty() ? "\n    " : ",\n    ") + text(row);
  return out.empty() ? out : out + "\n  ";
}

std::string by_authority(const std::map<int, PropensityVector>& rows) {
  return "{" +
         lines(
             rows,
             [](const auto& row) { return fmt::format("\"{}\": {}", row.first, named(row.second).dump()); }) +
         "}";
}

std::string fit_of(const std::vector<TargetFit>& fit) {
  return "[" +
         lines(fit,
               [](const TargetFit& row) {
                 return Json{{"target", row.target.name},
                             {"published", digits(row.target.published, 6)},
                             {"simulated", digits(row.simulated, 6)},
                             {"allowed_sd", digits(row.target.sd(), 3)},
                             {"discrepancy_sd", row.target.discrepancy},
                             {"promised", row.target.promised},
                             {"within", row.within()}}
                     .dump();
               }) +
         "]";
}

// Half and nine in ten of the authorities are at most so far off.
Json summary_of(const std::map<int, PropensityVector>& misses) {
  Json out = Json::object();
  for (std::size_t k = 0; k < kPropensities; ++k) {
    std::vector<double> sizes;
    for (const auto& [code, row] : misses) sizes.push_back(std::abs(row[k]));
    std::ranges::sort(sizes);
    if (sizes.empty()) continue;
    out[std::string(kPropensityNames[k])] = {{"half", digits(sizes[sizes.size() / 2], 3)},
                                             {"nine_in_ten", digits(sizes[sizes.size() * 9 / 10], 3)}};
  }
  return out;
}

std::string draws_of(const Calibration& c) {
  Json names = Json::array();
  Json about = Json::array();
  for (const Parameter id : c.drawn) {
    names.push_back(std::string(info(id).name));
    const bool fitted = std::ranges::find(c.fitted, id) != c.fitted.end();
    about.push_back(fitted ? digits(c.parameters[id], 6) : c.parameters[id]);
  }
  return fmt::format("{{\"parameters\": {},\n    \"about\": {},\n    \"values\": [{}]}}", names.dump(),
                     about.dump(), lines(c.draws, [](const std::vector<double>& row) {
                       Json out = Json::array();
                       for (const double value : row) out.push_back(digits(value, 5));
                       return out.dump();
                     }));
}

}  // namespace

std::string calibration_json(const Calibration& c) {
  std::string out = fmt::format(
      "// Business as usual, fitted to the year to 31 March {} by hearth calibrate (docs/calibration.md).\n"
      "// fit: published figure, simulated, and the standard deviation (log) by which they may differ.\n"
      "// authorities: log of simulated over expected rate, relative to England. draws: one row a draw.\n",
      c.origin_year);
  const auto add = [&](std::string_view key, const std::string& value, bool last = false) {
    out += fmt::format("  \"{}\": {}{}\n", key, value, last ? "" : ",");
  };
  const auto indented = [](const Json& value) {
    std::string text = value.dump(2);
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 3)
      text.insert(at + 1, "  ");
    return text;
  };
  out += "{\n";
  add("format", "\"hearth calibration\"");
  add("version", "3");
  add("origin", fmt::format("\"{}-03-31\"", c.origin_year));
  add("note", Json(note(c)).dump());
  add("parameters", indented(values_of(c, c.fitted)));
  add("propensities", by_authority(c.propensities));
  add("deviations", by_authority(c.deviations));
  add("response", "{" + lines(std::views::iota(std::size_t{0}, kPropensities), [&](std::size_t k) {
                    Json row = Json::array();
                    for (const double value : c.response[k]) row.push_back(digits(value, 4));
                    return fmt::format("\"{}\": {}", kPropensityNames[k], row.dump());
                  }) + "}");
  add("state_covariance", "{" + lines(c.state_covariance, [](const auto& row) {
                            Json values = Json::array();
                            for (const double value : row.second) values.push_back(digits(value, 5));
                            return fmt::format("\"{}\": {}", row.first, values.dump());
                          }) + "}");
  add("recording_noise", named(c.recording_noise).dump());
  add("fit", fit_of(c.fit));
  add("authorities", fmt::format("{{\"summary\": {},\n    \"misses\": {}}}", summary_of(c.misses).dump(),
                                 by_authority(c.misses)));
  add("not_fitted",
      "[" +
          lines(c.not_fitted,
                [](const NotFitted& row) {
                  return Json{{"name", row.name}, {"why", row.why}}.dump();
                }) +
          "]",
      c.draws.empty());
  if (!c.draws.empty()) add("draws", draws_of(c), true);
  return out + "}\n";
}

std::string fit_text(const std::vector<TargetFit>& fit) {
  std::string out = fmt::format("{:42}{:>16}{:>16}{:>8}\n", "target", "published", "simulated", "ratio");
  for (const TargetFit& row : fit) {
    const int decimals = row.target.published < 2.0 ? 3 : 0;
    out += fmt::format("{:42}{:>16}{:>16}{:8.3f}  {}\n", row.target.name,
                       rounded_text(row.target.published, decimals), rounded_text(row.simulated, decimals),
                       row.simulated / row.target.published,
                       !row.within()         ? "outside"
                       : row.target.promised ? "within 3%"
                                             : "");
  }
  return out;
}

}  // namespace hearth
