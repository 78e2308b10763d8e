#include "kernels/flips.hpp"

#include <algorithm>
#include <bit>

#ifdef HEARTH_WIDE
#include <immintrin.h>

#ifndef __clang__
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"  // false alarms in GCC's own header (bug 105593)
#endif

namespace hearth {
namespace {

// Rows k, k + 4, k + 8 and k + 12 of those at these places of a table.
HEARTH_WIDE __m512 four_rows(const std::array<float, 4>* table, const std::int32_t* at, std::size_t k) {
  __m512 four = _mm512_castps128_ps512(_mm_load_ps(table[at[k]].data()));
  four = _mm512_insertf32x4(four, _mm_load_ps(table[at[k + 4]].data()), 1);
  four = _mm512_insertf32x4(four, _mm_load_ps(table[at[k + 8]].data()), 2);
  return _mm512_insertf32x4(four, _mm_load_ps(table[at[k + 12]].data()), 3);
}

// The four columns of sixteen rows of a table: whole rows are read, then turned, in fewer steps than number
// by number.
struct Columns {
  __m512 column[4];
};
HEARTH_WIDE Columns columns(const std::array<float, 4>* table, __m512i row) {
  alignas(64) std::array<std::int32_t, 16> at;
  _mm512_store_si512(at.data(), row);
  const __m512 a = four_rows(table, at.data(), 0);
  const __m512 b = four_rows(table, at.data(), 1);
  const __m512 c = four_rows(table, at.data(), 2);
  const __m512 d = four_rows(table, at.data(), 3);
  const __m512d ab_low = _mm512_castps_pd(_mm512_unpacklo_ps(a, b));
  const __m512d ab_high = _mm512_castps_pd(_mm512_unpackhi_ps(a, b));
  const __m512d cd_low = _mm512_castps_pd(_mm512_unpacklo_ps(c, d));
  const __m512d cd_high = _mm512_castps_pd(_mm512_unpackhi_ps(c, d));
  return {{_mm512_castpd_ps(_mm512_unpacklo_pd(ab_low, cd_low)),
           _mm512_castpd_ps(_mm512_unpackhi_pd(ab_low, cd_low)),
           _mm512_castpd_ps(_mm512_unpacklo_pd(ab_high, cd_high)),
           _mm512_castpd_ps(_mm512_unpackhi_pd(ab_high, cd_high))}};
}

}  // namespace

HEARTH_WIDE std::size_t wide_flips(const FlipFamilies& families, const FlipTables& tables,
                                   const FlipMonth& month, const DrawList& draws,
                                   std::span<std::uint32_t> due, std::span<int, 5> families_with) {
  const __m512 contact_start = _mm512_set1_ps(month.contact_start);
  const __m512 contact_span = _mm512_set1_ps(month.contact_end - month.contact_start);
  const __m512 needs_start = _mm512_set1_ps(month.needs_start);
  const __m512 needs_end = _mm512_set1_ps(month.needs_end);
  const __m512 per_needs_clock = _mm512_set1_ps(1.0F / (month.needs_end - month.needs_start));
  const __m512i quiet_bits = _mm512_set1_epi32((1 << FlipTables::kStateBits) - 1);
  const __m512i one = _mm512_set1_epi32(1);
  constexpr int kWordScale = 4;  // of the index of a word, in bytes
  constexpr int kWordsBetween = std::countr_zero(FlipFamilies::kStride / kWordScale);
  std::size_t again = 0;
  for (std::size_t i = 0; i < due.size(); i += 16) {
    const std::size_t n = std::min<std::size_t>(16, due.size() - i);
    const auto all = static_cast<__mmask16>((1U << n) - 1U);
    const __m512i family = _mm512_maskz_loadu_epi32(all, due.data() + i);
    const __m512i at = _mm512_slli_epi32(family, kWordsBetween);
    const __m512i word =
        _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), all, at, families.words, kWordScale);
    const __m512i state = _mm512_srli_epi32(word, FlipWord::kStateShift);
    // The state's marks beyond those of a row are in between.
    const __m512i first_row =
        _mm512_slli_epi32(_mm512_srli_epi32(word, FlipWord::kClassShift), FlipTables::kStateBits);
    const __m512i row = _mm512_or_si512(first_row, _mm512_and_si512(state, quiet_bits));

