import { describe, expect, test } from 'vitest'
import { toCapture } from '@/lib/explain/capture'
import { strangeValues } from '@/scripts/cut-property'
import { sampleCases } from '@/scripts/host-samples'
import { hostileTexts } from '@/scripts/hostile-text'
import ethtool from './ethtool/format'
import ibdev2netdev from './ibdev2netdev/format'
import { infinibandOfIbstat } from './ibstat/facts'
import ibstat from './ibstat/format'
import { parseIbstat } from './ibstat/parse'
import ibstatus from './ibstatus/format'
import ibv from './ibv-devinfo/format'
import qos from './mlnx-qos/format'
import perfquery from './perfquery/format'
import rdma from './rdma/format'
import gids from './show-gids/format'

const FORMATS = [ibstat, ibstatus, rdma, ibdev2netdev, gids, ibv, qos, perfquery, ethtool]
const facts = (format: (typeof FORMATS)[number], text: string) => {
  const parsed = format.parse(toCapture(text))
  expect(parsed.status, parsed.reason?.text).toBe('ok')
  return parsed.facts
}

describe.each(FORMATS.map((format) => [format.kind, format] as const))('%s', (kind, format) => {
  test.each(sampleCases(kind).map((each) => [each.file, each.text] as const))(
    '%s: a cut yields the same or less',
    (_file, text) => {
      expect(strangeValues(format.parse, text, text.length > 6000 ? 13 : 1)).toEqual([])
    },
  )
  test('CRLF, indentation and trailing blanks change nothing', () => {
    for (const { text } of sampleCases(kind)) {
      const plain = format.parse(toCapture(text))
      const pasted = `    ${text.trimEnd().replaceAll('\n', ' \r\n    ')}\r\n`
      expect(format.parse(toCapture(pasted)).facts).toEqual(plain.facts)
    }
  })
})

const CA = (name: string, port = '') => `CA '${name}'
	CA type: MT4129
	Number of ports: 1
	Firmware version: 28.43.2026
	Hardware version: 0
	Node GUID: 0xa088c20300c11a0a
	System image GUID: 0xa088c20300c11a0a
	Port 1:
		State: Active
		Physical state: LinkUp
		Rate: 400
${port}		Base lid: 424
		LMC: 0
		SM lid: 1
		Capability mask: 0xa751e848
		Port GUID: 0xa088c20300c11a0a
		Link layer: InfiniBand
`

test('ibstat: a lost header gives its lines to nobody', () => {
  const two = CA('mlx5_0') + CA('mlx5_1').replace('State: Active', 'State: Down')
  const lost = two.replace("CA 'mlx5_1'\n", '')
  expect(facts(ibstat, lost)).toMatchObject({
    devices: [{ name: 'mlx5_0', ports: [{ state: 'Active' }] }],
    complete: false,
  })
  expect(facts(ibstat, two.replace(/Rate: 400\n\t\tBase lid: 424/, 'Rate: 400'))).toMatchObject({
    devices: [{ name: 'mlx5_0', ports: [{ lid: null, rateGbps: 400 }] }, { name: 'mlx5_1' }],
  })
  const unknownState = CA('mlx5_0').replace('State: Active', 'State: ???').replace('ports: 1', 'ports: 2')
  const second = unknownState + CA('x').slice(CA('x').indexOf('\t\tState')).replace('State: Active', 'State: Down')
  expect(facts(ibstat, second)).toMatchObject({ devices: [{ ports: [{ port: 1, state: null }] }], complete: false })
})

test('ibstat: one port, effective speed, FDR10, a broken device in the middle', () => {
  const one =
    "CA: 'mlx5_4'\nPort 1:\nState: Active\nPhysical state: LinkUp\nRate: 40 (FDR10)\nEffective speed: 12.5\nBase lid: 4\nLMC: 0\nSM lid: 1\nCapability mask: 0xa751e848\nPort GUID: 0xa088c20300c11a0a\nLink layer: InfiniBand\n"
  const parsed = facts(ibstat, one)
  expect(parsed).toMatchObject({
    devices: [{ name: 'mlx5_4', portCount: null, ports: [{ rateGbps: 40, effectiveRateGbps: 12.5 }] }],
  })
  expect(parsed).not.toHaveProperty('complete')
  const broken = `${CA('mlx5_0')}ibwarn: [7] main: stat of IB device 'mlx5_1' failed\n${CA('mlx5_2')}`
  expect(parseIbstat(toCapture(broken))).toMatchObject({
    errors: ["main: stat of IB device 'mlx5_1' failed"],
    facts: { devices: [{ name: 'mlx5_0' }, { name: 'mlx5_2' }], complete: false },
  })
})

