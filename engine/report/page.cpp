#include "report/page.hpp"

#include <string_view>

#include "core/error.hpp"
#include "report/assets.hpp"

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

}  // namespace

void require_charts() {
  if (assets::kCharts.empty())
    throw DataError(
        "this program was built without Apache ECharts, which draws the page: run ./run (it needs npm and "
        "the "
        "network once), or run npm ci in web/ and build again");
}

std::string report_page(const nlohmann::ordered_json& data) {
  require_charts();
  std::string page(assets::kPage);
  // The data come last: nothing in them is looked at for marks.
  put(page, "@TITLE@", escaped(data.at("title").get<std::string>()));
  put(page, "/*STYLE*/", assets::kStyle);
  put(page, "/*SCRIPT*/", assets::kScript);
  put(page, "/*CHARTS*/", assets::kCharts);
  put(page, "{\"data\":null}", embeddable(data.dump()));
  return page;
}

}  // namespace hearth
