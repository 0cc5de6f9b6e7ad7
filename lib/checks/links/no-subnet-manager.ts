import type { SubnetManagerFacts } from '@/collectors/node/perfquery/parse'
import { check, type Lacking, lacking, type Verdict } from '@/lib/check'
import { examplePort, examplePorts } from '@/lib/examples/ports'
import { judgeRails } from '@/lib/rules/judge-rails'
import { physicalState, portState } from '@/lib/rules/rails'
import { sh } from '@/lib/shell'

const FIX = {
  text: 'Start the subnet manager of this fabric (UFM, OpenSM or the switch), or check that this rail’s fabric has one',
  risk: 'none',
} as const

/** What sminfo says: it asks the port's subnet manager and prints its state. */
function bySminfo({ answered, lid, state }: SubnetManagerFacts): Verdict | Lacking {
  if (!answered)
    return {
      status: 'fail',
      summary: 'sminfo got no answer: no subnet manager is reachable from this port',
      findings: [{ subject: 'subnet manager', status: 'fail', summary: 'no answer to sminfo' }],
      fix: [FIX],
      reason: 'no-subnet-manager',
      params: { sminfo: true },
    }
  if (state === null) return lacking('the subnet manager answered with a state that sminfo does not know')
  if (state === 'SMINFO_MASTER') return { status: 'pass', summary: `Subnet manager at LID ${lid} answers as master` }
  return {
    status: 'warn',
    summary: `Subnet manager at LID ${lid} is ${state}, SMINFO_MASTER is wanted`,
    reason: 'no-master',
  }
}

/** A linked InfiniBand rail that knows no subnet manager. */
export default check({
  id: 'no-subnet-manager',
  level: 'links',
  title: { pass: 'A subnet manager serves the rails', fail: 'No subnet manager serves a rail' },
  why: 'Without a subnet manager a port has no LID and no route: the link is up and nothing can be sent. RoCE ports have none by design and are not judged.',
  refs: ['research/host-formats.md §5, §6', 'IBTA PortInfo: MasterSMLID'],
  needs: [],
  wants: ['infiniband', 'subnetManager'],
  anyOf: ['infiniband', 'subnetManager'],
  after: [],
  run({ infiniband, subnetManager }, context) {
    if (!infiniband) return subnetManager ? bySminfo(subnetManager) : lacking('no port was read')
    return judgeRails(
      {
        judge({ port }, { linkLayer }) {
          if (linkLayer !== 'InfiniBand') return 'good'
          const [state, up] = [portState(port), physicalState(port) === 'up']
          if (!up || state === 'down') return state === null ? 'unknown' : 'good'
          const unset = port.lid === 0 || port.lid === 65_535
          if (port.smLid === 0) return { bad: `has link but SM LID 0 (LID ${port.lid ?? 'not known'}, ${port.state})` }
          if (state === 'init' && unset) return { bad: `has link, is ${port.state} and its LID is ${port.lid}` }
          return port.smLid === null || port.smLid === undefined ? 'unknown' : 'good'
        },
        undeclared: 'fail',
        good: 'served by a subnet manager, or without link',
        reason: 'no-subnet-manager',
        fix: (bad) => [
          {
            text: 'Ask the subnet manager',
            command: sh`sminfo -C ${bad[0]?.device.name ?? 'CA'} -P ${bad[0]?.port.port ?? 1}`,
            risk: 'none',
            verify: 'sminfo prints SMINFO_MASTER and its activity count grows',
          },
          FIX,
        ],
      },
      infiniband,
      context,
    )
  },
  examples: [
    {
      name: 'sminfo: master',
      facts: { subnetManager: { answered: true, lid: 1, state: 'SMINFO_MASTER' } },
      status: 'pass',
    },
    { name: 'sminfo: silence', facts: { subnetManager: { answered: false, lid: null, state: null } }, status: 'fail' },
    { name: 'SM LID 1', facts: { infiniband: examplePorts(examplePort(0)) }, status: 'pass' },
    {
      name: 'link up, no SM',
      facts: { infiniband: examplePorts(examplePort(0, { state: 'Initializing', lid: 0, smLid: 0 })) },
      status: 'fail',
    },
    {
      name: 'SM LID not shown',
      facts: { infiniband: examplePorts(examplePort(0, { smLid: null })) },
      status: 'lacking',
    },
    {
      name: 'Ethernet only',
      facts: { infiniband: examplePorts(examplePort(0, { linkLayer: 'Ethernet', lid: 0, smLid: 0 })) },
      status: 'skip',
    },
  ],
})
