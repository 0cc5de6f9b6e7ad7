import { describe, expect, it } from 'vitest'
import { collectors } from '@/collectors/index.gen'
import { toCapture } from '@/lib/explain/capture'
import { parseConfigDaemonLog } from '../config-daemon-log/parse'
import { parseHelmOutput } from '../helm-output/parse'
import { parseIpamLog } from '../ipam-log/parse'
import { readOperator } from '../operator-log/parse'
import { parseRdmaPluginLog } from '../rdma-plugin-log/parse'
import { parseSriovPluginLog } from '../sriov-plugin-log/parse'

const DAEMON = `2026-03-02T09:01:44.118511302Z	INFO	mellanox/mellanox_plugin.go:99	mellanox-plugin getMlnxNicFwData()	{"device": "0000:18:00.0"}
2026-03-02T09:01:44.903644911Z	LEVEL(-2)	mellanox/mellanox_plugin.go:99	Changing TotalVfs, needs reboot	{"current": 16, "requested": 8}
2026-03-02T09:01:51.260071290Z	INFO	Reconcile	controller/controller.go:1	aggregated daemon node state requirement	{"controllerKind": "SriovNetworkNodeState", "name": "n1"}
2026-03-02T09:04:21.500119034Z	LEVEL(-2)	x/y.go:1	mellanox-plugin: configFW()	{"cmd-args": ["-d", "0000:18:00.0", "-y", "set", "NUM_OF_VFS=8"]}
2026-03-02T09:04:33.008711004Z	INFO	rebootNode	daemon/daemon.go:1	trigger node reboot
2026-03-02T09:16:44.903644911Z	LEVEL(-2)	mellanox/mellanox_plugin.go:99	Changing TotalVfs, needs reboot	{"current": 16, "requested": 8}
`
const RDMA = `2026/03/02 08:40:11 Starting K8s RDMA Shared Device Plugin version= master
2026/03/02 08:40:11 Resource: &{ResourceName:rdma_a ResourcePrefix:rdma RdmaHcaMax:63 Devices:[]}
2026/03/02 08:40:12 rdma_a.sock gets registered successfully at Kubelet
2026/03/02 08:40:12 ListAndWatch called by kubelet for: rdma/rdma_a
2026/03/02 08:40:12 exposing "63" devices
`
const SRIOV = `I0302 08:20:01.300110       1 manager.go:121] Creating new ResourcePool: resibp64s0
I0302 08:20:01.310225       1 manager.go:138] initServers(): selector index 0 will register 0 devices
I0302 08:20:01.310230       1 manager.go:142] no devices in device pool, skipping creating resource server for resibp64s0
`
const IPAM = `I0302 08:11:21.221300       1 allocator.go:125] "can't allocate: pool has no free ranges" namespace="op" name="pool-a" node="gpu-node-32" pool="pool-a"
I0302 08:11:25.300114       1 ippool.go:58] "Ignoring notification on IPPool from different namespace" controller="ippool" name="pool-b" ns=default
`
const HELM = `$ helm upgrade network-operator nvidia/network-operator --version 25.10.0-beta.3 --reuse-values
Error: UPGRADE FAILED: template: a/templates/operator.yaml:63:24: at <.Values.nicFirmwareStorage.pvcName>: nil pointer evaluating interface {}.pvcName
`

const logs = [
  ['config daemon', DAEMON, parseConfigDaemonLog],
  ['RDMA plug-in', RDMA, parseRdmaPluginLog],
  ['SR-IOV plug-in', SRIOV, parseSriovPluginLog],
  ['nv-ipam', IPAM, parseIpamLog],
  ['helm', HELM, parseHelmOutput],
] as const

/** Every name, number and address of a value; counts, times and whole lines of text grow with the text and are left out. */
function values(value: unknown, key = ''): string[] {
  if (
    ['from', 'to', 'at', 'count', 'firstAt', 'lastAt', 'text', 'errors', 'command', 'starts', 'reboots'].includes(key)
  )
    return []
  if (Array.isArray(value)) return value.flatMap((each) => values(each, key))
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([inner, each]) => values(each, inner))
  return value === null || typeof value === 'boolean' ? [] : [`${key}=${String(value)}`]
}

