// Results that are written in parts, interrupted and gone on with: the same numbers as in one go. The series
// are synthetic.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "core/error.hpp"
#include "folder.hpp"
#include "results/file/journal.hpp"
#include "results/file/queued_writer.hpp"
#include "results/file/result_reader.hpp"
#include "results/file/result_writer.hpp"
#include "results/merge.hpp"
#include "small_result.hpp"

namespace hearth {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kArms = 2;
constexpr int kReplicates = 12;
constexpr int kMonths = 14;
constexpr std::size_t kAuthorities = 2;

class Ensembles : public InFolder {};

ResultHeader header_of(int first = 0, int count = kReplicates) {
  ResultHeader header;
  header.title = "A small result";
  header.arms = {{"business_as_usual", "Business as usual"}, {"protection_only", "Protection only"}};
  header.first_replicate = first;
  header.replicates = count;
  if (count < kReplicates) header.run_replicates = kReplicates;
  header.authorities = {{840, "E06000047", "County Durham", "North East"},
                        {841, "E06000005", "Darlington", "North East"}};
  header.origin = {2022, 3};
  header.months = kMonths;
  header.seed = 5;
  header.split = {UncertaintySource::kProcess};
  header.scenario_json = "{\"name\": \"small\", \"replicates\": 12}";
  header.provenance = {{"commit", "abc123"}};
  header.inputs = {{"small.json", "00ff"}};
  return header;
}

// Different for every arm and replicate.
std::vector<AuthoritySeries> block_of(std::size_t arm, std::size_t replicate) {
  std::vector<AuthoritySeries> out;
  for (std::size_t a = 0; a < kAuthorities; ++a) {
    std::minstd_rand draw(static_cast<unsigned>(1 + (replicate * kArms + arm) * kAuthorities + a));
    draw_numbers(out.emplace_back(kMonths), draw);
  }
  return out;
}

void write_replicate(ResultWriter& writer, std::size_t replicate) {
  for (std::size_t arm = 0; arm < kArms; ++arm) writer.write(arm, replicate, block_of(arm, replicate));
}
void write_alone(ResultWriter& writer, std::size_t replicate) {
  for (std::size_t arm = 0; arm < kArms; ++arm)
    writer.write_alone(0, arm, replicate, block_of(arm, replicate));
}
// What is missing, in checkpoints of one replicate.
void fill(ResultWriter& writer, bool keep) {
  for (const std::size_t r : writer.missing()) {
    write_replicate(writer, r);
    if (keep) writer.checkpoint();
  }
  for (const std::size_t r : writer.missing(0)) {
    write_alone(writer, r);
    if (keep) writer.checkpoint();
  }
  writer.commit(1.0, 1);
}

void write_whole(const fs::path& file, const ResultHeader& header) {
  ResultWriter writer(file, header);
  fill(writer, false);
}

std::vector<std::size_t> everywhere() {
  return {0, 1};
}

// Every number of two results is the same to the bit.
void expect_same(const fs::path& one, const fs::path& other) {
  const ResultReader a(one);
  const ResultReader b(other);
  ASSERT_EQ(a.header().replicates, b.header().replicates);
  EXPECT_EQ(a.header().first_replicate, b.header().first_replicate);
  EXPECT_EQ(a.header().run_replicates, b.header().run_replicates);
  EXPECT_EQ(a.header().scenario_json, b.header().scenario_json);
  for (const std::size_t authority : everywhere()) {
    for (const MeasureInfo& info : kMeasureTable)
      for (std::size_t c = 0; c < size_of(info.dimension); ++c)
        ASSERT_EQ(a.series(info.id, {authority}, c), b.series(info.id, {authority}, c)) << info.name;
    for (const CostLine& line : kCostLines)
      ASSERT_EQ(a.cost({authority}, {index(line.payer)}, {index(line.category)}),
                b.cost({authority}, {index(line.payer)}, {index(line.category)}));
    if (a.header().split.empty()) continue;
    for (const Measure measure : kSplitMeasures)
      ASSERT_EQ(a.series_alone(0, measure, {authority}), b.series_alone(0, measure, {authority}));
    ASSERT_EQ(a.cost_alone(0, {authority}), b.cost_alone(0, {authority}));
  }
}

// ---- the journal

TEST_F(Ensembles, AJournalPutsBackWhatWasOverwrittenCutOffAndAdded) {
  const auto text_of = [&] {
    std::ifstream in(path("data"), std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  std::ofstream(path("data"), std::ios::binary) << "0123456789";
  EXPECT_FALSE(Journal::put_back(path("data")));
  Journal journal(path("data"));
  journal.keep(0, 3);  // nothing to come back to yet
  EXPECT_FALSE(Journal::put_back(path("data")));
  journal.checkpoint("what I know");
  const auto write = [&](std::size_t at, const std::string& bytes) {
    journal.keep(at, bytes.size());
    std::fstream out(path("data"), std::ios::binary | std::ios::in | std::ios::out);
    out.seekp(static_cast<std::streamoff>(at));
    out << bytes;
  };
  write(2, "ab");
  write(3, "cd");
  write(8, "efghij");
  journal.keep(5, 1000);
  fs::resize_file(path("data"), 5);
  EXPECT_EQ(text_of(), "01acd");
  // The process ended while it kept one more piece.
  std::ofstream(Journal::name(path("data")), std::ios::binary | std::ios::app) << std::string(20, '\1');
  for (int again = 0; again < 2; ++again) {
    EXPECT_EQ(Journal::put_back(path("data")), "what I know");
    EXPECT_EQ(text_of(), "0123456789");
  }
  journal.remove();
  EXPECT_FALSE(Journal::put_back(path("data")));
}

// ---- unfinished results

TEST_F(Ensembles, AnUnfinishedResultGoesOnFromItsLastCheckpoint) {
  write_whole(path("whole.h5"), header_of());
  std::ofstream(path()) << "older";
  {
    ResultWriter writer(path(), header_of(), Unfinished::kKeep);
    for (const std::size_t r : {3U, 0U}) write_replicate(writer, r);
    writer.write(0, 1, block_of(0, 1));  // not whole
    write_alone(writer, 3);
    writer.checkpoint();
    write_replicate(writer, 5);  // after the checkpoint: lost
  }
  EXPECT_TRUE(fs::exists(partial_name(path())));
  EXPECT_EQ(fs::file_size(path()), 5U) << "the older result is as it was";
  {
    const auto kept = kept_result(path());
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->replicates, (std::vector<std::size_t>{0, 3}));
  }
  {
    ResultWriter writer(path(), header_of(), Unfinished::kResume);
    EXPECT_EQ(writer.missing(), (std::vector<std::size_t>{1, 2, 4, 5, 6, 7, 8, 9, 10, 11}));
    EXPECT_EQ(writer.missing(0).size(), 11U);
    fill(writer, true);
  }
  expect_same(path("whole.h5"), path());
  EXPECT_FALSE(fs::exists(partial_name(path())));
  EXPECT_FALSE(fs::exists(Journal::name(partial_name(path()))));
}

TEST_F(Ensembles, WithoutAWholeReplicateNothingIsLeft) {
  {
    ResultWriter writer(path(), header_of(), Unfinished::kKeep);
    writer.write(0, 1, block_of(0, 1));
    writer.checkpoint();
  }
  EXPECT_TRUE(fs::is_empty(directory_));
}

TEST_F(Ensembles, AnotherRunIsNotGoneOnWith) {
  {
    ResultWriter writer(path(), header_of(), Unfinished::kKeep);
    write_replicate(writer, 0);
    writer.checkpoint();
  }
  ResultHeader header = header_of();
  header.seed = 6;
  const auto resume = [&] { ResultWriter(path(), header, Unfinished::kResume); };
  expect_contains(message_of(resume), "the seed is 5 in one and 6 in the other");
  header = header_of();
  header.scenario_json = "{\"name\": \"small\", \"replicates\": 13}";
  expect_contains(message_of(resume), "/replicates is 12 in one and 13 in the other");
  header = header_of();
  header.inputs["small.json"] = "00fe";
  expect_contains(message_of(resume), "small.json has changed");
  header = header_of();
  header.provenance["commit"] = "other";
  expect_contains(message_of(resume), "abc123");
  ResultWriter again(path(), header_of(), Unfinished::kResume);  // it is still there
  EXPECT_EQ(again.missing().size(), 11U);
}

TEST_F(Ensembles, TwoRunsDoNotWriteOneFile) {
  ResultWriter first(path(), header_of(), Unfinished::kKeep);
  expect_contains(message_of([&] { ResultWriter(path(), header_of(), Unfinished::kKeep); }),
                  "another run is writing");
  fill(first, true);
  EXPECT_EQ(ResultReader(path()).header().replicates, kReplicates);
}

// A process of its own goes on with the result, as often as it takes, and is killed at any moment.
TEST_F(Ensembles, KilledAtAnyMomentAResultGoesOn) {
  write_whole(path("whole.h5"), header_of());
  std::mt19937 draw(std::random_device{}());
  int killed = 0;
  for (int round = 0; round < 3; ++round) {
    fs::remove(path());
    for (int longest = 20'000;; longest += 10'000) {
      ASSERT_LT(longest, 60'000'000);
      const pid_t child = ::fork();
      ASSERT_GE(child, 0);
      if (child == 0) {
        try {
          ResultWriter writer(path(), header_of(), Unfinished::kResume);
          fill(writer, true);
          ::_exit(0);
        } catch (const std::exception& error) {
          std::fprintf(stderr, "%s\n", error.what());
          ::_exit(1);
        }
      }
      std::this_thread::sleep_for(std::chrono::microseconds(draw() % static_cast<unsigned>(longest)));
      ::kill(child, SIGKILL);
      int status = 0;
      ASSERT_EQ(::waitpid(child, &status, 0), child);
      ASSERT_TRUE(!WIFEXITED(status) || WEXITSTATUS(status) == 0) << "it ends well or is killed";
      killed += WIFSIGNALED(status) ? 1 : 0;
      if (fs::exists(path())) break;
    }
    expect_same(path("whole.h5"), path());
  }
  EXPECT_GT(killed, 3);
}

TEST_F(Ensembles, AResultMayEndEarly) {
  ResultHeader header = header_of();
  header.split.clear();
  header.may_end_early = true;
  {
    ResultWriter writer(path(), header, Unfinished::kKeep);
    for (std::size_t r = 0; r < 5; ++r) write_replicate(writer, r);
    EXPECT_THROW(writer.end_at(4), InternalError);
    writer.end_at(5);
    writer.commit(1.0, 1);
  }
  ResultHeader five = header_of(0, 5);
  five.split.clear();
  five.run_replicates = 0;
  five.scenario_json = "{\n  \"name\": \"small\",\n  \"replicates\": 5\n}";
  ResultWriter writer(path("five.h5"), five);
  for (std::size_t r = 0; r < 5; ++r) write_replicate(writer, r);
  writer.commit(1.0, 1);
  expect_same(path("five.h5"), path());
}

TEST_F(Ensembles, AQueueWritesTheSameAndHandsOnFailures) {
  write_whole(path("whole.h5"), header_of());
  ResultWriter writer(path(), header_of(), Unfinished::kKeep);
  {
    QueuedWriter queue(writer, true);
    for (std::size_t r = 0; r < kReplicates; ++r)
      for (std::size_t arm = 0; arm < kArms; ++arm) {
        queue.write({}, arm, r, block_of(arm, r));
        queue.write(0, arm, r, block_of(arm, r));
      }
    queue.finish();
  }
  EXPECT_TRUE(writer.missing().empty());
  {
    QueuedWriter queue(writer, false);
    queue.write({}, 0, 0, block_of(0, 0));  // a second time
    EXPECT_THROW(queue.finish(), InternalError);
  }
  writer.commit(1.0, 1);
  expect_same(path("whole.h5"), path());
}

// ---- shards

class Shards : public Ensembles {
 protected:
  void SetUp() override {
    Ensembles::SetUp();
    write_whole(path("whole.h5"), header_of());
    write_whole(path("1.h5"), header_of(0, 4));
    write_whole(path("2.h5"), header_of(4, 7));
    write_whole(path("3.h5"), header_of(11, 1));
  }
  std::string refusal(const std::vector<std::string>& names) const {
    std::vector<fs::path> files;
    for (const auto& name : names) files.push_back(path(name));
    return message_of([&] { merge_results(files, path(), MergeHow::kVirtual); });
  }
};

TEST_F(Shards, MergedAreTheWhole) {
  merge_results({path("3.h5"), path("1.h5"), path("2.h5")}, path("virtual.h5"), MergeHow::kVirtual);
  merge_results({path("2.h5"), path("3.h5"), path("1.h5")}, path("copied.h5"), MergeHow::kCopy);
  expect_same(path("whole.h5"), path("virtual.h5"));
  expect_same(path("whole.h5"), path("copied.h5"));
  // Together they may move.
  fs::create_directory(path("moved"));
  for (const char* name : {"1.h5", "2.h5", "3.h5", "virtual.h5"})
    fs::rename(path(name), path("moved") / name);
  expect_same(path("whole.h5"), path("moved") / "virtual.h5");
  expect_same(path("whole.h5"), path("copied.h5"));
}

TEST_F(Shards, ALostShardIsNamed) {
  merge_results({path("1.h5"), path("2.h5"), path("3.h5")}, path(), MergeHow::kVirtual);
  fs::rename(path("2.h5"), path("elsewhere.h5"));
  expect_contains(message_of([&] { ResultReader reader(path()); }), "2.h5 is not there");
  fs::copy(path("1.h5"), path("2.h5"));
  expect_contains(message_of([&] { ResultReader reader(path()); }), "2.h5 holds other replicates");
}

TEST_F(Shards, WrongOnesAreRefused) {
  expect_contains(refusal({"1.h5", "3.h5"}), "replicates 4 to 10 of 12 are missing");
  expect_contains(refusal({"2.h5", "3.h5"}), "replicates 0 to 3 of 12 are missing");
  expect_contains(refusal({"1.h5", "2.h5"}), "replicate 11 of 12 is missing");
  expect_contains(refusal({"1.h5", "2.h5", "3.h5", "1.h5"}), "1.h5 is named twice");
  write_whole(path("overlap.h5"), header_of(3, 8));
  expect_contains(refusal({"1.h5", "overlap.h5", "3.h5"}), "both hold replicate 3");
  ResultHeader other = header_of(4, 7);
  other.seed = 7;
  write_whole(path("seed.h5"), other);
  expect_contains(refusal({"1.h5", "seed.h5", "3.h5"}), "the seed is 5 in one and 7 in the other");
  other = header_of(4, 7);
  other.scenario_json = "{\"name\": \"other\", \"replicates\": 12}";
  write_whole(path("scenario.h5"), other);
  expect_contains(refusal({"1.h5", "scenario.h5", "3.h5"}),
                  "/name is \"small\" in one and \"other\" in the other");
  EXPECT_FALSE(fs::exists(path())) << "nothing is written";
  EXPECT_THROW(merge_results({path("1.h5"), path("2.h5"), path("3.h5")}, path("2.h5"), MergeHow::kCopy),
               UsageError);
}

}  // namespace
}  // namespace hearth
