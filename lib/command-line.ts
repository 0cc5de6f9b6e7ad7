const AT =
  /^(?:\([\w.-]{1,60}\) ?)?(?:\[[\w.-]{1,64}@[^\]\n]{1,120}\] ?|[\w.-]{1,64}@[\w.-]{1,64}(?:[: ][^$#%\n]{0,120})?)[$#%>](?= |$)/
/** Commands whose answers are pasted; behind a bare prompt another word may be anything. */
const COMMANDS = [
  'kubectl|oc|k|helm|stern|logcli|crictl|ssh|pdsh|clush|srun|mpirun|cat|grep|head|tail|ls|env|printenv|uname',
  'lspci|lsmod|modinfo|dkms|dmesg|journalctl|ethtool|devlink|rdma|ip|nvidia-smi|ofed_info|mokutil|containerd',
  'mst|mst(?:config|flint|fwreset|link)|mlx(?:config|fwreset|fwmanager|link)|mlxup|flint|mlnx_qos|show_gids|perfquery|sminfo',
  'rping|ib(?:stat|status|dev2netdev|ping)|ibv_devinfo|ib_(?:write|read|send)_(?:bw|lat)',
].join('|')
const BARE = new RegExp(
  `^(?:[$%❯➜] ?|\\+ ?|# |bash-[\\d.]+[$#] |sh-[\\d.]+[$#] )(?:(?:sudo|time) |[A-Z_]{1,20}=\\w{0,20} ){0,3}(?=(?:${COMMANDS})(?:\\s|$)|\\.?/\\S)`,
)
const EMPTY = /^(?:[$%❯➜]|bash-[\d.]+[$#]|sh-[\d.]+[$#]) ?$/

/** True for a line that a shell's prompt begins: `[root@host ~]# …`, `user@host:~$ …`, `$ kubectl …`, `+ kubectl …` of `set -x`. */
export function isCommandLine(line: string): boolean {
  if (line.startsWith(' ')) return false
  return (line.includes('@') && AT.test(line)) || BARE.test(line) || EMPTY.test(line)
}

/** The command typed at a prompt; '' for a prompt alone, null for any other line. */
export function commandOf(line: string): string | null {
  if (!isCommandLine(line)) return null
  const prompt = AT.exec(line) ?? BARE.exec(line)
  return prompt ? line.slice(prompt[0].length).trim() : ''
}

/** The machine a prompt names; null where it names none. */
export function hostOf(line: string): string | null {
  return /^(?:\([\w.-]{1,60}\) ?)?\[?[\w.-]{1,64}@([\w.-]{1,64})/.exec(line)?.[1] ?? null
}
