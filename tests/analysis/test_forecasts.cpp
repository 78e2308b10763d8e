// Samples of figures, baselines and hindcasts, on England's tables and on small ones that are made up.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "analysis/forecasting/baselines.hpp"
#include "analysis/forecasting/hindcast.hpp"
#include "analysis/forecasting/samples.hpp"
#include "core/error.hpp"
#include "made_up_tables.hpp"
#include "published/england_reader.hpp"
#include "published/figures.hpp"

namespace hearth {
namespace {

// ---- Figures

TEST(Figures, StocksAreOf31MarchAndFlowsOfTheYear) {
  AuthoritySeries series(24);
  for (std::size_t m = 0; m < 24; ++m) {
    series.counts(Measure::kLookedAfter)[m] = 100 + static_cast<int>(m);
    series.counts(Measure::kCareEntries)[m] = m < 12 ? 2 : 3;
    for (std::size_t age = 0; age < kAgeBands; ++age)
      series.counts(Measure::kCareEntriesByAge, age)[m] = age == index(AgeBand::k16Plus) ? 50 : 1;
  }
  EXPECT_EQ(figure_of(series, Figure::kLookedAfter, 1), 111.0);
  EXPECT_EQ(figure_of(series, Figure::kLookedAfter, 2), 123.0);
  EXPECT_EQ(figure_of(series, Figure::kCareEntries, 1), 24.0);
  EXPECT_EQ(figure_of(series, Figure::kCareEntries, 2), 36.0);
  EXPECT_EQ(figure_of(series, Figure::kCareEntriesUnder16, 2), 48.0);
  EXPECT_THROW(figure_of(series, Figure::kCareEntries, 3), InternalError);
}

TEST(Figures, AreInTheOrderOfTheirTable) {
  for (std::size_t i = 0; i < kFigures; ++i) {
    EXPECT_EQ(index(kFigureTable[i].id), i);
    EXPECT_EQ(find_figure(kFigureTable[i].name), kFigureTable[i].id);
  }
  EXPECT_THROW(find_figure("looked_aftr"), UsageError);
}

std::vector<AuthoritySeries> two_authorities(int first, int second) {
  std::vector<AuthoritySeries> out(2, AuthoritySeries(12));
  for (auto& count : out[0].counts(Measure::kLookedAfter)) count = first;
  for (auto& count : out[1].counts(Measure::kLookedAfter)) count = second;
  return out;
}
const std::vector<Location> kTwo = {{Level::kAuthority, 10, "E06000001", "A", "North East", {0}},
                                    {Level::kAuthority, 11, "E06000002", "B", "North East", {1}},
                                    {Level::kRegion, 0, "E12000001", "North East", "", {0, 1}}};

TEST(Samples, RegionsAreSumsWithinAReplicate) {
  Samples samples(kTwo, 1, 2);
  samples.add(1, two_authorities(5, 7));
  samples.add(0, two_authorities(2, 3), 0.5);
  EXPECT_EQ(samples.at(Figure::kLookedAfter, 1, 2)[1], 12.0);
  EXPECT_EQ(samples.at(Figure::kLookedAfter, 1, 0)[0], 4.0);  // half of the families were simulated
  EXPECT_EQ(samples.at(Figure::kLookedAfter, 1, 2)[0], 10.0);
}

TEST(Samples, PublicationNoiseHasTheSpreadItIsGivenAndIsTheSameAgain) {
  constexpr int kReplicates = 4000;
  PublicationNoise noise;
  noise.log_sd[index(Figure::kLookedAfter)] = 0.1;
  noise.seed = 3;
  Samples samples(kTwo, 1, kReplicates);
  Samples again(kTwo, 1, kReplicates);
  for (std::size_t r = 0; r < kReplicates; ++r) {
    samples.add(r, two_authorities(1000, 1000), 1.0, noise);
    again.add(kReplicates - 1 - r, two_authorities(1000, 1000), 1.0, noise);
  }
  double sum = 0.0, squares = 0.0, product = 0.0;
  const auto a = samples.at(Figure::kLookedAfter, 1, 0);
  const auto b = samples.at(Figure::kLookedAfter, 1, 1);
  for (std::size_t r = 0; r < kReplicates; ++r) {
    const double x = std::log(a[r] / 1000.0);
    sum += x;
    squares += x * x;
    product += x * std::log(b[r] / 1000.0);
  }
  EXPECT_NEAR(sum / kReplicates, 0.0, 4 * 0.1 / std::sqrt(kReplicates));
  EXPECT_NEAR(std::sqrt(squares / kReplicates), 0.1, 0.005);
  EXPECT_NEAR(product / squares, 0.0, 0.07);  // authorities are independent
  EXPECT_TRUE(std::ranges::equal(a, again.at(Figure::kLookedAfter, 1, 0)));
  EXPECT_EQ(samples.at(Figure::kChildrenInNeed, 1, 0)[5], 0.0);  // only the figure that is given some
}

// ---- Baselines

constexpr double kClose = 1e-9;

TEST(Baselines, WhereNothingEverChangedAllSayTheSameForSure) {
  const Folder folder;
  write_tables(folder, 5, [](int a, int) { return Numbers{100.0 * (a + 1), 0.0}; });
  const PublishedFigures figures(folder.path());
  const Baselines baselines(figures, 2019, 3);
  for (const auto& rule : kBaselineTable) {
    if (rule.id == Baseline::kSmoothedLevel) continue;  // it returns to the average
    const auto said = baselines.forecast(rule.id, Figure::kLookedAfter, place_of(figures, 12), 3);
    ASSERT_TRUE(said);
    for (const double quantile : *said) EXPECT_NEAR(quantile, 300.0, kClose) << rule.name;
  }
}

TEST(Baselines, SmoothedLevelReturnsToTheAverage) {
  const Folder folder;
  write_tables(folder, 2, [](int a, int) { return Numbers{a == 0 ? 99.0 : 399.0, 0.0}; });
  const PublishedFigures figures(folder.path());
  const Baselines baselines(figures, 2019, 3);
  const auto said =
      baselines.forecast(Baseline::kSmoothedLevel, Figure::kLookedAfter, place_of(figures, 10), 2);
  // From 100 towards 200, the geometric mean of 100 and 400: 1 - 0.95^2 of the way on the log scale.
  EXPECT_NEAR((*said)[kMedian], 100.0 * std::exp((1.0 - 0.95 * 0.95) * std::log(2.0)) - 1.0, 1e-6);
}

TEST(Baselines, PersistenceSpreadsAsFiguresHaveChanged) {
  const Folder folder;
  // Up by 10% and down again, in turn: errors of one year are +-log(1.1), of two none.
  write_tables(folder, 6, [](int, int year) { return Numbers{year % 2 == 0 ? 1099.0 : 999.0, 0.0}; });
  const PublishedFigures figures(folder.path());
  const Baselines baselines(figures, 2018, 2);
  const Location place = place_of(figures, 10);
  const auto one = *baselines.forecast(Baseline::kPersistence, Figure::kLookedAfter, place, 1);
  EXPECT_NEAR(one.front(), 1100.0 / 1.1 - 1.0, kClose);
  EXPECT_NEAR(one.back(), 1100.0 * 1.1 - 1.0, kClose);
  const auto two = *baselines.forecast(Baseline::kPersistence, Figure::kLookedAfter, place, 2);
  EXPECT_NEAR(two.front(), 1099.0, kClose);
  EXPECT_NEAR(two.back(), 1099.0, kClose);
}

TEST(Baselines, PersistenceIsCentredOnTheLastValueAndUncentredIsNot) {
  const Folder folder;
  write_tables(folder, 6, [](int, int year) {
    return Numbers{1000.0 * std::pow(1.05, year - 2011) - 1.0, 0.0};
  });
  const PublishedFigures figures(folder.path());
  const Baselines baselines(figures, 2018, 3);
  const double last = 1000.0 * std::pow(1.05, 7);
  const Location place = place_of(figures, 13);
  const auto centred = *baselines.forecast(Baseline::kPersistence, Figure::kLookedAfter, place, 2);
  EXPECT_NEAR(centred[kMedian], last - 1.0, 1e-3);
  const auto raw = *baselines.forecast(Baseline::kPersistenceUncentred, Figure::kLookedAfter, place, 2);
  EXPECT_NEAR(raw[kMedian], last * 1.05 * 1.05 - 1.0, 1e-3);
  // Growth of 5% for 0.8 + 0.64 years.
  const auto damped = *baselines.forecast(Baseline::kDampedDrift, Figure::kLookedAfter, place, 2);
  EXPECT_NEAR(damped[kMedian], last * std::pow(1.05, 1.44) - 1.0, 1e-3);
}

TEST(Baselines, StockAndFlowIsExactWhereRatesAreConstant) {
  const Folder folder;
  // Each year 300 come and a fifth of those there leave.
  const auto stock = [](int year) { return 1500.0 - 500.0 * std::pow(0.8, year - 2011); };
  write_tables(folder, 6, [&](int, int year) { return Numbers{stock(year), 300.0}; });
  const PublishedFigures figures(folder.path());
  const Baselines baselines(figures, 2016, 3);
  for (const Figure figure : {Figure::kLookedAfter, Figure::kChildProtectionPlans}) {
    const auto said = *baselines.forecast(Baseline::kStockAndFlow, figure, place_of(figures, 10), 3);
    EXPECT_NEAR(said[kMedian], stock(2019), 1e-2);
  }
  // Of a flow it is the last value.
  const auto flow =
      *baselines.forecast(Baseline::kStockAndFlow, Figure::kCareEntries, place_of(figures, 10), 3);
  EXPECT_NEAR(flow[kMedian], 300.0, kClose);
}

TEST(Baselines, SpreadBySquareRootOfTimeWhereErrorsAreFew) {
  const Folder folder;
  write_tables(folder, 10, [](int, int year) { return Numbers{year % 2 == 0 ? 1099.0 : 999.0, 0.0}; });
  const PublishedFigures figures(folder.path());
  // From 2013: 20 errors of one year, 10 of two, none of three.
  const auto said = *Baselines(figures, 2013, 3)
                         .forecast(Baseline::kPersistence, Figure::kLookedAfter, place_of(figures, 10), 3);
  EXPECT_NEAR(said.back(), 1000.0 * std::pow(1.1, std::sqrt(3.0)) - 1.0, 1e-6);
}

TEST(Baselines, EnglandIsAsSureAsItHasBeenItself) {
  const Folder folder;
  // What one region gains the other loses: regions change each year, England never.
  write_tables(folder, 8, [](int a, int year) {
    return Numbers{500.0 + ((a + year) % 2 == 0 ? 60.0 : 0.0), 0.0};
  });
  const PublishedFigures figures(folder.path());
  const Baselines baselines(figures, 2019, 1);
  const auto all = *baselines.forecast(Baseline::kPersistence, Figure::kLookedAfter, england(), 1);
  EXPECT_NEAR(all.front(), 8 * 530.0, kClose);
  EXPECT_NEAR(all.back(), 8 * 530.0, 1e-6);
  const auto part =
      *baselines.forecast(Baseline::kPersistence, Figure::kLookedAfter, region_of("North East"), 1);
  EXPECT_GT(part.back(), part.front() + 100.0);
}

TEST(Baselines, LookAtNothingAfterTheOrigin) {
  const Folder folder;
  const auto wobble = [](int a, int year) { return 500.0 + 40.0 * std::sin(3.0 * year + a); };
  write_tables(folder, 8, [&](int a, int year) { return Numbers{wobble(a, year), 90.0 + a}; });
  const Baselines before(PublishedFigures(folder.path()), 2016, 3);
  write_tables(folder, 8, [&](int a, int year) {
    return Numbers{year > 2016 ? 7.0 * (year - 2010) : wobble(a, year), year > 2016 ? 1.0 : 90.0 + a};
  });
  const PublishedFigures figures(folder.path());
  const Baselines after(figures, 2016, 3);
  for (const Level level : {Level::kAuthority, Level::kRegion, Level::kEngland})
    for (const auto& place : figures.places(level))
      for (const auto& rule : kBaselineTable)
        for (const auto& info : kFigureTable)
          EXPECT_EQ(before.forecast(rule.id, info.id, place, 3), after.forecast(rule.id, info.id, place, 3));
  const Baselines later(figures, 2017, 3);
  EXPECT_NE(later.forecast(Baseline::kPersistence, Figure::kLookedAfter, place_of(figures, 10), 3),
            after.forecast(Baseline::kPersistence, Figure::kLookedAfter, place_of(figures, 10), 3));
}

TEST(Baselines, HaveOrderedQuantilesForEveryPlaceOfEngland) {
  const PublishedFigures figures(kTables);
  for (const int origin : {2014, 2016, 2019}) {
    const Baselines baselines(figures, origin, 3);
    for (const Level level : {Level::kAuthority, Level::kRegion, Level::kEngland})
      for (const auto& place : figures.places(level))
        for (const auto& rule : kBaselineTable)
          for (const auto& info : kFigureTable)
            for (int horizon = 1; horizon <= 3; ++horizon) {
              const auto said = baselines.forecast(rule.id, info.id, place, horizon);
              EXPECT_EQ(said.has_value(), figures.at(info.id, place, origin).has_value())
                  << place.name << " " << info.name << " " << origin;
              if (!said) continue;
              EXPECT_TRUE(std::ranges::is_sorted(*said));
              EXPECT_GE(said->front(), 0.0);
              if (place.level == Level::kEngland) {
                EXPECT_LT(said->front(), said->back());
              }
            }
  }
}

// ---- Hindcast

class HindcastOfMadeUp : public testing::Test {
 protected:
  HindcastOfMadeUp() {
    write_tables(folder_, 2, [](int a, int year) {
      return Numbers{500.0 + 10.0 * a + 20.0 * (year % 3), 90.0};
    });
  }
  // Two authorities whose futures all are `stock`, from 2019.
  static Samples sure_of(int stock) {
    const std::vector<Location> two = {{Level::kAuthority, 10, "E06000000", "Place 0", "North East", {0}},
                                       {Level::kAuthority, 11, "E06000001", "Place 1", "North East", {1}}};
    Samples out(two, 2, 3);
    for (std::size_t r = 0; r < 3; ++r) {
      std::vector<AuthoritySeries> series(2, AuthoritySeries(24));
      for (auto& authority : series)
        for (auto& count : authority.counts(Measure::kLookedAfter)) count = stock;
      out.add(r, series);
    }
    return out;
  }
  static const ScoreRow& row(const std::vector<ScoreRow>& rows, std::size_t method, std::string_view origins,
                             int horizon) {
    return *std::ranges::find_if(rows, [&](const ScoreRow& each) {
      return each.method == method && each.figure == Figure::kLookedAfter &&
             each.level == Level::kAuthority && each.origins == origins && each.horizon == horizon;
    });
  }
  Folder folder_;
};

TEST_F(HindcastOfMadeUp, ScoresByHand) {
  const PublishedFigures figures(folder_.path());
  Hindcast hindcast({2019}, {1, 2});
  hindcast.add(2019, sure_of(530), figures, 1);
  const auto rows = hindcast.rows();
  // 2020 % 3 is 1, 2021 % 3 is 2: 520 and 530 in 2020, 540 and 550 in 2021.
  const ScoreRow& first = row(rows, kHearth, "2019", 1);
  EXPECT_EQ(first.forecasts, 2);
  EXPECT_DOUBLE_EQ(first.mean.natural.total, 5.0);
  EXPECT_DOUBLE_EQ(first.mean.crps, 5.0);
  EXPECT_DOUBLE_EQ(first.mean.absolute_error, 5.0);
  EXPECT_DOUBLE_EQ(first.coverage_50, 0.5);
  EXPECT_NEAR(first.mean.bias, std::log(531.0 / 521.0) / 2.0, kClose);
  const ScoreRow& second = row(rows, kHearth, "2019", 2);
  EXPECT_DOUBLE_EQ(second.mean.natural.underprediction, 15.0);
  EXPECT_DOUBLE_EQ(second.coverage_90, 0.0);
  const ScoreRow& persistence = row(rows, 1, "2019", 2);
  EXPECT_DOUBLE_EQ(*persistence.relative[0], 1.0);
  EXPECT_NEAR(*second.relative[0], 15.0 / persistence.mean.natural.total, kClose);
}

TEST_F(HindcastOfMadeUp, LeavesOutTheYearOfThePandemic) {
  const PublishedFigures figures(folder_.path());
  Hindcast hindcast({2019}, {1, 2});
  hindcast.add(2019, sure_of(530), figures, 1);
  const auto rows = hindcast.rows();
  EXPECT_EQ(row(rows, kHearth, kWithoutPandemic, 1).forecasts, 2);
  EXPECT_EQ(row(rows, kHearth, kAllOrigins, 2).forecasts, 2);
  EXPECT_TRUE(std::ranges::none_of(rows, [](const ScoreRow& each) {
    return each.origins == kWithoutPandemic && each.horizon == 2 && each.forecasts > 0;
  }));
}

TEST(Hindcast, CountsWhatABoundaryChangeTookAway) {
  const PublishedFigures figures(kTables);
  const Location dorset = place_of(figures, 835);
  Samples samples({{dorset.level, dorset.code, dorset.ons_code, dorset.name, dorset.region, {0}}}, 2, 1);
  samples.add(0, std::vector<AuthoritySeries>(1, AuthoritySeries(24)));
  Hindcast hindcast({2018}, {1, 2});
  hindcast.add(2018, samples, figures, 1);
  EXPECT_EQ(hindcast.at(0, Figure::kLookedAfter, 0, 0).fate, Fate::kScored);
  EXPECT_EQ(hindcast.at(0, Figure::kLookedAfter, 1, 0).fate, Fate::kBoundaryChange);
  for (const ScoreRow& each : hindcast.rows())
    if (each.horizon == 2) {
      EXPECT_EQ(each.forecasts, 0);
      EXPECT_EQ(each.boundary_changes, 1);
    }
}

TEST_F(HindcastOfMadeUp, AYearOfWhichNothingIsPublishedCountsNowhere) {
  const PublishedFigures figures(folder_.path());
  Hindcast hindcast({2021}, {1, 2});
  hindcast.add(2021, sure_of(530), figures, 1);
  EXPECT_EQ(hindcast.at(0, Figure::kLookedAfter, 0, 0).fate, Fate::kScored);
  EXPECT_EQ(hindcast.at(0, Figure::kLookedAfter, 1, 0).fate, Fate::kNotYet);
  for (const ScoreRow& each : hindcast.rows()) EXPECT_EQ(each.horizon, 1);
}

TEST_F(HindcastOfMadeUp, TablesHaveTheirColumnsInEveryRow) {
  const PublishedFigures figures(folder_.path());
  Hindcast hindcast({2019, 2021}, {1, 2});
  hindcast.add(2019, sure_of(530), figures, 1);
  hindcast.add(2021, sure_of(530), figures, 1);  // 2023 is not published
  for (const std::string& table : {hindcast_scores_csv(hindcast.rows()), hindcast_forecasts_csv(hindcast)}) {
    std::istringstream lines(table);
    std::string line;
    std::getline(lines, line);
    const auto columns = std::ranges::count(line, ',');
    int rows = 0;
    for (; std::getline(lines, line); ++rows) EXPECT_EQ(std::ranges::count(line, ','), columns) << line;
    EXPECT_GT(rows, 20);
    EXPECT_EQ(table.find("nan"), std::string::npos);
  }
  const std::string text = hindcast_text(hindcast, hindcast.rows());
  EXPECT_NE(text.find("Looked-after children"), std::string::npos);
}

}  // namespace
}  // namespace hearth
