import type { Detail, FixStep } from '@/lib/check'
import type { CauseSummary, EvidencePage, Fleet, NodePage } from '@/lib/contract/api'
import { CHECK_LEVELS, levelInfo } from '@/lib/levels'
import type { JudgedCheck, LevelReport, NodeCause, NodeReport } from '@/lib/report'
import { joinAll, present, type State } from '@/lib/verdict'
import { hash } from './big-fleet'

/** The seed incident as the API would tell it: dgx030 and dgx031 with VF counts that wait for a power cycle. */

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()
const RAILS = [
  '0000:18:00.0',
  '0000:40:00.0',
  '0000:4f:00.0',
  '0000:5e:00.0',
  '0000:9a:00.0',
  '0000:c0:00.0',
  '0000:ce:00.0',
  '0000:dc:00.0',
]
export const POWER = 'power-cycle-required:NUM_OF_VFS:8'
export const IPAM = 'nv-ipam-image:v0.2.0'
export const HEAD02 = 'unreachable-behind-jump-host:head02'

const fixFor = (node: string): FixStep[] => [
  {
    text: 'Move the work away',
    command: `kubectl drain ${node} --ignore-daemonsets --delete-emptydir-data`,
    risk: 'drain',
    minutes: 3,
  },
  {
    text: 'Power off, wait 60 s, power on. A reboot is not enough on this platform.',
    command: `ipmitool -H ${node}-bmc chassis power cycle`,
    risk: 'power-cycle',
    minutes: 12,
    verify: 'Current is 8 on every rail',
  },
  { text: 'Let work come back', command: `kubectl uncordon ${node}`, risk: 'none', minutes: 1 },
]

const evidence: Detail[] = [
  {
    kind: 'value',
    label: 'NUM_OF_VFS',
    value: 16,
    expected: 8,
    source: 'SriovNetworkNodePolicy ib-rails, numVfs',
    ok: false,
  },
  {
    kind: 'table',
    title: 'VF count per rail',
    columns: ['PCI address', 'Interface', 'Policy', 'Next boot', 'Current', 'VFs now'],
    rows: RAILS.map((pci, rail) => ({
      cells: [pci, `ibp${24 + rail * 8}s0`, 8, 8, 16, rail === 7 ? null : 0],
      deviates: true,
    })),
  },
  {
    kind: 'lines',
    title: 'What the adapter said',
    source: 'mstconfig -d 0000:18:00.0 -e q',
    lines: [
      { text: 'Configurations:                      Default             Current         Next Boot' },
      { text: '*       NUM_OF_VFS                   0                   16              8', mark: true },
      { text: '        SRIOV_EN                     False(0)            True(1)         True(1)' },
    ],
  },
]

/** A node page with the engine's own report type, whose lists are read-only. */
type Page = Omit<NodePage, 'report'> & { report: NodeReport }

type Spec = Partial<JudgedCheck> & Pick<JudgedCheck, 'id' | 'level' | 'state' | 'title' | 'summary'>

function judged(spec: Spec): JudgedCheck {
  return {
    scope: 'node',
    findings: [],
    evidence: [],
    fix: [],
    blockedBy: [],
    stale: false,
    reads: [{ id: 'nicFirmware.query', via: 'node', status: 'ok', at: ago(0.2) }],
    since: ago(172),
    ...spec,
  }
}

const PASSING: readonly (readonly [JudgedCheck['level'], string, string])[] = [
  ['reach', 'api-reachable', 'API answers in 0.2 s'],
  ['reach', 'ssh-reachable', 'SSH through head01 in 0.8 s, sudo permitted'],
  ['platform', 'pcie-link-full', '8 of 8 adapters run at 32 GT/s x16'],
  ['platform', 'gpu-count', '8 of 8 GPUs on the bus'],
  ['platform', 'acs-off-in-path', 'ACS is off between every GPU and its rail'],
  ['kernel', 'iommu-passthrough', 'intel_iommu=on iommu=pt'],
  ['drivers', 'driver-loaded', 'mlx5_core 24.10-1.1.4 on 8 of 8 adapters'],
  ['drivers', 'fleet-firmware', 'Firmware 28.43.2026, as 254 of 256 nodes'],
  ['links', 'link-active', '8 of 8 ports Active, LinkUp'],
  ['links', 'link-rate', '8 of 8 at 400 Gb/s'],
  ['operators', 'nic-cluster-policy-ready', 'NicClusterPolicy is ready'],
  ['operators', 'sriov-operator-ready', 'SR-IOV operator 24.10.0 is ready'],
]

