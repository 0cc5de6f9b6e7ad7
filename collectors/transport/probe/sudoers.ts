import type { SudoRule } from '@/lib/read'
import type { Section } from '../types'

const HEX = '[0-9a-f]'
/** A PCI address for sudoers: fixed length, no character that could start another argument (SEC-40). `:` is escaped there. */
const PCI = `${HEX}${HEX}${HEX}${HEX}\\:${HEX}${HEX}\\:${HEX}${HEX}.[0-7]`
/** Where sudo may find a tool through its secure_path. */
const DIRECTORIES = ['/usr/bin', '/usr/sbin'] as const

/** The rules of all sections, once each, in a stable order. */
export function sudoRules(sections: readonly Section[]): SudoRule[] {
  const byKey = new Map<string, SudoRule>()
  for (const { read } of sections) for (const rule of read.sudo ?? []) byKey.set(`${rule.tool} ${rule.args}`, rule)
  return [...byKey.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, rule]) => rule)
}

/**
 * The sudoers drop-in: read-only tools with spelled-out arguments, no bare wildcard. A hung tool is ended by sudo itself, since
 * the login user may not signal a root process.
 * @throws RangeError for a rule with a wildcard, a shell character or a forbidden verb.
 */
export function sudoersText(sections: readonly Section[], user = 'cairn'): string {
  if (!/^[a-z_][a-z0-9_-]{0,31}$/.test(user)) throw new RangeError('bad user name')
  const rules = sudoRules(sections)
  const longest = Math.max(20, ...sections.filter((s) => s.read.sudo?.length).map((s) => s.read.timeoutSec ?? 20))
  const commands = rules.flatMap((rule) => DIRECTORIES.map((directory) => `${directory}/${command(rule)}`))
  const lines = [
    '# Cairn: read-only tools of the node probe. Generated; install as /etc/sudoers.d/cairn (mode 0440), check with visudo -c.',
    '# PCI addresses are spelled with character classes: a bare * would also match further options, such as -y set.',
    `Defaults:${user} !requiretty`,
    `Defaults:${user} command_timeout=${Math.ceil(longest)}`,
  ]
  if (commands.length > 0) {
    lines.push(`Cmnd_Alias CAIRN_READ = \\\n  ${commands.join(', \\\n  ')}`, `${user} ALL=(root) NOPASSWD: CAIRN_READ`)
  }
  return `${lines.join('\n')}\n`
}

const FORBIDDEN_VERBS = new Set([
  'set',
  'set_raw',
  'reset',
  'burn',
  'apply',
  'raw',
  'start',
  'add',
  'del',
  'write',
  '-y',
  '--yes',
])
/** dmesg options that clear the log or change the console. */
const DMESG_WRITES = /^(?:-[A-Za-z]*[cCDEn]|--(?:clear|read-clear|console))/

function command(rule: SudoRule): string {
  if (!/^[A-Za-z0-9._+-]+$/.test(rule.tool)) throw new RangeError(`sudo rule: bad tool ${JSON.stringify(rule.tool)}`)
  const words = rule.args.split(/ +/).filter((word) => word !== '')
  for (const word of words) {
    if (!/^[A-Za-z0-9_./:=,@%+-]+$/.test(word))
      throw new RangeError(`sudo rule ${rule.tool}: argument ${JSON.stringify(word)} is not plain`)
    if (FORBIDDEN_VERBS.has(word)) throw new RangeError(`sudo rule ${rule.tool}: ${word} may change the node`)
    if (rule.tool === 'dmesg' && DMESG_WRITES.test(word))
      throw new RangeError(`sudo rule dmesg: ${word} may change the node`)
  }
  // Without arguments sudoers would allow any; "" allows none.
  if (words.length === 0) return `${rule.tool} ""`
  return `${rule.tool} ${words.map((word) => (word === 'PCI' ? PCI : word.replace(/[:,=\\]/g, '\\$&'))).join(' ')}`
}
