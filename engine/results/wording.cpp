#include "results/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <locale>

#include "core/words.hpp"

namespace hearth {
namespace {

constexpr std::size_t kColumns = 100;

// Commas between thousands, as the official statistics print them, whatever the machine's locale.
struct Thousands : std::numpunct<char> {
  char do_thousands_sep() const override { return ','; }
  std::string do_grouping() const override { return "\3"; }
};

bool is_level(const SummaryMeasure& measure) {
  return measure.measure && slot(*measure.measure).real;
}

}  // namespace

std::string few_replicates_text(int replicates, std::string_view of) {
  if (replicates >= kEnoughReplicates) return "";
  return fmt::format("{}{} {} too few for the ends of a 90% interval; {} or more are better",
                     count_text(static_cast<std::size_t>(replicates), "replicate", "replicates"), of,
                     replicates == 1 ? "is" : "are", kEnoughReplicates);
}

std::string wrapped(std::string_view text, std::size_t indent) {
  std::string out;
  std::size_t used = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string_view word = text.substr(at, end - at);
    if (used > 0 && used + 1 + word.size() > kColumns - 1) {
      out += '\n' + std::string(indent, ' ');
      used = indent;
    } else if (used > 0) {
      out += ' ';
      ++used;
    }
    out += word;
    used += word.size();
    at = end + 1;
  }
  return out + '\n';
}

Rounding rounding(const SummaryMeasure& what, double largest) {
  if (is_money(what)) {
    const int decimals = largest >= 1e9 ? 1 : 2;
    return {"£ million", 1e6, decimals, decimals};
  }
  if (what.unit == "1") return {"share", 1.0, 3, 3};
  if (is_level(what)) return {what.unit, 1.0, 1, 2};
  if (largest >= 1e6) return {"thousand " + what.unit, 1e3, 1, 1};
  return {what.unit, 1.0, 0, largest >= 1e3 ? 0 : 1};
}

Rounding rounding_by_width(const SummaryMeasure& what, double width, double largest) {
  constexpr int kDigits = 3;
  Rounding out{what.unit};
  int most = 1;  // decimals
  if (is_money(what)) {
    out.unit = "£ million";
    out.scale = 1e6;
    most = 2;
  } else if (what.unit == "1") {
    out.unit = "per cent";
    out.scale = 0.01;
  }
  const double span = (width > 0.0 ? width : largest) / out.scale;
  const int first = span > 0.0 ? static_cast<int>(std::floor(std::log10(span))) : 0;
  out.decimals = std::min(most, kDigits - 1 - first);
  // A part of a child only where there are few.
  const bool is_count = !is_money(what) && what.unit != "1" && what.unit != "cases" && what.unit != "FTE";
  if (is_count && first > 0) out.decimals = std::min(out.decimals, 0);
  out.difference_decimals = out.decimals;
  return out;
}

double rounded(double value, int decimals) {
  const double step = std::pow(10.0, std::max(0, -decimals));
  const double out =
      std::strtod(fmt::format("{:.{}f}", value / step, std::max(0, decimals)).c_str(), nullptr) * step;
  return out == 0.0 ? 0.0 : out;
}

std::string rounded_text(double value, int decimals, bool with_sign) {
  static const std::locale locale(std::locale::classic(), new Thousands);
  if (decimals < 0) return rounded_text(rounded(value, decimals), 0, with_sign);
  if (value == 0.0) return "0";
  const std::string digits = fmt::format(locale, "{:.{}Lf}", std::abs(value), decimals);
  const bool rounds_to_zero = digits.find_first_not_of("0.") == std::string::npos;
  const char* sign = rounds_to_zero ? "" : value < 0.0 ? "-" : with_sign ? "+" : "";
  return fmt::format("{}{}", sign, digits);
}

std::string more_or_fewer(double difference, int decimals, std::string_view more, std::string_view fewer) {
  const std::string size = rounded_text(std::abs(difference), decimals);
  if (size.find_first_not_of("0.,") == std::string::npos) return std::string(kNoDifference);
  return fmt::format("{} {}", size, difference > 0.0 ? more : fewer);
}

std::string range_text(const std::optional<Range>& range, const Rounding& how, int decimals, bool with_sign) {
  if (!range) return "not available";
  return rounded_text(range->low / how.scale, decimals, with_sign) + " to " +
         rounded_text(range->high / how.scale, decimals, with_sign);
}

std::string heading(const SummaryMeasure& measure, const Rounding& how) {
  constexpr std::array<std::string_view, 3> kWhen = {"in the year", "at the end of the year",
                                                     "mean of the year"};
  return fmt::format("{} ({}, {})", measure.name, how.unit,
                     kWhen.at(static_cast<std::size_t>(measure.yearly)));
}

}  // namespace hearth
