// The processes of one run that mpirun started: each takes a shard of the replicates.
#pragma once

#include "core/error.hpp"

namespace hearth {

// Begins MPI on construction if mpirun, or srun with PMIx, started this process, and ends it with the
// program. Throws UsageError where there are several processes and this build has no MPI. One a program.
class Ranks {
 public:
  Ranks();

  int number() const { return number_; }  // from 0
  int count() const { return count_; }    // 1: on its own
  bool first() const { return number_ == 0; }
  // Waits until every process is here; returns the sum and the largest of what they bring.
  double sum(double value) const;
  double largest(double value) const;

 private:
  int number_ = 0;
  int count_ = 1;
};

// At the end of the program: the other processes are ended too if this one failed. Nothing without MPI.
void end_ranks(ExitCode code);

bool built_with_mpi();

}  // namespace hearth
