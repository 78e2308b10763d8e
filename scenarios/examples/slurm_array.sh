#!/bin/bash
# Runs England with 10,000 replicates as 100 tasks of a Slurm array, from the folder of the project:
#   sbatch scenarios/examples/slurm_array.sh
# Tasks that are started again go on where they stopped. When all are done:
#   build/release/hearth merge outputs/england.shard-*-of-100.h5 -o outputs/england_10000.h5
# See docs/how-to/cluster.md.
#SBATCH --job-name=hearth
#SBATCH --array=1-100
#SBATCH --cpus-per-task=2
#SBATCH --mem=1G
#SBATCH --time=01:00:00
#SBATCH --requeue
set -euo pipefail
shard=$SLURM_ARRAY_TASK_ID
of=$SLURM_ARRAY_TASK_COUNT
exec build/release/hearth run england --replicates 10000 --shard "$shard/$of" --resume --quiet \
  --threads "$SLURM_CPUS_PER_TASK" -o "outputs/england.shard-$shard-of-$of.h5"
