import { cause } from '@/lib/cause'
import { stepsOf } from '@/lib/rules/explained'
import { failed, failing, passed, symptoms } from '@/lib/symptoms'

const EXPLAINS = [
  'gpu-driver-fault',
  'missing-device',
  'small-bar1',
  'gpu-nic-affinity',
  'zero-allocatable',
  'unhealthy-devices',
] as const

/** A GPU fell off the bus. */
export default cause({
  id: 'gpu-fallen-off',
  title: 'A GPU has fallen off the bus',
  level: 'platform',
  scope: 'node',
  explains: EXPLAINS,
  specificity: 90,
  why: 'The driver lost its connection to a GPU (Xid 79). Jobs on the node fail and jobs on other nodes wait for it, which looks like a network fault there.',
  refs: ['NVIDIA Xid catalogue: 79', 'research/host-formats.md §11'],
  match({ verdicts, facts }) {
    const fault = failing(verdicts, 'gpu-driver-fault')
    const lost =
      facts.gpus?.gpus.some((gpu) => gpu.error === 'lost') ||
      (facts.dmesg?.gpusLost.length ?? 0) > 0 ||
      String(fault?.params?.xids ?? '')
        .split(',')
        .includes('79') ||
      fault?.reason === 'lost'
    const missing = failing(verdicts, 'missing-device')
    const source = fault && lost ? fault : missing?.reason === 'gpu-lost' ? missing : null
    if (!source) return null
    return {
      summary: `A GPU has fallen off the bus (${source.summary}): drain the node and power cycle it`,
      explains: symptoms(verdicts, EXPLAINS),
      fix: stepsOf(source, [{ text: 'Drain the node and power cycle it', risk: 'power-cycle', minutes: 20 }]),
      params: {},
    }
  },
  examples: [
    {
      name: 'Xid 79',
      verdicts: [failed('gpu-driver-fault', 'drivers', 'Xid 79', { reason: 'xid', params: { xids: '79' } })],
      matches: true,
    },
    {
      name: 'lspci reads all ones',
      verdicts: [failed('missing-device', 'platform', '0000:3b:00.0 reads all ones', { reason: 'gpu-lost' })],
      matches: true,
    },
    {
      name: 'driver not loaded',
      verdicts: [
        failed('gpu-driver-fault', 'drivers', 'driver', { reason: 'driver-not-loaded', params: { xids: '' } }),
      ],
      matches: false,
    },
    { name: 'fine', verdicts: [passed('gpu-driver-fault', 'drivers')], matches: false },
  ],
})
