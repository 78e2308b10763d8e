#include "report/workbook.hpp"

#include <fmt/format.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/decimals.hpp"
#include "core/error.hpp"
#include "core/statistics.hpp"
#include "core/words.hpp"
#include "parameters/registry.hpp"
#include "report/sufficiency.hpp"
#include "results/content/areas.hpp"
#include "results/content/description.hpp"
#include "results/summary.hpp"
#include "results/wording.hpp"
#include "scenario/files/recorded.hpp"

namespace hearth {
namespace {

using Json = nlohmann::ordered_json;

constexpr lxw_color_t kGrey = 0x767676;

// Figures with a sheet of their own, and what it is called: Excel allows 31 characters.
struct FigureSheet {
  std::string_view measure;
  const char* sheet;
};
constexpr std::array kFigureSheets = std::to_array<FigureSheet>({
    {"looked_after", "Looked-after children"},
    {"care_entries", "Entering care"},
    {"care_exits", "Leaving care"},
    {"referrals", "Referrals"},
    {"children_in_need", "Children in need"},
    {"section_47_enquiries", "Section 47 enquiries"},
    {"child_protection_plans", "Protection plans"},
    {"child_protection_plans_started", "Protection plans started"},
    {"care_applications", "Care applications"},
    {"months_in_unmet_need", "Months in unmet need"},
    {"re_referrals_to_plan_or_care", "Referred again to plan or care"},
    {"social_workers_fte", "Social workers"},
    {"practitioners_fte", "Practitioners"},
    {"caseload", "Caseload"},
    {"vacancy_rate", "Vacancies"},
    {"fidelity", "Fidelity"},
    {"cost_authority", "Cost to authorities"},
    {"cost_total", "Cost, all payers"},
});

// What an overview of authorities shows of the last year.
constexpr std::array kOverview =
    std::to_array<std::string_view>({"looked_after", "care_entries", "children_in_need",
                                     "child_protection_plans", "caseload", "cost_authority"});

void check(lxw_error error, std::string_view what) {
  if (error != LXW_NO_ERROR) throw DataError(fmt::format("cannot write {}: {}", what, lxw_strerror(error)));
}

// Text as a cell holds it.
std::string shortened(std::string text) {
  constexpr std::size_t kLongest = 32000;
  if (text.size() <= kLongest) return text;
  text.resize(kLongest);
  while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0U) == 0x80U) text.pop_back();
  if (!text.empty() && (static_cast<unsigned char>(text.back()) & 0x80U) != 0) text.pop_back();
  return text + " ...";
}

class Book {
 public:
  explicit Book(const std::filesystem::path& file) : file_(file) {
    const std::string name = file.string();
    book_ = workbook_new(name.c_str());
    if (book_ == nullptr) throw DataError(fmt::format("cannot write {}: out of memory", name));
    head_ = workbook_add_format(book_);
    format_set_bold(head_);
    format_set_text_wrap(head_);
    format_set_align(head_, LXW_ALIGN_VERTICAL_TOP);
    format_set_bottom(head_, LXW_BORDER_THIN);
    title_ = workbook_add_format(book_);
    format_set_bold(title_);
    format_set_font_size(title_, 14);
    wrap_ = workbook_add_format(book_);
    format_set_text_wrap(wrap_);
    format_set_align(wrap_, LXW_ALIGN_VERTICAL_TOP);
    year_ = workbook_add_format(book_);
    format_set_num_format(year_, "0");
    link_ = workbook_get_default_url_format(book_);
  }
  // Not closed: the file is left to who catches the error.
  ~Book() {
    if (book_ != nullptr) lxw_workbook_free(book_);
  }
  Book(const Book&) = delete;
  Book& operator=(const Book&) = delete;

  void close() {
    lxw_workbook* const book = std::exchange(book_, nullptr);
    check(workbook_close(book), file_.string());
  }

  void describe(const ResultHeader& header, std::time_t made) {
    lxw_doc_properties properties{};
    std::string title = header.title;
    std::string about = "A result of Hearth";
    properties.title = title.data();
    properties.subject = about.data();
    properties.created = made;
    check(workbook_set_properties(book_, &properties), file_.string());
  }

