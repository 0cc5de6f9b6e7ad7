#!/bin/sh
# Entry of an RDMA test pod: says what it may pin, then the program takes over.
set -u
say() { printf 'cairn: %s\n' "$*"; }
command -v python3 >/dev/null || { say 'ERROR this image has no python3: RDMA tests need it'; exit 127; }
# shellcheck disable=SC3045
say "memlock $(ulimit -l 2>/dev/null), CapEff $(sed -n 's/^CapEff:[[:space:]]*//p' /proc/self/status)"
exec python3 -B -u "${0%/*}/rdma.py"
