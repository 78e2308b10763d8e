// Reading a result, wherever it is: in a file (results/file/result_reader.hpp) or in memory
// (memory_result.hpp). A source hands over planes of numbers; sums and means over authorities are worked out
// here, once for all.
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "core/measures.hpp"
#include "results/content/areas.hpp"
#include "results/content/description.hpp"
#include "results/content/pounds.hpp"
#include "results/content/result_header.hpp"

namespace hearth {

// Some replicates, by their position in the result: `count` from `first`, or to the last.
struct ReplicateRange {
  std::size_t first = 0;
  std::size_t count = std::numeric_limits<std::size_t>::max();
};

// Throws DataError where numbers cannot be read and, of a summarised result, where replicates of other
// authorities are asked for than those of one of areas_with_replicates().
class ResultSource {
 public:
  virtual ~ResultSource() = default;
  ResultSource(const ResultSource&) = delete;
  ResultSource& operator=(const ResultSource&) = delete;

  const ResultHeader& header() const { return header_; }
  // Money is given in these pounds from now on; until then, in those of the origin's year. Throws UsageError
  // where the result does not know inflation (money_factors()).
  void show_money_in(const Pounds& pounds);
  const Pounds& pounds() const { return pounds_; }
  // By step, of money of the origin's year.
  const std::vector<double>& money_factors() const { return money_factors_; }
  // Whether the result has the replicates of these authorities together.
  bool has_replicates(const AuthorityGroup& authorities) const;
  // Values of a measure summed over `authorities` (positions in the header): [arm][replicate][step],
  // row-major. A ratio of several authorities is their weighted mean: caseload and fidelity by social workers
  // in post (full-time equivalent), the vacancy rate by posts, in post / (1 - vacancy rate); unweighted where
  // nobody is in post.
  std::vector<double> series(Measure measure, const AuthorityGroup& authorities,
                             std::size_t category = 0) const;
  // Pounds, summed over authorities; payers and categories chosen by position, empty: all.
  std::vector<double> cost(const AuthorityGroup& authorities, const std::vector<std::size_t>& payers = {},
                           const std::vector<std::size_t>& categories = {}) const;
  // The same of several groups of authorities at once, [group], and of some replicates only: the numbers are
  // read once for all of them, not once for each.
  std::vector<std::vector<double>> series_of_each(Measure measure, const std::vector<AuthorityGroup>& groups,
                                                  std::size_t category = 0,
                                                  ReplicateRange replicates = {}) const;
  std::vector<std::vector<double>> cost_of_each(const std::vector<AuthorityGroup>& groups,
                                                const std::vector<std::size_t>& payers = {},
                                                const std::vector<std::size_t>& categories = {},
                                                ReplicateRange replicates = {}) const;
  // As series() and cost(), of the ensemble in which only the source `header().split[source]` is on; cost is
  // that to authorities.
  std::vector<double> series_alone(std::size_t source, Measure measure,
                                   const AuthorityGroup& authorities) const;
  std::vector<double> cost_alone(std::size_t source, const AuthorityGroup& authorities) const;
  std::vector<std::vector<double>> series_alone_of_each(std::size_t source, Measure measure,
                                                        const std::vector<AuthorityGroup>& groups,
                                                        ReplicateRange replicates = {}) const;
  std::vector<std::vector<double>> cost_alone_of_each(std::size_t source,
                                                      const std::vector<AuthorityGroup>& groups,
                                                      ReplicateRange replicates = {}) const;
  // One replicate of one arm, each authority by itself, in the header's order: [authority][step], row-major.
  std::vector<double> by_authority(std::size_t arm, std::size_t replicate, Measure measure,
                                   std::size_t category = 0) const;
  std::vector<double> cost_by_authority(std::size_t arm, std::size_t replicate,
                                        const std::vector<std::size_t>& payers = {}) const;

  // Planes of authorities (or areas) by steps as they are kept, one for each of the replicates, row-major: of
  // a variable of result_variables(header()), or of a summarised result area_variables(header()).
  // `categories`: the position beyond arm and replicate.
  virtual void planes(std::size_t variable, std::size_t arm, ReplicateRange replicates,
                      const std::vector<std::size_t>& categories, std::vector<double>& into) const = 0;
  // Of a summarised result: a variable of what is kept of each authority, [statistic][arm][authority][year],
  // row-major; of one category where it has several (results/authority_statistics.hpp).
  virtual std::vector<double> authority_statistics(const std::string& variable,
                                                   const std::vector<std::size_t>& categories) const = 0;

 protected:
  // `name`: of the result, for messages.
  ResultSource(std::string name, ResultHeader header);

  // Along the dimension before time: authorities, or areas.
  std::size_t rows() const { return header_.summarised ? areas_.size() : header_.authorities.size(); }
  std::size_t steps() const { return static_cast<std::size_t>(header_.steps()); }
  std::size_t replicates() const { return static_cast<std::size_t>(header_.replicates); }
  const std::vector<VariableDescription>& variables() const { return variables_; }

  ResultHeader header_;

 private:
  std::size_t variable(std::string_view name) const;
  std::size_t area_of(const AuthorityGroup& group) const;
  std::vector<AuthorityGroup> in_rows(const std::vector<AuthorityGroup>& groups) const;
  [[noreturn]] void refuse(const std::string& what) const;
  std::size_t number_of(ReplicateRange range) const;
  template <std::size_t kVariables, typename Visit>
  void each_plane(const std::array<std::size_t, kVariables>& variables,
                  const std::vector<std::size_t>& categories, ReplicateRange range, Visit visit) const;
  template <typename Number>
  std::vector<std::vector<Number>> zeros(const std::vector<AuthorityGroup>& groups,
                                         ReplicateRange range) const;
  std::vector<std::vector<double>> summed(std::string_view name, const std::vector<AuthorityGroup>& groups,
                                          const std::vector<std::size_t>& categories,
                                          ReplicateRange range) const;
  std::vector<std::vector<double>> averaged(Measure measure, std::string_view name,
                                            std::string_view weights_name,
                                            const std::vector<AuthorityGroup>& groups,
                                            const std::vector<std::size_t>& categories,
                                            ReplicateRange range) const;
  double mean_ratio(Measure measure, const double* ratios, const double* fte, const AuthorityGroup& group,
                    std::size_t step) const;

  void in_pounds(std::vector<double>& money) const;

  std::string name_;
  Pounds pounds_;
  std::vector<double> money_factors_;
  std::vector<Area> areas_;  // of a summarised result: those that it keeps replicates of
  std::vector<VariableDescription> variables_;
};

}  // namespace hearth
