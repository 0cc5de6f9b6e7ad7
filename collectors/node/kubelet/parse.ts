import { jsonValues } from '@/lib/explain/json-values'
import { toolRefusal } from '@/lib/explain/tool-refusal'
import { type Capture, notOk, ok, type Parsed } from '@/lib/format'
import type { KubeletFacts } from './facts'

type Fields = Readonly<Record<string, unknown>>
const OURS: readonly string[] = [
  'cpuManagerPolicy',
  'topologyManagerPolicy',
  'topologyManagerScope',
  'reservedSystemCPUs',
]
const KEYS = [
  'cpuManagerPolicy',
  'topologyManagerPolicy',
  'topologyManagerScope',
  'reservedSystemCPUs',
  'memoryManagerPolicy',
] as const

/** Keys that only a KubeletConfiguration has: two of them make an object without a header one, and so does one of ours alone. */
const SIGNS: readonly string[] = [
  ...KEYS,
  'podPidsLimit',
  'maxPods',
  'evictionHard',
  'cgroupDriver',
  'clusterDNS',
  'featureGates',
  'staticPodPath',
]

/** Reads a KubeletConfiguration: the node's file (YAML, or JSON on OpenShift) or the answer of the configz endpoint. */
export function parseKubelet(capture: Capture): Parsed<KubeletFacts> {
  const json = /^\s*\{/m.test(capture.text) ? fromJson(capture.text) : null
  const found = json ?? fromYaml(capture.lines)
  if (found) return ok(factsOf(found.values, found.whole))
  const refusal = toolRefusal(capture.lines)
  const missing = capture.lines.find((line) => /No such file or directory/.test(line))
  if (missing) return notOk('absent', 'other', 'The kubelet configuration file is elsewhere', [missing.trim()])
  if (refusal) return notOk(refusal.status, refusal.code, refusal.text, [refusal.line])
  return capture.text.trim() === ''
    ? notOk('absent', 'other', 'Nothing was printed')
    : notOk('unreadable', 'bad-layout', 'No KubeletConfiguration was found')
}

interface Found {
  values: Fields
  /** The whole object was seen: absent keys are defaults. */
  whole: boolean
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function fromJson(text: string): Found | null {
  for (const { value, complete } of jsonValues(text)) {
    if (!isFields(value)) continue
    const inner = isFields(value.kubeletconfig) ? value.kubeletconfig : value
    const header = value.kind === 'KubeletConfiguration' || inner !== value
    if (header || SIGNS.filter((key) => key in inner).length >= 2) return { values: inner, whole: complete && header }
  }
  return null
}

/** What stands before the keys of the configuration: prose above it hides that it is indented as a whole. */
function indentOf(lines: readonly string[]): string {
  const header = lines.find((line) => /^ {0,40}kind: *"?KubeletConfiguration"?\s*$/.test(line))
  return /^ */.exec(header ?? '')?.[0] ?? ''
}

/** Top-level scalars only: what we need stands there. */
function fromYaml(lines: readonly string[]): Found | null {
  const values: Record<string, unknown> = {}
  const seen = new Set<string>()
  let header = false
  const indent = indentOf(lines)
  for (const whole of lines.slice(0, -1)) {
    if (!whole.startsWith(indent)) continue
    const line = whole.slice(indent.length)
    if (/^kind: *"?KubeletConfiguration"?\s*$/.test(line)) header = true
    const match = /^([A-Za-z]\w{0,60}):(?:\s+(.*?))?\s*$/.exec(line)
    if (!match) continue
    const [, key = '', raw = ''] = match
    if (SIGNS.includes(key)) seen.add(key)
    const value = raw.replace(/\s+#.*$/, '').replace(/^(["'])(.*)\1$/, '$2')
    if (value !== '' && !/^[|>{[&*]/.test(value)) values[key] = value
  }
  const unfinished = (lines.at(-1) ?? '') !== ''
  return header || seen.size >= 2 || isExcerpt(lines) ? { values, whole: header && !unfinished } : null
}

/** Lines of grep: nothing but keys of a KubeletConfiguration, one of ours among them. */
export function isExcerpt(lines: readonly string[]): boolean {
  const keys = lines
    .filter((line) => line.trim() !== '')
    .map((line) => /^([A-Za-z]\w{0,60}):(?: |$)/.exec(line)?.[1] ?? '')
  return keys.length > 0 && keys.every((key) => SIGNS.includes(key)) && keys.some((key) => OURS.includes(key))
}

/** Defaults of kubelet.config.k8s.io/v1beta1: both policies are `none`. */
function factsOf(values: Fields, whole: boolean): KubeletFacts {
  const word = (key: string) => (typeof values[key] === 'string' && values[key] !== '' ? values[key] : null)
  const [cpu, topology] = [word('cpuManagerPolicy'), word('topologyManagerPolicy')]
  const both = cpu !== null && topology !== null
  return {
    cpuManagerPolicy: cpu ?? (whole ? 'none' : null),
    topologyManagerPolicy: topology ?? (whole ? 'none' : null),
    topologyManagerScope: word('topologyManagerScope'),
    reservedSystemCpus: word('reservedSystemCPUs'),
    explicit: both ? true : whole ? false : null,
  }
}
