// The processes of one run that mpirun started: each takes a shard of the replicates.
#pragma once

#include "app/run.hpp"
#include "core/error.hpp"

namespace hearth {

// The processes of this run, one alone unless mpirun, or srun with PMIx, started this one: then begins MPI,
// which ends with the program. Throws UsageError where there are several processes and this build has no MPI.
// Once a program.
Processes started_together();

// At the end of the program: the other processes are ended too if this one failed. Nothing without MPI.
void end_ranks(ExitCode code);

bool built_with_mpi();

}  // namespace hearth