  lxw_worksheet* add(const char* name) {
    lxw_worksheet* const sheet = workbook_add_worksheet(book_, name);
    if (sheet == nullptr) throw InternalError(fmt::format("the sheet {} cannot be made", name));
    return sheet;
  }

  lxw_format* head() const { return head_; }
  lxw_format* title() const { return title_; }
  lxw_format* wrap() const { return wrap_; }
  lxw_format* year() const { return year_; }
  lxw_format* link() const { return link_; }
  // Numbers in this form; one format each, however many cells have it. Pale: not to be taken at face value.
  lxw_format* numbers(const std::string& form, bool pale = false) {
    const auto [at, added] = numbers_.emplace(std::pair(form, pale), nullptr);
    if (added) {
      at->second = workbook_add_format(book_);
      format_set_num_format(at->second, form.c_str());
      if (pale) format_set_font_color(at->second, kGrey);
    }
    return at->second;
  }

 private:
  std::filesystem::path file_;
  lxw_workbook* book_ = nullptr;
  lxw_format* head_ = nullptr;
  lxw_format* title_ = nullptr;
  lxw_format* wrap_ = nullptr;
  lxw_format* year_ = nullptr;
  lxw_format* link_ = nullptr;
  std::map<std::pair<std::string, bool>, lxw_format*> numbers_;
};

constexpr double kLineHeight = 15.0;  // points

// How tall a row is whose text breaks into lines in a column so wide; Excel and others do not work it out
// alike.
double height_of(std::size_t characters, double width) {
  return kLineHeight * std::max(1.0, std::ceil(1.1 * static_cast<double>(characters) / width));
}

// A table: a header that stays in view, and rows.
class Sheet {
 public:
  struct Column {
    std::string name;
    double width;  // characters
  };

  Sheet(Book& book, const char* name, const std::vector<Column>& columns) : sheet_(book.add(name)) {
    double height = 0.0;
    for (const auto& column : columns) {
      const auto c = static_cast<lxw_col_t>(&column - columns.data());
      worksheet_set_column(sheet_, c, c, column.width, nullptr);
      text(column.name, book.head());
      height = std::max(height, height_of(column.name.size() + 3, column.width));
    }
    worksheet_set_row(sheet_, 0, height, nullptr);
    next();
    worksheet_freeze_panes(sheet_, 1, 0);
    columns_ = static_cast<lxw_col_t>(columns.size());
  }
  // With buttons that filter.
  ~Sheet() {
    if (row_ > 1) worksheet_autofilter(sheet_, 0, 0, row_ - 1, static_cast<lxw_col_t>(columns_ - 1));
  }
  Sheet(const Sheet&) = delete;
  Sheet& operator=(const Sheet&) = delete;

  Sheet& text(const std::string& value, lxw_format* format = nullptr) {
    if (!value.empty())  // written as text: never a formula or a link
      check(worksheet_write_string(sheet_, row_, column_, shortened(value).c_str(), format), "a cell");
    ++column_;
    return *this;
  }
  Sheet& number(double value, lxw_format* format = nullptr) {
    if (std::isfinite(value)) check(worksheet_write_number(sheet_, row_, column_, value, format), "a cell");
    ++column_;
    return *this;
  }
  Sheet& number(const std::optional<double>& value, lxw_format* format) {
    if (value) return number(*value, format);
    ++column_;
    return *this;
  }
  Sheet& skip() {
    ++column_;
    return *this;
  }
  void next() {
    ++row_;
    column_ = 0;
  }

 private:
  lxw_worksheet* sheet_;
  lxw_row_t row_ = 0;
  lxw_col_t column_ = 0;
  lxw_col_t columns_ = 0;
};