describe.each(logs)('log of %s', (_name, text, parse) => {
  const whole = new Set(values(parse(toCapture(text)).facts))

  it('cut anywhere says the same or less, never something else', () => {
    for (let end = 0; end < text.length; end += 1) {
      const found = values(parse(toCapture(text.slice(0, end))).facts).filter(
        (each) => each !== 'devices=0' && each !== 'exposed=0',
      )
      expect(
        [...found].filter((each) => !whole.has(each)),
        `cut at ${end}`,
      ).toEqual([])
    }
  })

  it('reads the same indented, with CRLF and behind prefixes of kubectl logs', () => {
    const wanted = [...whole].sort()
    const changed = [
      text.replace(/^/gm, '    ').trimEnd().concat('\n'),
      text.replaceAll('\n', '\r\n'),
      ...(text === HELM
        ? []
        : [text.replace(/^(?=.)/gm, '[pod/a-b/c] '), text.replace(/^(?=.)/gm, '2026-03-02T09:00:00.123456789Z ')]),
    ]
    for (const each of changed) expect([...new Set(values(parse(toCapture(each)).facts))].sort()).toEqual(wanted)
  })

  it('is unreadable for other text', () => {
    expect(parse(toCapture('total 12\ndrwxr-xr-x 2 root root\n')).status).toBe('unreadable')
  })
})

it('tells a repeated reboot request from an error that was overcome', () => {
  const error =
    '2026-03-02T11:20:11.048833992Z	ERROR	m/m.go:1	getMlnxNicFwData(): failed	{"stderr": "-E- Error when trying to check if NV access registers are supported", "error": "exit status 3"}\n'
  const fine = '2026-03-02T11:21:11.048833992Z	INFO	daemon/daemon.go:1	Interfaces not changed\n'
  expect(parseConfigDaemonLog(toCapture(error)).facts).toMatchObject({
    findings: [{ id: 'nv-access-registers' }],
    settled: false,
  })
  expect(parseConfigDaemonLog(toCapture(error + fine)).facts).toMatchObject({ findings: [], settled: true })
  expect(parseConfigDaemonLog(toCapture(fine + error)).facts).toMatchObject({
    findings: [{ id: 'nv-access-registers' }],
  })
})

it('names pods whose eviction is refused, and the first line of a panic', () => {
  const facts = readOperator(
    [
      '2026-03-02T11:20:11Z	ERROR	createDrainHelper	drain/drainer.go:4	error when evicting pods/"llm-1" -n "inference" (will retry after 5s): Cannot evict pod as it would violate the pod\'s disruption budget.',
      'panic: runtime error: invalid memory address or nil pointer dereference',
      'goroutine 1 [running]:',
      'github.com/Mellanox/network-operator/pkg/migrate.handleWhereaboutsObj(0xc000)',
    ],
    'op/pod',
  )
  expect(facts?.evictionRefused).toEqual([{ namespace: 'inference', pod: 'llm-1' }])
  expect(facts?.panic).toMatchObject({ where: 'github.com/Mellanox/network-operator/pkg/migrate.handleWhereaboutsObj' })
})

it('joins the lives of one pod, the earlier first', () => {
  const collector = collectors.find((each) => each.id === 'configDaemonLog')
  const [before = '', after = ''] = DAEMON.split(/(?=2026-03-02T09:16)/)
  const log = { node: 'n9', namespace: 'op', pod: 'd', container: 'c' }
  const facts =
    collector?.via === 'log'
      ? collector.parse([
          { ...log, previous: false, text: after },
          { ...log, previous: true, text: before },
        ])
      : []
  expect(facts).toMatchObject([
    { node: 'n9', totalVfsChanges: [{ current: 16 }, { current: 16 }], reboots: [expect.any(String)] },
  ])
})

it('is linear on long hostile lines', () => {
  const evil = `${'2026-03-02T11:20:11Z\tERROR\tm.go:1\t'}${'a="'.repeat(100_000)}${'{"'.repeat(100_000)}\n`.repeat(2)
  const started = performance.now()
  for (const [, , parse] of logs) parse(toCapture(evil))
  expect(performance.now() - started).toBeLessThan(1500)
})

const GLOG = (minute: number, text: string) =>
  `I0414 07:${String(minute).padStart(2, '0')}:10.118210    4711 daemon.go:1] ${text}\n`
const WANTS = (minute: number, pci: string) =>
  GLOG(minute, `mellanox-plugin getMlnxNicFwData(): device ${pci}`) +
  GLOG(minute, 'Changing TotalVfs 4 to 12, needs reboot')
const BOOT = (minute: number) => GLOG(minute, 'Starting SriovNetworkConfigDaemon') + GLOG(minute, 'Run(): start daemon')

