// What a result in memory says is, byte for byte, what its file says. The series are synthetic.
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "folder.hpp"
#include "results/content/memory_result.hpp"
#include "results/export.hpp"
#include "results/file/result_reader.hpp"
#include "results/file/result_writer.hpp"
#include "results/saving.hpp"
#include "results/split.hpp"
#include "results/summary.hpp"
#include "small_result.hpp"

namespace hearth {
namespace {

class InMemory : public InFolder {
 protected:
  // The same blocks into both.
  std::unique_ptr<MemoryResult> write_both(const ResultHeader& header, int end) const {
    ResultWriter writer(path(), header);
    auto memory = std::make_unique<MemoryResult>(header);
    for (int r = header.first_replicate; r < header.first_replicate + end; ++r) {
      write_replicate(writer, header, static_cast<std::size_t>(r));
      write_replicate(*memory, header, static_cast<std::size_t>(r));
    }
    if (end < header.replicates) {
      writer.end_at(end);
      memory->end_at(end);
    }
    writer.commit(12.5, 2);
    memory->finish(12.5, 2);
    return memory;
  }
};

std::string exported(const ResultSource& result) {
  std::string out;
  ExportChoice choice;
  choice.measures = find_exported_measures({"all"});
  for (std::size_t a = 0; a < result.header().authorities.size(); ++a)
    choice.places.push_back(place_of_authority(result.header(), a));
  export_csv(result, choice, [&](std::string_view rows) { out += rows; });
  return out;
}

// All that is said of a result, of each area.
std::string all_of(const ResultSource& result) {
  std::string out;
  for (const char* name : {"England", "North East", "Darlington"}) {
    Summary usual = summarise(result, name);
    EXPECT_TRUE(usual.who_gains);
    out += summary_text(usual) + summary_json(usual) + summary_csv(usual);
    std::vector<std::string> every;
    for (const SummaryMeasure& measure : summary_measures()) every.push_back(measure.key);
    out += summary_csv(summarise(result, name, every));
  }
  return out + exported(result);
}

void expect_same(const ResultSource& memory, const ResultSource& file) {
  const ResultHeader& one = memory.header();
  const ResultHeader& other = file.header();
  EXPECT_FALSE(difference_of_runs(one, other)) << *difference_of_runs(one, other);
  EXPECT_EQ(one.replicates, other.replicates);
  EXPECT_EQ(one.provenance, other.provenance);
  EXPECT_EQ(one.effects.deviations, other.effects.deviations);
  const std::string said = all_of(memory);
  EXPECT_GT(said.size(), 100'000U);
  EXPECT_TRUE(said == all_of(file));
}

TEST_F(InMemory, SaysWhatTheFileSays) {
  const ResultHeader header = small_header(false);
  const auto memory = write_both(header, header.replicates);
  expect_same(*memory, ResultReader(path()));
}

TEST_F(InMemory, InStepsAndOfAFractionOfFamilies) {
  ResultHeader header = small_header(false, 3, 5);
  header.sampling_fraction = 0.3;
  const auto memory = write_both(header, header.replicates);
  expect_same(*memory, ResultReader(path()));
}

TEST_F(InMemory, MayEndEarly) {
  ResultHeader header = small_header(false, 12);
  header.split.clear();
  header.may_end_early = true;
  header.scenario_json = R"({"name": "small", "replicates": 12})";
  const auto memory = write_both(header, 7);
  EXPECT_EQ(memory->header().replicates, 7);
  const ResultReader file(path());
  expect_same(*memory, file);
  EXPECT_EQ(memory->header().scenario_json, file.header().scenario_json);
}

TEST_F(InMemory, APartHasTheNumbersOfItsReplicates) {
  ResultHeader header = small_header(false, 12, 3);
  header.first_replicate = 4;
  header.run_replicates = 12;
  const auto memory = write_both(header, 3);
  expect_same(*memory, ResultReader(path()));
}

TEST(MemoryArrays, AreOfTheShapesAndTypesThatAreDescribed) {
  const ResultHeader header = small_header(false, 12, 2);
  MemoryResult memory(header);
  write_replicate(memory, header, 1);
  const auto arrays = memory.arrays();
  ASSERT_EQ(arrays.size(), kCostVariableAlone + 1);
  const auto& referrals = arrays[index(Measure::kReferrals)];
  EXPECT_EQ(referrals.description.name, "referrals");
  EXPECT_EQ(referrals.shape, (std::vector<std::size_t>{3, 2, 4, 3}));
  // Arm 2, replicate 1, authority 3, all years.
  const auto* numbers = static_cast<const std::int32_t*>(referrals.numbers) + ((2 * 2 + 1) * 4 + 3) * 3;
  const auto block = small_block(header, 2, 1, 0);
  const auto expected = block[3].counts(Measure::kReferrals);
  EXPECT_EQ(std::vector<std::int32_t>(numbers, numbers + 3),
            std::vector<std::int32_t>(expected.begin(), expected.end()));
  // Of replicate 0 nothing was written.
  EXPECT_EQ(memory.series(Measure::kReferrals, {0})[0], 0.0);
  EXPECT_GT(MemoryResult::bytes(header), sizeof(std::int32_t) * 3.0 * 2 * 4 * 3 * kMeasures);
}

TEST(MemoryArrays, RefuseWhatTheResultDoesNotHave) {
  const ResultHeader header = small_header(false, 12, 2);
  MemoryResult memory(header);
  const auto block = small_block(header, 0, 0, 0);
  EXPECT_THROW(memory.write(3, 0, block), InternalError);
  EXPECT_THROW(memory.write(0, 2, block), InternalError);
  EXPECT_THROW(memory.write_alone(2, 0, 0, block), InternalError);
  EXPECT_THROW(memory.write(0, 0, {block.begin(), block.begin() + 3}), InternalError);
  EXPECT_THROW(memory.series(Measure::kReferrals, {4}), InternalError);
  EXPECT_THROW(memory.end_at(3), InternalError);
}

}  // namespace
}  // namespace hearth