// How Excel shows numbers of a unit; `extra`: decimals more, of an error.
std::string form_of(const std::string& unit, bool is_level, int extra = 0) {
  const auto decimals = [&](int few) {
    return few + extra > 0 ? "." + std::string(static_cast<std::size_t>(few + extra), '0') : "";
  };
  if (unit == "1") return "0" + decimals(1) + "%";
  if (unit == "GBP") return "#,##0";
  return "#,##0" + decimals(is_level ? 1 : 0);
}
std::string with_sign(const std::string& form) {
  return fmt::format("+{0};-{0};0", form);
}

bool is_level(const SummaryMeasure& measure) {
  return measure.yearly == Yearly::kMean || measure.unit == "FTE";
}

// The forms of one measure's numbers.
struct Forms {
  lxw_format* level;
  lxw_format* difference;
  lxw_format* unclear;  // a mean difference within two errors of none: pale, and no plus
  lxw_format* error;

  lxw_format* mean(const PairedDifference& of) const { return of.has_sign() ? difference : unclear; }
};
Forms forms_of(Book& book, const SummaryMeasure& measure) {
  const std::string fine = form_of(measure.unit, is_level(measure), 1);
  return {book.numbers(form_of(measure.unit, is_level(measure))), book.numbers(with_sign(fine)),
          book.numbers(fine, true), book.numbers(fine)};
}

std::optional<double> rounded(const std::optional<double>& value, const SummaryMeasure& measure) {
  return value ? std::optional(carried(*value, measure.unit)) : std::nullopt;
}

// "£ in cash" where money is not in pounds of the origin's year.
std::string unit_text(const Summary& summary, const SummaryMeasure& measure) {
  if (is_money(measure)) return "£" + summary.unit(measure).substr(measure.unit.size());
  return measure.unit == "1" ? "%" : measure.unit;
}

const std::vector<Sheet::Column> kNumberColumns = {{"Mean of the futures", 13},
                                                   {"Sampling error of the mean (±)", 12},
                                                   {"90% of the futures: from", 13},
                                                   {"to", 13},
                                                   {"Mean difference from the baseline", 15},
                                                   {"90% of the differences: from", 15},
                                                   {"to", 13},
                                                   {"Sampling error of the mean difference (±)", 14},
                                                   {"Is the mean difference clear of it (2 errors)?", 14}};

constexpr int kDifferenceColumns = 5;  // of which the baseline has none
void append_numbers(Sheet& sheet, const SummaryCell& cell, const SummaryMeasure& measure,
                    const Forms& forms) {
  const auto low = [](const std::optional<Range>& range) {
    return range ? std::optional(range->low) : std::nullopt;
  };
  const auto high = [](const std::optional<Range>& range) {
    return range ? std::optional(range->high) : std::nullopt;
  };
  sheet.number(rounded(cell.mean, measure), forms.level)
      .number(rounded(cell.monte_carlo_standard_error, measure), forms.error)
      .number(rounded(low(cell.range), measure), forms.level)
      .number(rounded(high(cell.range), measure), forms.level);
  if (!cell.difference) return;
  const PairedDifference& difference = *cell.difference;
  const auto& error = difference.monte_carlo_standard_error;
  sheet.number(rounded(difference.mean, measure), forms.mean(difference))
      .number(rounded(low(difference.range), measure), forms.difference)
      .number(rounded(high(difference.range), measure), forms.difference)
      .number(rounded(error, measure), forms.error)
      .text(!error                  ? "not known"
            : difference.has_sign() ? "yes"
                                    : "no");
}

// "Year to 31 March", or that of the end of the result's years.
std::string year_heading(const std::vector<SummaryPeriod>& periods) {
  const std::string end = periods.front().end.text();
  return "Year to " + end.substr(0, end.rfind(' '));
}

void append_period(Book& book, Sheet& sheet, const SummaryPeriod& period) {
  if (period.months == kMonthsPerYear)
    sheet.number(period.end.year, book.year());
  else
    sheet.text(period.label());
}

std::vector<Sheet::Column> columns_of(std::vector<Sheet::Column> first,
                                      const std::vector<Sheet::Column>& then) {
  first.insert(first.end(), then.begin(), then.end());
  return first;
}

// ---- What the sheets hold

