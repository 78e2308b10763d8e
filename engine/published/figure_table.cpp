#include "published/figure_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>

#include "core/error.hpp"
#include "core/nearest.hpp"

namespace hearth {

const std::array<FigureInfo, kFigures> kFigureTable = {{
    {Figure::kLookedAfter, name_of(Figure::kLookedAfter), "Looked-after children, 31 March", true,
     Measure::kLookedAfter, 1, "cla_at31", "cla_started"},
    {Figure::kCareEntries, name_of(Figure::kCareEntries), "Children entering care", false,
     Measure::kCareEntries, 1, "cla_started", ""},
    {Figure::kCareEntriesUnder16, name_of(Figure::kCareEntriesUnder16), "Entering care under 16", false,
     Measure::kCareEntriesByAge, index(AgeBand::k16Plus), "", ""},
    {Figure::kChildProtectionPlans, name_of(Figure::kChildProtectionPlans), "Protection plans, 31 March",
     true, Measure::kChildProtectionPlans, 1, "cpp_at31", "cpp_started"},
    {Figure::kChildProtectionPlansStarted, name_of(Figure::kChildProtectionPlansStarted),
     "Protection plans started", false, Measure::kChildProtectionPlansStarted, 1, "cpp_started", ""},
    {Figure::kChildrenInNeed, name_of(Figure::kChildrenInNeed), "Children in need, 31 March", true,
     Measure::kChildrenInNeed, 1, "cin_at31", ""},
    {Figure::kReferrals, name_of(Figure::kReferrals), "Referrals", false, Measure::kReferrals, 1, "referrals",
     ""},
}};

std::string title_at(const FigureInfo& figure, const MonthEnd& day) {
  constexpr std::string_view kDay = "31 March";
  std::string out(figure.title);
  if (const auto at = out.find(kDay); at != std::string::npos) {
    const std::string text = day.text();
    out.replace(at, kDay.size(), text.substr(0, text.rfind(' ')));
  }
  return out;
}

std::vector<Figure> all_figures() {
  std::vector<Figure> out;
  for (const auto& info : kFigureTable) out.push_back(info.id);
  return out;
}

Figure find_figure(std::string_view name) {
  std::vector<std::string> names;
  for (const auto& info : kFigureTable) {
    if (info.name == name) return info.id;
    names.emplace_back(info.name);
  }
  const std::string suggestion = did_you_mean(nearest_names(std::string(name), names));
  throw UsageError(fmt::format("there is no figure '{}'; expected one of {}{}", name, fmt::join(names, ", "),
                               suggestion.empty() ? "" : "; " + suggestion));
}

}  // namespace hearth
