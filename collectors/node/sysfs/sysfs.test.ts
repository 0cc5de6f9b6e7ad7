import { describe, expect, test } from 'vitest'
import { toCapture } from '@/lib/explain/capture'
import { sampleCases } from '@/scripts/host-samples'
import ipLink from '../ip-link/format'
import format from './format'
import { parseSysfs, type SysfsFacts } from './parse'

function facts(text: string): SysfsFacts {
  const parsed = parseSysfs(toCapture(text))
  expect(parsed.status).toBe('ok')
  return { devices: [], pfs: [], ecn: [], ...parsed.facts }
}

interface Want {
  ca?: string
  type?: string
  fw?: string
  psid?: string
  port1?: Record<string, unknown>
  counters?: Record<string, number>
  hw_counters?: Record<string, number>
  saturated?: string[]
  pf?: string
  total?: number
  num?: number
  autoprobe?: boolean
  vfs?: (
    | string
    | { vf: number; node_guid: string | null; port_guid: string | null; policy?: string; link_state?: string }
  )[]
  netdev?: string
  np_enabled?: number[]
  rp_enabled?: number[]
}

describe.each(sampleCases('sysfs'))('$file', ({ text, expected }) => {
  const want = expected as Want
  test('values', () => {
    expect(format.recognise(toCapture(text))).toBe(90)
    const read = facts(text)
    if (want.ca) {
      const port = read.devices[0]?.ports[0]
      expect(read.devices[0]).toMatchObject({ name: want.ca, type: want.type, firmware: want.fw, psid: want.psid })
      expect(port).toMatchObject({
        state: 'ACTIVE',
        stateCode: 4,
        physicalState: 'LinkUp',
        physicalStateCode: 5,
        rateGbps: 400,
        lanes: 4,
        speed: 'NDR',
        linkLayer: 'InfiniBand',
      })
      expect(port?.counters).toMatchObject(want.counters ?? {})
      expect(port?.hwCounters).toMatchObject(want.hw_counters ?? {})
      expect(port?.saturated).toEqual(want.saturated)
    }
    if (want.pf) {
      expect(read.pfs[0]).toMatchObject({
        netdev: want.pf,
        totalVfs: want.total,
        numVfs: want.num,
        autoprobe: want.autoprobe,
        deviceId: '1021',
        numaNode: 0,
      })
      expect(read.pfs[0]?.vfs?.map((vf) => vf.pci)).toEqual(want.vfs)
      expect(read.pfs[0]?.vfs?.every((vf) => vf.driver === 'mlx5_core')).toBe(true)
    } else if (want.vfs) sameGuids(read.pfs[0]?.vfs, want.vfs)
    if (want.np_enabled)
      expect(read.ecn[0]).toEqual({
        netdev: want.netdev,
        npPriorities: want.np_enabled,
        rpPriorities: want.rp_enabled,
        cnpDscp: 48,
        cnpPriority: 6,
      })
  })
  test('a cut at any place yields the same values or fewer', () => {
    const whole = JSON.stringify(leaves(facts(text)))
    for (let at = 1; at < text.length; at += 1) {
      const cut = parseSysfs(toCapture(text.slice(0, at)))
      for (const leaf of leaves(cut.facts))
        if (leaf !== '.complete=false' && !whole.includes(JSON.stringify(leaf))) expect.fail(`cut at ${at}: ${leaf}`)
    }
  })
})

/** Every known value with its path; what is null or empty says nothing. */
function leaves(value: unknown, path = ''): string[] {
  if (value === null || value === undefined) return []
  if (typeof value !== 'object') return [`${path}=${String(value)}`]
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, `${path}.${key}`))
}

function sameGuids(got: readonly object[] | null | undefined, want: Want['vfs']) {
  expect(got).toHaveLength(want?.length ?? 0)
  for (const [at, vf] of (want ?? []).entries()) {
    if (typeof vf === 'string') continue
    const extra = {
      ...(vf.policy ? { policy: vf.policy } : {}),
      ...(vf.link_state ? { linkState: vf.link_state } : {}),
    }
    expect(got?.[at]).toMatchObject({
      index: vf.vf,
      nodeGuid: vf.node_guid,
      portGuid: vf.port_guid,
      guidAssigned: vf.node_guid !== null,
      ...extra,
    })
  }
}

test.each(sampleCases('ip-link'))('$file', ({ text, expected }) => {
  const want = expected as Want
  const parsed = ipLink.parse(toCapture(text))
  expect(ipLink.recognise(toCapture(text))).toBe(95)
  expect(parsed.facts.pfs?.[0]?.netdev).toBe(want.pf)
  sameGuids(parsed.facts.pfs?.[0]?.vfs, want.vfs)
})

