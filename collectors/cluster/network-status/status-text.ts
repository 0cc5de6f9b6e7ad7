import { isFields } from '../fields'
import { closeJson } from '../kubernetes/close-json'

/** A network-status list as it stands in a text. */
export interface StatusList {
  entries: readonly unknown[]
  /** False: the text ends within the list; its last entry may lack members. */
  whole: boolean
  /** True where the annotation's key stands before it. */
  keyed: boolean
}

/** The key of today, or the one Multus before 3.8 wrote beside it; then what JSON, YAML or a shell puts before the value. */
const KEY =
  /k8s\.v1\.cni\.cncf\.io\/networks?-status\\{0,7}["']?\s{0,4}(?:[:=]\s*)?(?:[|>][-+]?\s+)?["'`]?\\{0,7}"?(?=\s*\[)/g
/** A list of objects that begins a line: quoted, an item of a YAML list, fenced or behind a prompt's prose. */
const LIST = /^[ \t]*(?:- )?["'`]{0,2}\[(?:\s|\\n)*\{/gm
const MAX_TRIES = 20

/** Finds the network-status list of a text; null where none can be read. Linear: at most twenty places are tried. */
export function findStatus(text: string): StatusList | null {
  let cut: StatusList | null = null
  for (const [pattern, keyed] of [
    [KEY, true],
    [LIST, false],
  ] as const) {
    let tries = 0
    for (const match of text.matchAll(pattern)) {
      tries += 1
      if (tries > MAX_TRIES) break
      const from = keyed ? match.index + match[0].length : match.index
      const closed = closeJson(unescaped(text.slice(text.indexOf('[', from))))
      if (closed === null || !Array.isArray(closed.value)) continue
      const found = { entries: closed.value, whole: closed.whole, keyed }
      if (!closed.whole) cut ??= found
      else if (keyed ? closed.value.every(isFields) : closed.value.length > 0 && closed.value.every(isNetwork))
        return found
    }
    if (cut !== null) return cut
  }
  return cut
}

/** What tells a network from other objects with a name: the members that Multus writes (network-attachment-definition-client NetworkStatus). */
export function signsOf(entry: unknown): number {
  if (!isFields(entry) || typeof entry.name !== 'string') return 0
  const signs = [
    Array.isArray(entry.ips),
    isFields(entry.dns),
    isFields(entry['device-info']),
    typeof entry.interface === 'string',
    entry.default === true,
    typeof entry.mac === 'string',
  ]
  return signs.filter(Boolean).length
}

function isNetwork(entry: unknown): boolean {
  return signsOf(entry) > 0
}

/** JSON inside a JSON string: takes one level of backslashes off, as often as there are levels. */
function unescaped(list: string): string {
  let text = list
  for (let level = 0; level < 3 && /^\[(?:\s|\\n)*(?:\{(?:\s|\\n)*)?\\/.test(text); level += 1) {
    const end = endOfString(text)
    text = text.slice(0, end).replace(/\\(["\\/nrt])/g, (_, char: string) => (/[nrt]/.test(char) ? ' ' : char))
  }
  return text
}

/** The quote that ends the string around the text: the first without a backslash before it. */
function endOfString(text: string): number {
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1
    else if (text[at] === '"') return at
  }
  return text.length
}