function incidentChecks(node: string): JudgedCheck[] {
  const passing = PASSING.map(([level, id, summary]) =>
    judged({ id, level, state: 'pass', title: summary.split(',')[0] ?? id, summary }),
  )
  const blocked = (level: JudgedCheck['level'], id: string, title: string, summary: string) =>
    judged({ id, level, state: 'blocked', title, summary, blockedBy: ['pending-vf-count'] })
  return [
    ...passing,
    judged({
      id: 'hugepages',
      level: 'kernel',
      state: 'warn',
      title: 'Fewer huge pages than the profile asks for',
      summary: '512 huge pages of 2 MiB, the DGX B200 profile asks for 1024',
      fix: [
        {
          text: 'Reserve them at boot',
          command: 'grubby --update-kernel=ALL --args=hugepages=1024',
          risk: 'reboot',
          minutes: 10,
        },
      ],
    }),
    judged({
      id: 'pending-vf-count',
      level: 'drivers',
      state: 'fail',
      title: 'VF count waits for a power cycle',
      summary:
        'NUM_OF_VFS is 16 now and 8 after next boot on 8 of 8 adapters; the policy wants 8. The node rebooted 3 times since the change: this platform does not restart the NIC at a warm reboot.',
      findings: RAILS.map((subject) => ({ subject, status: 'fail', summary: 'Current 16, Next Boot 8, policy 8' })),
      evidence,
      fix: fixFor(node),
      reason: 'power-cycle-required',
      params: { parameter: 'NUM_OF_VFS', next: 8 },
    }),
    judged({
      id: 'secure-boot',
      level: 'platform',
      state: 'skip',
      title: 'Secure boot does not block the driver',
      summary: 'Not an EFI system',
    }),
    blocked('vfs', 'missing-vfs', 'VFs are missing', '0 of 64 VFs exist'),
    blocked(
      'resources',
      'resource-not-allocatable',
      'VFs are not offered to pods',
      'nvidia.com/ib_rail_0 … ib_rail_7: 0 of 64 allocatable',
    ),
    blocked('pod', 'pods-pending', 'Pods that want VFs wait', '2 pods pending: Insufficient nvidia.com/ib_rail_0'),
  ]
}

function linesOf(checks: readonly JudgedCheck[], overrides: Readonly<Partial<Record<string, string>>>): LevelReport[] {
  return CHECK_LEVELS.map((id) => {
    const here = checks.filter((check) => check.level === id)
    const state: State = joinAll(here.map((check) => check.state))
    const counts: Partial<Record<State, number>> = {}
    for (const check of here) counts[check.state] = (counts[check.state] ?? 0) + 1
    const info = levelInfo(id)
    const blockedBy = [...new Set(here.flatMap((check) => check.blockedBy))]
    const failed = counts.fail ?? 0
    const line =
      overrides[id] ??
      (state === 'none'
        ? ''
        : failed > 0
          ? `${failed} of ${here.length} failed`
          : state === 'blocked'
            ? 'Blocked by VF count waits for a power cycle'
            : state === 'warn'
              ? (here.find((check) => check.state === 'warn')?.title ?? '')
              : `${counts.pass ?? 0} of ${here.length} checks OK`)
    return {
      id,
      number: info.number,
      title: info.title,
      state,
      shown: present(state, info.number >= 8 ? 'by-run' : 'by-evidence'),
      counts,
      line,
      blockedBy,
    }
  })
}

const cause = (node: string): NodeCause => ({
  id: 'power-cycle-required',
  signature: POWER,
  title: 'Firmware change waits for a power cycle',
  level: 'drivers',
  scope: 'node',
  summary:
    'NUM_OF_VFS is 16 now and 8 after next boot on 8 of 8 adapters; the policy wants 8. The node rebooted 3 times since: a warm reboot does not restart the NIC here. Power the node off and on.',
  explains: ['pending-vf-count', 'missing-vfs', 'resource-not-allocatable', 'pods-pending'],
  fix: fixFor(node),
  params: { parameter: 'NUM_OF_VFS', next: 8 },
})