describe('boots of the config daemon’s node', () => {
  const boots = (text: string) => {
    const { facts } = parseConfigDaemonLog(toCapture(text))
    return 'totalVfsChanges' in facts ? facts.totalVfsChanges.map((each) => `${each.pci} ${each.boot}`) : []
  }

  it('two NICs and every reconcile of one boot are one boot', () => {
    const once = BOOT(1) + WANTS(2, '0000:3b:00.0') + WANTS(2, '0000:5e:00.0') + WANTS(3, '0000:3b:00.0')
    expect(boots(`${once}${GLOG(4, 'rebootNode(): trigger node reboot')}`)).toEqual([
      '0000:3b:00.0 0',
      '0000:5e:00.0 0',
      '0000:3b:00.0 0',
    ])
  })

  it('a request right after "trigger node reboot" is of the same boot; after a start or minutes it is of the next', () => {
    const asked = WANTS(2, '0000:3b:00.0') + GLOG(3, 'rebootNode(): trigger node reboot')
    expect(boots(asked + WANTS(4, '0000:3b:00.0'))).toEqual(['0000:3b:00.0 0', '0000:3b:00.0 0'])
    expect(boots(asked + BOOT(4) + WANTS(4, '0000:3b:00.0'))).toEqual(['0000:3b:00.0 0', '0000:3b:00.0 1'])
    expect(boots(asked + WANTS(14, '0000:3b:00.0'))).toEqual(['0000:3b:00.0 0', '0000:3b:00.0 1'])
  })

  it.each(['nodeStateSyncHandler(): sync succeeded', 'shouldSkipReconciliation(): Interface not changed'])(
    'is settled by "%s"',
    (words) => {
      const { facts } = parseConfigDaemonLog(toCapture(WANTS(2, '0000:3b:00.0') + GLOG(5, words)))
      expect(facts).toMatchObject({ settled: true })
    },
  )
})

it('knows what the plug-ins overcame and what they did not', () => {
  const went =
    'I0414 07:30:02.1       1 server.go:1] Plugin: openshift.io_rail0.sock gets registered successfully at Kubelet\n'
  const refused =
    'I0414 07:30:01.1       1 server.go:1] Plugin: openshift.io_rail0.sock failed to be registered at Kubelet: x; restarting.\n'
  const sick =
    'I0414 07:30:03.1       1 server.go:1] ListAndWatch(rail0): send updated devices &L{Devices:[]*Device{&Device{ID:0000:9a:00.1,Health:Unhealthy,},&Device{ID:0000:9a:00.2,Health:Healthy,},},}\n'
  expect(parseSriovPluginLog(toCapture(went + refused)).facts).toMatchObject({ findings: [{ id: 'not-registered' }] })
  expect(parseSriovPluginLog(toCapture(refused + went)).facts).toMatchObject({ findings: [] })
  expect(parseSriovPluginLog(toCapture(sick)).facts).toMatchObject({
    unhealthy: [{ pool: 'rail0', devices: ['0000:9a:00.1'] }],
  })
})

it('reads a plug-in configuration that is printed over several lines', () => {
  const text = `I0414 07:30:01.1       1 manager.go:1] raw ResourceList: {
  "resourceList": [{ "resourceName": "rail1",
    "selectors": { "pfNames": ["ibp999s0"] } }]
}
I0414 07:30:02.1       1 manager.go:1] Creating new ResourcePool: rail1
I0414 07:30:02.1       1 manager.go:1] no devices in device pool, skipping creating resource server for rail1
`
  expect(parseSriovPluginLog(toCapture(text)).facts).toMatchObject({
    pools: [{ name: 'rail1', skipped: true, config: { pfNames: ['ibp999s0'] } }],
  })
})

it('names pools without addresses by nv-ipam and ranges by whereabouts, until they have some again', () => {
  const full =
    '{"ts":1,"msg":"failed to allocate IP address","pool":"p0","err":"no free addresses in the allocated range"}\n'
  const given = '{"ts":2,"v":0,"msg":"IP address allocated","pool":"p0"}\n'
  const unknown =
    '2026-04-14T07:40:11Z [error] grpc call failed: rpc error: code = NotFound desc = configuration for pool "p9", poolType "cidrpool" not found\n'
  const range =
    '2026-04-14T07:40:11Z [error] Error at storage engine: Could not allocate IP in range: ip: 10.1.0.1 / - 10.1.0.14 / range: 10.1.0.0/28 / excludeRanges: []\n'
  expect(parseIpamLog(toCapture(full + range + unknown)).facts).toMatchObject({
    full: [{ pool: 'p0' }, { pool: '10.1.0.0/28' }],
    unknownPools: [{ pool: 'p9', poolType: 'cidrpool' }],
  })
  expect(parseIpamLog(toCapture(full + given)).facts).toMatchObject({ full: [] })
})

