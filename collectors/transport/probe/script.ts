import { createHash } from 'node:crypto'
import type { Section } from '../types'
import { assertSectionId } from './request'
import { HEAD, MAIN, RUNNER, SECTION_PRELUDE } from './shell-parts'

/** Defaults of `NodeRead`. */
export const DEFAULT_LIMIT_SEC = 20
export const DEFAULT_CAP_BYTES = 1024 * 1024

export interface ProbeScript {
  /** The whole script. Constant for a set of sections; as an installed `cairn-probe`, or sent to `sh -s`. */
  text: string
  /** First 16 hex digits of the SHA-256 of the script without this digest; the probe reports it. */
  digest: string
}

/**
 * The node probe: POSIX sh, one function per section, each killed after its limit and cut at its cap, framed by the
 * request's nonce. Sections outside `sections` cannot be asked for.
 * @throws RangeError for a bad or repeated id, or a section text that cannot be carried.
 */
export function buildProbe(sections: readonly Section[]): ProbeScript {
  const seen = new Set<string>()
  for (const { id, read } of sections) {
    assertSectionId(id)
    if (seen.has(id)) throw new RangeError(`section ${id} is there twice`)
    if (read.script.includes('\0')) throw new RangeError(`section ${id} holds a NUL`)
    if (read.tool !== undefined && !/^[A-Za-z0-9._+-]+$/.test(read.tool))
      throw new RangeError(`section ${id}: bad tool name`)
    seen.add(id)
  }
  const text = [
    '#!/bin/sh',
    '# cairn-probe: reads a GPU node for Cairn and changes nothing. Generated; do not edit. Wire: cairn/1.',
    '# shellcheck disable=SC2016,SC2034',
    HEAD,
    `cairn_prelude=${quote(SECTION_PRELUDE)}`,
    ...sections.map(sectionFunction),
    'cairn_section() {',
    '  case $1 in',
    ...sections.map(({ id }, index) => `  ${id}) cairn_s${index} ;;`),
    '  *) return 1 ;;',
    '  esac',
    '}',
    RUNNER,
    MAIN,
  ].join('\n')
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 16)
  return { text: text.replace('@DIGEST@', digest), digest }
}

/** The text of `buildProbe`: what an operator installs for a forced-command key (SEC-37). */
export function probeScript(sections: readonly Section[]): string {
  return buildProbe(sections).text
}

/** Limit of a section, whole seconds, 1 to 3600. */
export function limitSec(section: Section): number {
  return Math.min(3600, Math.max(1, Math.ceil(section.read.timeoutSec ?? DEFAULT_LIMIT_SEC)))
}

/** Cap of a section's stdout, bytes. */
export function capBytes(section: Section): number {
  return Math.min(16 * 1024 * 1024, Math.max(512, Math.floor(section.read.maxBytes ?? DEFAULT_CAP_BYTES)))
}

function sectionFunction(section: Section, index: number): string {
  const { id, read } = section
  const fields = `lane=${read.lane} limit=${limitSec(section)} cap=${capBytes(section)} tool=${read.tool ?? "''"}`
  return `\n# ${id}\ncairn_s${index}() {\n  ${fields}\n  body=${quote(read.script)}\n}`
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