/** A node page of the incident; null for a name that is not in it. */
export function nodePageOf(name: string, scenario: string): Page | null {
  if (!/^(dgx|node)[\w.-]*$/.test(name)) return null
  const stale = scenario === 'stale'
  const hostile = scenario === 'hostile'
  const checks = incidentChecks(name).map((check) =>
    stale && check.level !== 'operators'
      ? { ...check, state: 'unknown' as const, stale: true, summary: `Last known 2 h ago: ${check.summary}` }
      : check,
  )
  const broken = hostile
    ? {
        ...cause(name),
        title: '<img src=x onerror=alert(1)>',
        summary: `${'A'.repeat(400)} javascript:alert(1) "quoted" \u202e`,
      }
    : cause(name)
  return {
    report: {
      node: name,
      revision: 41,
      state: stale ? 'unknown' : 'fail',
      firstBroken: stale ? null : 'drivers',
      headline: stale ? 'Nothing fresh is known since 10:02' : broken.title,
      provedUpTo: 'kernel',
      levels: linesOf(
        checks,
        stale
          ? {}
          : {
              links: '8 of 8 at 400 Gb/s',
              vfs: 'Blocked by level 3: 0 of 64 VFs',
              resources: 'Blocked by level 3: 0 of 64',
              pod: 'Blocked by level 3: 2 pending',
              reach: 'API 0.2 s · SSH via head01 0.8 s · sudo ok · 24 of 24 reads',
            },
      ),
      checks,
      causes: stale ? [] : [broken],
      profile: 'dgx-b200',
      bootId: 'b6c1',
      readAt: stale ? ago(122) : ago(0.2),
      stale,
    },
    sharedBy: { [POWER]: 38 },
    address: '10.21.4.30',
    facts: [
      { label: 'Profile', value: 'DGX B200' },
      { label: 'Kernel', value: '6.8.0-51-generic' },
      { label: 'NIC firmware', value: '28.43.2026 on 8 of 8' },
      { label: 'OFED', value: '24.10-1.1.4' },
      { label: 'Booted', value: '2 d ago, 3 boots since the change' },
      { label: 'Rack', value: 'A04' },
    ],
    timeline: [
      {
        at: ago(12),
        kind: 'verdict',
        level: 'pod',
        check: 'pods-pending',
        from: 'pass',
        to: 'blocked',
        text: 'Workload pod: OK → Blocked (2 pods pending)',
      },
      {
        at: ago(172),
        kind: 'verdict',
        level: 'drivers',
        check: 'pending-vf-count',
        from: 'pass',
        to: 'fail',
        text: 'VF count waits for a power cycle: OK → Failed',
      },
      {
        at: ago(174),
        kind: 'firmware',
        level: 'drivers',
        check: null,
        from: '16',
        to: '8',
        text: 'NUM_OF_VFS next boot 16 → 8 on 8 adapters, written by the SR-IOV operator',
      },
      { at: ago(2900), kind: 'boot', level: null, check: null, from: null, to: 'b6c1', text: 'Booted, warm reboot' },
      {
        at: ago(9000),
        kind: 'run',
        level: 'nccl',
        check: null,
        from: null,
        to: 'pass',
        text: 'NCCL all-reduce with dgx031: 389 GB/s, as expected',
      },
    ],
    runs: [
      {
        id: 'run-1',
        title: 'NCCL all-reduce, 2 nodes',
        state: 'pass',
        finishedAt: ago(9000),
        sentence: '389 GB/s, as expected for 2 nodes with 8 × 400 Gb/s',
      },
    ],
    verifying: [],
    at: ago(0),
  }
}

