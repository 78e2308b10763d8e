#include "report/page.hpp"

#include <array>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "report/assets.hpp"
#include "scenario/files/json_text.hpp"

namespace hearth {
namespace {

void put(std::string& page, std::string_view mark, std::string_view text) {
  const auto at = page.find(mark);
  if (at == std::string::npos) throw InternalError("web/page.html has no " + std::string(mark));
  page.replace(at, mark.size(), text);
}

// Text of HTML.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : std::string(1, c);
  return out;
}

// JSON in a script element: no "<" may open or close an element, in text it can be written otherwise.
std::string embeddable(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  for (const char c : json)
    if (c == '<')
      out += "\\u003c";
    else
      out += c;
  return out;
}

std::string assembled(const nlohmann::ordered_json& data) {
  std::string page(assets::kPage);
  // The data come last: nothing in them is looked at for marks.
  put(page, "@TITLE@", escaped(data.at("title").get<std::string>()));
  put(page, "/*STYLE*/", assets::kStyle);
  put(page, "/*SCRIPT*/", assets::kScript);
  put(page, "/*CHARTS*/", assets::kCharts);
  put(page, "{\"data\":null}", embeddable(json_text(data)));
  return page;
}

// What the page shows of an authority and can do without, least missed first: a name for readers, and where
// it is. Without the last, an authority is only on the map, in the table and among neighbours.
struct Dispensable {
  std::string_view name;
  std::vector<std::string_view> paths;
};
const std::array<Dispensable, 4> kDispensable = {{{"places needed by type, and ages", {"/mix"}},
                                                  {"how far the models are practised", {"/practice"}},
                                                  {"spending by line", {"/spending"}},
                                                  {"all but the map and the table",
                                                   {"/answer", "/compared", "/saving", "/gains", "/published",
                                                    "/split", "/labels", "/practised_before"}}}};

void leave_out(nlohmann::ordered_json& data, const Dispensable& part) {
  for (auto& area : data.at("areas")) {
    if (area.at("kind") != "authority") continue;
    for (const auto path : part.paths) {
      const nlohmann::ordered_json::json_pointer at{std::string(path)};
      if (area.contains(at)) area.at(at.parent_pointer()).erase(at.back());
    }
  }
  data["left_out"].push_back(part.name);
}

}  // namespace

bool can_draw_charts() {
  return !assets::kCharts.empty();
}

void require_charts() {
  if (!can_draw_charts())
    throw DataError("this program was built without Apache ECharts, which draws the page: " +
                    std::string(kHowToGetCharts));
}

std::string report_page(nlohmann::ordered_json data, std::size_t largest) {
  require_charts();
  data["left_out"] = nlohmann::ordered_json::array();
  std::string page = assembled(data);
  for (auto part = kDispensable.begin(); page.size() > largest && part != kDispensable.end(); ++part) {
    leave_out(data, *part);
    page = assembled(data);
  }
  return page;
}

}  // namespace hearth
