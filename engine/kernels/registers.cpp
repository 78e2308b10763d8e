#include "kernels/registers.hpp"

#include <atomic>

namespace hearth {

namespace {

bool has_wide_registers() {
#ifdef HEARTH_WIDE
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#else
  return false;
#endif
}

// False until it is initialised: then too the bits are the same.
std::atomic<bool> in_use = has_wide_registers();

}  // namespace

bool wide_registers() {
  return in_use.load(std::memory_order_relaxed);
}

void use_wide_registers(bool wide) {
  in_use.store(wide && has_wide_registers(), std::memory_order_relaxed);
}

}  // namespace hearth
