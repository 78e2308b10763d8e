// What Debian's emscripten, whose library is libc++ 13, lacks of C++20, as far as the engine uses it. Only
// the toolchain of WebAssembly includes it, before every source.
#pragma once
#pragma GCC system_header  // its warnings are nobody's

#ifdef __cplusplus
#include <algorithm>
#include <functional>
#include <iterator>
#include <type_traits>
#include <utility>

namespace std {

template <typename To, typename From>
requires(sizeof(To) == sizeof(From)) constexpr To bit_cast(const From& from) noexcept {
  return __builtin_bit_cast(To, from);
}

namespace ranges {

// Arguments as in the library: a range, then what is looked for or done, then how elements are seen.
template <typename Range, typename Test, typename See = identity>
constexpr bool all_of(Range&& range, Test test, See see = {}) {
  return std::all_of(std::begin(range), std::end(range),
                     [&](auto&& x) { return invoke(test, invoke(see, x)); });
}
template <typename Range, typename Test, typename See = identity>
constexpr bool any_of(Range&& range, Test test, See see = {}) {
  return std::any_of(std::begin(range), std::end(range),
                     [&](auto&& x) { return invoke(test, invoke(see, x)); });
}
template <typename Range, typename Test, typename See = identity>
constexpr auto find_if(Range&& range, Test test, See see = {}) {
  return std::find_if(std::begin(range), std::end(range),
                      [&](auto&& x) { return invoke(test, invoke(see, x)); });
}
template <typename Range, typename Test, typename See = identity>
constexpr auto find_if_not(Range&& range, Test test, See see = {}) {
  return std::find_if_not(std::begin(range), std::end(range),
                          [&](auto&& x) { return invoke(test, invoke(see, x)); });
}
template <typename Range, typename Value, typename See = identity>
constexpr auto find(Range&& range, const Value& value, See see = {}) {
  return std::find_if(std::begin(range), std::end(range), [&](auto&& x) { return invoke(see, x) == value; });
}
template <typename Range, typename Value, typename See = identity>
constexpr auto count(Range&& range, const Value& value, See see = {}) {
  return std::count_if(std::begin(range), std::end(range), [&](auto&& x) { return invoke(see, x) == value; });
}
template <typename Range, typename Test, typename See = identity>
constexpr auto count_if(Range&& range, Test test, See see = {}) {
  return std::count_if(std::begin(range), std::end(range),
                       [&](auto&& x) { return invoke(test, invoke(see, x)); });
}
template <typename First, typename Second, typename Same = std::equal_to<>>
constexpr bool equal(First&& first, Second&& second, Same same = {}) {
  return std::equal(std::begin(first), std::end(first), std::begin(second), std::end(second), same);
}
template <typename Range, typename Same = std::equal_to<>, typename See = identity>
constexpr auto adjacent_find(Range&& range, Same same = {}, See see = {}) {
  return std::adjacent_find(std::begin(range), std::end(range),
                            [&](auto&& a, auto&& b) { return invoke(same, invoke(see, a), invoke(see, b)); });
}
template <typename Range, typename Out, typename Change>
constexpr void transform(Range&& range, Out out, Change change) {
  std::transform(std::begin(range), std::end(range), out, [&](auto&& x) { return invoke(change, x); });
}
template <typename First, typename Second, typename Out, typename Join>
constexpr void transform(First&& first, Second&& second, Out out, Join join) {
  std::transform(std::begin(first), std::end(first), std::begin(second), out, join);
}
template <typename Range, typename Out>
constexpr void copy(Range&& range, Out out) {
  std::copy(std::begin(range), std::end(range), out);
}
template <typename First, typename Second, typename Out>
constexpr void set_difference(First&& first, Second&& second, Out out) {
  std::set_difference(std::begin(first), std::end(first), std::begin(second), std::end(second), out);
}
template <typename First, typename Second, typename Out>
constexpr void set_intersection(First&& first, Second&& second, Out out) {
  std::set_intersection(std::begin(first), std::end(first), std::begin(second), std::end(second), out);
}
template <typename Range, typename Out, typename Test>
constexpr void copy_if(Range&& range, Out out, Test test) {
  std::copy_if(std::begin(range), std::end(range), out, test);
}
template <typename Range, typename Test, typename Value>
constexpr void replace_if(Range&& range, Test test, const Value& value) {
  std::replace_if(std::begin(range), std::end(range), test, value);
}

// By order: `less` of two elements as they are seen.
template <typename Less, typename See>
constexpr auto by(Less& less, See& see) {
  return [&](auto&& a, auto&& b) { return invoke(less, invoke(see, a), invoke(see, b)); };
}
template <typename Range, typename Less = std::less<>, typename See = identity>
constexpr auto max_element(Range&& range, Less less = {}, See see = {}) {
  return std::max_element(std::begin(range), std::end(range), by(less, see));
}
template <typename Range, typename Less = std::less<>, typename See = identity>
constexpr auto max(Range&& range, Less less = {}, See see = {}) {
  return *std::max_element(std::begin(range), std::end(range), by(less, see));
}
template <typename Range, typename Less = std::less<>, typename See = identity>
constexpr auto min_element(Range&& range, Less less = {}, See see = {}) {
  return std::min_element(std::begin(range), std::end(range), by(less, see));
}
template <typename Range, typename Less = std::less<>, typename See = identity>
constexpr void sort(Range&& range, Less less = {}, See see = {}) {
  std::sort(std::begin(range), std::end(range), by(less, see));
}
template <typename Range, typename Less = std::less<>, typename See = identity>
constexpr void stable_sort(Range&& range, Less less = {}, See see = {}) {
  std::stable_sort(std::begin(range), std::end(range), by(less, see));
}
template <typename Range, typename Value>
constexpr bool binary_search(Range&& range, const Value& value) {
  return std::binary_search(std::begin(range), std::end(range), value);
}
}  // namespace ranges
}  // namespace std
#endif
