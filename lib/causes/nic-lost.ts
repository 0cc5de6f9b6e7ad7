import { cause } from '@/lib/cause'
import { stepsOf } from '@/lib/rules/explained'
import { failed, failing, passed, symptoms } from '@/lib/symptoms'

const EXPLAINS = [
  'missing-device',
  'nic-in-recovery',
  'nic-health',
  'unbound-driver',
  'fewer-ports',
  'missing-vfs',
  'rail-count-mismatch',
  'zero-allocatable',
  'gpu-nic-affinity',
] as const

/** Faults of a card that still works: a hot or broken module, a slow command, a stuck queue. */
const STILL_THERE = new Set(['module-error', 'nic-temperature', 'cmd-timeout', 'netdev-watchdog'])

/** A NIC is gone from the bus, in flash recovery, or its firmware has crashed. */
export default cause({
  id: 'nic-lost',
  title: 'A NIC is lost',
  level: 'platform',
  scope: 'node',
  explains: EXPLAINS,
  specificity: 82,
  why: 'A card that fell off the bus or whose firmware no longer runs takes its rail with it: fewer ports, fewer VFs, fewer resources. Nothing above can repair it.',
  refs: ['research/host-formats.md §8, §9', 'research/peers.md §1.5'],
  match({ verdicts }) {
    const missing = failing(verdicts, 'missing-device')
    const nic =
      missing &&
      missing.reason !== 'gpu-lost' &&
      (missing.reason !== 'fewer' || String(missing.params?.short ?? '').includes('adapter'))
        ? missing
        : null
    const health = failing(verdicts, 'nic-health')
    const kinds = String(health?.params?.kind ?? '').split(',')
    const dead = failing(verdicts, 'nic-in-recovery') ?? (kinds.every((kind) => STILL_THERE.has(kind)) ? null : health)
    const source = nic ?? dead
    if (!source) return null
    return {
      summary: `A NIC is lost because ${source.summary}: drain, power cycle, then reseat or replace the card`,
      explains: symptoms(verdicts, EXPLAINS),
      fix: stepsOf(source, [
        { text: 'Drain, power cycle, then reseat or replace the card', risk: 'power-cycle', minutes: 20 },
      ]),
      params: { by: source.check },
    }
  },
  examples: [
    {
      name: 'flash recovery',
      verdicts: [
        failed('missing-device', 'platform', '0000:9a:00.0 is in flash recovery', { reason: 'flash-recovery' }),
        failed('fewer-ports', 'links', '7 of 8'),
      ],
      matches: true,
    },
    { name: 'firmware crashed', verdicts: [failed('nic-health', 'drivers', 'fw internal error')], matches: true },
    {
      name: 'a hot module',
      verdicts: [failed('nic-health', 'drivers', 'module error', { params: { kind: 'module-error,nic-temperature' } })],
      matches: false,
    },
    {
      name: 'a GPU is lost',
      verdicts: [failed('missing-device', 'platform', '0000:3b:00.0 reads all ones', { reason: 'gpu-lost' })],
      matches: false,
    },
    {
      name: 'only GPUs are missing',
      verdicts: [failed('missing-device', 'platform', '7 of 8 GPUs', { reason: 'fewer', params: { short: 'GPUs' } })],
      matches: false,
    },
    { name: 'fine', verdicts: [passed('missing-device', 'platform')], matches: false },
  ],
})
