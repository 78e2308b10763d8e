// A result in memory, filled by a run as a file is: what summaries and the page say of one, they say of the
// other, byte for byte.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/measures.hpp"
#include "results/content/result_source.hpp"

namespace hearth {

class MemoryResult final : public ResultSource {
 public:
  // All numbers are zero. Throws std::bad_alloc. `name`: of the result, for messages.
  explicit MemoryResult(ResultHeader header, std::string name = "the result");

  // All authorities of one replicate of one arm, in the header's order and steps; replicates are numbered as
  // in the run, from header().first_replicate. Different blocks may be written at the same time. Throws
  // InternalError (a block that the header does not have).
  void write(std::size_t arm, std::size_t replicate, const std::vector<AuthoritySeries>& series);
  // The same of the ensemble in which only the source `header().split[source]` is on.
  void write_alone(std::size_t source, std::size_t arm, std::size_t replicate,
                   const std::vector<AuthoritySeries>& series);
  // The result ends with the first `replicates`: those after them are not in it.
  void end_at(int replicates);
  // What a file says of its run when it is committed.
  void finish(double wall_seconds, int threads);

  // The numbers of one variable, row-major, of the type that `description` says, as they lie here.
  struct Array {
    const VariableDescription& description;
    std::vector<std::size_t> shape;
    const void* numbers;  // as long as this result lives and does not end earlier
  };
  // In the order of result_variables().
  std::vector<Array> arrays() const;
  // What a result takes when it is filled: memory is given as numbers are written, and most pairs of payer
  // and cost category stay empty.
  static double bytes(const ResultHeader& header);

  void planes(std::size_t variable, std::size_t arm, ReplicateRange replicates,
              const std::vector<std::size_t>& categories, std::vector<double>& into) const override;
  // Throws InternalError: a result in memory keeps every replicate.
  std::vector<double> authority_statistics(const std::string& variable,
                                           const std::vector<std::size_t>& categories) const override;

 private:
  struct Free {
    void operator()(std::byte* numbers) const { std::free(numbers); }
  };
  struct Numbers {
    std::vector<std::size_t> shape;
    std::unique_ptr<std::byte, Free> data;
  };

  void fill(std::optional<std::size_t> alone, std::size_t arm, std::size_t replicate,
            const std::vector<AuthoritySeries>& series);
  const std::byte* plane(std::size_t variable, std::size_t arm, std::size_t replicate,
                         const std::vector<std::size_t>& categories) const;

  std::vector<Numbers> numbers_;  // by variable
};

}  // namespace hearth
