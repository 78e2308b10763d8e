// A small result with everything in it; its series are synthetic.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "core/measures.hpp"
#include "results/content/result_header.hpp"

namespace hearth {

inline constexpr int kSmallReplicates = 12;

// Three years, of which the last is two months; two authorities of one region, and two alone in theirs.
inline ResultHeader small_header(bool to_summarise = true, int step_months = 1,
                                 int replicates = kSmallReplicates) {
  ResultHeader header;
  header.title = "A small result";
  header.arms = {{"protection_only", "Protection only"},
                 {"business_as_usual", "Business as usual"},
                 {"family_safeguarding", "Support is protection"}};
  header.baseline = 1;
  header.replicates = replicates;
  header.authorities = {{801, "E06000023", "Bristol, City of", "South West"},
                        {840, "E06000047", "County Durham", "North East"},
                        {841, "E06000005", "Darlington", "North East"},
                        {919, "E10000015", "Hertfordshire", "East of England"}};
  header.origin = {2022, 3};
  header.months = 26;
  header.step_months = step_months;
  header.seed = 5;
  header.split = {UncertaintySource::kProcess, UncertaintySource::kDrift};
  header.to_summarise = to_summarise;
  header.scenario_json = std::string(R"({"name": "small", "output": {"replicates": ")") +
                         (to_summarise ? "summary" : "all") + "\"}}";
  header.provenance = {{"commit", "abc123"}};
  header.inputs = {{"small.json", "00ff"}};
  // An effect of each arm but the baseline was drawn: means of their differences are regressed on it.
  header.effects.effects = {{0, "practice", "retention"}, {2, "practice", "retention"}};
  for (int r = 0; r < 2 * replicates; ++r)
    header.effects.deviations.push_back(std::sin(1.0 + static_cast<double>(r)));
  return header;
}

// Every number of a series, drawn: levels below one, counts below 100,000.
inline void draw_numbers(AuthoritySeries& series, std::minstd_rand& draw) {
  for (const MeasureInfo& info : kMeasureTable)
    for (std::size_t m = 0; m < series.months(); ++m)
      if (slot(info.id).real)
        series.levels(info.id)[m] = static_cast<float>(draw() % 1000) / 1007.0F;
      else
        for (std::size_t c = 0; c < size_of(info.dimension); ++c)
          series.counts(info.id, c)[m] = static_cast<std::int32_t>(draw() % 100'000);
  for (std::size_t line = 0; line < kCostLines.size(); ++line)
    for (auto& pence : series.cost(line)) pence = static_cast<Pence>(draw());
}

// Different for every arm, replicate and ensemble.
inline std::vector<AuthoritySeries> small_block(const ResultHeader& header, std::size_t arm,
                                                std::size_t replicate, std::size_t ensemble) {
  std::vector<AuthoritySeries> out;
  std::minstd_rand draw(static_cast<unsigned>(1 + (ensemble * 100 + replicate) * 10 + arm));
  for (std::size_t a = 0; a < header.authorities.size(); ++a) {
    draw_numbers(out.emplace_back(header.steps()), draw);
  }
  return out;
}

// Into a file or memory.
template <typename Writer>
void write_replicate(Writer& writer, const ResultHeader& header, std::size_t replicate) {
  for (std::size_t arm = 0; arm < header.arms.size(); ++arm) {
    writer.write(arm, replicate, small_block(header, arm, replicate, 0));
    for (std::size_t source = 0; source < header.split.size(); ++source)
      writer.write_alone(source, arm, replicate, small_block(header, arm, replicate, 1 + source));
  }
}

}  // namespace hearth
