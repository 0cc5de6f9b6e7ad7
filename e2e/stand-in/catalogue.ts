import type { CausePage, CheckInfo, Doctor } from '@/lib/contract/api'
import { CHECK_LEVELS } from '@/lib/levels'
import { fleetOf, incidentCauses } from './incident'

/** A small catalogue with one check a level. */
export function catalogue(): CheckInfo[] {
  const made = CHECK_LEVELS.map(
    (level, index): CheckInfo => ({
      id: `${level}-example`,
      level,
      scope: level === 'operators' ? 'cluster' : 'node',
      title: { pass: `All is well at ${level}`, fail: `Something at ${level} is not as it should be` },
      why: 'Without it, nothing above this level can work as expected.',
      refs: ['https://docs.nvidia.com/networking/', 'research/host-formats.md §2'],
      needs: ['nicFirmware'],
      wants: index % 2 ? ['bootHistory'] : [],
      anyOf: [],
      after: [],
      examples: [{ name: 'all fine', status: 'pass', summary: '8 of 8' }],
      counts: { pass: 200 + index, fail: index, unknown: 22, skip: 2 },
    }),
  )
  const pending: CheckInfo = {
    id: 'pending-vf-count',
    level: 'drivers',
    scope: 'node',
    title: { pass: 'VF count is active in NIC firmware', fail: 'VF count waits for a power cycle' },
    why: 'The operator writes NUM_OF_VFS into flash; the adapter uses it only after its firmware restarts.',
    refs: ['https://docs.nvidia.com/networking/display/mftv4300/mlxconfig'],
    needs: ['nicFirmware', 'sriovPolicies'],
    wants: ['bootHistory'],
    anyOf: [],
    after: ['drivers-example'],
    examples: [
      {
        name: 'active everywhere',
        status: 'pass',
        summary: 'NUM_OF_VFS is 8 now and after next boot on 8 of 8 adapters',
      },
      {
        name: '16 now, 8 at next boot',
        status: 'fail',
        summary: 'NUM_OF_VFS is 16 now and 8 after next boot on 8 of 8 adapters',
      },
      { name: 'no Current column', status: 'lacking', summary: 'mstconfig printed no Current column' },
    ],
    counts: { pass: 190, fail: 38, unknown: 22 },
  }
  return [...made, pending]
}

export function causePageOf(signature: string): CausePage {
  const cause = incidentCauses().find((entry) => entry.signature === signature) ?? incidentCauses()[0]
  if (!cause) throw new Error('no causes')
  return {
    cause,
    why: 'The operator writes NUM_OF_VFS into flash; the adapter uses it only after its firmware restarts, which on this platform needs a power cycle.',
    refs: ['https://docs.nvidia.com/networking/display/mftv4300/mlxconfig'],
    fix: [
      {
        text: 'Drain each node',
        command: 'for n in dgx030 dgx031; do kubectl drain "$n" --ignore-daemonsets --delete-emptydir-data; done',
        risk: 'drain',
        minutes: 5,
      },
      {
        text: 'Power off, wait 60 s, power on',
        risk: 'power-cycle',
        minutes: 12,
        verify: 'Current equals Next Boot on every rail',
      },
      {
        text: 'Let work come back',
        command: 'for n in dgx030 dgx031; do kubectl uncordon "$n"; done',
        risk: 'none',
        minutes: 1,
      },
    ],
    nodes: fleetOf('incident').nodes.filter((node) => node.cause === cause.signature),
    inCommon: [
      { attribute: 'policy', value: 'ib-rails', here: 38, hereOf: 38, there: 40, thereOf: 218 },
      { attribute: 'profile', value: 'DGX B200', here: 38, hereOf: 38, there: 154, thereOf: 218 },
    ],
  }
}

export function doctorOf(): Doctor {
  return {
    version: '0.1.0',
    at: new Date().toISOString(),
    configuration: 'cluster:\n  context: dgx-prod\nssh:\n  user: cairn\n  jump: head01',
    items: [
      { id: 'api', group: 'kubernetes', title: 'API reachable', state: 'ok', text: 'v1.33.4, 12 ms' },
      {
        id: 'rbac',
        group: 'kubernetes',
        title: 'May not list sriovnetworknodepolicies',
        state: 'fail',
        text: '6 checks are unknown without it',
        remedy:
          '- apiGroups: [sriovnetwork.openshift.io]\n  resources: [sriovnetworknodepolicies]\n  verbs: [get, list, watch]',
      },
      {
        id: 'ssh',
        group: 'ssh',
        title: 'SSH',
        state: 'warn',
        text: '234 of 256 nodes answer',
        nodes: ['dgx081', 'dgx082', 'dgx083'],
        nodeCount: 22,
      },
      {
        id: 'mst',
        group: 'tools',
        title: 'mstflint',
        state: 'fail',
        text: 'not installed on 2 nodes',
        remedy: 'apt-get install -y mstflint',
        nodes: ['dgx101', 'dgx102'],
        nodeCount: 2,
      },
      { id: 'sudo', group: 'tools', title: 'sudo', state: 'unknown', text: 'not tried yet on 22 nodes', nodeCount: 22 },
      { id: 'disk', group: 'store', title: 'Store', state: 'ok', text: '212 MB, 40 GB free' },
      { id: 'runs', group: 'runs', title: 'Benchmark runs', state: 'off', text: 'no image is configured' },
      { id: 'clock', group: 'clock', title: 'Clock', state: 'ok', text: '0.1 s apart from the API server' },
    ],
  }
}
