/** One fault in the configuration of the RDMA shared device plugin. */
export interface ConfigFault {
  /** Machine-readable, as the plug-in's log names it where it does. */
  id: string
  status: 'fail' | 'warn'
  resource: string | null
  words: string
}

const NAME = /^[a-zA-Z0-9_]+$/
const SELECTORS = ['vendors', 'deviceIDs', 'drivers', 'ifNames', 'linkTypes'] as const
/** RDMA device names where netdev names belong: they match nothing (k8s-formats §6, §17). */
const RDMA_NAME = /^(?:mlx5_\d{1,4}|ibp?\d{0,3}_\d{1,3})$/

/** Lints config.json of the plug-in by its own rules (k8s-formats §6: ValidateConfigs, ReadConfig); empty where it would start and serve. */
export function lintRdmaConfig(text: string): ConfigFault[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (error) {
    const words = error instanceof Error ? error.message.slice(0, 160) : 'not JSON'
    return [{ id: 'bad-json', status: 'fail', resource: null, words: `config.json is not JSON: ${words}` }]
  }
  const list = isMap(parsed) ? parsed.configList : undefined
  if (!Array.isArray(list) || list.length === 0)
    return [
      {
        id: 'no-resources',
        status: 'fail',
        resource: null,
        words: 'configList is empty or missing: no resources configuration',
      },
    ]
  const entries = list.filter(isMap)
  const names = entries.map((each) => `${String(each.resourcePrefix ?? 'rdma')}/${String(each.resourceName ?? '')}`)
  return entries.flatMap((entry, index) => [
    ...lintEntry(entry),
    ...(names.indexOf(names[index] ?? '') < index
      ? [fault('duplicate-resource', entry, `resource ${names[index]} is listed twice`)]
      : []),
  ])
}

function lintEntry(entry: Record<string, unknown>): ConfigFault[] {
  const faults: ConfigFault[] = []
  const name = typeof entry.resourceName === 'string' ? entry.resourceName : ''
  if (!NAME.test(name))
    faults.push(
      fault('bad-resource-name', entry, `resourceName "${name}" contains other characters than letters, digits and _`),
    )
  const max = entry.rdmaHcaMax
  if (typeof max !== 'number' || max < 0 || !Number.isInteger(max))
    faults.push(
      fault(
        'hca-max',
        entry,
        `rdmaHcaMax is ${max === undefined ? 'missing' : JSON.stringify(max)}, wanted a number ≥ 0`,
      ),
    )
  else if (max === 0) faults.push(fault('hca-max', entry, 'rdmaHcaMax is 0: the resource is offered with 0 handles'))
  const devices = strings(entry.devices)
  const selectors = isMap(entry.selectors) ? entry.selectors : {}
  const filled = SELECTORS.filter((key) => strings(selectors[key]).length > 0)
  if (devices.length === 0 && filled.length === 0)
    faults.push(fault('empty-selectors', entry, 'neither selectors nor devices name anything: all lists are empty'))
  if (devices.length > 0 && filled.length > 0)
    faults.push(
      fault('selectors-and-devices', entry, 'both selectors and devices are given; the plug-in refuses both together'),
    )
  const hard = [...devices, ...strings(selectors.ifNames)].filter((each) => RDMA_NAME.test(each))
  if (hard.length > 0)
    faults.push(
      fault(
        'rdma-names',
        entry,
        `${devices.length > 0 ? 'devices' : 'ifNames'} holds RDMA names (${hard.join(', ')}), wanted network interface names: mlx5_N matches nothing, so 0 handles are offered`,
      ),
    )
  return faults
}

function fault(id: string, entry: Record<string, unknown>, words: string): ConfigFault {
  const resource = typeof entry.resourceName === 'string' && entry.resourceName !== '' ? entry.resourceName : null
  return { id, status: 'fail', resource, words: `${resource ?? 'a resource without name'}: ${words}` }
}

/** A configuration that works, from the faulty one: names kept, selectors by vendor (k8s-formats §6). */
export function correctedRdmaConfig(faults: readonly ConfigFault[]): string {
  const resource =
    faults.find((each) => each.resource !== null && NAME.test(each.resource))?.resource ?? 'rdma_shared_device_a'
  return JSON.stringify(
    { configList: [{ resourceName: resource, rdmaHcaMax: 63, selectors: { vendors: ['15b3'] } }] },
    null,
    2,
  )
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string' && each !== '') : []
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
