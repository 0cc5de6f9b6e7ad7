import { nodeCollector } from '@/lib/collector'
import type { KernelFacts } from './facts'
import { parseKernel } from './parse'

/** World-readable files; no tool but grep, cat and (where they are) modinfo, ofed_info, od. */
const SCRIPT = `f() { [ -r "$R$2" ] && { echo "=== $1"; cat "$R$2"; }; }
f release /proc/sys/kernel/osrelease
f cmdline /proc/cmdline
f modules /proc/modules
f lockdown /sys/kernel/security/lockdown
f 'mlx5 version' /sys/module/mlx5_core/version
f 'mlx5 srcversion' /sys/module/mlx5_core/srcversion
f nvidia /proc/driver/nvidia/version
echo "=== meminfo"
grep -i '^huge' "$R/proc/meminfo" 2>/dev/null
if [ -d "$R/sys/kernel/iommu_groups" ]; then
  echo "=== iommu"
  n=0 u=0
  for g in "$R"/sys/kernel/iommu_groups/*; do [ -d "$g" ] && n=$((n + 1)); done
  for g in "$R"/sys/class/iommu/*; do [ -e "$g" ] && u=$((u + 1)); done
  echo "count $n"
  echo "units $u"
  [ "$n" -gt 0 ] && grep -sh . "$R"/sys/kernel/iommu_groups/*/type
fi
echo "=== present"
for m in mlx5_core mlx5_ib ib_core ib_uverbs rdma_cm rdma_ucm ib_umad nvidia_peermem nv_peer_mem; do
  [ -d "$R/sys/module/$m" ] && echo "$m"
done
s=$R/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c
if [ -r "$s" ]; then echo "=== secure boot"; od -An -tu1 "$s"
elif [ ! -d "$R/sys/firmware/efi" ]; then echo "=== secure boot"; echo no-efi; fi
if command -v modinfo >/dev/null 2>&1; then echo "=== modinfo"; modinfo mlx5_core 2>/dev/null | grep -E '^(filename|version|srcversion|vermagic|name):'; fi
if command -v ofed_info >/dev/null 2>&1; then echo "=== ofed"; ofed_info -s; fi
echo "=== memlock"
for c in $(grep -lxs -e containerd -e crio "$R"/proc/[0-9]*/comm); do
  read -r n < "$c" && echo "runtime $n" && grep '^Max locked memory' "\${c%/comm}/limits"
  break
done
echo "=== end"
exit 0`

/** Boot parameters, IOMMU, modules, Secure Boot, lockdown, hugepages, driver versions: the fact `kernel`. */
export default nodeCollector({
  id: 'kernel',
  title: 'Kernel: command line, IOMMU, modules, lockdown, driver versions',
  reads: { files: { via: 'node', lane: 'fast', script: SCRIPT } },
  parse: ({ files }): KernelFacts => parseKernel(files.text),
})
