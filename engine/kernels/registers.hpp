// Kernels that do the same to many numbers use 512-bit registers where the processor has them, and else those
// that the build targets (docs/adr/0022-wide-registers-at-run-time.md). The bits are the same.
#pragma once

#ifdef __AVX2__
// Compiles a function for processors with 512-bit registers. What it calls is inlined or compiled as
// elsewhere; lambdas within do not inherit it.
#define HEARTH_WIDE __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl")))
#endif

namespace hearth {

// Whether kernels use them: from the start where the processor has them.
bool wide_registers();

// For tests and benchmarks, which compare. Asking for what the processor has not changes nothing.
void use_wide_registers(bool wide);

}  // namespace hearth
