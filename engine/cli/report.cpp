#include "app/report.hpp"

#include <fmt/format.h>

#include <memory>

#include "app/project.hpp"
#include "cli/interrupt.hpp"
#include "cli/options.hpp"
#include "cli/subcommand.hpp"
#include "core/words.hpp"
#include "report/page.hpp"

namespace hearth {
namespace fs = std::filesystem;

namespace {

struct Options {
  fs::path file;
  fs::path output;
  bool no_families = false;
  std::string prices = "real";
};

ExitCode report(const Options& options) {
  require_charts();
  const Pounds pounds = parse_pounds(options.prices);
  const fs::path page =
      options.output.empty() ? fs::path(options.file).replace_extension(".html") : options.output;
  require_writable(page);
  std::optional<LoadedScenario> loaded;
  if (!options.no_families) loaded = scenario_of_result(options.file);
  write_report(options.file, page, loaded ? &*loaded : nullptr, &stop_on_signal(), pounds);
  if (is_stream(page)) return ExitCode::kOk;  // which has no size
  fmt::print("Page    {} ({}): open it in a browser\n", page.string(),
             bytes_text(static_cast<double>(fs::file_size(page))));
  return ExitCode::kOk;
}

const Subcommand kReport{
    70, "report", "Make a page of a result, to read in a browser", [](CommandLine& line) -> Action {
      const auto options = std::make_shared<Options>();
      add_result(line, options->file);
      add_output(line, options->output, "RESULT.html");
      add_prices(line, options->prices);
      line.flag("--no-families", options->no_families, "Follow no single families, which saves some seconds");
      line.footer(
          R"(One file that holds all it needs: it opens without a network, prints, and can be sent to others. A council,
a region or all of them can be chosen on it.

Examples:
  hearth report outputs/england.h5
  hearth report outputs/norfolk.h5 -o norfolk.html)");
      return [options](const Invocation&) { return report(*options); };
    }};

}  // namespace
}  // namespace hearth
