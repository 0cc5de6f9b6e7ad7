import type { RdmaPluginLogFacts } from '@/collectors/cluster/rdma-plugin-log/parse'
import { type ConfigFault, lintRdmaConfig } from './rdma-config'

/** What the plug-in's own lines mean. Source: k8s-formats §6. */
const MEANING: Readonly<Record<string, string>> = {
  'empty-selectors': 'neither selectors nor devices name anything, so the plug-in exits',
  'selectors-and-devices': 'selectors and devices are both given, so the plug-in exits',
  'bad-json': 'config.json (ConfigMap rdma-devices) is not JSON, so the plug-in exits',
  'bad-resource-name': 'the resource name contains invalid characters',
  'duplicate-resource': 'a resource is configured twice',
  'no-resources': 'the configuration names no resource',
  'negative-hca-max': 'rdmaHcaMax is negative',
  'rdma-namespace-exclusive': 'the RDMA namespace mode of the node is exclusive, the plug-in needs shared',
  'missing-issm':
    'an RDMA character device (issm) is missing for the device; plug-in v1.5.2 and later do not need issm',
  'no-devices': 'the selectors match no device, so 0 handles are offered',
  'not-registered': 'the kubelet did not take the registration',
}

/** A fault with where it was seen. */
export interface SeenFault extends ConfigFault {
  from: string
}

/** Faults in the configuration texts, and in the logs what the texts do not show already. */
export function rdmaFaults(
  texts: readonly { from: string; text: string | null }[],
  logs: readonly RdmaPluginLogFacts[],
): SeenFault[] {
  const written = texts.flatMap(({ from, text }): SeenFault[] =>
    text === null
      ? [{ from, id: 'no-key', status: 'fail', resource: null, words: 'key config.json is missing' }]
      : lintRdmaConfig(text).map((each) => ({ ...each, from })),
  )
  const logged = logs.flatMap(fromLog)
  const known = new Set(written.map((each) => each.id))
  return [
    ...written,
    ...logged.filter(
      (each, index) => !known.has(each.id) && logged.findIndex((one) => one.words === each.words) === index,
    ),
  ]
}

function fromLog(log: RdmaPluginLogFacts): SeenFault[] {
  const [only] = log.resources
  const resource = log.resources.length === 1 && only ? only.name : null
  const seen = log.findings
    .filter(
      (each) =>
        each.severity === 'fail' &&
        !(each.id === 'no-devices' && log.findings.some((one) => one.id === 'missing-issm')),
    )
    .map((each): SeenFault => {
      const name = resource ?? resourceIn(each.text)
      return {
        from: 'log of the plug-in',
        id: each.id,
        status: 'fail',
        resource: name,
        words: `${name ? `${name}: ` : ''}${MEANING[each.id] ?? each.id}${each.pci ? ` (${each.pci})` : ''}: ${each.text}`,
      }
    })
  const empty = log.resources.filter((each) => each.exposed === 0 && (each.rdmaHcaMax ?? 1) > 0)
  if (seen.length > 0) return seen
  return empty.map((each) => ({
    from: 'log of the plug-in',
    id: 'no-devices',
    status: 'fail',
    resource: each.name,
    words: `${each.name}: 0 handles offered, rdmaHcaMax is ${each.rdmaHcaMax}`,
  }))
}

function resourceIn(text: string): string | null {
  return /(?:server for|resource) ([A-Za-z0-9_]{1,200})$/.exec(text)?.[1] ?? null
}
