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
  'missing-issm': 'an RDMA character device is missing for the device',
  'no-devices': 'the selectors match no device, so 0 handles are offered',
  'not-registered': 'the kubelet did not take the registration',
  'empty-prefix': 'resourcePrefix is empty, so the plug-in exits',
  'bad-interval': 'periodicUpdateInterval is not valid, so the plug-in exits',
  'nothing-listed': 'no device is listed, so the plug-in exits',
  'no-config-file': 'the configuration (ConfigMap rdma-devices, key config.json) is not there, so the plug-in exits',
  exits: 'the plug-in exits',
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
  const serving = log.resources.length > 0 && log.resources.every((each) => (each.exposed ?? 0) > 0)
  const seen = log.findings
    .filter((each) => each.severity === 'fail' && each.id !== 'no-devices')
    .map((each): SeenFault => {
      const name = resource ?? resourceIn(each.text)
      const issm = each.id === 'missing-issm' && /issm/.test(each.text)
      return {
        from: 'log of the plug-in',
        id: each.id,
        status: each.id === 'missing-issm' && serving ? 'warn' : 'fail',
        resource: name,
        words: `${name ? `${name}: ` : ''}${MEANING[each.id] ?? each.id}${issm ? '; plug-in v1.5.2 and later do not need issm' : ''}${each.pci ? ` (${each.pci})` : ''}: ${each.text}`,
      }
    })
  // What the log says last counts: a device may come later (periodic update), and 0 handles are 0 whatever was said before.
  const zero = log.resources.filter((each) => each.exposed === 0 && (each.rdmaHcaMax ?? 1) > 0).map((each) => each.name)
  const still = log.empty.filter((name) => !log.resources.some((each) => each.name === name && each.exposed !== null))
  const named = new Set(seen.map((each) => each.resource))
  const empty = [...new Set([...still, ...zero])].filter((name) => !named.has(name))
  return [...seen, ...empty.map((name) => nothing(log, name))]
}

function nothing(log: RdmaPluginLogFacts, name: string): SeenFault {
  const max = log.resources.find((each) => each.name === name)?.rdmaHcaMax
  return {
    from: 'log of the plug-in',
    id: 'no-devices',
    status: 'fail',
    resource: name,
    words: `${name}: ${log.empty.includes(name) ? MEANING['no-devices'] : '0 handles offered'}${max == null ? '' : `, rdmaHcaMax is ${max}`}`,
  }
}

function resourceIn(text: string): string | null {
  return /(?:server for|resource) ([A-Za-z0-9_]{1,200})$/.exec(text)?.[1] ?? null
}
