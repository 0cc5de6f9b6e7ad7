import type { Cmdline } from './facts'

/** Keys that a real kernel command line holds; two of them make a text one. */
const KEYS =
  /^(?:BOOT_IMAGE|root|ro|rw|quiet|splash|console|crashkernel|initrd|intel_iommu|amd_iommu|iommu|iommu\.passthrough|pci|hugepages|hugepagesz|default_hugepagesz|isolcpus|nohz_full|rcu_nocbs|rd\.\S+|ignition\.\S+|ostree|systemd\.\S+|net\.ifnames|biosdevname|transparent_hugepage|mitigations|nokaslr|selinux|apparmor|numa_balancing|modprobe\.blacklist|module_blacklist|vt\.handoff|earlycon|init)$/

/** A cheap first look: almost every line of other texts ends here. */
const COMMON =
  /(?:BOOT_IMAGE|root|console|iommu|iommu\.passthrough|pci|hugepages|hugepagesz|isolcpus|crashkernel|initrd|init)=\S/

/** Words of a command line; double quotes keep spaces together (kernel next_arg). */
export function cmdlineWords(line: string): string[] {
  return (line.match(/(?:[^\s"]|"[^"]*"?){1,4096}/g) ?? []).map((word) => word.replaceAll('"', ''))
}

/** True for a line that is a kernel command line. */
export function isCmdline(line: string): boolean {
  if (line.length > 4096 * 2 || !COMMON.test(line) || /^\s*(?:[{[#]|\S{1,100}: )/.test(line)) return false
  const keys = cmdlineWords(line).map((word) => word.split('=')[0] ?? '')
  const known = keys.filter((key) => KEYS.test(key)).length
  return known >= 2 && known * 5 >= keys.length && /(?:^|\s)[\w.]+=\S/.test(line)
}

/**
 * A command line that a terminal or a mail has broken, joined again; `used` is how many lines below `at` belong to it. A break inside a word
 * leaves a rest that is no word of its own; a break between two words leaves two whole ones.
 */
export function joinedCmdline(lines: readonly string[], at: number): { line: string; used: number } {
  let line = lines[at] ?? ''
  let used = 0
  for (const next of lines.slice(at + 1, at + 1 + MAX_WRAPS)) {
    if (!isRest(next)) break
    const before = cmdlineWords(line).at(-1) ?? ''
    const after = cmdlineWords(next)[0] ?? ''
    const apart = /\S\s$/.test(line) || /^\s/.test(next) || (isWord(before) && isWord(after))
    line = `${line.trimEnd()}${apart ? ' ' : ''}${next.trim()}${/\S\s$/.test(next) ? ' ' : ''}`
    used += 1
  }
  return { line, used }
}

const MAX_WRAPS = 40

/** Words of a command line and nothing else; one of them has a value or is known. */
function isRest(line: string): boolean {
  if (line.length > 4096 || line.trim() === '' || /[#$]\s|[{}|<>]/.test(line)) return false
  const words = cmdlineWords(line)
  return (
    !/^BOOT_IMAGE=/.test(words[0] ?? '') &&
    words.every((word) => /^[\w.,:;/()+*@%~-]*(?:=.*)?$/.test(word) && !/^[A-Z][A-Za-z_]*:$/.test(word)) &&
    words.some((word) => word.includes('=') || KEYS.test(word))
  )
}

function isWord(word: string): boolean {
  const [key = '', value] = word.split('=')
  return KEYS.test(key) && value !== ''
}

/** Reads /proc/cmdline. @param whole false: the last word may be cut and is left out */
export function parseCmdline(line: string, whole: boolean): Cmdline {
  const all = cmdlineWords(line)
  const words = whole ? all : all.slice(0, -1)
  const dashes = words.indexOf('--')
  const kernel = dashes < 0 ? words : words.slice(0, dashes)
  const values = (key: string) =>
    kernel.flatMap((word) => (word.startsWith(`${key}=`) ? [word.slice(key.length + 1)] : []))
  // What may still follow on a cut line could overrule what was seen.
  const last = (key: string) => (whole ? (values(key).at(-1) ?? null) : null)
  const pools = whole ? poolsOf(kernel) : []
  const one = pools.length === 1 ? pools[0] : undefined
  const through = last('iommu.passthrough')
  return {
    hugepageSize: one?.size ?? (whole && pools.length === 0 ? onlySize(kernel) : null),
    hugepages: one?.count ?? null,
    hugepagePools: pools,
    iommu: values('iommu'),
    iommuEffective: last('iommu'),
    iommuPassthrough:
      through === null ? null : /^(?:1|y|on)$/i.test(through) ? true : /^(?:0|n|off)$/i.test(through) ? false : null,
    intelIommu: last('intel_iommu'),
    amdIommu: last('amd_iommu'),
    pci: values('pci'),
    isolcpus: last('isolcpus'),
    nohzFull: last('nohz_full'),
    initArgs: dashes < 0 ? [] : words.slice(dashes + 1),
  }
}

/** The one size that is named where no pages are reserved. */
function onlySize(words: readonly string[]): string | null {
  const sizes = new Set(words.flatMap((word) => /^(?:default_)?hugepagesz=(\S+)$/.exec(word)?.[1] ?? []))
  return sizes.size === 1 ? ([...sizes][0] ?? null) : null
}

/** `hugepages=` belongs to the `hugepagesz=` before it, else to the default size. */
function poolsOf(words: readonly string[]): { size: string | null; count: number }[] {
  const pools: { size: string | null; count: number }[] = []
  let size: string | null = null
  for (const word of words) {
    const key = /^(hugepagesz|default_hugepagesz|hugepages)=(\S+)$/.exec(word)
    if (!key) continue
    if (key[1] !== 'hugepages') {
      size = key[2] ?? null
      continue
    }
    const parts = (key[2] ?? '').split(',').map((part) => /^(?:\d+:)?(\d{1,9})$/.exec(part)?.[1])
    const count = parts.every((part) => part !== undefined) ? parts.reduce((sum, part) => sum + Number(part), 0) : null
    const known = pools.find((pool) => pool.size === size)
    if (count === null) continue
    if (known) known.count = count
    else pools.push({ size, count })
  }
  return pools
}
