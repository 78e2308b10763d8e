// Numbers from text where the standard library has none of it: libc++ reads no double from text before its
// version 20.
#pragma once

#include <charconv>

namespace hearth {

// As std::from_chars(first, last, value), but for text that no table or option means as a number: "inf" and
// "nan", which it refuses.
std::from_chars_result portable_from_chars(const char* first, const char* last, double& value);

inline std::from_chars_result number_from_chars(const char* first, const char* last, double& value) {
#ifdef __cpp_lib_to_chars
  return std::from_chars(first, last, value);
#else
  return portable_from_chars(first, last, value);
#endif
}

}  // namespace hearth
