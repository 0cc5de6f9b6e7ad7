#!/bin/sh
# One rank of an MPIJob: the HCAs of this pod, then the benchmark.
set -u
# shellcheck source=lib/runs/program/hcas.sh
. "${0%/*}/hcas.sh"
name=$(uname -n)
[ "${OMPI_COMM_WORLD_LOCAL_RANK:-0}" = 0 ] && report_hcas "${name##*-}"
use_hcas
exec "$@"
