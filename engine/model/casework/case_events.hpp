// Open cases: from opening to closing, month by month (docs/model.md, casework).
#pragma once

#include <cstddef>
#include <cstdint>

#include "model/state.hpp"

namespace hearth {

// Thresholds of n new cases, the k-th of family(k): s.draw_list.lanes(2 k).
template <typename Family>
void draw_thresholds(AuthorityState& s, std::size_t n, Family&& family) {
  s.draw_list.resize(2 * n);
  for (std::size_t k = 0; k < n; ++k) {
    const std::uint32_t f = family(k);
    const std::uint32_t number = s.family[f].cases++;
    s.draw_list.set(2 * k, f, case_opening(number, 0));
    s.draw_list.set(2 * k + 1, f, case_opening(number, 1));
  }
  s.draw_list.draw(s.draws, Process::kCaseOpening);
  for (std::size_t word = 0; word < 4; ++word) s.draw_list.make_waits(word);
}

// A quiet family is to have a case, with `rest` of the month (0 to 1) left: nothing else happens to it until
// open_cases(). `engagement` is a uniform draw.
void plan_opening(AuthorityState& s, std::uint32_t family, Stage stage, std::uint8_t flags, float engagement,
                  float rest);

// Pre-proceedings of an open case start, other than by an event of it.
void start_pre_proceedings(AuthorityState& s, Case& c, int month, float rest);

// Opens the cases in s.openings, and advances them to the month's end.
void open_cases(AuthorityState& s, int month);

// The cases open at the month's start (those opened since have had their part of it): first what passes for
// all of them, then the events of those that have one.
void work_on_cases(AuthorityState& authority, int month);

// Children who came home this month (s.returns) to families without an open case: support goes on at home.
void support_after_returns(AuthorityState& authority, int month);

}  // namespace hearth
