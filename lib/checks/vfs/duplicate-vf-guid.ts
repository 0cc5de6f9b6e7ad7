import { check, type Finding, lacking } from '@/lib/check'
import { examplePf, exampleSriov, exampleVf } from '@/lib/examples/functions'
import { isZeroGuid, vfGuids } from '@/lib/rules/vf-guids'

const ALONE = { nodes: 1, majority: {}, railsDown: [], duplicateGuids: [] }

/** The same port GUID on two VFs of this node, or on VFs of several nodes. */
export default check({
  id: 'duplicate-vf-guid',
  level: 'vfs',
  title: { pass: 'VF GUIDs are unique', fail: 'Two VFs have the same GUID' },
  why: 'The subnet manager knows ports by GUID. Of two ports with the same one only one works, and which one changes with every sweep: pods lose the fabric at random.',
  refs: ['research/host-formats.md §7 (vf-guid)', 'research/k8s-formats.md §3.1'],
  needs: [],
  wants: ['sriov', 'infiniband', 'fleet'],
  anyOf: ['sriov', 'infiniband'],
  after: [],
  run({ fleet, ...facts }, { node }) {
    const vfs = vfGuids(facts)
    const known = vfs.flatMap((vf) => {
      const guid = vf.port ?? vf.node
      return guid === null || isZeroGuid(guid) ? [] : [{ label: vf.label, guid }]
    })
    const here = known.flatMap(({ label, guid }): Finding[] => {
      const other = known.find((each) => each.guid === guid && each.label !== label)
      return other ? [{ subject: label, status: 'fail', summary: `GUID ${guid}, also on ${other.label}` }] : []
    })
    const elsewhere = (fleet?.duplicateGuids ?? []).flatMap(({ guid, at }): Finding[] => {
      const mine = at.filter((each) => each.node === node)
      const other = at.find((each) => each.node !== node)
      return other
        ? mine.map(({ pci }) => ({
            subject: pci,
            status: 'fail',
            summary: `GUID ${guid}, also on ${other.node} ${other.pci}`,
          }))
        : []
    })
    const findings = [...here, ...elsewhere]
    if (findings.length > 0) {
      return {
        status: 'fail',
        summary: `${findings.length} VFs share a GUID: ${findings
          .slice(0, 4)
          .map((each) => `${each.subject} ${each.summary}`)
          .join('; ')}`,
        findings,
        fix: [
          {
            text: 'Give every VF a GUID that is unique in the fabric: let ib-kubernetes assign from one range per cluster, not scripts that count from the same start on every node',
            risk: 'config',
          },
          { text: 'Unbind and bind the changed VFs', risk: 'restart-pods', verify: 'no GUID appears twice' },
        ],
        reason: 'duplicate-vf-guid',
        params: { fleet: here.length === 0 },
      }
    }
    if (vfs.length === 0) return { status: 'skip', summary: 'No InfiniBand VF was seen' }
    if (known.length === 0) return lacking(`none of ${vfs.length} InfiniBand VFs shows an assigned GUID`)
    if (facts.sriov?.complete === false || facts.infiniband?.complete === false)
      return lacking('the list of VFs is cut')
    if (!fleet) return lacking(`${known.length} VF GUIDs are unique here; other nodes were not compared`)
    return { status: 'pass', summary: `${known.length} VF GUIDs, each once among ${fleet.nodes} nodes` }
  },
  examples: [
    { name: 'two VFs, two GUIDs', facts: { sriov: exampleSriov(examplePf()), fleet: ALONE }, status: 'pass' },
    { name: 'other nodes not compared', facts: { sriov: exampleSriov(examplePf()) }, status: 'lacking' },
    {
      name: 'the same GUID twice',
      facts: {
        sriov: exampleSriov(examplePf({ vfs: [exampleVf(0), { ...exampleVf(0), index: 1, pci: '0000:18:00.2' }] })),
      },
      status: 'fail',
    },
    {
      name: 'the same GUID on another node',
      facts: {
        sriov: exampleSriov(examplePf()),
        fleet: {
          nodes: 2,
          majority: {},
          railsDown: [],
          duplicateGuids: [
            {
              guid: '0200000000180000',
              at: [
                { node: 'dgx030', pci: '0000:18:00.1' },
                { node: 'dgx031', pci: '0000:18:00.1' },
              ],
            },
          ],
        },
      },
      context: { node: 'dgx030' },
      status: 'fail',
    },
    {
      name: 'zero GUIDs are no duplicates',
      facts: {
        sriov: exampleSriov(
          examplePf({ vfs: [0, 1].map((n) => exampleVf(n, { nodeGuid: null, portGuid: null, guidAssigned: false })) }),
        ),
      },
      status: 'lacking',
    },
  ],
})