struct Places {
  std::vector<Area> areas;         // all, regions, authorities
  std::size_t wide = 0;            // how many of them are no single authority
  std::vector<std::size_t> codes;  // by area: position in the header of an authority, or none
};

Places places_of(const ResultHeader& header) {
  Places out;
  if (header.authorities.size() > 1) out.areas = areas_with_replicates(header);
  out.wide = out.areas.size();
  for (std::size_t a = 0; a < header.authorities.size(); ++a)
    out.areas.push_back({header.authorities[a].name, {a}});
  return out;
}

void write_figures(Book& book, const std::vector<Summary>& of, const Places& places) {
  const Summary& first = of.front();
  for (std::size_t m = 0; m < first.measures.size(); ++m) {
    const SummaryMeasure& measure = first.measures[m];
    const Forms forms = forms_of(book, measure);
    Sheet sheet(book, kFigureSheets.at(m).sheet,
                columns_of({{"Place", 28}, {"Way of working", 34}, {year_heading(first.periods), 10}},
                           kNumberColumns));
    for (std::size_t place = 0; place < places.areas.size(); ++place)
      for (std::size_t arm = 0; arm < first.arms.size(); ++arm)
        for (std::size_t p = 0; p < first.periods.size(); ++p) {
          sheet.text(places.areas[place].name).text(first.arms[arm].title);
          append_period(book, sheet, first.periods[p]);
          append_numbers(sheet, of[place].cell(m, arm, p), measure, forms);
          sheet.next();
        }
  }
}

// Measures one below the other.
void write_long(Book& book, const char* name, const std::vector<Summary>& of,
                const std::vector<Area>& areas) {
  const Summary& first = of.front();
  Sheet sheet(book, name,
              columns_of({{"Place", 28},
                          {"Figure", 60},
                          {"Unit", 10},
                          {"Way of working", 34},
                          {year_heading(first.periods), 10}},
                         kNumberColumns));
  for (std::size_t m = 0; m < first.measures.size(); ++m) {
    const Forms forms = forms_of(book, first.measures[m]);
    for (std::size_t place = 0; place < areas.size(); ++place)
      for (std::size_t arm = 0; arm < first.arms.size(); ++arm)
        for (std::size_t p = 0; p < first.periods.size(); ++p) {
          sheet.text(areas[place].name)
              .text(first.measures[m].name)
              .text(unit_text(first, first.measures[m]));
          sheet.text(first.arms[arm].title);
          append_period(book, sheet, first.periods[p]);
          append_numbers(sheet, of[place].cell(m, arm, p), first.measures[m], forms);
          sheet.next();
        }
  }
}

// One row an authority: the last whole year.
void write_overview(Book& book, const ResultHeader& header, const std::vector<Summary>& of,
                    const Places& places) {
  const Summary& first = of.front();
  std::size_t year = first.periods.size() - 1;
  if (first.periods[year].months != kMonthsPerYear && year > 0) --year;
  std::vector<std::size_t> shown;
  for (const auto key : kOverview) {
    const auto found = std::ranges::find(first.measures, key, &SummaryMeasure::key);
    if (found != first.measures.end())
      shown.push_back(static_cast<std::size_t>(found - first.measures.begin()));
  }
  std::vector<Sheet::Column> columns = {{"Authority", 28}, {"Code", 8}, {"ONS code", 12}, {"Region", 24}};
  for (const std::size_t m : shown)
    for (std::size_t arm = 0; arm < first.arms.size(); ++arm) {
      const std::string& figure = first.measures[m].name;
      if (arm == first.baseline)
        columns.push_back(
            {fmt::format("{}, {}: mean, {}", figure, first.arms[arm].title, first.periods[year].label()),
             18});
      else
        for (const char* what : {"mean difference", "sampling error (±)"})
          columns.push_back({fmt::format("{}, {}: {}", figure, first.arms[arm].title, what), 18});
    }
  Sheet sheet(book, "Authorities", columns);
  for (std::size_t place = places.wide; place < places.areas.size(); ++place) {
    const auto& authority = header.authorities[places.areas[place].authorities.front()];
    sheet.text(authority.name)
        .number(authority.code, book.year())
        .text(authority.ons_code)
        .text(authority.region);
    for (const std::size_t m : shown) {
      const Forms forms = forms_of(book, first.measures[m]);
      for (std::size_t arm = 0; arm < first.arms.size(); ++arm) {
        const SummaryCell& cell = of[place].cell(m, arm, year);
        if (!cell.difference)
          sheet.number(rounded(cell.mean, first.measures[m]), forms.level);
        else
          sheet.number(rounded(cell.difference->mean, first.measures[m]), forms.mean(*cell.difference))
              .number(rounded(cell.difference->monte_carlo_standard_error, first.measures[m]), forms.error);
      }
    }
    sheet.next();
  }
}

