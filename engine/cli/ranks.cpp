#include "cli/ranks.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <string>

#ifdef HEARTH_MPI
#define OMPI_SKIP_MPICXX 1
#include <mpi.h>
#endif

namespace hearth {
namespace {

// As Open MPI's mpirun, or a process manager with PMI, tells its children.
int processes_started_together() {
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"})
    if (const char* text = std::getenv(name)) return std::atoi(text);
  return 1;
}

#ifdef HEARTH_MPI
bool began() {
  int yes = 0;
  MPI_Initialized(&yes);
  return yes != 0;
}

double reduce(double value, MPI_Op operation) {
  if (began()) MPI_Allreduce(MPI_IN_PLACE, &value, 1, MPI_DOUBLE, operation, MPI_COMM_WORLD);
  return value;
}
#endif

}  // namespace

#ifdef HEARTH_MPI

bool built_with_mpi() {
  return true;
}

Processes started_together() {
  Processes out;
  if (processes_started_together() <= 1 && std::getenv("PMIX_RANK") == nullptr) return out;
  int provided = 0;
  MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);
  MPI_Comm_rank(MPI_COMM_WORLD, &out.number);
  MPI_Comm_size(MPI_COMM_WORLD, &out.count);
  out.sum = [](double value) { return reduce(value, MPI_SUM); };
  out.largest = [](double value) { return reduce(value, MPI_MAX); };
  return out;
}

void end_ranks(ExitCode code) {
  if (!began()) return;
  if (code == ExitCode::kOk)
    MPI_Finalize();
  else
    MPI_Abort(MPI_COMM_WORLD, static_cast<int>(code));
}

#else

bool built_with_mpi() {
  return false;
}

Processes started_together() {
  if (const int together = processes_started_together(); together > 1)
    throw UsageError(fmt::format(
        "{} processes were started together, and this hearth was built without MPI; allowed: install the "
        "Debian package libopenmpi-dev and build again, or give each process its own --shard K/{}",
        together, together));
  return {};
}

void end_ranks(ExitCode) {}

#endif

}  // namespace hearth