/** A node with nothing wrong. */
export function healthyPage(scenario: string): Page | null {
  const page = nodePageOf('dgx001', scenario)
  if (!page) return null
  const checks = [
    ...PASSING.map(([level, id, summary]) =>
      judged({ id, level, state: 'pass', title: summary.split(',')[0] ?? id, summary }),
    ),
    judged({ id: 'vf-count', level: 'vfs', state: 'pass', title: 'All VFs exist', summary: '64 of 64 VFs exist' }),
    judged({
      id: 'allocatable',
      level: 'resources',
      state: 'pass',
      title: 'VFs are offered to pods',
      summary: '64 of 64 allocatable',
    }),
  ]
  const report = {
    ...page.report,
    state: 'pass' as const,
    firstBroken: null,
    headline: 'OK up to Network resources; not proved by a run',
    provedUpTo: 'resources' as const,
    levels: linesOf(checks, {}),
    checks,
    causes: [],
  }
  return { ...page, report, sharedBy: {}, timeline: [], runs: [] }
}

export function evidenceOf(node: string, check: string): EvidencePage {
  const text = `\nDevice #1:\n----------\n\nDevice type:        ConnectX7\nName:               MCX750500B-0D00_DK_Ax\nDevice:             0000:18:00.0\n\nConfigurations:                      Default             Current         Next Boot\n*       NUM_OF_VFS                   0                   16              8\n        SRIOV_EN                     False(0)            True(1)         True(1)\n        LINK_TYPE_P1                 IB(1)               IB(1)           IB(1)\n${Array.from({ length: 60 }, (_, index) => `        PARAMETER_${index}                 0                   0               0`).join('\n')}\n`
  return {
    check,
    node,
    rule: {
      title: 'VF count is active in NIC firmware',
      why: 'The operator writes NUM_OF_VFS into the flash of the adapter; the adapter uses it only after its firmware restarts. On this platform the NIC keeps power during an OS reboot, so only a power cycle restarts it.',
      refs: [
        'https://docs.nvidia.com/networking/display/mftv4300/mlxconfig',
        'research/host-formats.md §2.2',
        'javascript:alert(1)',
      ],
      after: ['driver-loaded'],
    },
    evidence: [
      {
        id: 'nicFirmware.query',
        via: 'node',
        source: `${node} over SSH through head01`,
        command: `ssh ${node} 'sudo -n mstconfig -d 0000:18:00.0 -e q'`,
        status: 'ok',
        text,
        stderr: '',
        exitCode: 0,
        cut: false,
        startedAt: ago(0.2),
        durationMs: 412,
        digest: 'sha256:9f2c',
        redactions: [],
        marks: ['*       NUM_OF_VFS                   0                   16              8'],
      },
      {
        id: 'sriovPolicies.list',
        via: 'kube',
        source: 'Kubernetes API',
        command: 'kubectl get sriovnetworknodepolicies.sriovnetwork.openshift.io -A -o yaml',
        status: 'denied',
        text: '',
        stderr: '',
        exitCode: 403,
        cut: false,
        reason: 'The service account may not list sriovnetworknodepolicies',
        startedAt: ago(1),
        durationMs: 14,
        digest: 'sha256:e3b0',
        redactions: ['managedFields'],
        marks: [],
      },
    ],
  }
}

export function incidentCauses(): CauseSummary[] {
  const base = { since: ago(172) }
  return [
    {
      signature: POWER,
      id: 'power-cycle-required',
      title: 'Firmware change waits for a power cycle',
      level: 'drivers',
      scope: 'node',
      summary: 'NUM_OF_VFS 16 → 8 on all rails',
      nodeCount: 38,
      headlineCount: 38,
      ...base,
    },
    {
      signature: IPAM,
      id: 'wrong-image',
      title: 'nv-ipam image name is wrong',
      level: 'operators',
      scope: 'cluster',
      summary: 'ImagePullBackOff ghcr.io/mellanox/nv-ipam:v0.2.0; the image is nvidia-k8s-ipam',
      nodeCount: 8,
      headlineCount: 8,
      ...base,
    },
    {
      signature: 'rail-down:3:leaf-a04',
      id: 'rail-down-behind-leaf',
      title: 'Rail 3 is down behind one leaf',
      level: 'links',
      scope: 'node',
      summary: 'The same port on 9 nodes of rack A04: a cable or the switch, not the nodes',
      nodeCount: 9,
      headlineCount: 9,
      ...base,
    },
    {
      signature: HEAD02,
      id: 'unreachable-behind-jump-host',
      title: 'Unreachable via head02',
      level: 'reach',
      scope: 'node',
      summary: 'TCP opens, no SSH banner; nothing is known of these nodes since 11:51',
      nodeCount: 14,
      headlineCount: 14,
      ...base,
    },
    {
      signature: 'older-firmware:28.39',
      id: 'older-firmware',
      title: 'Older NIC firmware than the fleet',
      level: 'drivers',
      scope: 'node',
      summary: '28.39.1002; the fleet has 28.43.2026',
      nodeCount: 3,
      headlineCount: 3,
      ...base,
    },
  ]
}