// A number as it stands, or text.
void append_value(Sheet& sheet, const Json& value) {
  if (value.is_number())
    sheet.number(value.get<double>());
  else if (value.is_string())
    sheet.text(value.get<std::string>());
  else if (value.is_null())
    sheet.skip();
  else
    sheet.text(value.dump());
}

void write_inputs(Book& book, const RecordedScenario& scenario) {
  Sheet sheet(book, "Inputs",
              {{"Parameter", 44},
               {"Value", 12},
               {"Unit", 12},
               {"Arm", 24},
               {"In the futures", 26},
               {"Default", 12},
               {"Lowest allowed", 12},
               {"Highest allowed", 12},
               {"Spread of the prior (log)", 12},
               {"Certainty", 12},
               {"What it is", 70},
               {"Source", 60}});
  const auto row = [&](const ParameterInfo& about, double value, const std::string& arm,
                       const std::string& how) {
    sheet.text(std::string(about.name))
        .number(value)
        .text(std::string(about.unit))
        .text(arm)
        .text(how)
        .number(about.value)
        .number(about.lower)
        .number(about.upper);
    sheet.number(about.spread).text(std::string(name(about.certainty))).text(std::string(about.meaning));
    sheet.text(std::string(about.source));
    sheet.next();
  };
  for (const auto& about : parameter_registry()) {
    const std::string key(about.name);
    const auto& drawn = scenario.drawn_parameters;
    const std::string in_futures =
        std::ranges::find(drawn, key) != drawn.end() ? "drawn: another in each future" : "the same";
    const auto recorded = scenario.parameters.find(key);
    const double shared = recorded == scenario.parameters.end() ? about.value : recorded->second;
    if (recorded != scenario.parameters.end())
      row(about, shared, "all", in_futures + (scenario.set.find(key) != nullptr ? "; set with --set" : ""));
    for (const auto& [arm, content] : scenario.arms) {
      const RecordedParameter* const own = content.parameters.find(key);
      if (own == nullptr) continue;
      const bool fixed = own->draws == OwnParameter::Draws::kFixed;
      row(about, own->value(shared), arm, fixed ? "the same" : in_futures);
    }
  }
}