test('ibstat: names alone say nothing of ports', () => {
  const parsed = facts(ibstat, 'mlx5_10\nmlx5_2\n')
  expect(parsed).toMatchObject({ devices: [{ name: 'mlx5_10', ports: null }, { name: 'mlx5_2' }] })
  expect(infinibandOfIbstat({ devices: [] })).toBeNull()
  expect(ibstat.provides?.(parseIbstat(toCapture('mlx5_10\n')).facts as never)).toEqual({})
})

test('ibstatus: unreadable files are unknown, also where the script then says IB', () => {
  const text =
    "Infiniband device 'mlx5_0' port 1 status:\n\tdefault gid:\t unknown\n\tbase lid:\t unknown\n\tsm lid:\t\t 0x1\n\tstate:\t\t 4: ACTIVE\n\tphys state:\t 5: LinkUp\n\trate:\t\t 40 Gb/sec (4X)\n\tlink_layer:\t IB\n\n"
  expect(facts(ibstatus, text)).toEqual({
    ports: [
      expect.objectContaining({
        defaultGid: null,
        lid: null,
        smLid: 1,
        rateGbps: 40,
        lanes: 4,
        speed: null,
        linkLayer: null,
      }),
    ],
  })
})

test('rdma: old index form, statistics are no links, a RoCE port whose netdev is in a pod', () => {
  expect(facts(rdma, '2/1: mlx5_2/1: state DOWN physical_state DISABLED netdev eth3 netdev_index 5 \n')).toMatchObject({
    links: [{ index: 2, device: 'mlx5_2', port: 1, netdev: 'eth3', netdevIndex: 5, linkLayer: 'Ethernet', lid: null }],
  })
  expect(rdma.recognise(toCapture('link mlx5_0/1 rx_write_requests 0 rx_read_requests 0 \n'))).toBe(0)
  const json = '[{"ifindex":2,"ifname":"mlx5_2","port":1,"state":"ACTIVE","physical_state":"UNKNOWN"}]'
  expect(facts(rdma, json)).toMatchObject({ links: [{ netdev: null, linkLayer: 'Ethernet', physicalState: null }] })
  expect(facts(rdma, 'netns shared\n')).toEqual({ system: { netns: 'shared', privilegedQkey: null, copyOnFork: null } })
  expect(rdma.parse(toCapture('[]\n')).facts).toEqual({ links: [] })
})

test('ibdev2netdev: no netdev, no PCI address in old releases', () => {
  const text =
    'mlx5_0 port 1 ==>  (Down)\nmlx5_1 (mt4115 - MCX455A-ECAT) CX455A - ConnectX-4 QSFP28 fw 12.18.1000 port 1 (INIT  ) ==> ib1 (Down)\n'
  expect(facts(ibdev2netdev, text)).toEqual({
    links: [
      expect.objectContaining({ device: 'mlx5_0', netdev: null, link: 'Down' }),
      expect.objectContaining({
        device: 'mlx5_1',
        pci: null,
        type: 'mt4115',
        partNumber: 'MCX455A-ECAT',
        firmware: '12.18.1000',
        state: 'INIT',
      }),
    ],
  })
})

test('show_gids: a missing row is noticed by the count', () => {
  const row = 'mlx5_6\t1\t3\t0000:0000:0000:0000:0000:ffff:0a1f:0402\t10.31.4.2  \tv2\tbond0\n'
  expect(facts(gids, `${row}n_gids_found=2\n`)).toMatchObject({
    gids: [{ ipv4: '10.31.4.2', version: 'v2' }],
    complete: false,
  })
})

test('ibv_devinfo -v: rate is lanes times lane; repeated keys of capabilities end no device; -l has names', () => {
  const text = `hca_id:	mlx5_0
	transport:			InfiniBand (0)
	fw_ver:				28.43.2026
	vendor_part_id:			4129
	board_id:			MT_0000000838
	phys_port_cnt:			1
	tso_caps:
		supported_qp:
	rss_caps:
		supported_qp:
		port:	1
			state:			PORT_ACTIVE (4)
			active_mtu:		4096 (5)
			sm_lid:			1
			port_lid:		418
			port_lmc:		0x00
			link_layer:		InfiniBand
			active_width:		2X (16)
			active_speed:		100.0 Gbps (128)
			phys_state:		LINK_UP (5)
`
  expect(facts(ibv, text)).toEqual({
    devices: [
      expect.objectContaining({
        boardId: 'MT_0000000838',
        ports: [
          expect.objectContaining({
            lanes: 2,
            laneRateGbps: 100,
            rateGbps: 200,
            physicalState: 'LINK_UP',
            state: 'PORT_ACTIVE',
            activeMtu: 4096,
          }),
        ],
      }),
    ],
  })
  expect(strangeValues(ibv.parse, text)).toEqual([])
  expect(facts(ibv, '2 HCAs found:\n\tmlx5_0\n\tmlx5_1\n\n')).toMatchObject({
    devices: [{ name: 'mlx5_0' }, { name: 'mlx5_1' }],
  })
  expect(facts(ibv, 'No IB devices found\n')).toEqual({ devices: [] })
})

