import { check } from '@/lib/check'
import { examplePort, examplePorts, TWO_RAILS } from '@/lib/examples/ports'
import { judgeRails } from '@/lib/rules/judge-rails'
import { portState, type Rails } from '@/lib/rules/rails'
import { sh } from '@/lib/shell'

/** The rate that more than half of the node's active rails of one model have; null below three rails. */
function usualRate({ rails }: Rails, type: string | null | undefined): number | null {
  const rates = rails.flatMap(({ device, port }) =>
    device.type === type && portState(port) === 'active' ? (port.rateGbps ?? []) : [],
  )
  return rates.length < 3
    ? null
    : (rates.find((rate) => rates.filter((other) => other === rate).length * 2 > rates.length) ?? null)
}

/** An Active rail below the rate its profile, or its siblings on the node, have. */
export default check({
  id: 'slow-port',
  level: 'links',
  title: { pass: 'Active rails run at full rate', fail: 'An active rail runs below its rate' },
  why: 'A link that trained on fewer lanes or at an older speed still says Active. One slow rail slows every collective that crosses it to its pace.',
  refs: ['research/host-formats.md §5 (ib-port-rate)'],
  needs: ['infiniband'],
  after: [],
  run({ infiniband }, context) {
    const wanted = context.profile?.railRateGbps?.value
    let compared = wanted !== undefined
    const verdict = judgeRails(
      {
        judge({ device, port }, all) {
          if (portState(port) !== 'active') return portState(port) === null ? 'unknown' : 'good'
          if (port.rateGbps === null) return 'unknown'
          const usual = wanted ?? usualRate(all, device.type)
          if (usual === null) return 'good'
          compared = true
          const width = port.lanes && port.speed ? ` (${port.lanes}X ${port.speed})` : ''
          const against = wanted === undefined ? 'most rails of this node have' : 'the profile wants'
          return port.rateGbps < usual ? { bad: `runs at ${port.rateGbps} Gb/s${width}, ${against} ${usual}` } : 'good'
        },
        undeclared: 'fail',
        good: `active at ${wanted === undefined ? 'the rate of their siblings' : `${wanted} Gb/s or more`}, or not active`,
        reason: 'slow-port',
        fix: (bad) => [
          ...bad.slice(0, 8).map(({ device }) => ({
            text: `See lanes, speed and cable of ${device.name}`,
            command: sh`mlxlink -d ${device.pci ?? device.name} -m -c`,
            risk: 'none' as const,
          })),
          {
            text: 'Re-seat or swap the cable (Supported Cable Speed below the port speed: wrong cable), then retrain the port',
            risk: 'restart-pods',
            minutes: 15,
            verify: 'ibstat shows the full Rate',
          },
        ],
      },
      infiniband,
      context,
    )
    if (verdict.status !== 'pass' || compared) return verdict
    return {
      status: 'skip',
      summary: 'No profile declares a rate and fewer than three rails of one model can be compared',
    }
  },
  examples: [
    {
      name: 'all at 400',
      facts: { infiniband: examplePorts(examplePort(0), examplePort(1)) },
      context: { profile: TWO_RAILS },
      status: 'pass',
    },
    {
      name: '2X where 4X is wanted',
      facts: { infiniband: examplePorts(examplePort(0), examplePort(1, { rateGbps: 200, lanes: 2, speed: 'NDR' })) },
      context: { profile: TWO_RAILS },
      status: 'fail',
    },
    {
      name: 'slower than three siblings',
      facts: { infiniband: examplePorts(...[0, 1, 2].map((n) => examplePort(n)), examplePort(3, { rateGbps: 100 })) },
      status: 'fail',
    },
    {
      name: 'one rail, nothing to compare with',
      facts: { infiniband: examplePorts(examplePort(0, { rateGbps: 100 })) },
      status: 'skip',
    },
  ],
})