void write_service_models(Book& book, const RecordedScenario& scenario) {
  Sheet sheet(book, "Service models",
              {{"Service model", 26},
               {"Component", 36},
               {"What", 30},
               {"Value", 10},
               {"90% interval: from", 10},
               {"to", 10},
               {"Unit", 12},
               {"Study design", 18},
               {"Source", 50}});
  using Numbers = std::vector<std::optional<double>>;
  const auto one = [](std::optional<double> number) { return Numbers{number, std::nullopt, std::nullopt}; };
  for (const auto& [name, model] : scenario.service_models) {
    const auto row_of = [&](const std::string& of, const std::string& what, const Numbers& numbers,
                            const std::string& unit, std::string_view grade, const std::string& source) {
      sheet.text(model.title).text(of).text(what);
      lxw_format* const form = unit == "ratio" ? book.numbers("0.000") : nullptr;
      for (const auto& number : numbers) sheet.number(number, form);
      sheet.text(unit).text(std::string(grade)).text(source);
      sheet.next();
    };
    const auto finding_of = [&](const std::string& of, const std::string& what,
                                const EvidenceFinding& found) {
      row_of(of, what, {found.ratio, found.low, found.high}, "ratio",
             kEvidenceGradeNames.at(static_cast<std::size_t>(found.grade)), found.source);
    };
    for (const auto& [key, component] : model.components) {
      const auto row = [&](const std::string& what, const Numbers& numbers, const std::string& unit,
                           const std::string& source) {
        row_of(component.title, what, numbers, unit, "", source);
      };
      row("reach", one(component.reach), "share", "");
      if (component.setup_gbp_per_case > 0.0)
        row("setup_gbp_per_case", one(component.setup_gbp_per_case), "GBP", component.cost_source);
      if (component.running_gbp_per_case > 0.0)
        row("running_gbp_per_case", one(component.running_gbp_per_case), "GBP", component.cost_source);
      if (const auto& staffing = component.staffing) {
        row("posts_per_100_cases", one(staffing->posts_per_100_cases), "", staffing->source);
        row("gbp_per_post", one(staffing->gbp_per_post), "", staffing->source);
        row("months_to_recruit", one(staffing->months_to_recruit), "", staffing->source);
      }
      for (const auto& [lever, effect] : component.effects) {
        const std::string outcomes = "outcomes of the studies below";
        const auto& inferred = effect.inferred;
        if (!effect.from_outcomes)
          finding_of(component.title, "effect on " + lever, effect);
        else if (inferred)
          row("effect on " + lever, one(std::exp(inferred->claimed)), "ratio", outcomes);
        if (inferred) {
          const double most = kNormalInterval * inferred->sd;
          row("believed: " + lever,
              {std::exp(inferred->mean), std::exp(inferred->mean - most), std::exp(inferred->mean + most)},
              "ratio", outcomes);
        }
        for (const auto& other : effect.besides) finding_of(component.title, "also found: " + lever, other);
      }
    }
    for (const auto& study : model.studies)
      for (const auto& outcome : study.outcomes)
        finding_of("study: " + study.title, "outcome: " + outcome.title, outcome);
  }
}

void write_scenario(Book& book, const std::string& recorded) {
  Sheet sheet(book, "Scenario", {{"Name", 60}, {"Value", 90}});
  for (const auto& [pointer, value] : recorded_settings(recorded)) {
    sheet.text(pointer);
    append_value(sheet, value);
    sheet.next();
  }
}

void write_sources(Book& book, const ResultHeader& header) {
  Sheet sheet(book, "Sources", {{"What", 44}, {"Is", 100}});
  const auto row = [&](const std::string& what, const std::string& is) {
    sheet.text(what).text(is, book.wrap());
    sheet.next();
  };
  row("Licence",
      "Contains public sector information licensed under the Open Government Licence v3.0 "
      "(https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/). The publishers do not "
      "endorse the result.");
  row("Publishers",
      "Department for Education; Office for National Statistics; Ministry of Housing, Communities and Local "
      "Government; Department for Work and Pensions; Ofsted; Cafcass. DATA-LICENCE.md of Hearth names the "
      "statistics.");
  row("Personal data",
      "None. Families are made up so that they add up to published totals; a simulated child is nobody.");
  for (const auto& [name, value] : header.provenance) row("Made by: " + name, value);
  for (const auto& [file, checksum] : header.inputs) row("Input: " + file, "SHA-256 " + checksum);
}

