import { type Capture, notOk, ok, type Parsed } from '@/lib/format'
import { parseSriovPools, type SriovPoolConfig } from '../config-maps-sriov/pools'
import { Findings, type LogFinding, type Signature, span } from '../logs/findings'
import { readLog } from '../logs/line'

/** A pool as the SR-IOV device plugin made it. */
export interface SriovPool {
  name: string
  /** Devices its selectors matched; null when the log does not say. */
  devices: number | null
  /** Skipped for want of devices: the resource is then silently absent. */
  skipped: boolean
  /** Its selectors, where the log holds the configuration. */
  config: SriovPoolConfig | null
}

/** What the log of the SR-IOV device plugin of one node says. */
export interface SriovPluginLogFacts {
  from: string | null
  to: string | null
  pools: readonly SriovPool[]
  findings: readonly LogFinding[]
  /** Devices that the last list for the kubelet calls unhealthy, by resource. */
  unhealthy: readonly { pool: string; devices: readonly string[] }[]
  /** Endpoints the kubelet took. */
  registered: readonly string[]
}

/** Lines of the plug-in. Source: k8s-formats §7 (cmd/sriovdp, pkg/resources). */
const SIGNATURES: readonly Signature[] = [
  { id: 'rdma-missing', severity: 'warn', pattern: /RDMA resources for .{1,40} not found\. Are RDMA modules loaded/ },
  {
    id: 'rdma-missing',
    severity: 'warn',
    pattern:
      /No RDMA devices available for RDMA capable device|rdma is required in the configuration but the device is not/,
  },
  { id: 'device-left-out', severity: 'warn', pattern: /GetDevices\(\):? error creating new device/ },
  {
    id: 'device-taken',
    severity: 'fail',
    pattern: /Cannot add (?:device|PCI Address) \[.{1,60}\]\. Already allocated/,
  },
  {
    id: 'no-config-for-node',
    severity: 'fail',
    pattern: /error getting resources from file .{1,300}no such file or directory/,
  },
  { id: 'bad-json', severity: 'fail', pattern: /error unmarshalling (?:raw )?bytes/ },
  { id: 'bad-selectors', severity: 'fail', pattern: /unable to get SelectorObj from selectors list/ },
  {
    id: 'bad-resource',
    severity: 'fail',
    pattern:
      /resource name .{1,200}(?:already exists|contains invalid characters)|unsupported deviceType|mutually exclusive options/,
  },
  { id: 'bad-config-file', severity: 'fail', pattern: /error getting resources from file/ },
  { id: 'invalid-config', severity: 'fail', pattern: /one or more invalid configuration\(s\) given/ },
  { id: 'no-resource-config', severity: 'fail', pattern: /no resource configuration; exiting/ },
  {
    id: 'not-registered',
    severity: 'fail',
    pattern: /failed to be registered at Kubelet|unable to (?:connect to|register with) Kubelet/,
  },
  {
    id: 'exits',
    severity: 'fail',
    pattern: /^error (?:discovering host devices|initializing resource servers|starting )|^unable to restart server/,
  },
  { id: 'default-route', severity: 'info', pattern: /excluding interface .{1,60}default route found/ },
]
/** Words that begin a more special line, too: they count on whole lines only. */
const GENERAL: ReadonlySet<string> = new Set(['bad-config-file', 'exits'])
const PCI = /\b[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]\b/i
const START =
  /^(?:Using Kubelet Plugin Registry Mode|resource manager reading configs|Starting SRIOV Network Device Plugin)/

/** Reads a log of the SR-IOV device plugin; only its last life counts. */
export function parseSriovPluginLog(capture: Capture): Parsed<SriovPluginLogFacts> {
  const facts = readSriovPlugin(capture.lines)
  if (facts === null) return notOk('unreadable', 'bad-layout', 'no line of the SR-IOV device plugin was found')
  return ok(facts, { errors: facts.findings.filter((each) => each.severity === 'fail').map((each) => each.text) })
}

/** Reads the lines of one plug-in pod; null where none is a log line. */
export function readSriovPlugin(raw: readonly string[]): SriovPluginLogFacts | null {
  const { lines, other } = readLog(raw)
  if (lines.length === 0) return null
  const started = lines.map((line) => /^resource manager reading configs/.test(line.message)).lastIndexOf(true)
  const before = started > 0 && START.test(lines[started - 1]?.message ?? '') ? started - 1 : started
  const found = new Findings()
  const pools = new Map<string, SriovPool>()
  const registered = new Set<string>()
  const unhealthy = new Map<string, string[]>()
  let configs: readonly SriovPoolConfig[] = []
  let current: string | null = null
  const put = (name: string, change: Partial<SriovPool>) =>
    pools.set(name, {
      name,
      devices: null,
      skipped: false,
      config: configs.find((each) => each.resourceName === name) ?? null,
      ...pools.get(name),
      ...change,
    })
  const first = Math.max(before, 0)
  for (const [index, line] of lines.slice(first).entries()) {
    const { message } = line
    if (message.startsWith('raw ResourceList: ')) {
      // A configuration with line ends is printed with them.
      const more = other.filter((each) => each.after === first + index + 1).map((each) => each.text)
      configs = parseSriovPools([message.slice('raw ResourceList: '.length), ...more].join('\n')) ?? configs
    }
    const creating = /^Creating new ResourcePool: (\S{1,200})$/.exec(message)
    if (creating && line.whole) {
      current = creating[1] ?? null
      if (current) put(current, {})
    }
    const matched = /^initServers\(\): selector index \d{1,4} will register (\d{1,6}) devices/.exec(message)
    if (matched && current) put(current, { devices: (pools.get(current)?.devices ?? 0) + Number(matched[1]) })
    const skipped = /no devices in device pool, skipping creating resource server for (\S{1,200})$/.exec(message)
    if (skipped && line.whole) put(skipped[1] ?? '', { skipped: true })
    const socket = /^Plugin: (\S{1,200})\.sock gets registered successfully at Kubelet/.exec(message)
    if (socket) {
      registered.add(socket[1] ?? '')
      found.forget('not-registered', `${socket[1]}.sock`)
    }
    const sent = /^ListAndWatch\(([^()]{1,200})\): send (?:updated )?devices /.exec(message)
    if (sent) unhealthy.set(sent[1] ?? '', sickIn(message))
    const signature = SIGNATURES.find((each) => each.pattern.test(message) && (line.whole || !GENERAL.has(each.id)))
    if (signature) found.add(signature, line, message, PCI.exec(message)?.[0].toLowerCase() ?? null)
  }
  return {
    ...span(lines),
    pools: [...pools.values()],
    findings: found.list(),
    unhealthy: [...unhealthy].flatMap(([pool, devices]) => (devices.length > 0 ? [{ pool, devices }] : [])),
    registered: [...registered],
  }
}

/** `&Device{ID:0000:18:00.3,Health:Unhealthy,…}` of the list as Go prints it. */
function sickIn(message: string): string[] {
  return [...message.matchAll(/ID:([^,\s{}]{1,100}),Health:Unhealthy\b/g)].map((match) => match[1] ?? '')
}
