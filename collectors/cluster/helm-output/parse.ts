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
const VALUE = /<\$?\.Values\.([A-Za-z0-9_.]{1,200})>/
/** Since Helm 3.18 and in 4 the position, the call and the error stand on lines of their own (pkg/engine TraceableError). */
const TEMPLATE = /(?:template: |FAILED: |^\s*)([A-Za-z0-9_./-]{1,300}\.(?:ya?ml|tpl)):\d/
/** Header of helm list. */
export const HELM_LIST = /^NAME\s+NAMESPACE\s+REVISION\s+UPDATED\s+STATUS\s+CHART\s+APP VERSION\s*$/
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
  const nilPointers = lines.flatMap((_, index) => nilPointer(lines, index) ?? [])
  const release = releaseRow(lines)
  const supplied = suppliedKeys(lines)
  const errors = unique(
    lines
      .filter((line) => /^(?:Error|level=ERROR|coalesce\.go|WARNING)\b/.test(line.trim()))
      .map((line) => line.trim()),
  )
  if (!command && !failed && !deployed && !release && !supplied && nilPointers.length === 0 && errors.length === 0)
    return notOk('unreadable', 'bad-layout', 'no line of helm was found')
  return ok(
    {
      from: null,
      to: null,
      command,
      reuseValues:
        command === null ? null : /\s--reuse-values\b/.test(command) || (capture.text.endsWith(command) ? null : false),
      outcome:
        failed === 'UPGRADE'
          ? 'upgrade-failed'
          : failed
            ? 'install-failed'
            : deployed || release?.deployed
              ? 'deployed'
              : null,
      nilPointers,
      errors: errors.slice(0, MAX_ERRORS),
      setKeys: unique([...(command === null ? [] : setKeys(command)), ...(supplied ?? [])]),
      chartVersion:
        (command === null ? null : versionOf(capture.text.endsWith(command) ? command : `${command} `)) ??
        release?.version ??
        null,
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
function nilPointer(lines: readonly string[], index: number): HelmNilPointer | null {
  const line = lines[index] ?? ''
  const key = NIL.exec(line)?.[1]
  if (key === undefined) return null
  const near = [line, lines[index - 1] ?? '', lines[index - 2] ?? '']
  const value = near.map((each) => VALUE.exec(each)?.[1]).find((each) => each !== undefined) ?? null
  const template = near.map((each) => TEMPLATE.exec(each)?.[1]).find((each) => each !== undefined) ?? null
  const certain = index < lines.length - 1 ? key : value?.split('.').at(-1)
  return certain === undefined ? null : { template, value, key: certain }
}

/** `network-operator … deployed network-operator-25.7.0 v25.7.0` of helm list. */
function releaseRow(lines: readonly string[]): { version: string; deployed: boolean } | null {
  const header = lines.findIndex((line) => HELM_LIST.test(line))
  if (header < 0) return null
  for (const line of lines.slice(header + 1)) {
    const [, status, version] =
      /\s(deployed|failed|pending-\w+)\s+network-operator-(\d+\.\d+\.\d+\S*)\s/.exec(`${line} `) ?? []
    if (status !== undefined && version !== undefined) return { version, deployed: status === 'deployed' }
  }
  return null
}

/** Top-level keys of `helm get values`, up to the next prompt. */
function suppliedKeys(lines: readonly string[]): string[] | null {
  const header = lines.findIndex((line) => line.trim() === 'USER-SUPPLIED VALUES:')
  if (header < 0) return null
  const keys = lines.slice(header + 1, -1).flatMap((line) => /^([A-Za-z][\w-]{0,100}):(?: |$)/.exec(line)?.[1] ?? [])
  return unique(keys)
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
