// The answer of a comparison of vectors as bits: what is to be done with some lanes of a register then needs
// no branch a lane.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace hearth {

// What comparisons of vectors give: by lane all bits set, or none.
using FourFlags = std::int32_t __attribute__((vector_size(16)));
using EightFlags = std::int32_t __attribute__((vector_size(32)));
using EightShortFlags = std::int16_t __attribute__((vector_size(16)));

// Bit i: lane i is set. Nothing above.
inline unsigned bit_mask(const FourFlags& flags) {
#if defined(__SSE__)
  using Floats = float __attribute__((vector_size(16)));
  return static_cast<unsigned>(__builtin_ia32_movmskps(std::bit_cast<Floats>(flags)));
#elif defined(__wasm_simd128__)
  return wasm_i32x4_bitmask(std::bit_cast<v128_t>(flags));
#elif defined(__aarch64__)
  constexpr std::uint32_t kBits[] = {1, 2, 4, 8};
  return vaddvq_u32(vandq_u32(std::bit_cast<uint32x4_t>(flags), vld1q_u32(kBits)));
#else
  unsigned mask = 0;
  for (std::size_t i = 0; i < 4; ++i) mask |= (flags[i] != 0 ? 1U : 0U) << i;
  return mask;
#endif
}

inline unsigned bit_mask(const EightFlags& flags) {
#if defined(__AVX__)
  using Floats = float __attribute__((vector_size(32)));
  return static_cast<unsigned>(__builtin_ia32_movmskps256(std::bit_cast<Floats>(flags)));
#else
  struct Halves {
    FourFlags low, high;
  };
  const auto [low, high] = std::bit_cast<Halves>(flags);
  return bit_mask(low) | bit_mask(high) << 4;
#endif
}

inline unsigned bit_mask(const EightShortFlags& flags) {
#if defined(__SSE2__)
  using Bytes = char __attribute__((vector_size(16)));
  const auto packed = std::bit_cast<Bytes>(__builtin_ia32_packsswb128(flags, EightShortFlags{}));
  return static_cast<unsigned>(__builtin_ia32_pmovmskb128(packed));
#elif defined(__wasm_simd128__)
  return wasm_i16x8_bitmask(std::bit_cast<v128_t>(flags));
#elif defined(__aarch64__)
  constexpr std::uint16_t kBits[] = {1, 2, 4, 8, 16, 32, 64, 128};
  return vaddvq_u16(vandq_u16(std::bit_cast<uint16x8_t>(flags), vld1q_u16(kBits)));
#else
  unsigned mask = 0;
  for (std::size_t i = 0; i < 8; ++i) mask |= (flags[i] != 0 ? 1U : 0U) << i;
  return mask;
#endif
}

}  // namespace hearth
