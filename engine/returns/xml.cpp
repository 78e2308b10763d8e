#include "returns/xml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <pugixml.hpp>
#include <utility>

#include "core/error.hpp"
#include "core/nearest.hpp"

namespace hearth::returns {
namespace {

const std::vector<std::string> kHeaderColumns = {"CHILD", "DOB"};
const std::vector<std::string> kEpisodeColumns = {
    "CHILD", "DECOM", "RNE", "LS", "PLACE", "PLACE_PROVIDER", "DEC", "REC", "REASON_PLACE_CHANGE"};
const std::vector<std::string> kUnaccompaniedColumns = {"CHILD", "DOB", "DUC"};

// Without the prefix of a namespace.
std::string_view local_name(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  return name.substr(name.rfind(':') + 1);
}

// The text of the element `name` below `node`, but not in an episode below it; "" where there is none.
std::string text_below(const pugi::xml_node& node, std::string_view name) {
  for (const pugi::xml_node child : node.children()) {
    if (local_name(child) == name) return child.text().get();
    if (local_name(child) == "EPISODE") continue;
    if (auto found = text_below(child, name); !found.empty()) return found;
  }
  return {};
}

class XmlReader {
 public:
  explicit XmlReader(const std::string& name)
      : header_(name + " (HEADER)", kHeaderColumns),
        episodes_(name + " (EPISODE)", kEpisodeColumns),
        unaccompanied_(name + " (UASC)", kUnaccompaniedColumns) {}

  // Children may be below the root or deeper.
  void read(const pugi::xml_node& node) {
    for (const pugi::xml_node child : node.children())
      if (local_name(child) == "CHILD")
        read_child(child);
      else
        read(child);
  }

  std::vector<ReturnFile> tables(int year) {
    std::vector<ReturnFile> out;
    if (headers_ == 0 && episodes_.rows() == 0) return out;
    const auto put = [&](CsvTable& table, FileKind kind) {
      std::string table_name = table.name();
      out.push_back({std::move(table_name), kind, year, std::move(table)});
    };
    put(header_, FileKind::kHeader);
    put(episodes_, FileKind::kEpisodes);
    if (unaccompanied_.rows() > 0) put(unaccompanied_, FileKind::kUnaccompanied);
    return out;
  }

 private:
  void read_child(const pugi::xml_node& child) {
    const std::string id = text_below(child, "CHILDID");
    const std::string born = text_below(child, "DOB");
    if (!id.empty() || !born.empty()) header_.add(++headers_, {id, born});
    const std::string unaccompanied = lower_case(text_below(child, "UASC"));
    const std::string until = text_below(child, "DUC");
    if (unaccompanied == "1" || unaccompanied == "true" || unaccompanied == "yes" || !until.empty())
      unaccompanied_.add(headers_, {id, born, until});
    for (const pugi::xml_node episode : child.children()) {
      if (local_name(episode) != "EPISODE") continue;
      std::vector<std::string> cells = {id};
      for (std::size_t i = 1; i < kEpisodeColumns.size(); ++i)
        cells.push_back(text_below(episode, kEpisodeColumns[i] == "PLACE" ? "PL" : kEpisodeColumns[i]));
      if (cells[kPlace].empty()) cells[kPlace] = text_below(episode, "PLACE");
      episodes_.add(++episode_count_, std::move(cells));
    }
  }

  static constexpr std::size_t kPlace = 4;
  std::size_t headers_ = 0;
  std::size_t episode_count_ = 0;
  CsvTable header_;
  CsvTable episodes_;
  CsvTable unaccompanied_;
};

}  // namespace

std::vector<ReturnFile> read_xml_return(const std::string& name, std::string_view content) {
  pugi::xml_document document;
  const pugi::xml_parse_result result = document.load_buffer(content.data(), content.size());
  if (!result)
    throw DataError(fmt::format("{}: found XML that is damaged at byte {} ({}); export the return again",
                                name, result.offset, result.description()));
  XmlReader reader(name);
  reader.read(document);
  return reader.tables(year_in_path(name));
}

}  // namespace hearth::returns
