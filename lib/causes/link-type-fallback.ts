import { cause } from '@/lib/cause'
import { failed, faulty, stepsOf, symptoms } from '@/lib/rules/explained'

const EXPLAINS = [
  'wrong-link-type',
  'ethernet-fallback',
  'fewer-ports',
  'missing-resource',
  'zero-allocatable',
] as const

/** An adapter came up as Ethernet where InfiniBand is intended: seen in its configuration, on its port, or both. */
export default cause({
  id: 'link-type-fallback',
  title: 'An adapter speaks Ethernet instead of InfiniBand',
  level: 'drivers',
  scope: 'node',
  explains: EXPLAINS,
  specificity: 80,
  why: 'VPI adapters fall back to their factory protocol after a configuration reset or a card swap. The port then is missing among the InfiniBand rails and every resource that selects InfiniBand finds one device less.',
  refs: ['research/host-formats.md §3 (LINK_TYPE)', 'seed 002'],
  match(input) {
    const source = faulty(input, 'wrong-link-type') ?? faulty(input, 'ethernet-fallback')
    if (source?.status !== 'fail' || faulty(input, 'pending-link-type')) return null
    return {
      summary: `Rails are missing from the fabric because ${source.summary}: set LINK_TYPE and restart the NIC firmware`,
      explains: symptoms(input, EXPLAINS),
      fix: stepsOf(source, [
        { text: 'Set LINK_TYPE_P1 (and P2) with mstconfig, then restart the NIC firmware', risk: 'drain' },
      ]),
      params: { check: source.check },
    }
  },
  examples: [
    {
      name: 'configured as Ethernet',
      verdicts: [
        failed('wrong-link-type', 'drivers', 'LINK_TYPE_P1 is ETH(2), the SR-IOV policy wants IB'),
        failed('fewer-ports', 'links', '7 of 8'),
      ],
      matches: true,
    },
    { name: 'ports missing for another reason', verdicts: [failed('fewer-ports', 'links', '7 of 8')], matches: false },
  ],
})
