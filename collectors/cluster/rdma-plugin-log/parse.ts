import { type Capture, notOk, ok, type Parsed } from '@/lib/format'
import { Findings, type LogFinding, type Signature, span } from '../logs/findings'
import { readLog } from '../logs/line'

/** A resource as the RDMA shared device plugin serves it. */
export interface RdmaResource {
  /** `rdma_shared_device_a`. */
  name: string
  /** Shared handles the configuration allows on a node. */
  rdmaHcaMax: number | null
  /** Handles last given to the kubelet; null when the log does not say. */
  exposed: number | null
}

/** What the log of the RDMA shared device plugin says. */
export interface RdmaPluginLogFacts {
  from: string | null
  to: string | null
  resources: readonly RdmaResource[]
  /** PCI addresses the plug-in found. */
  devices: readonly string[]
  /** Resources whose selectors matched no device when the plug-in started. */
  empty: readonly string[]
  /** Known lines of its last life. */
  findings: readonly LogFinding[]
  /** True when the last life registered at least one resource. */
  registered: boolean
}

/** Lines of the plug-in. Source: k8s-formats §6 (cmd/k8s-rdma-shared-dp, pkg/resources). */
const SIGNATURES: readonly Signature[] = [
  { id: 'empty-selectors', severity: 'fail', pattern: /neither .{0,4}selectors.{0,4} nor .{0,4}devices.{0,4} fields/ },
  { id: 'selectors-and-devices', severity: 'fail', pattern: /Cannot specify both/i },
  { id: 'bad-resource-name', severity: 'fail', pattern: /contains invalid characters/ },
  { id: 'duplicate-resource', severity: 'fail', pattern: /resource .{0,120}already exists/ },
  { id: 'no-resources', severity: 'fail', pattern: /no resources configuration found/ },
  { id: 'negative-hca-max', severity: 'fail', pattern: /Invalid value for rdmaHcaMax/ },
  { id: 'rdma-namespace-exclusive', severity: 'fail', pattern: /incorrect RDMA subsystem network namespace/ },
  { id: 'missing-issm', severity: 'fail', pattern: /missing RDMA device spec for device/ },
  { id: 'no-devices', severity: 'fail', pattern: /no devices in device pool|no Rdma Devices were found for resource/ },
  { id: 'not-registered', severity: 'fail', pattern: /failed to be registered at Kubelet/ },
  { id: 'empty-prefix', severity: 'fail', pattern: /Empty resourcePrefix/ },
  { id: 'bad-interval', severity: 'fail', pattern: /invalid .{0,4}periodicUpdateInterval/ },
  { id: 'nothing-listed', severity: 'fail', pattern: /error: no devices provided/ },
  { id: 'no-config-file', severity: 'fail', pattern: /^open \S{1,300}: (?:no such file|permission denied)/ },
  {
    id: 'exits',
    severity: 'fail',
    pattern: /^Exiting\.\. |^Error: (?:error discovering|initializing|starting) |^unable to restart server/,
  },
]
const EMPTY =
  /(?:creating empty resource server for|no Rdma Devices were found for resource) ([A-Za-z0-9_.-]{1,200})\s*$/
/** Go's JSON decoder, printed without any prefix of the plug-in. */
const BAD_JSON =
  /^(?:invalid character .{1,40} (?:looking for|after|in) |unexpected end of JSON input|json: cannot unmarshal )/
const START = /Starting K8s RDMA Shared Device Plugin/
const PCI = /\b[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]\b/i

/** Reads a log of the RDMA shared device plugin; only its last life counts. */
export function parseRdmaPluginLog(capture: Capture): Parsed<RdmaPluginLogFacts> {
  const facts = readRdmaPlugin(capture.lines)
  if (facts === null) return notOk('unreadable', 'bad-layout', 'no line of the RDMA shared device plugin was found')
  return ok(facts, { errors: facts.findings.map((each) => each.text) })
}

/** Reads the lines of one plug-in pod; null where none is a log line. */
export function readRdmaPlugin(raw: readonly string[]): RdmaPluginLogFacts | null {
  const { lines, other } = readLog(raw)
  if (lines.length === 0) return null
  const start = lines.map((line) => START.test(line.message)).lastIndexOf(true)
  const life = lines.slice(Math.max(start, 0))
  const found = new Findings()
  const resources = new Map<string, RdmaResource>()
  const devices = new Set<string>()
  const others = new Set<string>()
  const empty = new Set<string>()
  let last: string | null = null
  let registered = false
  for (const line of life) {
    const { message } = line
    for (const each of line.whole ? configured(message) : [])
      resources.set(each.name, { ...each, exposed: resources.get(each.name)?.exposed ?? null })
    const pci = /device found:/.test(message) ? PCI.exec(message)?.[0] : undefined
    if (pci) devices.add(pci.toLowerCase())
    // It tries every NIC of the host; one of another maker is not meant by these resources.
    if (pci && !/Mellanox|NVIDIA/i.test(message)) others.add(pci.toLowerCase())
    const updating =
      /^(?:Updating "[^"/]{1,100}\/([^"]{1,200})" devices|ListAndWatch called by kubelet for: [^/\s]{1,100}\/(\S{1,200}))$/.exec(
        message,
      )
    if (updating && line.whole) last = updating[1] ?? updating[2] ?? null
    const exposing = /^exposing "(\d{1,9})" devices/.exec(message)
    if (exposing && last !== null)
      resources.set(last, {
        name: last,
        rdmaHcaMax: resources.get(last)?.rdmaHcaMax ?? null,
        exposed: Number(exposing[1]),
      })
    const without = line.whole ? EMPTY.exec(message)?.[1] : undefined
    if (without) empty.add(without)
    const socket = /^(\S{1,200}\.sock) gets registered successfully at Kubelet/.exec(message)
    if (socket) {
      registered = true
      found.forget('not-registered', socket[1] ?? '')
    }
    const signature = BAD_JSON.test(message)
      ? ({ id: 'bad-json', severity: 'fail' } as const)
      : SIGNATURES.find((each) => each.pattern.test(message) && (line.whole || each.id !== 'exits'))
    const about = PCI.exec(message)?.[0].toLowerCase() ?? null
    if (signature && !(signature.id === 'missing-issm' && others.has(about ?? '')))
      found.add(signature, line, message, about)
  }
  for (const { text, after } of other)
    if (after > start && BAD_JSON.test(text)) found.add({ id: 'bad-json', severity: 'fail' }, { at: null }, text, null)
  return {
    ...span(lines),
    resources: [...resources.values()],
    devices: [...devices],
    empty: [...empty],
    findings: found.list(),
    registered,
  }
}

/** `loaded config: [{ResourceName:a ResourcePrefix: RdmaHcaMax:63 …}]` and `Resource: &{ResourceName:a …}`. */
function configured(message: string): Omit<RdmaResource, 'exposed'>[] {
  if (!/^(?:loaded config:|Resource: &\{)/.test(message)) return []
  return [
    ...message.matchAll(/ResourceName:([A-Za-z0-9_.-]{1,200}) ResourcePrefix:\S{0,200} RdmaHcaMax:(-?\d{1,9})\b/g),
  ].map((match) => ({
    name: match[1] ?? '',
    rdmaHcaMax: Number(match[2]),
  }))
}
