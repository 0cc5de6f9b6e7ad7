/** Shell: `$s` is the nvidia-smi of the host, else that of the driver container. No GPU on the bus: says `no-gpu` and ends. */
export const FIND_NVIDIA_SMI = `g=
for d in "$R"/sys/bus/pci/devices/*; do
  [ -e "$d/vendor" ] && read -r v < "$d/vendor" && read -r c < "$d/class" || continue
  case $v$c in 0x10de0x0302*|0x10de0x0300*) g=1; break ;; esac
done
[ -n "$g" ] || { echo no-gpu; exit 0; }
s=nvidia-smi
command -v "$s" >/dev/null 2>&1 || {
  s=$R/run/nvidia/driver/usr/bin/nvidia-smi
  LD_LIBRARY_PATH=$(echo "$R"/run/nvidia/driver/usr/lib/*-linux-gnu)
  export LD_LIBRARY_PATH
  [ -x "$s" ] || { echo "nvidia-smi: not found" >&2; exit 127; }
}
`
