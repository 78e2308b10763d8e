// Checks the processor, then hands over. Compiled for any x86-64 (see CMakeLists.txt); keep it free of
// templates, whose code the linker could share with files compiled for newer processors.
#include <unistd.h>

#include "cli/program.hpp"

#if defined(__x86_64__) && !defined(HEARTH_NATIVE)
namespace {

constexpr int kProcessorTooOld = 69;  // docs/reference/cli.md
constexpr char kMessage[] =
    "hearth: this processor is too old for this build, which needs x86-64-v3 (AVX2, FMA, BMI1 and BMI2: "
    "most\n"
    "  processors since 2015). Build Hearth on this machine for this machine instead:\n"
    "  cmake --preset release -DHEARTH_NATIVE=ON && cmake --build --preset release\n";

// 101 is the earliest priority a program may use: it runs before the initialisers of every other file of
// ours.
[[gnu::constructor(101)]] void check_processor() {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
      __builtin_cpu_supports("bmi2"))
    return;
  [[maybe_unused]] const auto written = write(STDERR_FILENO, kMessage, sizeof kMessage - 1);
  _exit(kProcessorTooOld);
}

}  // namespace
#endif

int main(int argc, char** argv) {
  return hearth::run_program(argc, argv);
}
