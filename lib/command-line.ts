const AT =
  /^(?:\([\w.-]{1,60}\) ?)?(?:\[[\w.-]{1,64}@[^\]\n]{1,120}\] ?|[\w.-]{1,64}@[\w.-]{1,64}(?:[: ][^$#%\n]{0,120})?)[$#%>](?: .*)?$/
const BARE =
  /^(?:[$%❯➜] ?|\+ ?|# |bash-[\d.]+[$#] |sh-[\d.]+[$#] )(?:sudo )?(?:kubectl|oc|k|helm|stern|logcli|crictl|ssh)\s/
const EMPTY = /^(?:[$%❯➜]|bash-[\d.]+[$#]|sh-[\d.]+[$#]) ?$/

/** True for a line that a shell's prompt begins: `[root@host ~]# …`, `user@host:~$ …`, `$ kubectl …`, `+ kubectl …` of `set -x`. */
export function isCommandLine(line: string): boolean {
  if (line.startsWith(' ')) return false
  return (line.includes('@') && AT.test(line)) || BARE.test(line) || EMPTY.test(line)
}
