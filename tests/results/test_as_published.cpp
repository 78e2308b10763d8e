// Intervals as figures would be published: noise with mean one, by authority, year and replicate, added up
// over areas. The series are synthetic.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "results/as_published.hpp"
#include "results/content/memory_result.hpp"
#include "results/summary.hpp"
#include "small_result.hpp"
#include "statistics.hpp"

namespace hearth {
namespace {

const std::string kNoise = R"("recording_noise": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8])";

std::unique_ptr<MemoryResult> filled(const std::string& scenario, int replicates = kSmallReplicates) {
  ResultHeader header = small_header(false, 1, replicates);
  header.scenario_json = scenario;
  auto out = std::make_unique<MemoryResult>(header);
  for (std::size_t r = 0; r < static_cast<std::size_t>(header.replicates); ++r)
    write_replicate(*out, header, r);
  out->finish(1.0, 1);
  return out;
}

Area area_of(const ResultSource& result, const char* name) {
  return find_area(result.header(), name);
}

SummaryMeasure measure_of(const std::string& key) {
  return find_summary_measures({key}).front();
}

TEST(PublicationNoise, HasMeanOneAndTheSpreadItIsGiven) {
  constexpr std::uint32_t kReplicates = 40000;
  PublicationNoise noise;
  noise.seed = 3;
  noise.log_sd[index(Figure::kChildrenInNeed)] = 0.4;
  noise.enquiries_log_sd = 0.4;
  const SummaryMeasure enquiries = measure_of("section_47_enquiries"), need = measure_of("children_in_need");
  double sum = 0.0, squares = 0.0, together = 0.0, of_enquiries = 0.0;
  for (std::uint32_t r = 0; r < kReplicates; ++r) {
    const double one = noise.recorded(1.0, need, r, 840, 1);
    EXPECT_EQ(one, noise.recorded(1.0, Figure::kChildrenInNeed, r, 840, 1));
    const double x = std::log(one) + 0.5 * 0.4 * 0.4;
    sum += one;
    squares += x * x;
    together += x * (std::log(noise.recorded(1.0, need, r, 841, 1)) + 0.5 * 0.4 * 0.4);
    of_enquiries += noise.recorded(1.0, enquiries, r, 840, 1);
  }
  // Each errs beyond its bound by chance once in a million.
  const double error = std::sqrt(std::expm1(0.4 * 0.4) / kReplicates);
  EXPECT_NEAR(sum / kReplicates, 1.0, sigmas() * error);
  EXPECT_NEAR(of_enquiries / kReplicates, 1.0, sigmas() * error);
  EXPECT_NEAR(squares / kReplicates, 0.16, sigmas() * 0.16 * std::sqrt(2.0 / kReplicates));
  EXPECT_NEAR(together / kReplicates, 0.0, sigmas() * 0.16 / std::sqrt(kReplicates));
  // Another year, another draw.
  EXPECT_NE(noise.recorded(1.0, need, 0, 840, 1), noise.recorded(1.0, need, 0, 840, 2));
}

TEST(AsPublished, AreasAreSumsOfTheirAuthoritiesInEachReplicate) {
  const auto made = filled("{" + kNoise + "}");
  const ResultSource& result = *made;
  EXPECT_EQ(why_not_as_published(result), "");
  const std::vector<Area> areas = {area_of(result, "North East"), area_of(result, "England"),
                                   area_of(result, "Darlington")};
  const PublicationNoise noise = publication_noise(result.header());
  for (const char* key : {"children_in_need", "referrals", "section_47_enquiries"}) {
    const SummaryMeasure measure = measure_of(key);
    const PublishedRanges found = ranges_as_published(result, areas, measure);
    const auto periods = summary_periods(result.header());
    ASSERT_EQ(found.size(), areas.size());
    for (std::size_t i = 0; i < areas.size(); ++i) {
      ASSERT_EQ(found[i].size(), 3U);
      EXPECT_FALSE(found[i][2]) << "two months are no year";
      for (std::size_t p = 0; p < 2; ++p) {
        std::vector<double> values(kSmallReplicates, 0.0);
        for (const std::size_t a : areas[i].authorities) {
          const auto alone =
              yearly_values(result.header(), measure, result.series(*measure.measure, {a}), 1, periods[p]);
          for (std::size_t r = 0; r < values.size(); ++r)
            values[r] += noise.recorded(alone[r], measure, static_cast<std::uint32_t>(r),
                                        result.header().authorities[a].code, static_cast<int>(p) + 1);
        }
        ASSERT_TRUE(found[i][p]);
        EXPECT_NEAR(found[i][p]->low, quantile(values, 0.05), 1e-6);
        EXPECT_NEAR(found[i][p]->high, quantile(values, 0.95), 1e-6);
      }
    }
  }
}

TEST(AsPublished, SummaryHasItForTheBaselineAndLeavesDifferencesAlone) {
  const std::vector<std::string> keys = {"children_in_need", "looked_after", "care_exits", "caseload"};
  const auto with = filled("{" + kNoise + "}");
  const auto without = filled("{}");
  const Summary noisy = summarise(*with, "North East", keys);
  const Summary plain = summarise(*without, "North East", keys);
  for (std::size_t m = 0; m < keys.size(); ++m)
    for (std::size_t arm = 0; arm < 3; ++arm)
      for (std::size_t p = 0; p < 3; ++p) {
        const SummaryCell& cell = noisy.cell(m, arm, p);
        EXPECT_EQ(cell.as_published.has_value(), m == 0 && arm == noisy.baseline && p < 2)
            << keys[m] << arm << p;
        EXPECT_FALSE(plain.cell(m, arm, p).as_published);
        EXPECT_EQ(cell.mean, plain.cell(m, arm, p).mean);
        EXPECT_EQ(cell.range->low, plain.cell(m, arm, p).range->low);
        if (cell.difference) {
          EXPECT_EQ(cell.difference->range->low, plain.cell(m, arm, p).difference->range->low);
        }
      }
  EXPECT_EQ(noisy.why_not_as_published, "");
  EXPECT_NE(summary_text(noisy).find("As it would be published"), std::string::npos);
  EXPECT_NE(summary_json(noisy).find("interval_as_published"), std::string::npos);
}

TEST(AsPublished, WithoutIntervalItIsSaidWhy) {
  const auto unknown = filled("{}");
  EXPECT_NE(summary_text(summarise(*unknown, "England", {"referrals"}))
                .find("the calibration of this run does not"),
            std::string::npos);
  EXPECT_EQ(summary_text(summarise(*unknown, "England", {"looked_after"})).find("as it would be published"),
            std::string::npos);
  const auto one = filled("{" + kNoise + "}", 1);
  EXPECT_NE(why_not_as_published(*one), "");
}

}  // namespace
}  // namespace hearth
