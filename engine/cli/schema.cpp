#include <fmt/format.h>

#include <memory>

#include "app/project.hpp"
#include "cli/options.hpp"
#include "cli/subcommand.hpp"
#include "published/england_tables.hpp"
#include "scenario/files/schema.hpp"

namespace hearth {
namespace {

const Subcommand kSchema{
    160, "schema", "Print the JSON Schema of scenario or service model files",
    [](CommandLine& line) -> Action {
      const auto kind = std::make_shared<std::string>("scenario");
      line.argument("KIND", *kind, "scenario or service-model").shows_default();
      line.footer("Editors that know JSON Schema complete and check a file whose \"$schema\" names this.");
      return [kind](const Invocation&) {
        if (*kind != "scenario" && *kind != "service-model")
          throw UsageError(
              fmt::format("there is no schema of {}, but of scenario and of service-model", *kind));
        fmt::print("{}\n", *kind == "scenario" ? scenario_schema(origin_years(find_england_tables()))
                                               : service_model_schema());
        return ExitCode::kOk;
      };
    }};

}  // namespace
}  // namespace hearth
