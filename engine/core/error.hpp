// Errors are types that carry their values; the program's exit code follows from the type.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace hearth {

// Documented in docs/reference/cli.md.
enum class ExitCode : int {
  kOk = 0,
  kUsage = 2,
  kInvalidScenario = 3,
  kData = 4,
  kPrecisionNotMet = 5,
  kTargets = 6,
  kInternal = 70,
  kInterrupted = 130,
};

// Base of every error that Hearth raises on purpose.
class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

// The command line itself is wrong (unknown option, bad authority list, ...).
class UsageError : public Error {
 public:
  explicit UsageError(const std::string& message) : Error(ExitCode::kUsage, message) {}
};

// A data table or a result file cannot be read, written, or contradicts itself.
class DataError : public Error {
 public:
  explicit DataError(const std::string& message) : Error(ExitCode::kData, message) {}
};

// An invariant of ours does not hold: a bug in Hearth, never the user's mistake.
class InternalError : public Error {
 public:
  explicit InternalError(const std::string& message) : Error(ExitCode::kInternal, message) {}
};

// The user stopped the run.
class Interrupted : public Error {
 public:
  Interrupted() : Error(ExitCode::kInterrupted, "interrupted") {}
};

// One mistake in a scenario or service model file.
struct Diagnostic {
  std::string file;     // as the user named it
  int line = 0;         // from 1; 0 where the mistake has no place in the text
  int column = 0;       // from 1
  std::string pointer;  // JSON pointer, e.g. /arms/1/adoption/0/start
  std::string found;    // what stands there
  std::string allowed;  // what may stand there
  std::string hint;     // what to do, e.g. the nearest valid name; may be empty
  // Not a mistake, but probably not what was meant: `allowed` holds what is usual, `hint` what the value
  // would do.
  bool is_warning = false;

  // One line: file:line:column: [warning: ]pointer: found; allowed; hint.
  std::string text() const;
};

// All the mistakes of a scenario, found in one pass.
class ScenarioError : public Error {
 public:
  explicit ScenarioError(std::vector<Diagnostic> diagnostics);
  const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }

 private:
  std::vector<Diagnostic> diagnostics_;
};

}  // namespace hearth