// Children by placement at the end of the first, the fifth and the last year, and the places there are.
void write_places(Book& book, const std::vector<Summary>& of, const Places& places,
                  const ResultHeader& header, const PlacesTable& held) {
  const Summary& first = of.front();
  const SummaryMeasure& children = first.measures.front();
  const Forms forms = forms_of(book, children);
  const std::vector<std::size_t> dates = sufficiency_dates(first.periods);
  Sheet sheet(
      book, "Places",
      columns_of(
          columns_of(
              {{"Place", 28}, {"Placement", 50}, {"Way of working", 34}, {year_heading(first.periods), 10}},
              kNumberColumns),
          {{"Authorities' own places", 12},
           {"Own places filled", 12},
           {"Others' places in the area", 12},
           {"Places at 31 March", 12}}));
  for (std::size_t place = 0; place < places.areas.size(); ++place) {
    std::vector<int> codes;
    for (const std::size_t a : places.areas[place].authorities) codes.push_back(header.authorities[a].code);
    for (std::size_t m = 0; m < first.measures.size(); ++m) {
      const auto kind = place_of(m);
      const auto found = kind ? held.held(*kind, codes) : std::nullopt;
      for (std::size_t arm = 0; arm < first.arms.size(); ++arm)
        for (const std::size_t p : dates) {
          const SummaryCell& cell = of[place].cell(m, arm, p);
          sheet.text(places.areas[place].name).text(first.measures[m].name).text(first.arms[arm].title);
          append_period(book, sheet, first.periods[p]);
          append_numbers(sheet, cell, children, forms);
          if (!cell.difference)
            for (int column = 0; column < kDifferenceColumns; ++column) sheet.skip();
          if (found) {
            sheet.number(found->own).number(found->filled, nullptr);
            if (*kind == PlaceKind::kFosterCare)
              sheet.skip();
            else
              sheet.number(found->others);
            sheet.number(found->year, book.year());
          }
          sheet.next();
        }
    }
  }
}

struct Contents {
  std::string sheet;
  std::string holds;
};

void write_first(Book& book, lxw_worksheet* sheet, const Summary& summary,
                 const std::vector<Contents>& contents) {
  constexpr double kTextWidth = 100;
  worksheet_set_column(sheet, 0, 0, 28, nullptr);
  worksheet_set_column(sheet, 1, 1, kTextWidth, nullptr);
  lxw_row_t row = 0;
  const auto line = [&](const std::string& what, const std::string& is, lxw_format* format = nullptr) {
    check(worksheet_write_string(sheet, row, 0, what.c_str(), format != nullptr ? format : book.wrap()),
          "a cell");
    if (!is.empty())
      check(worksheet_write_string(sheet, row, 1, shortened(is).c_str(), book.wrap()), "a cell");
    if (format == nullptr) worksheet_set_row(sheet, row, height_of(is.size(), kTextWidth), nullptr);
    ++row;
  };
  line(summary.title, "", book.title());
  if (!summary.question.empty()) line("Question", summary.question);
  line("Place", fmt::format("{}: {}", summary.area.name,
                            count_text(summary.area.authorities.size(), "authority", "authorities")));
  if (summary.adopting_elsewhere > 0)
    line("Adopting elsewhere", adopting_elsewhere_text(summary.adopting_elsewhere));
  line("Years",
       fmt::format("from figures of {} to {}", summary.origin.text(), summary.periods.back().end.text()));
  line("Futures", fmt::format("{} of each way of working, the same random numbers in all; seed {}",
                              summary.replicates, summary.seed));
  if (summary.replicates < kEnoughReplicates)
    line("Too few futures",
         fmt::format("With fewer than {} the ends of a 90% interval are rough.", kEnoughReplicates));
  for (std::size_t arm = 0; arm < summary.arms.size(); ++arm)
    line(arm == summary.baseline ? "Baseline" : "Way of working", summary.arms[arm].title);
  line("Intervals", coverage_sentence(summary.coverage));
  line("Differences",
       "Taken future by future from the baseline. The sampling error says how well the mean is known with "
       "this many futures; a mean of less than two of them is grey, and its sign means nothing.");
  if (summary.effects_drawn)
    line("Means",
         "Means of differences, and of the ways of working that they belong to, are corrected for the chance "
         "in the effects that were drawn.");
  line("Money", summary.pounds);
  line("What it leaves out",
       "Hearth's intervals do not cover what the model leaves out: true uncertainty is wider. Do not use it "
       "to set a budget, to judge an authority or its staff, or as the only ground for a decision.");
  ++row;
  check(worksheet_write_string(sheet, row, 0, "Sheet", book.head()), "a cell");
  check(worksheet_write_string(sheet, row, 1, "holds", book.head()), "a cell");
  ++row;
  for (const auto& each : contents) {
    const std::string target = fmt::format("internal:'{}'!A1", each.sheet);
    check(worksheet_write_url_opt(sheet, row, 0, target.c_str(), book.link(), each.sheet.c_str(), nullptr),
          "a cell");
    check(worksheet_write_string(sheet, row, 1, each.holds.c_str(), book.wrap()), "a cell");
    worksheet_set_row(sheet, row, height_of(each.holds.size(), kTextWidth), nullptr);
    ++row;
  }
}

