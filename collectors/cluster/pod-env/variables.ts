import { closeJson } from '../kubernetes/close-json'

/** One PCIDEVICE_* variable as it stands in a text. */
export interface PodVariable {
  /** Without `PCIDEVICE_` and without `_INFO`. */
  resource: string
  /** Addresses of the plain variable; the parsed JSON of `_INFO`; undefined where it is cut or no JSON. */
  value: readonly string[] | { info: unknown } | undefined
  /** Where the value ends in the text. */
  end: number
}

/** A name and all that shells, JSON, YAML and descriptions put between it and its value. */
const VARIABLE =
  /(?<![A-Z_])PCIDEVICE_([A-Za-z0-9_.-]{1,200})(?:=|[ \t]{0,4}\|[ \t]{0,4}jq\b[^\n]{0,80}\n|\\{0,7}["']?:[ \t]{0,40}|\\{0,7}["']?(?:,\s{0,60}|\s{1,60})\\{0,7}["']?value\\{0,7}["']?\s{0,4}:\s{0,4})(\\{0,7}["'])?/g
const MAX_VARIABLES = 1000

/** All PCIDEVICE_* variables of a text, however it quotes them: env, export -p, docker and crictl inspect, env lists, /proc/PID/environ. */
export function variablesOf(text: string): PodVariable[] {
  const found: PodVariable[] = []
  for (const match of text.matchAll(VARIABLE)) {
    if (found.length >= MAX_VARIABLES) break
    const name = match[1] ?? ''
    const start = match.index + match[0].length
    const info = name.endsWith('_INFO')
    const resource = info ? name.slice(0, -'_INFO'.length) : name
    if (info) found.push({ resource, ...jsonAt(text, start) })
    else {
      const raw = addressesAt(text, start)
      found.push({ resource, value: raw.split(','), end: start + raw.length })
    }
  }
  return found
}

const ADDRESSES = /(?:[0-9A-Fa-f]{4}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}\.[0-7],?)+(?<!,)(?!,)/y

/** The address list that begins here. /proc/PID/environ puts the next variable right behind it, once its zero bytes are gone. */
function addressesAt(text: string, start: number): string {
  for (const pattern of [ADDRESSES, /[0-9A-Fa-f:.,]*/y]) {
    pattern.lastIndex = start
    const found = pattern.exec(text)?.[0]
    if (found !== undefined) return found
  }
  return ''
}

/** JSON that begins here, also one whose quotes are escaped because it stands in a string. */
function jsonAt(text: string, start: number): Pick<PodVariable, 'value' | 'end'> {
  const open = /\s{0,200}\{/y
  open.lastIndex = start
  if (!open.test(text)) return { value: undefined, end: start }
  const from = open.lastIndex - 1
  const next = /\{\s*(\\+)"/y
  next.lastIndex = from
  const slashes = next.exec(text)?.[1]?.length ?? 0
  const limit = endOf(text, from)
  const raw = text.slice(from, limit)
  const closed = closeJson(slashes === 0 ? raw : raw.replace(new RegExp(`\\\\{${slashes}}"`, 'g'), '"'))
  return { value: closed?.whole ? { info: closed.value } : undefined, end: limit }
}

/** End of the braces that open here, whatever the quoting; the names and paths inside hold no braces. */
function endOf(text: string, from: number): number {
  let depth = 0
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1
    else if (text[at] === '}') {
      depth -= 1
      if (depth === 0) return at + 1
    }
  }
  return text.length
}
