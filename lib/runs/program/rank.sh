#!/bin/sh
# One rank of an MPIJob: the HCAs of this pod, then the benchmark.
set -u
. "${0%/*}/hcas.sh"
[ "${OMPI_COMM_WORLD_LOCAL_RANK:-0}" = 0 ] && report_hcas "${HOSTNAME##*-}"
use_hcas
exec "$@"
