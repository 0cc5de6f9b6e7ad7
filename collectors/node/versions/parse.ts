import { withoutBlockIndent } from '@/lib/explain/block-indent'
import { withoutLogPrefix } from '@/lib/explain/log-prefix'
import { toolRefusal } from '@/lib/explain/tool-refusal'
import { type Capture, notOk, ok, type Parsed } from '@/lib/format'
import type { VersionFacts } from './facts'
import { containerdOf, ctrServerOf, dkmsOf, lockdownOf, modinfoOf, ofedOf, toolOf } from './lines'

/** Version commands print one short line: an unterminated one is read when nothing can be missing from it. */
function closed(line: string): boolean {
  return /^SecureBoot (?:enabled|disabled)$|confidentiality\]?$|^MLNX_OFED\S+:$|^OFED-internal\S+:$|, Git SHA Hash: \S+$|[0-9a-f]{40}$/.test(
    line,
  )
}

/** Reads ofed_info -s, mokutil --sb-state, the lockdown file, containerd --version, modinfo and `tool -v`, in any mix. */
export function parseVersions(capture: Capture): Parsed<VersionFacts> {
  const lines = withoutLogPrefix(capture.lines).map((line) => line.trimEnd())
  const last = lines.at(-1) ?? ''
  const done = closed(last.trim()) ? lines : lines.slice(0, -1)
  const facts: VersionFacts = {}
  for (const raw of done) {
    const line = raw.trim()
    if (line.length > 300) continue
    facts.ofed = agreed(facts.ofed, ofedOf(line))
    facts.lockdown = agreed(facts.lockdown, lockdownOf(line))
    facts.containerd = agreed(facts.containerd, containerdOf(line))
    facts.tool ??= toolOf(line) ?? undefined
    secureBoot(facts, line)
  }
  if (facts.containerd === undefined) facts.containerd = ctrServerOf(done) ?? undefined
  const module = modinfoOf(withoutBlockIndent(done)) ?? dkmsOf(done)
  if (module) facts.module = module
  for (const key of ['ofed', 'lockdown', 'containerd', 'tool'] as const) if (facts[key] === undefined) delete facts[key]
  if (facts.secureBootSupported === false && facts.secureBoot === undefined && Object.keys(facts).length === 1)
    return {
      ...notOk('absent', 'interface-missing', 'This system does not support Secure Boot', [UNSUPPORTED]),
      facts: { ...facts, secureBoot: null },
    }
  return Object.keys(facts).length > 0 ? ok(facts) : nothing(lines)
}

const UNSUPPORTED = "This system doesn't support Secure Boot"

/** What two answers of one command leave: where they differ they are of two machines, and neither is known. */
function agreed<T>(known: T | null | undefined, next: T | null | undefined): T | null | undefined {
  if (next === null || next === undefined) return known
  return known === undefined || JSON.stringify(known) === JSON.stringify(next) ? next : null
}

/** mokutil: the states of src/mokutil.c. */
function secureBoot(facts: VersionFacts, line: string): void {
  const state = /^SecureBoot (enabled|disabled)$/.exec(line)?.[1]
  if (state !== undefined) facts.secureBoot = agreed(facts.secureBoot, state === 'enabled')
  if (line === 'SecureBoot validation is disabled in shim') facts.shimValidation = false
  if (line === UNSUPPORTED) facts.secureBootSupported = false
}

function nothing(lines: readonly string[]): Parsed<VersionFacts> {
  const find = (pattern: RegExp) => lines.map((line) => line.trim()).find((line) => pattern.test(line))
  const efi = find(/^(?:mokutil: )?EFI variables are not supported on this system/)
  if (efi)
    return notOk('absent', 'interface-missing', 'No EFI variables: started by legacy BIOS, or in a container', [efi])
  const module = find(
    /^modinfo: (?:ERROR: (?:Module (?:alias )?\S+ not found|could not get modinfo)|module '?\S+ not found|can't open '\S{0,100}modules\.dep)/,
  )
  if (module) return notOk('absent', 'module-missing', 'The kernel module is not installed for this kernel', [module])
  const undecided = find(/Cannot determine secure boot state|Failed to read/)
  if (undecided) return notOk('unreadable', 'interface-missing', 'The Secure Boot state could not be read', [undecided])
  const file = find(/No such file or directory/)
  if (file) return notOk('absent', 'interface-missing', 'The kernel offers no such file', [file])
  const refusal = toolRefusal(lines)
  if (refusal) return notOk(refusal.status, refusal.code, refusal.text, [refusal.line])
  return lines.every((line) => line.trim() === '')
    ? notOk('absent', 'other', 'Nothing was printed')
    : notOk('unreadable', 'bad-layout', 'No version was found')
}