test('mlnx_qos: lldpad, DSCP lists over two lines, the first of two interfaces', () => {
  const text = `****** WARNING: lldpad service is running and may overwrite your settings ******

DCBX mode: OS controlled
Priority trust state: dscp
dscp2prio mapping:
	prio:0 dscp:07,06,05,04,03,02,01,00,
	prio:0 dscp:15,
PFC configuration:
	priority    0   1   2   3   4   5   6   7
	enabled     0   0   0   0   0   0   0   0   
tc: 1 ratelimit: unlimited, tsa: strict
	 priority:  0
DCBX mode: Firmware controlled
Priority trust state: pcp
`
  expect(facts(qos, text)).toMatchObject({
    dcbx: 'os',
    trust: 'dscp',
    pfcPriorities: [],
    dscpMap: [{ priority: 0, dscps: [7, 6, 5, 4, 3, 2, 1, 0, 15] }],
    trafficClasses: [{ tc: 1, tsa: 'strict', bandwidthPct: null, priorities: [0] }],
    warnings: ['lldpad'],
    complete: false,
  })
})

test('perfquery: a full 32-bit counter is no byte count; extended ones are', () => {
  const block = (title: string) =>
    `# Port ${title}: Lid 4 port 1 (CapMask: 0x5A00)\nPortXmitData:....................4294967295\nPortRcvData:.....................2\n`
  expect(facts(perfquery, block('counters'))).toMatchObject({
    xmitBytes: null,
    rcvBytes: 8,
    counters: { PortXmitData: 4294967295 },
  })
  expect(facts(perfquery, block('extended counters'))).toMatchObject({ xmitBytes: 17179869180 })
  expect(
    perfquery.parse(
      toCapture('ibwarn: [9] _do_madrpc: recv failed: Connection timed out\nsminfo: iberror: failed: query\n'),
    ),
  ).toMatchObject({
    status: 'timeout',
    reason: { code: 'no-answer' },
    errors: ['_do_madrpc: recv failed: Connection timed out', 'failed: query'],
    facts: {},
  })
  // With -d.
  expect(perfquery.parse(toCapture('sminfo: iberror: [pid 5121] main: failed: query\n'))).toMatchObject({
    reason: { code: 'no-answer' },
    errors: ['main: failed: query'],
  })
})

test('ethtool: inbox constants are no OFED, and pause counters at 0 are no pauses', () => {
  const info = (version: string) =>
    facts(
      ethtool,
      `driver: mlx5_core\nversion: ${version}\nfirmware-version: 16.35.2000 (MT_0000000012)\nexpansion-rom-version: \nbus-info: 0000:18:00.0\n`,
    )
  expect(info('5.0-0')).toMatchObject({ ofed: false })
  expect(info('6.8.0-60-generic')).toMatchObject({ ofed: false })
  expect(info('4.9-0.1.7')).toMatchObject({ ofed: true })
  expect(
    facts(ethtool, 'NIC statistics:\n     rx_prio0_pause: 0\n     tx_prio3_pause: 7\n     rx_discards_phy: 1\n'),
  ).toMatchObject({
    pausePriorities: [3],
    counters: { rx_discards_phy: 1 },
  })
})

test.each(FORMATS.map((format) => [format.kind, format] as const))(
  '%s: hostile text is read in time',
  (_kind, format) => {
    const pieces = [
      "CA 'a'\n",
      'Port 1:\n',
      'link a/1 state ',
      'link a/1 state X physical_state Y \n',
      '{"ifname":"a","port":1,"state":"X"},',
      '[{"ifname":',
      'a:b.1 ==> ',
      'hca_id: a\n',
      "IB device '",
      'DCBX mode: OS controlled\n',
      '# Port counters: Lid 1 port 1\n',
      '==> a (',
    ]
    for (const text of hostileTexts(pieces)) {
      const capture = toCapture(text)
      const start = performance.now()
      format.recognise(capture)
      format.parse(capture)
      expect(performance.now() - start, JSON.stringify(text.slice(0, 30))).toBeLessThan(1500)
    }
  },
)

test('what a log collector puts before a row is no device', () => {
  const row = 'mlx5_4 port 1 ==> ibp24s0 (Up)\n'
  for (const prefix of ['Jan 17 15:36:26 node-1 sh[12]: ', '[pod/a-b/c] ', '> ', '     1\t', '2026-01-02T03:04:05.1Z '])
    expect(ibdev2netdev.recognise(toCapture(prefix + row)), prefix).toBe(0)
  expect(rdma.recognise(toCapture('> Failed to open NETLINK_RDMA socket\n'))).toBe(0)
})
