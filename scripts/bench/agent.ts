import { fleetFaults } from '@/e2e/lab/scenario/fleet-rule'
import { startLabAgent, untilFleet } from './lab-agent'
import { mb, type Part, sleep, table } from './part'
import { costOf } from './process-cost'

/** Seconds over which the settled agent is watched. */
const IDLE_SEC = 30

/** Start, first and second sweep of an agent over the rule-made fleet. */
export const agentPart: Part = {
  id: 'agent',
  title: 'Agent over the rule-made fleet',
  limitSec: 540,
  async run({ nodes }) {
    const faults = fleetFaults(nodes)
    const healthy = nodes - faults.size
    const running = await startLabAgent(nodes)
    try {
      const { agent, lab } = running
      const known = await untilFleet(running, agent.startedAt, (fleet) => fleet.counts.total === nodes, 120)
      const first = await untilFleet(
        running,
        agent.startedAt,
        ({ counts }) => counts.pass === healthy && counts.fail === faults.size,
        240,
      )
      const afterFirst = costOf(agent.pid)
      await sleep(5_000)
      const began = performance.now()
      const before = costOf(agent.pid)
      await running.sweep()
      const second = await untilFleet(running, began, ({ sweep }) => sweep !== null && sweep.finishedAt !== null, 120)
      const afterSecond = costOf(agent.pid)
      await sleep(10_000)
      const idleFrom = costOf(agent.pid)
      await sleep(IDLE_SEC * 1_000)
      const idle = costOf(agent.pid)
      const off = [...faults.values()].filter((fault) => fault === 'off').length
      const rows: [string, string][] = [
        [
          `lab up with ${nodes} nodes`,
          `${(lab.startMs / 1_000).toFixed(1)} s, now ${mb(costOf(lab.pid).rssBytes)} RSS`,
        ],
        ['agent started until all nodes are listed', `${known.seconds.toFixed(1)} s`],
        [
          'until every verdict is what the rule says (first sweep, both lanes, cold connections)',
          first.reached
            ? `${first.seconds.toFixed(1)} s`
            : `not within ${first.seconds.toFixed(0)} s: ${JSON.stringify(first.fleet.counts)}, expected ${healthy} pass and ${faults.size} fail`,
        ],
        [
          'agent CPU for that',
          `${(afterFirst.cpuMs / 1_000).toFixed(1)} s, ${(afterFirst.cpuMs / nodes).toFixed(1)} ms a node`,
        ],
        ['agent RSS after it / highest so far', `${mb(afterFirst.rssBytes)} / ${mb(afterFirst.peakRssBytes)}`],
        [
          `second sweep, connections open (${off} nodes are off)`,
          `${second.seconds.toFixed(1)} s, agent CPU ${((afterSecond.cpuMs - before.cpuMs) / 1_000).toFixed(1)} s`,
        ],
        ['agent RSS after it / highest so far', `${mb(afterSecond.rssBytes)} / ${mb(afterSecond.peakRssBytes)}`],
        [`agent at rest, ${IDLE_SEC} s`, `${((idle.cpuMs - idleFrom.cpuMs) / (IDLE_SEC * 10)).toFixed(1)} % of a core`],
      ]
      return table(['what', 'measured'], rows)
    } finally {
      await running.stop()
    }
  },
}
