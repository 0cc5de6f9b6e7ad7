import { type Capture, notOk, ok, type Parsed } from '@/lib/format'

/** What a helm install or upgrade printed. */
export interface HelmOutputFacts {
  from: string | null
  to: string | null
  /** `helm upgrade …` as typed, where the capture shows it. */
  command: string | null
  /** True when the command says --reuse-values; null when no command was seen. */
  reuseValues: boolean | null
  /** What helm says of itself: `upgrade-failed`, `install-failed`, `deployed`; null when it does not say. */
  outcome: 'upgrade-failed' | 'install-failed' | 'deployed' | null
  /** Template errors that met a missing value. */
  nilPointers: readonly HelmNilPointer[]
  /** Other error lines, each once. */
  errors: readonly string[]
  /** Values set on the command line (`--set a.b=…`): their keys. */
  setKeys: readonly string[]
  /** Chart version asked with --version, or named by the release. */
  chartVersion: string | null
}

/** `at <.Values.a.b>: nil pointer evaluating interface {}.b`. */
export interface HelmNilPointer {
  /** Template file inside the chart. */
  template: string | null
  /** Value path without `.Values.`: `nicFirmwareStorage.pvcName`. */
  value: string | null
  /** The key that could not be read. */
  key: string
}

const NIL = /nil pointer evaluating (?:interface \{\}|[\w.*{}]{1,80})\.([A-Za-z0-9_]{1,100})/
const VALUE = /<\.Values\.([A-Za-z0-9_.]{1,200})>/
const TEMPLATE = /template: ([A-Za-z0-9_./-]{1,300}\.(?:ya?ml|tpl))/
const FAILED = /\b(UPGRADE|INSTALLATION) FAILED\b/
const MAX_ERRORS = 50

/** Reads the text of a helm command; unreadable where no line is helm's. */
export function parseHelmOutput(capture: Capture): Parsed<HelmOutputFacts> {
  const lines = joinWrapped(capture.lines)
  const command = lines.find((line) => /\bhelm\s+(?:upgrade|install|template|lint)\b/.test(line))?.trim() ?? null
  const failed = lines.map((line) => FAILED.exec(line)?.[1]).find((each) => each !== undefined)
  const deployed = lines.some(
    (line) => /^STATUS: deployed\s*$/.test(line) || /has been upgraded\. Happy Helming!/.test(line),
  )
  const nilPointers = lines.flatMap((line, index) => nilPointer(line, index < lines.length - 1) ?? [])
  const errors = unique(
    lines
      .filter((line) => /^(?:Error|level=ERROR|coalesce\.go|WARNING)\b/.test(line.trim()))
      .map((line) => line.trim()),
  )
  if (!command && !failed && !deployed && nilPointers.length === 0 && errors.length === 0)
    return notOk('unreadable', 'bad-layout', 'no line of helm was found')
  return ok(
    {
      from: null,
      to: null,
      command,
      reuseValues: command === null ? null : /\s--reuse-values\b/.test(command),
      outcome: failed === 'UPGRADE' ? 'upgrade-failed' : failed ? 'install-failed' : deployed ? 'deployed' : null,
      nilPointers,
      errors: errors.slice(0, MAX_ERRORS),
      setKeys: command === null ? [] : setKeys(command),
      chartVersion: command === null ? null : versionOf(capture.text.endsWith(command) ? command : `${command} `),
    },
    { errors: errors.slice(0, MAX_ERRORS) },
  )
}

/** A shell command over several lines ends each but the last with a backslash. */
function joinWrapped(lines: readonly string[]): string[] {
  const joined: string[] = []
  let open = false
  for (const line of lines) {
    const text = line.replace(/\\\s*$/, ' ')
    if (open) joined.push(`${joined.pop() ?? ''}${text.trim()} `)
    else joined.push(text)
    open = text !== line && joined.length < 10_000
  }
  return joined
}

/** On an unterminated last line the key is only certain where the value path ends in it. */
function nilPointer(line: string, terminated: boolean): HelmNilPointer | null {
  const key = NIL.exec(line)?.[1]
  const value = VALUE.exec(line)?.[1] ?? null
  if (key === undefined) return null
  const certain = terminated ? key : value?.split('.').at(-1)
  return certain === undefined ? null : { template: TEMPLATE.exec(line)?.[1] ?? null, value, key: certain }
}

/** Chart version asked for; at the very end of a capture it may be cut. */
function versionOf(command: string): string | null {
  return /\s--version[= ]v?(\d+\.\d+\.\d+[^\s]{0,40})\s/.exec(command)?.[1] ?? null
}

function setKeys(command: string): string[] {
  const found = [...command.matchAll(/\s--set(?:-string|-json)?[= ]([^\s=]{1,200})=/g)].map((match) => match[1] ?? '')
  return unique(found)
}

function unique(list: readonly string[]): string[] {
  return [...new Set(list)]
}
