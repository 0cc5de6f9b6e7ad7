import type { MstconfigDevice, MstconfigFacts } from '@/collectors/node/mstconfig/facts'

/** An adapter for examples: each value is [current, next]; a single text is both. */
export function exampleAdapter(
  values: Readonly<Record<string, string | readonly [string | null, string]>>,
  over: Partial<MstconfigDevice> = {},
): MstconfigDevice {
  const params = Object.entries(values).map(([name, value]) => {
    const [current, next] = typeof value === 'string' ? [value, value] : value
    return { name, default: next, current, next, pending: current === null ? null : current !== next }
  })
  return {
    index: 1,
    type: 'ConnectX7',
    name: null,
    device: '0000:18:00.0',
    pci: '0000:18:00.0',
    columns: ['default', 'current', 'next'],
    params,
    pending: params.filter((row) => row.pending === true).map((row) => row.name),
    modified: [],
    readOnly: [],
    effectiveVfs: null,
    bluefieldMode: null,
    bluefieldModeNext: null,
    ...over,
  }
}

/** The fact `nicFirmware` for examples. */
export function exampleFirmware(...devices: readonly MstconfigDevice[]): MstconfigFacts {
  return { devices, actionHint: null, unsupported: [], failedTlvs: [], unread: [] }
}
