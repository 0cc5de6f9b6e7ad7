import { deviceLabel, type MstconfigDevice } from '@/collectors/node/mstconfig/facts'
import type { Finding } from '@/lib/check'

/** Adapters of one model, by name (board) and type. */
export function models(devices: readonly MstconfigDevice[]): MstconfigDevice[][] {
  const groups = new Map<string, MstconfigDevice[]>()
  for (const device of devices) {
    if (device.name === null || device.type === null || device.pending === null) continue
    const key = `${device.type} ${device.name}`
    groups.set(key, [...(groups.get(key) ?? []), device])
  }
  return [...groups.values()].filter((group) => group.length > 1)
}

/** Next Boot value per parameter: what the adapter will run; a pending change is another check. */
const value = (device: MstconfigDevice, name: string) => device.params.find((row) => row.name === name)?.next ?? null

/** Settings in which an adapter differs from the majority of its model. */
export function deviations(group: readonly MstconfigDevice[]): Finding[] {
  const names = [...new Set(group.flatMap((device) => device.params.map((row) => row.name)))]
  return names.flatMap((name) => {
    const values = group.map((device) => value(device, name))
    const known = values.filter((each) => each !== null)
    const usual = known.find((each) => known.filter((other) => other === each).length * 2 > known.length) ?? known[0]
    return group.flatMap((device, at): Finding[] =>
      values[at] === null || values[at] === usual
        ? []
        : [
            {
              subject: deviceLabel(device),
              status: 'warn',
              summary: `${name} is ${values[at]}, ${usual} on the other adapters of this model`,
            },
          ],
    )
  })
}
