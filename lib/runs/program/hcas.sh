# Which HCAs this pod was given; read by the other scripts. Sets: hcas (one name a line), count, list (commas), from.
# Order of sources (nccl.md §5.3): PCIDEVICE_*_INFO with rdma_dev; sysfs by PCI address; active devices with a verbs node.
# Under mpirun ssh has dropped the pod's variables: the worker has kept them in a file.
# shellcheck shell=sh
say() { printf 'cairn: %s\n' "$*"; }

POD_ENV=${TMPDIR:-/tmp}/cairn-pod-env
pod_env() { if [ -r "$POD_ENV" ]; then cat "$POD_ENV"; else env | grep '^PCIDEVICE_'; fi; }
by_info() { pod_env | sed -n 's/^PCIDEVICE_[A-Za-z0-9_]*_INFO=//p' | grep -o '"rdma_dev" *: *"[A-Za-z0-9_]*"' | sed 's/.*"\([A-Za-z0-9_]*\)"$/\1/'; }
by_pci() {
  pod_env | sed -n '/^PCIDEVICE_[A-Za-z0-9_]*_INFO=/d; s/^PCIDEVICE_[A-Za-z0-9_]*=//p' | tr ',' '\n' | while read -r pci; do
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

# Says what this pod has; ends it when the number is wrong: a measurement on other rails than asked for helps nobody.
report_hcas() { # index of this node
  say "node $1 of $CAIRN_NODES: $count HCAs ($from): ${list:-none}"
  if [ "$CAIRN_HCAS" -gt 0 ] && [ "$count" -ne "$CAIRN_HCAS" ]; then
    say "ERROR expected $CAIRN_HCAS HCAs, one per requested rail, but this pod sees $count: not measuring"
    exit 78
  fi
  # shellcheck disable=SC3045 # every shell of the images in question has it
  say "memlock $(ulimit -l 2>/dev/null), CapEff $(sed -n 's/^CapEff:[[:space:]]*//p' /proc/self/status)"
}
use_hcas() { [ -n "$list" ] && [ "$CAIRN_HCAS" -gt 0 ] && NCCL_IB_HCA="=$list" && export NCCL_IB_HCA; }