it('reads a template error that Helm 4 prints over three lines', () => {
  const text = `Error: UPGRADE FAILED: network-operator/charts/x/templates/config-daemon.yaml:45:22
  executing "network-operator/charts/x/templates/config-daemon.yaml" at <.Values.nicFirmwareStorage.pvcName>:
    nil pointer evaluating interface {}.pvcName
`
  expect(parseHelmOutput(toCapture(text)).facts).toMatchObject({
    nilPointers: [
      { value: 'nicFirmwareStorage.pvcName', template: 'network-operator/charts/x/templates/config-daemon.yaml' },
    ],
  })
})

it.each([60, 80, 100, 132])('puts together what a terminal of %i columns broke', (width) => {
  const broken = DAEMON.split('\n')
    .flatMap((line) => line.match(new RegExp(`.{1,${width}}`, 'g')) ?? [''])
    .join('\n')
  expect(values(parseConfigDaemonLog(toCapture(broken)).facts)).toEqual(
    values(parseConfigDaemonLog(toCapture(DAEMON)).facts),
  )
})

it('a reboot request whose numbers are lost is no pass', () => {
  const text = '2026-03-02T09:01:44Z\tLEVEL(-2)\tm.go:1\tChanging TotalVfs, needs reboot\t{"current": 16, "req\n'
  expect(parseConfigDaemonLog(toCapture(text)).facts).toMatchObject({
    totalVfsChanges: [],
    findings: [{ id: 'total-vfs-needs-reboot' }],
  })
})

it.each([
  'I0914 08:07:49.650049 2039018 writer.go:163] setNodeStateStatus(): syncStatus: Failed, lastSyncError: exit status 3\n',
  '2026-03-02T09:01:44Z\tINFO\tw.go:1\tsetNodeStateStatus(): status\t{"sync-status": "Failed", "last-sync-error": "exit status 3"}\n',
])('a daemon that gives up says so', (text) => {
  expect(parseConfigDaemonLog(toCapture(text)).facts).toMatchObject({ findings: [{ id: 'sync-failed' }] })
})

it('does not blame the NICs of other makers that the RDMA plug-in tries, nor devices that came later', () => {
  const lines = [
    'DiscoverHostDevices(): device found: 0000:3b:00.0\t02          \tIntel Corporation   \tEthernet Controller X550',
    'error creating new device: "missing RDMA device spec for device 0000:3b:00.0, RDMA device \\"uverbs\\" not found"',
    'Warning: no Rdma Devices were found for resource hca_a',
    'Updating "rdma/hca_a" devices',
    'exposing "63" devices',
  ]
  expect(
    parseRdmaPluginLog(toCapture(lines.map((line) => `2024/05/17 09:54:41 ${line}\n`).join(''))).facts,
  ).toMatchObject({ findings: [{ id: 'no-devices' }], empty: ['hca_a'], resources: [{ name: 'hca_a', exposed: 63 }] })
})

it('names a device that the SR-IOV plug-in left out, and a pool that the node daemon ignores', () => {
  const out =
    'E0414 07:30:01.1       1 netDeviceProvider.go:50] netdevice GetDevices(): error creating new device: "error getting driver info for device 0000:9a:00.4 readlink x: no such file"\n'
  expect(parseSriovPluginLog(toCapture(out)).facts).toMatchObject({
    findings: [{ id: 'device-left-out', pci: '0000:9a:00.4' }],
  })
  const ignored =
    '{"ts":1,"msg":"CIDRPool has invalid config, ignore the pool","name":"p2p","reason":"spec.gatewayIndex: Invalid value: 0"}\n'
  const taken = '{"ts":2,"msg":"CIDRPool config updated","name":"p2p"}\n'
  expect(parseIpamLog(toCapture(ignored)).facts).toMatchObject({
    invalidPools: [{ pool: 'p2p', reason: 'spec.gatewayIndex: Invalid value: 0' }],
  })
  expect(parseIpamLog(toCapture(ignored + taken)).facts).toMatchObject({ invalidPools: [] })
})

it('reads lines between prefixed ones without their prefix', () => {
  const text = `[pod/a-b/c] I0414 07:30:01.1       1 manager.go:1] raw ResourceList: {
[pod/a-b/c]   "resourceList": [{ "resourceName": "rail1", "selectors": { "pfNames": ["ibp999s0"] } }]
[pod/a-b/c] }
[pod/a-b/c] I0414 07:30:02.1       1 manager.go:1] Creating new ResourcePool: rail1
`
  expect(parseSriovPluginLog(toCapture(text)).facts).toMatchObject({ pools: [{ config: { pfNames: ['ibp999s0'] } }] })
})