test('paths with PCI addresses, and values with slashes and colons', () => {
  const read = facts(
    '/sys/bus/pci/devices/0000:18:00.0/sriov_totalvfs:16\n/sys/bus/pci/devices/0000:18:00.0/sriov_numvfs:0\n/sys/class/infiniband/mlx5_0/ports/1/rate:100 Gb/sec (4X EDR)\n/sys/class/infiniband/mlx5_0/ports/1/lid:0x1a2\n/sys/devices/pci0000:15/0000:15:01.0/0000:18:00.1/sriov_totalvfs:4\n',
  )
  expect(read.pfs).toMatchObject([
    { pci: '0000:18:00.0', totalVfs: 16, numVfs: 0, vfs: [] },
    { pci: '0000:18:00.1', totalVfs: 4, numVfs: null, vfs: null },
  ])
  expect(read.devices[0]?.ports[0]).toMatchObject({ rateGbps: 100, speed: 'EDR', lid: 418 })
})

test('ip link in words', () => {
  const text =
    '7: ibp24s0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 2044 qdisc mq state UP mode DEFAULT group default qlen 256\n    link/infiniband 00:00:10:49 brd 00:ff\n    vf 0     link/infiniband 00 brd 00, spoof checking off, NODE_GUID 02:00:00:00:00:18:00:00, PORT_GUID 02:00:00:00:00:18:00:01, link-state enable, trust off, query_rss off\n    vf 1     link/infiniband 00 brd 00, spoof checking off, NODE_GUID 00:00:00:00:00:00:00:00, PORT_GUID ff:ff:ff:ff:ff:ff:ff:ff, link-state disable, trust off\n'
  expect(ipLink.parse(toCapture(text)).facts.pfs).toMatchObject([
    {
      netdev: 'ibp24s0',
      linkLayer: 'InfiniBand',
      vfs: [
        { index: 0, portGuid: '02:00:00:00:00:18:00:01', guidAssigned: true, linkState: 'enable' },
        { index: 1, nodeGuid: null, portGuid: null, guidAssigned: false, linkState: 'disable' },
      ],
    },
  ])
})

test.each(['infiniband/', '/sys/devices/pci0000:15/0000:15:01.0/0000:18:00.0/infiniband/', './'])(
  'a tree listed from %s is the same tree',
  (root) => {
    const text = ['fw_ver:28.43.2026', 'ports/1/state:4: ACTIVE', 'ports/1/rate:400 Gb/sec (4X NDR)']
      .map((line) => `${root}mlx5_4/${line}\n`)
      .join('')
    expect(parseSysfs(toCapture(text)).facts).toMatchObject({
      devices: [{ name: 'mlx5_4', firmware: '28.43.2026', ports: [{ port: 1, state: 'ACTIVE', rateGbps: 400 }] }],
      pfs: [],
    })
  },
)

test('a PF whose SR-IOV files are missing where its sibling shows them, or that a tool did not find, has no capability', () => {
  const card = (name: string, id = '0x1021') => `${name}/device/vendor:0x15b3\n${name}/device/device:${id}\n`
  const sriov = (name: string) => `${name}/device/sriov_totalvfs:8\n${name}/device/sriov_numvfs:0\n`
  const pfs = (text: string) => facts(text).pfs.map(({ netdev, totalVfs, capable }) => [netdev, totalVfs, capable])
  expect(pfs(card('ens1') + card('ens2') + sriov('ens2'))).toEqual([
    ['ens1', null, false],
    ['ens2', 8, undefined],
  ])
  // Another model, or the only one: nobody knows whether it was asked. A VF is no PF.
  expect(pfs(card('ens1', '0x101d') + card('ens1v0', '0x101e') + card('ens2') + sriov('ens2'))).toEqual([
    ['ens1', null, undefined],
    ['ens2', 8, undefined],
  ])
  expect(pfs('cat: /sys/class/net/ens1/device/sriov_totalvfs: No such file or directory\n')).toEqual([
    ['ens1', null, false],
  ])
})

test('ip link: VFs below no interface, or counted again from 0, belong to one whose line is lost', () => {
  const vf = (index: number, guid: string) =>
    `    vf ${index}     link/infiniband 00:00 brd 00:ff, spoof checking off, NODE_GUID ${guid}, PORT_GUID ${guid}, link-state auto, trust off\n`
  const [a, b] = ['02:00:00:00:00:18:00:00', '02:00:00:00:00:29:00:00']
  const rows = vf(0, a) + vf(0, b)
  expect(ipLink.recognise(toCapture(rows))).toBe(85)
  expect(ipLink.parse(toCapture(rows)).facts.pfs).toMatchObject([
    { netdev: null, linkLayer: 'InfiniBand', vfs: [{ index: 0, nodeGuid: a }] },
    { netdev: null, vfs: [{ index: 0, nodeGuid: b }] },
  ])
  const headed = `7: ibs1: <UP> mtu 2044\n    link/infiniband 00:00\n${rows}`
  expect(ipLink.parse(toCapture(headed)).facts.pfs).toMatchObject([{ netdev: 'ibs1' }, { netdev: null }])
})
