import { rejoined } from '@/lib/explain/rejoined'
import type { Fields, RdmaDevice, RdmaLink, RdmaSystem } from './facts'
import { toDevice, toLink } from './facts'

/** `link mlx5_0/1 state …`, before iproute2 5.6 `1/1: mlx5_0/1: state …`. */
const LINK = /^(?:link |(\d{1,6})\/\d{1,6}: )([^\s/]{1,128})\/(\d{1,3}):? (?=.*\bstate )(.*)$/
const DEVICE = /^(\d{1,6}): ([^\s:]{1,128}): (?=node_type )(.*)$/
const SYSTEM = /^netns (shared|exclusive|unknown)(?:\s|$)/
/** Fields of a link or device; anything else (capabilities under -d) is not looked at. */
const NAMES = new Set(
  'subnet_prefix lid sm_lid lmc state physical_state netdev netdev_index node_type protocol fw node_guid sys_image_guid type parent'.split(
    ' ',
  ),
)

/** Lines of the text form. The tool puts a space after every field: in a line without its end, a last word without one may be cut. */
export interface TextForm {
  links: RdmaLink[]
  devices: RdmaDevice[]
  system: RdmaSystem | null
  cut: boolean
}

/** Lines that a narrow terminal may have wrapped, and how lines begin that are no rest of one. */
const LONG = /^\s*(?:link [^\s/]{1,128}\/|\d{1,6}(?:\/\d{1,6})?: \S)/
const BEGINS = /^\s*(?:link [^\s/]{1,128}\/|\d{1,6}(?:\/\d{1,6})?: \S|netns |caps: <|[[{`~]|\S{0,100}[#$>] ?)/

export function textForm(all: readonly string[]): TextForm {
  const form: TextForm = { links: [], devices: [], system: null, cut: false }
  const lines = rejoined(all, LONG, BEGINS)
  lines.forEach((raw, at) => {
    const ended = at < lines.length - 1
    const text = raw.trimStart()
    const link = LINK.exec(text)
    const device = link ? null : DEVICE.exec(text)
    if (link) {
      const index = link[1] === undefined ? null : Number(link[1])
      form.links.push(toLink(link[2] ?? '', Number(link[3]), index, pairs(link[4] ?? '', ended)))
    } else if (device) form.devices.push(toDevice(device[2] ?? '', Number(device[1]), pairs(device[3] ?? '', ended)))
    else if (SYSTEM.test(text)) form.system ??= system(text)
    // Only the system line has no space at its end.
    const whole = raw.endsWith(' ') || (SYSTEM.test(text) && / (?:on|off|shared|exclusive)$/.test(text))
    if (!ended && text !== '' && !whole) form.cut = true
  })
  return form
}

/** `name value name value …`; the last value counts only when something stands after it. */
function pairs(text: string, ended: boolean): Fields {
  const words = text.split(/\s+/)
  if (words.at(-1) === '') words.pop()
  else if (!ended) words.pop()
  const found = new Map<string, string>()
  for (let at = 0; at + 1 < words.length; at += 1) {
    const [name, value] = [words[at] ?? '', words[at + 1] ?? '']
    if (!NAMES.has(name) || found.has(name)) continue
    // A software device has an empty firmware: two spaces, then the next field.
    if (name === 'fw' && NAMES.has(value)) continue
    found.set(name, value)
    at += 1
  }
  return { get: (name) => found.get(name) ?? null, whole: ended }
}

/** `on` and `off` are whole words in any text: nothing longer begins with `on`, and `of` is neither. */
function system(text: string): RdmaSystem {
  const onOff = (name: string) => {
    const word = new RegExp(`(?:^|\\s)${name} (on|off)(?=\\s|$)`).exec(text)?.[1]
    return word === undefined ? null : word === 'on'
  }
  const netns = SYSTEM.exec(text)?.[1] ?? null
  return {
    netns: netns === 'unknown' ? null : netns,
    privilegedQkey: onOff('privileged-qkey'),
    copyOnFork: onOff('copy-on-fork'),
  }
}