/** 256 nodes in 16 racks, with the incident among them. */
export function fleetOf(scenario: string): Fleet {
  const healthy = scenario === 'healthy'
  const nodes: Fleet['nodes'] = Array.from({ length: scenario === 'empty' ? 0 : 256 }, (_, index) => {
    const rack = Math.floor(index / 16)
    const place = hash(index * 7919 + 13)
    const attributes = {
      rack: `A${String(rack + 1).padStart(2, '0')}`,
      profile: rack < 12 ? 'DGX B200' : 'HGX H200',
      firmware: place < 0.02 ? '28.39.1002' : '28.43.2026',
      kernel: '6.8.0-51',
    }
    const base = {
      name: `dgx${String(index + 1).padStart(3, '0')}`,
      readAt: ago(place * 3),
      revision: 1,
      attributes,
      stale: scenario === 'stale',
    }
    if (!healthy && (rack === 5 || (rack === 6 && index % 16 < 6)))
      return {
        ...base,
        state: 'unknown',
        firstBroken: null,
        cause: HEAD02,
        headline: 'Unreachable via head02',
        levels: 'uuuuuuuuuu',
        readAt: ago(70),
      }
    if (!healthy && rack === 3 && index % 16 < 9)
      return {
        ...base,
        state: 'fail',
        firstBroken: 'links',
        cause: 'rail-down:3:leaf-a04',
        headline: 'Rail 3 is down behind one leaf',
        levels: 'pppfpppbnn',
      }
    if (!healthy && rack === 9 && index % 16 > 7)
      return {
        ...base,
        state: 'blocked',
        firstBroken: null,
        cause: IPAM,
        headline: 'Blocked: nv-ipam image name is wrong',
        levels: 'ppppppbbnn',
      }
    if (!healthy && (place > 0.86 || index === 29 || index === 30))
      return {
        ...base,
        state: 'fail',
        firstBroken: 'drivers',
        cause: POWER,
        headline: 'Firmware change waits for a power cycle',
        levels: 'pwfpbpbbbb',
      }
    if (!healthy && place < 0.02)
      return {
        ...base,
        state: 'warn',
        firstBroken: null,
        cause: null,
        headline: 'Older NIC firmware than the fleet',
        levels: 'ppwppppnnn',
      }
    return {
      ...base,
      state: 'pass',
      firstBroken: null,
      cause: null,
      headline: 'OK up to Network resources',
      levels: place > 0.5 ? 'pppppppnnn' : 'ppppppppps',
    }
  })
  const count = (state: string) => nodes.filter((node) => node.state === state).length
  return {
    revision: 41,
    full: true,
    cluster: { name: 'dgx-prod', context: 'dgx-prod', server: null },
    at: ago(0),
    counts: {
      total: nodes.length,
      pass: count('pass'),
      warn: count('warn'),
      fail: count('fail'),
      blocked: count('blocked'),
      unknown: count('unknown'),
    },
    nodes,
    removed: [],
    causes: healthy || scenario === 'empty' ? [] : incidentCauses(),
    sweep:
      scenario === 'incident'
        ? { id: 'sweep-1', startedAt: ago(0.15), finishedAt: null, total: 256, done: 156, unreachable: 22, by: null }
        : null,
    liveness: {
      kube:
        scenario === 'stale'
          ? { state: 'down', since: ago(122), reason: 'connection refused' }
          : { state: 'live', since: ago(600) },
      ssh: { state: 'live', connections: 234 },
      store: { state: 'ok' },
    },
  }
}