// When the result was made, as its provenance says; a day long ago where it does not.
std::time_t made_at(const ResultHeader& header) {
  std::tm when{};
  const auto found = header.provenance.find("started_utc");
  if (found == header.provenance.end() ||
      strptime(found->second.c_str(), "%Y-%m-%dT%H:%M:%SZ", &when) == nullptr)
    return 1;
  return timegm(&when);
}

// Measures without a sheet of their own: of costs those by payer and line, or the others.
std::vector<std::string> others(bool costs) {
  std::vector<std::string> out;
  for (const auto& measure : summary_measures()) {
    const bool has_sheet =
        std::ranges::find(kFigureSheets, measure.key, &FigureSheet::measure) != kFigureSheets.end();
    if (is_money(measure) == costs && (costs || !has_sheet)) out.push_back(measure.key);
  }
  return out;
}

}  // namespace

void write_workbook(const ResultSource& result, const std::filesystem::path& file, const PlacesTable& held) {
  const ResultHeader& header = result.header();
  const RecordedScenario scenario = read_recorded(header.scenario_json);
  const Places places = places_of(header);
  std::vector<std::string> keys;
  for (const auto& figure : kFigureSheets) keys.emplace_back(figure.measure);
  const std::vector<Summary> figures = summarise(result, places.areas, find_summary_measures(keys));
  const std::vector<Area> whole(
      places.areas.begin(),
      places.areas.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(places.wide, 1)));
  const std::vector<Area> all = {whole.front()};

  Book book(file);
  book.describe(header, made_at(header));
  lxw_worksheet* const first = book.add("Read me");
  std::vector<Contents> contents;
  write_figures(book, figures, places);
  for (std::size_t m = 0; m < figures.front().measures.size(); ++m)
    contents.push_back(
        {kFigureSheets.at(m).sheet,
         fmt::format("{}: every place, way of working and year",
                     heading(figures.front().measures[m],
                             {unit_text(figures.front(), figures.front().measures[m]), 1.0, 0, 0}))});
  const auto add = [&](const char* name, const char* holds) { contents.push_back({name, holds}); };
  write_long(book, "Spend", summarise(result, whole, find_summary_measures(others(true))), whole);
  add("Spend", "cost by who pays and, where the result has it, by line");
  write_long(book, "Other figures", summarise(result, all, find_summary_measures(others(false))), all);
  add("Other figures", "all other figures, by age, placement, reason and so on, of the whole result");
  std::vector<std::string> placements;
  for (const std::string_view name : kPlacementNames)
    placements.push_back(fmt::format("looked_after_by_placement.{}", name));
  write_places(book, summarise(result, places.areas, find_summary_measures(placements)), places, header,
               held);
  add("Places", "children by placement in three of the years, beside the places there are");
  write_overview(book, header, figures, places);
  add("Authorities", "one row an authority: the main figures in the last year, and differences");
  if (!header.scenario_json.empty()) {
    write_inputs(book, scenario);
    add("Inputs", "every parameter: value used, unit, default, bounds, how certain, source");
    write_service_models(book, scenario);
    add("Service models", "what each component is said to do, what it costs, and on what evidence");
    write_scenario(book, header.scenario_json);
    add("Scenario", "what was asked: arms, who adopts what and when, shocks");
  }
  write_sources(book, header);
  add("Sources", "licence, version, command and the checksum of every input");
  write_first(book, first, figures.front(), contents);
  book.close();
}

}  // namespace hearth
