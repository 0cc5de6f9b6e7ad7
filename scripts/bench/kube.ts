import { output, type Part, table } from './part'

/** Pods of the list: six of each node, as the operators run them. */
const PODS_PER_NODE = 6

/** List and watch of a rule-made cluster through our transport, and the client library's own list in the same run (scripts/bench-kube.ts). */
export const kubePart: Part = {
  id: 'kube',
  title: 'Kubernetes list and watch',
  limitSec: 240,
  async run({ nodes }) {
    const args = [
      '--expose-gc',
      '--import',
      'tsx',
      'scripts/bench-kube.ts',
      String(nodes),
      String(nodes * PODS_PER_NODE),
    ]
    const text = await output(process.execPath, args, kubePart.limitSec)
    const lines = text.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []))
    const all: Record<string, Record<string, number> | number> = Object.assign({}, ...lines)
    const of = (name: string) => {
      const value = all[name]
      return typeof value === 'object' ? value : {}
    }
    const value = (name: string) => String(all[name] ?? '?')
    const [lab, typed] = [of('lab'), of('typedClient')]
    const rows: [string, string, string][] = [
      ['nodes listed, s', seconds(all.nodesMs), seconds(typed.nodesMs)],
      ['pods listed, s (beside the nodes / after them)', seconds(all.podsMs), seconds(typed.podsMs)],
      ['client CPU, s', seconds(all.cpuMs), seconds(typed.cpuMs)],
      ['longest block of the event loop, ms', value('loopBlockMs'), String(typed.loopBlockMs ?? '?')],
      ['heap kept, MB', value('keptHeapMb'), String(typed.keptHeapMb ?? '?')],
      ['highest RSS, MB', value('peakRssMb'), '-'],
    ]
    return [
      `${nodes} nodes and ${nodes * PODS_PER_NODE} pods from the lab's API over HTTP (a process of its own, ${lab.rssMb ?? '?'} MB RSS). Cairn: pages of 500, projected while parsing, then watched. Beside it, in the same run: \`CoreV1Api.listNode\` and \`listPodForAllNamespaces\` of @kubernetes/client-node, one call each. Cairn keeps what its collectors project: of these pods those that belong to the stack.`,
      '',
      table(['', 'Cairn', 'typed client'], rows),
      '',
      `Watch: a burst of ${value('watchEvents')} node events, ${value('perSecond')} events/s, ${value('usPerEvent')} µs CPU each.`,
    ].join('\n')
  },
}

function seconds(ms: unknown): string {
  return typeof ms === 'number' ? (ms / 1_000).toFixed(2) : '?'
}
