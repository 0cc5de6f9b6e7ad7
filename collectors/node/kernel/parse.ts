import { Unreadable } from '@/lib/collector'
import { toCapture } from '@/lib/explain/capture'
import { parseCmdline } from '../proc/cmdline'
import type { ProcFacts } from '../proc/facts'
import { parseProc } from '../proc/parse'
import type { VersionFacts } from '../versions/facts'
import { lockdownOf, modinfoOf, ofedOf } from '../versions/lines'
import { type KernelFacts, NO_KERNEL } from './facts'

/**
 * Reads the sections of the live read (`=== name`). A section that is not ended by the next one counts only when `end` was seen.
 * @throws Unreadable when no section is there
 */
export function parseKernel(text: string): KernelFacts {
  const sections = sectionsOf(text)
  if (sections.size === 0) throw new Unreadable('no section of the kernel read')
  const one = (name: string) => sections.get(name)?.[0]?.trim() || null
  const proc = procOf(sections)
  const file = modinfoOf(sections.get('modinfo') ?? [])
  const [version, srcversion] = [one('mlx5 version'), one('mlx5 srcversion')]
  const nvidia = sections.get('nvidia')
  const present = sections.get('present')
  return {
    ...NO_KERNEL,
    release: one('release'),
    cmdline: cmdlineOf(sections.get('cmdline')),
    iommu: iommuOf(sections.get('iommu')),
    modules: proc.modules ?? null,
    modulesWhole: proc.modules !== undefined && proc.modules !== null,
    present: present ? present.filter((name) => /^\w+$/.test(name)) : null,
    ofed: proc.ofed ?? null,
    peermem: proc.peermem ?? null,
    hugepages: proc.hugepages ?? null,
    lockdown: lockdownOf(one('lockdown') ?? '') ?? null,
    secureBoot: secureBootOf(one('secure boot')),
    mlx5: version !== null || srcversion !== null || file !== null ? { version, srcversion, file } : null,
    ofedVersion: ofedOf(one('ofed') ?? '')?.version ?? null,
    memlock: memlockOf(sections.get('memlock')),
    nvidia: nvidia ? nvidiaOf(nvidia) : null,
  }
}

/** What a capture of kind `proc` says of the kernel. */
export function kernelOfProc(facts: ProcFacts): KernelFacts {
  return {
    ...NO_KERNEL,
    cmdline: facts.cmdline ?? null,
    hugepages: facts.hugepages ?? null,
    modules: facts.modules ?? null,
    ofed: facts.ofed ?? null,
    peermem: facts.peermem ?? null,
  }
}

/** What a capture of kind `versions` says of it. */
export function kernelOfVersions(facts: VersionFacts): KernelFacts {
  const mlx5 = facts.module?.name === 'mlx5_core' ? { version: null, srcversion: null, file: facts.module } : null
  return {
    ...NO_KERNEL,
    secureBoot: facts.secureBoot ?? null,
    lockdown: facts.lockdown ?? null,
    ofedVersion: facts.ofed?.version ?? null,
    mlx5,
  }
}

function sectionsOf(text: string): Map<string, string[]> {
  const sections = new Map<string, string[]>()
  let name = ''
  for (const line of text.split('\n').slice(0, -1)) {
    const heading = /^=== ([a-z0-9 ]{1,30})$/.exec(line)?.[1]
    if (heading === undefined) sections.get(name)?.push(line)
    else {
      name = heading
      sections.set(name, [])
    }
  }
  // The section in which a cut answer ends may lack lines.
  if (!sections.has('end')) sections.delete(name)
  return sections
}

function procOf(sections: ReadonlyMap<string, readonly string[]>): ProcFacts {
  const lines = [...(sections.get('modules') ?? []), ...(sections.get('meminfo') ?? [])]
  const parsed = parseProc(toCapture(`${lines.join('\n')}\n`))
  return parsed.status === 'ok' ? parsed.facts : {}
}

function cmdlineOf(lines: readonly string[] | undefined) {
  const [line] = lines ?? []
  return line === undefined || line.trim() === '' ? null : parseCmdline(line, true)
}

/** `count N`, `units N`, then one domain type a line. */
function iommuOf(lines: readonly string[] | undefined): KernelFacts['iommu'] {
  const number = (key: string) => {
    const value = lines?.find((line) => line.startsWith(`${key} `))?.slice(key.length + 1)
    return value !== undefined && /^\d{1,6}$/.test(value) ? Number(value) : null
  }
  const groups = number('count')
  if (lines === undefined || groups === null) return null
  const types: Record<string, number> = {}
  for (const line of lines)
    if (/^(?:identity|DMA(?:-FQ)?|blocked|unmanaged|auto)$/.test(line)) types[line] = (types[line] ?? 0) + 1
  return { groups, types, units: number('units') ?? 0 }
}

/** `no-efi`, or the five bytes of the EFI variable: four of attributes, then 1 or 0. */
function secureBootOf(line: string | null): boolean | null {
  if (line === 'no-efi') return false
  const bytes = line?.split(/\s+/) ?? []
  return bytes.length === 5 && (bytes[4] === '1' || bytes[4] === '0') ? bytes[4] === '1' : null
}

/** `Max locked memory  unlimited  unlimited  bytes`: the soft limit is what a pod inherits. */
function memlockOf(lines: readonly string[] | undefined): KernelFacts['memlock'] {
  const runtime = /^runtime (\S{1,40})$/.exec(lines?.[0] ?? '')?.[1]
  const soft = /^Max locked memory +(unlimited|\d{1,20}) /.exec(lines?.[1] ?? '')?.[1]
  if (runtime === undefined || soft === undefined) return null
  return { runtime, bytes: soft === 'unlimited' ? null : Number(soft) }
}

function nvidiaOf(lines: readonly string[]): NonNullable<KernelFacts['nvidia']> {
  const line = lines.find((each) => each.startsWith('NVRM version:')) ?? ''
  const version = /\s(\d{3,4}\.\d{2,3}(?:\.\d{2,3})?)\s/.exec(line)?.[1] ?? null
  return { version, open: line === '' ? null : /Open Kernel Module/i.test(line) }
}
