#!/bin/sh
# Entry of a Cairn benchmark pod: finds the HCAs this pod was given, refuses to measure with the wrong number, starts the benchmark.
# Order of sources (nccl.md §5.3): PCIDEVICE_*_INFO with rdma_dev; sysfs by PCI address; active devices with a verbs node.
set -u
say() { printf 'cairn: %s\n' "$*"; }

by_info() { env | sed -n 's/^PCIDEVICE_[A-Za-z0-9_]*_INFO=//p' | grep -o '"rdma_dev" *: *"[A-Za-z0-9_]*"' | sed 's/.*"\([A-Za-z0-9_]*\)"$/\1/'; }
by_pci() {
  env | sed -n '/^PCIDEVICE_[A-Za-z0-9_]*_INFO=/d; s/^PCIDEVICE_[A-Za-z0-9_]*=//p' | tr ',' '\n' | while read -r pci; do
    case $pci in [0-9a-f][0-9a-f][0-9a-f][0-9a-f]:*) ls "/sys/bus/pci/devices/$pci/infiniband" 2>/dev/null ;; esac
  done
}
by_sysfs() {
  for d in /sys/class/infiniband/*; do
    [ -e "$d" ] || continue
    grep -q ACTIVE "$d"/ports/1/state 2>/dev/null || continue
    for v in "$d"/device/infiniband_verbs/*; do [ -e "/dev/infiniband/${v##*/}" ] && echo "${d##*/}" && break; done
  done
}

hcas=$(by_info | sort -u)
from='PCIDEVICE_*_INFO'
[ -n "$hcas" ] || { hcas=$(by_pci | sort -u); from='PCI addresses in sysfs'; }
[ -n "$hcas" ] || { hcas=$(by_sysfs | sort -u); from='active devices in /sys/class/infiniband'; }
count=$(printf '%s\n' "$hcas" | grep -c .)
list=$(printf '%s\n' "$hcas" | paste -sd, -)
say "node ${JOB_COMPLETION_INDEX:-0} of $CAIRN_NODES: $count HCAs ($from): ${list:-none}"
if [ "$CAIRN_HCAS" -gt 0 ] && [ "$count" -ne "$CAIRN_HCAS" ]; then
  say "ERROR expected $CAIRN_HCAS HCAs, one per requested rail, but this pod sees $count: not measuring"
  exit 78
fi
[ -n "$list" ] && [ "$CAIRN_HCAS" -gt 0 ] && NCCL_IB_HCA="=$list" && export NCCL_IB_HCA
say "memlock $(ulimit -l 2>/dev/null), CapEff $(sed -n 's/^CapEff:[[:space:]]*//p' /proc/self/status)"

exec python3 -m torch.distributed.run \
  --nnodes="$CAIRN_NODES" --nproc-per-node="$CAIRN_GPUS" --node-rank="${JOB_COMPLETION_INDEX:-0}" \
  --master-addr="$CAIRN_MASTER" --master-port=29500 \
  /cairn/allreduce.py --begin "$CAIRN_BEGIN" --end "$CAIRN_END" --iters "$CAIRN_ITERS"
