#include <fmt/format.h>

#include <memory>

#include "cli/commands.hpp"
#include "cli/places.hpp"
#include "published/england_tables.hpp"
#include "scenario/files/schema.hpp"

namespace hearth {

Command add_schema(CLI::App& program) {
  CLI::App* const app =
      program.add_subcommand("schema", "Print the JSON Schema of scenario or service model files");
  const auto kind = std::make_shared<std::string>("scenario");
  app->add_option("KIND", *kind, "scenario or service-model")->capture_default_str();
  app->footer("Editors that know JSON Schema complete and check a file whose \"$schema\" names this.");
  return {app, [kind] {
            if (*kind == "scenario") {
              fmt::print("{}\n", scenario_schema(origin_years(find_england_tables())));
            } else if (*kind == "service-model") {
              fmt::print("{}\n", service_model_schema());
            } else {
              throw UsageError(
                  fmt::format("there is no schema of {}, but of scenario and of service-model", *kind));
            }
            return ExitCode::kOk;
          }};
}

}  // namespace hearth
