/** Longest names first: `reduce` stands in `all_reduce` and `reduce_scatter`. */
const COLLECTIVES =
  /(all_reduce|all_gather|reduce_scatter|alltoallv|alltoall|sendrecv|broadcast|hypercube|scatter|gather|reduce)_perf/

/** The collective that a program of nccl-tests measures (`all_reduce_perf_mpi`, `/opt/nccl-tests/build/alltoall_perf`); null for any other program. */
export function collectiveOf(program: string): string | null {
  return COLLECTIVES.exec(program)?.[1] ?? /^([a-z_]{3,40})_perf(?:_mpi)?$/.exec(program)?.[1] ?? null
}
