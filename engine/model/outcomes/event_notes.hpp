// Notes of events in the log, where one is kept: else a branch that is never taken.
#pragma once

#include <cstddef>
#include <cstdint>

#include "model/state.hpp"

namespace hearth {

inline bool logs(const AuthorityState& s) {
  return s.log != nullptr;
}

void write_note(AuthorityState& s, EventKind kind, std::uint32_t family, float rest, std::size_t detail,
                std::size_t child);

// `rest` of the month (0 to 1) is left at the event; EventKind says what `detail` is.
inline void note(AuthorityState& s, EventKind kind, std::uint32_t family, float rest, std::size_t detail = 0,
                 std::size_t child = 0) {
  if (logs(s)) [[unlikely]]
    write_note(s, kind, family, rest, detail, child);
}

// A need that has just come or gone.
void note_need(AuthorityState& s, std::uint32_t family, std::size_t component, float rest);

// An event of a case, before anything of it is done.
void note_outcome(AuthorityState& s, const Case& c, const CaseOutcome& out, float rest);

// Starts the log: families, and who has a case or is looked after at the origin.
void log_origin(AuthorityState& s);

}  // namespace hearth
