// Summarised results: the numbers are those of the full file, to the bit, however it was made; what is not
// kept is refused; a failure costs nothing. The series are synthetic.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "folder.hpp"
#include "results/authority_statistics.hpp"
#include "results/content/areas.hpp"
#include "results/export.hpp"
#include "results/file/inspect.hpp"
#include "results/file/result_reader.hpp"
#include "results/file/result_writer.hpp"
#include "results/merge.hpp"
#include "results/split.hpp"
#include "results/summarised.hpp"
#include "results/summary.hpp"
#include "small_result.hpp"

namespace hearth {
namespace {

namespace fs = std::filesystem;

constexpr int kReplicates = kSmallReplicates;

class Summarised : public InFolder {};

void fill(ResultWriter& writer, const ResultHeader& header) {
  for (const std::size_t r : writer.missing()) write_replicate(writer, header, r);
}

void write_result(const fs::path& file, const ResultHeader& header) {
  ResultWriter writer(file, header);
  fill(writer, header);
  commit_result(writer, 12.5, 2);
}

void expect_same_bits(const std::vector<double>& one, const std::vector<double>& other) {
  const auto bits = [](double x) { return std::bit_cast<std::uint64_t>(x); };
  EXPECT_TRUE(std::ranges::equal(one, other, {}, bits, bits));
}

// Every replicate of the areas.
void expect_same_areas(const ResultReader& one, const ResultReader& other) {
  for (const Area& area : areas_with_replicates(one.header())) {
    for (const MeasureInfo& info : kMeasureTable)
      for (std::size_t c = 0; c < size_of(info.dimension); ++c)
        expect_same_bits(one.series(info.id, area.authorities, c),
                         other.series(info.id, area.authorities, c));
    for (const CostLine& line : kCostLines)
      expect_same_bits(one.cost(area.authorities, {index(line.payer)}, {index(line.category)}),
                       other.cost(area.authorities, {index(line.payer)}, {index(line.category)}));
    for (std::size_t source = 0; source < one.header().split.size(); ++source) {
      for (const Measure measure : kSplitMeasures)
        expect_same_bits(one.series_alone(source, measure, area.authorities),
                         other.series_alone(source, measure, area.authorities));
      expect_same_bits(one.cost_alone(source, area.authorities), other.cost_alone(source, area.authorities));
    }
  }
}

void expect_same_range(const std::optional<Range>& one, const std::optional<Range>& other) {
  ASSERT_EQ(one.has_value(), other.has_value());
  if (one) expect_same_bits({one->low, one->high}, {other->low, other->high});
}

// Every number that summaries and pages show, of every area and authority.
void expect_same_summaries(const ResultReader& one, const ResultReader& other) {
  std::vector<Area> areas = areas_with_replicates(one.header());
  for (const auto& authority : one.header().authorities)
    areas.push_back(find_area(one.header(), authority.ons_code));
  const auto a = summarise(one, areas, summary_measures());
  const auto b = summarise(other, areas, summary_measures());
  for (std::size_t i = 0; i < areas.size(); ++i) {
    ASSERT_EQ(a[i].cells.size(), b[i].cells.size());
    for (std::size_t c = 0; c < a[i].cells.size(); ++c) {
      const SummaryCell& x = a[i].cells[c];
      const SummaryCell& y = b[i].cells[c];
      expect_same_bits({x.mean, x.median}, {y.mean, y.median});
      expect_same_range(x.range, y.range);
      expect_same_range(x.half, y.half);
      ASSERT_EQ(x.difference.has_value(), y.difference.has_value());
      if (!x.difference) continue;
      expect_same_bits({x.difference->mean}, {y.difference->mean});
      expect_same_range(x.difference->range, y.difference->range);
      ASSERT_EQ(x.difference->monte_carlo_standard_error, y.difference->monte_carlo_standard_error);
    }
  }
}

class SummarisedSteps : public Summarised, public testing::WithParamInterface<int> {};

TEST_P(SummarisedSteps, HasTheNumbersOfTheFullFileToTheBit) {
  write_result(path("full.h5"), small_header(false, GetParam()));
  write_result(path(), small_header(true, GetParam()));
  const ResultReader full(path("full.h5"));
  const ResultReader summarised(path());
  EXPECT_TRUE(summarised.header().summarised);
  EXPECT_EQ(summarised.header().step_months, GetParam());
  EXPECT_EQ(files(), 2U) << "nothing temporary is left";
  expect_same_areas(full, summarised);
  expect_same_summaries(full, summarised);
}
INSTANTIATE_TEST_SUITE_P(Of, SummarisedSteps, testing::Values(1, 3, 12));

TEST_F(Summarised, KeepsMeanAndStandardDeviationOfLevelsAndDifferences) {
  write_result(path("full.h5"), small_header(false));
  write_result(path(), small_header());
  const ResultReader full(path("full.h5"));
  const ResultReader summarised(path());
  const ResultHeader& header = full.header();
  const auto periods = summary_periods(header);
  ASSERT_EQ(periods.size(), 3U);
  for (const SummaryMeasure& measure : find_summary_measures(
           {"care_entries", "looked_after_by_age.under_1", "caseload", "cost_police", "cost_total"})) {
    const AuthorityStatistics levels(summarised, measure, false);
    const AuthorityStatistics differences(summarised, measure, true);
    for (std::size_t authority = 0; authority < 4; ++authority) {
      const auto series = measure.measure ? full.series(*measure.measure, {authority}, measure.category)
                                          : full.cost({authority}, measure.payers);
      for (std::size_t arm = 0; arm < 3; ++arm)
        for (std::size_t p = 0; p < periods.size(); ++p) {
          const auto values = yearly_values(header, measure, series, arm, periods[p]);
          const auto baseline = yearly_values(header, measure, series, header.baseline, periods[p]);
          const Statistics level = statistics_of(values);
          const Statistics difference =
              ControlVariates(header, arm).statistics(paired_differences(values, baseline));
          const Statistics kept = levels.of(arm, authority, p);
          const Statistics kept_difference = differences.of(arm, authority, p);
          EXPECT_EQ(kept.replicates, 12U);
          expect_same_bits({level.mean, level.standard_deviation}, {kept.mean, kept.standard_deviation});
          expect_same_bits({difference.mean, difference.standard_deviation},
                           {kept_difference.mean, kept_difference.standard_deviation});
          if (arm == header.baseline) {
            EXPECT_EQ(kept_difference.standard_deviation, 0.0);
          }
        }
    }
  }
}

TEST(Statistics, OfHandMadeValues) {
  const Statistics of = statistics_of({4.0, 1.0, 3.0, 2.0, 10.0});
  EXPECT_EQ(of.mean, 4.0);
  EXPECT_DOUBLE_EQ(of.standard_deviation, std::sqrt(12.5));
  EXPECT_EQ(of.median(), 3.0);
  EXPECT_DOUBLE_EQ(of.half()->low, 2.0);
  EXPECT_DOUBLE_EQ(of.half()->high, 4.0);
  EXPECT_DOUBLE_EQ(of.most()->low, 1.2);
  EXPECT_DOUBLE_EQ(of.most()->high, 8.8);
  EXPECT_DOUBLE_EQ(of.standard_error, std::sqrt(2.5));
  const Statistics one = statistics_of({7.0});
  EXPECT_EQ(one.median(), 7.0);
  EXPECT_FALSE(one.most() || one.half());
  EXPECT_TRUE(std::isnan(one.standard_deviation));
  EXPECT_FALSE(one.error_of_mean());
}

TEST_F(Summarised, WithOneReplicateThereAreNoIntervals) {
  ResultHeader header = small_header(true, 1, 1);
  header.split.clear();
  write_result(path(), header);
  const Summary summary = summarise(ResultReader(path()), "Darlington");
  EXPECT_TRUE(summary.summarised);
  for (const SummaryCell& cell : summary.cells) {
    EXPECT_FALSE(cell.range);
    EXPECT_FALSE(cell.difference && cell.difference->range);
  }
}

TEST_F(Summarised, OneAuthorityIsAllThereIsAndKeepsEverything) {
  ResultHeader header = small_header();
  header.authorities.resize(1);
  write_result(path(), header);
  const ResultReader result(path());
  ASSERT_EQ(areas_with_replicates(result.header()).size(), 1U);
  EXPECT_TRUE(result.has_replicates({0}));
  const Summary summary = summarise(result, "801");
  EXPECT_FALSE(summary.summarised);
  EXPECT_TRUE(summary.who_gains && summary.split);
}

TEST_F(Summarised, RegionsOfOneAuthorityAreThatAuthority) {
  write_result(path("full.h5"), small_header(false));
  write_result(path(), small_header());
  const ResultReader result(path());
  EXPECT_TRUE(result.has_replicates({3})) << "all of the East of England in the result";
  EXPECT_FALSE(result.has_replicates({1}));
  EXPECT_TRUE(result.has_replicates({1, 2}));
  expect_same_bits(ResultReader(path("full.h5")).series(Measure::kCaseload, {3}),
                   result.series(Measure::kCaseload, {3}));
}

TEST_F(Summarised, WhatIsNotKeptIsRefused) {
  write_result(path(), small_header());
  const ResultReader result(path());
  const auto refused = [&](const std::string& who, const auto& act) {
    const std::string message = message_of(act);
    expect_contains(message, "result.h5 does not have the replicates of " + who + ": it is summarised");
    expect_contains(message, "those of All in the result, South West, North East, East of England");
    expect_contains(message, "or run its scenario with \"output\": {\"replicates\": \"all\"}");
  };
  refused("Darlington", [&] { result.series(Measure::kCareEntries, {2}); });
  refused("Darlington", [&] { result.cost({2}); });
  refused("Darlington", [&] { result.series_alone(0, Measure::kCareEntries, {2}); });
  refused("Darlington", [&] { result.cost_alone(0, {2}); });
  refused("Darlington", [&] { who_gains(result, AuthorityGroup{2}); });
  refused("Darlington",
          [&] { split(result, find_area(result.header(), "Darlington"), find_summary_measures()); });
  refused("2 authorities together", [&] { result.series(Measure::kCareEntries, {0, 2}); });
  refused("single authorities", [&] { result.by_authority(0, 0, Measure::kCareEntries); });
  refused("single authorities", [&] { result.cost_by_authority(0, 0); });
}

TEST_F(Summarised, ASummarySaysWhatItDoesNotHold) {
  write_result(path("full.h5"), small_header(false));
  write_result(path(), small_header());
  const ResultReader full(path("full.h5"));
  const ResultReader result(path());
  for (const char* area : {"England", "North East"})
    EXPECT_EQ(summary_text(summarise(full, area)), summary_text(summarise(result, area)));
  const Summary darlington = summarise(result, "Darlington");
  EXPECT_FALSE(darlington.who_gains || darlington.split);
  EXPECT_EQ(summary_csv(summarise(full, "Darlington")), summary_csv(darlington));
  expect_contains(summary_text(darlington), "it does not keep the replicates of single authorities");
  expect_contains(summary_json(darlington), "\"summarised\": true");
}

TEST_F(Summarised, AnExportHasTheQuantilesThatAreKept) {
  write_result(path("full.h5"), small_header(false));
  write_result(path(), small_header());
  const ResultReader full(path("full.h5"));
  const ResultReader result(path());
  const auto table = [](const ResultReader& of, const ExportChoice& choice) {
    std::string out;
    export_csv(of, choice, [&](std::string_view text) { out += text; });
    return out;
  };
  ExportChoice choice{find_exported_measures({"all"}), {}};
  for (const std::size_t authority : find_authorities(result.header(), {}))
    choice.places.push_back(place_of_authority(result.header(), authority));
  EXPECT_EQ(table(full, choice), table(result, choice));
  choice.quantiles = {0.25, 0.95};
  EXPECT_EQ(table(full, choice), table(result, choice));
  choice.quantiles = {0.25, 0.9};
  expect_contains(message_of<UsageError>([&] { table(result, choice); }),
                  "0.9 of single authorities; allowed: 0.05, 0.25, 0.5, 0.75, 0.95");
  choice.quantiles = {};
  expect_contains(message_of<UsageError>([&] { table(result, choice); }), "replicates of single authorities");
  choice.quantiles = {0.5};
  choice.monthly = true;
  expect_contains(message_of<UsageError>([&] { table(result, choice); }), "single months of authorities");
}

TEST_F(Summarised, ShardsStayFullAndMergeSummarises) {
  write_result(path("whole.h5"), small_header());
  std::vector<fs::path> shards;
  for (const auto& [first, count] : {std::pair{0, 5}, {5, 1}, {6, 6}}) {
    ResultHeader header = small_header();
    header.run_replicates = kReplicates;
    header.first_replicate = first;
    header.replicates = count;
    auto& deviations = header.effects.deviations;
    const auto effects = static_cast<std::ptrdiff_t>(header.effects.effects.size());
    deviations = {deviations.begin() + effects * first, deviations.begin() + effects * (first + count)};
    shards.push_back(path(std::to_string(first) + ".h5"));
    write_result(shards.back(), header);
    EXPECT_FALSE(ResultReader(shards.back()).header().summarised);
  }
  merge_results({shards[2], shards[0], shards[1]}, path("merged.h5"), MergeHow::kVirtual);
  merge_results(shards, path("copied.h5"), MergeHow::kCopy);
  const std::atomic<bool> stop = true;
  for (const MergeHow how : {MergeHow::kVirtual, MergeHow::kCopy})
    EXPECT_THROW(merge_results(shards, path("stopped.h5"), how, &stop), Interrupted);
  EXPECT_EQ(files(), 6U) << "nothing temporary is left, nor what was stopped";
  for (const auto& shard : shards) fs::remove(shard);
  const ResultReader whole(path("whole.h5"));
  for (const char* name : {"merged.h5", "copied.h5"}) {
    const ResultReader merged(path(name));
    EXPECT_TRUE(merged.header().summarised) << "it stands alone";
    EXPECT_EQ(merged.header().run_replicates, 0);
    expect_same_areas(whole, merged);
    expect_same_summaries(whole, merged);
  }
  expect_contains(message_of([&] { merge_results({path("whole.h5")}, path(), MergeHow::kVirtual); }),
                  "whole.h5: it is summarised");
}

TEST_F(Summarised, InterruptedItGoesOnAndAnOlderResultStays) {
  write_result(path("whole.h5"), small_header());
  std::ofstream(path()) << "older";
  const ResultHeader header = small_header();
  {
    ResultWriter writer(path(), header, Unfinished::kKeep);
    for (const std::size_t r : {4U, 0U, 7U}) write_replicate(writer, header, r);
    writer.checkpoint();
  }
  {
    ResultWriter writer(path(), header, Unfinished::kResume);
    EXPECT_EQ(writer.missing().size(), 9U);
    fill(writer, header);
    const std::atomic<bool> stop = true;
    EXPECT_THROW(commit_result(writer, 1.0, 1, &stop), Interrupted);
  }
  EXPECT_EQ(fs::file_size(path()), 5U) << "the older result is as it was";
  EXPECT_EQ(files(), 4U) << "the unfinished result and its journal";
  std::ofstream(path("result.h5.partial.summary")) << "left by a run that was killed";
  {
    ResultWriter writer(path(), header, Unfinished::kResume);
    EXPECT_TRUE(writer.missing().empty()) << "every replicate was kept";
    commit_result(writer, 1.0, 1);
  }
  EXPECT_EQ(files(), 2U);
  expect_same_areas(ResultReader(path("whole.h5")), ResultReader(path()));
  expect_same_summaries(ResultReader(path("whole.h5")), ResultReader(path()));
}

TEST_F(Summarised, OnAFullDiskTheOlderResultAndTheReplicatesStay) {
  std::ofstream(path()) << "older";
  const ResultHeader header = small_header();
  {
    ResultWriter writer(path(), header, Unfinished::kKeep);
    fill(writer, header);
    writer.checkpoint();
    const auto before = std::signal(SIGXFSZ, SIG_IGN);
    rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    const rlim_t usual = limit.rlim_cur;
    limit.rlim_cur = 100'000;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    EXPECT_THROW(commit_result(writer, 1.0, 1), DataError);
    limit.rlim_cur = usual;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    std::signal(SIGXFSZ, before);
  }
  EXPECT_EQ(fs::file_size(path()), 5U);
  ResultWriter writer(path(), header, Unfinished::kResume);
  EXPECT_TRUE(writer.missing().empty());
  commit_result(writer, 1.0, 1);
  EXPECT_TRUE(ResultReader(path()).header().summarised);
}

TEST_F(Summarised, ItMayEndEarly) {
  ResultHeader header = small_header();
  header.split.clear();
  header.may_end_early = true;
  {
    ResultWriter writer(path(), header, Unfinished::kKeep);
    for (std::size_t r = 0; r < 5; ++r) write_replicate(writer, header, r);
    writer.end_at(5);
    commit_result(writer, 1.0, 1);
  }
  ResultHeader five = small_header(false, 1, 5);
  five.split.clear();
  write_result(path("five.h5"), five);
  EXPECT_EQ(ResultReader(path()).header().replicates, 5);
  expect_same_areas(ResultReader(path("five.h5")), ResultReader(path()));
  expect_same_summaries(ResultReader(path("five.h5")), ResultReader(path()));
}

TEST_F(Summarised, EqualResultsAreEqualFiles) {
  for (const char* name : {"one.h5", "other.h5"}) write_result(path(name), small_header());
  const auto bytes = [&](const char* name) {
    std::ifstream in(path(name), std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  EXPECT_EQ(bytes("one.h5"), bytes("other.h5"));
}

TEST_F(Summarised, InspectSaysWhatIsKept) {
  write_result(path(), small_header());
  const ResultDescription found = inspect_result(path());
  EXPECT_TRUE(found.complete);
  EXPECT_EQ(found.header.provenance.at("wall_seconds"), "12.5");
  EXPECT_EQ(found.header.provenance.at("threads"), "2");
  const auto of = [](const std::vector<ResultVariable>& variables, const std::string& name) {
    return *std::ranges::find(variables, name, &ResultVariable::name);
  };
  const std::vector<std::string> area = {"arm", "replicate", "area", "time"};
  EXPECT_EQ(of(found.variables, "looked_after").dimensions, area);
  EXPECT_EQ(of(found.variables, "looked_after").shape, (std::vector<std::uint64_t>{3, 12, 4, 26}));
  const std::vector<std::string> authority = {"statistic",     "arm",       "payer",
                                              "cost_category", "authority", "time"};
  EXPECT_EQ(of(found.of_authorities, "cost_difference").dimensions, authority);
  EXPECT_EQ(of(found.of_authorities, "caseload").shape, (std::vector<std::uint64_t>{10, 3, 4, 3}));
}

}  // namespace
}  // namespace hearth
