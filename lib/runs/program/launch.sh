#!/bin/sh
# Launcher of an MPIJob: waits until every worker answers, then runs the collective of nccl-tests over all of them.
set -u
say() { printf 'cairn: %s\n' "$*"; }
binary=
for name in "${CAIRN_COLLECTIVE}_perf" "${CAIRN_COLLECTIVE}_perf_mpi"; do
  for place in "$(command -v "$name")" /opt/nccl_tests/build/$name /opt/nccl-tests/build/$name /workspace/nccl-tests/build/$name \
    /usr/local/bin/$name /third_party/nccl-tests/build/$name /nccl_tests/build/$name; do
    [ -z "$binary" ] && [ -n "$place" ] && [ -x "$place" ] && binary=$place
  done
done
[ -n "$binary" ] || { say "ERROR this image has no ${CAIRN_COLLECTIVE}_perf of nccl-tests"; exit 127; }
command -v mpirun >/dev/null || { say 'ERROR this image has no mpirun'; exit 127; }

known=${TMPDIR:-/tmp}/known_hosts
sed 's/^/* /' "$CAIRN_KEYS/id_rsa.pub" >"$known"
ssh="-p 2222 -o UserKnownHostsFile=$known -o StrictHostKeyChecking=yes -o ConnectTimeout=5 -o LogLevel=ERROR"
# Open MPI 4 reads the first, 5 the second.
export OMPI_MCA_plm_rsh_args="$ssh" PRTE_MCA_plm_ssh_args="$ssh"
run() { mpirun --allow-run-as-root --bind-to none -mca pml ob1 -mca btl self,tcp -mca btl_tcp_if_include eth0 "$@"; }

tries=0
until answer=$(run -np "$CAIRN_NODES" --map-by ppr:1:node true 2>&1); do
  tries=$((tries + 1))
  [ "$tries" -lt 12 ] || { printf '%s\n' "$answer" | tail -n 20; say 'ERROR the workers do not answer mpirun'; exit 1; }
  say "waiting for the workers ($tries of 12)"
  sleep 5
done

# Variables go through by name; what ranks need of the pod they read there (rank.sh).
forward=
for name in CAIRN_NODES CAIRN_HCAS NCCL_DEBUG NCCL_DEBUG_SUBSYS NCCL_SOCKET_IFNAME NCCL_ALGO NCCL_COLLNET_ENABLE; do
  env | grep -q "^$name=" && forward="$forward -x $name"
done
# shellcheck disable=SC2086
run -np "$((CAIRN_NODES * CAIRN_GPUS))" --map-by "ppr:$CAIRN_GPUS:node" $forward \
  /bin/sh "${0%/*}/rank.sh" "$binary" -b "$CAIRN_BEGIN" -e "$CAIRN_END" -f 2 -g 1 -n "$CAIRN_ITERS" -w 5 -c 1
