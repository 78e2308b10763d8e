// Where a result came from: build, machine, command and the checksum of every file that was read.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "scenario/files/loader.hpp"

namespace hearth {

std::string processor_model();
std::string operating_system();
std::string utc_now();  // "2022-03-31T12:00:00Z"

// For ResultHeader::provenance. Says nothing of who ran it or on which host.
std::map<std::string, std::string> provenance(const std::string& command_line);

// SHA-256 in hexadecimal. Throws DataError.
std::string sha256(const std::filesystem::path& file);

// For ResultHeader::inputs: every file of the scenario and every table of England, by its path below the
// directory that holds them all.
std::map<std::string, std::string> input_checksums(const LoadedScenario& loaded);

}  // namespace hearth