    const __m512i bits = _mm512_maskz_loadu_epi32(all, draws.words(1) + i);
    const __m512 u =
        _mm512_mul_ps(_mm512_add_ps(_mm512_cvtepi32_ps(_mm512_srli_epi32(bits, 9)), _mm512_set1_ps(0.5F)),
                      _mm512_set1_ps(0x1p-23F));
    __m512i component = _mm512_setzero_si512();
    for (const __m512& share : columns(tables.passed, row).column)
      component = _mm512_mask_add_epi32(component, _mm512_cmp_ps_mask(u, share, _CMP_GE_OQ), component, one);
    const __m512i flipped = _mm512_sllv_epi32(one, component);
    const __m512i after = _mm512_xor_si512(word, _mm512_slli_epi32(flipped, FlipWord::kStateShift));
    const __m512i now_row = _mm512_or_si512(
        first_row, _mm512_and_si512(_mm512_srli_epi32(after, FlipWord::kStateShift), quiet_bits));
    const __mmask16 starts =
        _mm512_mask_test_epi32_mask(all, _mm512_srli_epi32(after, FlipWord::kStateShift), flipped);
    for (int k = 0; k < static_cast<int>(families_with.size()); ++k) {
      const __mmask16 flips = _mm512_mask_cmpeq_epi32_mask(all, component, _mm512_set1_epi32(k));
      families_with[static_cast<std::size_t>(k)] += 2 * std::popcount(static_cast<unsigned>(flips & starts)) -
                                                    std::popcount(static_cast<unsigned>(flips));
    }

    const __m512 reading = _mm512_mask_i32gather_ps(needs_end, all, family, families.needs_reading, 4);
    const __m512 contact_at = _mm512_mask_i32gather_ps(needs_end, all, family, families.contact_reading, 4);
    const __m512 rate_before = _mm512_mask_i32gather_ps(needs_end, all, row, tables.contact_rate, 4);
    const __m512 rate_after = _mm512_mask_i32gather_ps(needs_end, all, now_row, tables.contact_rate, 4);
    const __m512 total_after = _mm512_mask_i32gather_ps(needs_end, all, now_row, tables.total, 4);
    const __m512 share = _mm512_max_ps(_mm512_mul_ps(_mm512_sub_ps(reading, needs_start), per_needs_clock),
                                       _mm512_setzero_ps());
    const __m512 now = _mm512_add_ps(contact_start, _mm512_mul_ps(share, contact_span));
    const __m512 moved = _mm512_add_ps(
        now, _mm512_mul_ps(_mm512_sub_ps(contact_at, now), _mm512_div_ps(rate_before, rate_after)));
    const __mmask16 moves = _mm512_mask_cmp_ps_mask(all, contact_at, now, _CMP_GT_OQ);
    const __m512 wait = _mm512_maskz_loadu_ps(all, draws.waits(0) + i);
    const __m512 next = _mm512_add_ps(reading, _mm512_div_ps(wait, total_after));
    _mm512_mask_i32scatter_epi32(families.words, all, at, after, kWordScale);
    _mm512_mask_i32scatter_ps(families.contact_reading, moves, family, moved, 4);
    _mm512_mask_i32scatter_ps(families.needs_reading, all, family, next, 4);
    const __mmask16 repeats = _mm512_mask_cmp_ps_mask(all, next, needs_end, _CMP_LE_OQ);
    _mm512_mask_compressstoreu_epi32(due.data() + again, repeats, family);
    again += static_cast<std::size_t>(std::popcount(static_cast<unsigned>(repeats)));
  }
  return again;
}

}  // namespace hearth

#ifndef __clang__
#pragma GCC diagnostic pop
#endif
#endif
