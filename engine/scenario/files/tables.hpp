// The folder of England's tables that a scenario is read with, and what of it scenarios refer to by name.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "published/authorities.hpp"
#include "published/england_tables.hpp"
#include "published/evidence.hpp"
#include "scenario/files/load_context.hpp"
#include "scenario/files/service_models.hpp"

namespace hearth {

struct Tables {
  std::filesystem::path folder;               // empty: not found, which is reported
  std::vector<AuthorityIdentity> identities;  // authorities.csv
  std::optional<OriginYears> origin_years;    // of england.csv
  Evidence evidence;                          // evidence.csv
  ServiceModelSet models;                     // service_models/, and the scenario's own files
};

// The folder of the key "data", or that which stands next to the scenario, next to one it extends, or in the
// working directory. Throws DataError.
Tables read_tables(const Cursor& root, const std::filesystem::path& scenario_file, LoadContext& context);

}  // namespace hearth
