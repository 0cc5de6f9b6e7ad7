import { Unreadable } from '@/lib/collector'
import { toCapture } from '@/lib/explain/capture'
import { pciAddress } from '@/lib/pci'
import { downgraded, gtps } from '../lspci/details'
import { emptyDevice, type PciDevice, type PciFacts } from '../lspci/facts'
import { parseLspci } from '../lspci/parse'
import { linkLayerOf, roleOf } from '../lspci/role'
import { decimal, type Entry, entries } from '../sysfs/entries'

/**
 * NICs, GPUs and bridges from sysfs, in the shape of kind `lspci`; names (where lspci is installed) from its inventory.
 * @throws Unreadable when the listing does not end as it should
 */
export function parsePci(tree: string, names: string): PciFacts {
  if (!/(?:^|\n)end\n?$/.test(tree)) throw new Unreadable('the listing of PCI functions is cut')
  const files = new Map<string, Entry[]>()
  for (const entry of entries(tree.split('\n'))) {
    const pci = pciAddress(entry.path.split('/')[0])
    if (pci !== null) files.set(pci, [...(files.get(pci) ?? []), entry])
  }
  const named = names.trim() === '' ? [] : (parseLspci(toCapture(`${names}\n`)).facts.devices ?? [])
  const devices = [...files].map(([pci, own]) =>
    toDevice(
      pci,
      own,
      named.find((each) => each.pci === pci),
    ),
  )
  const above = new Set(devices.flatMap((device) => (device.role === 'bridge' ? [] : (device.parent ?? []))))
  return { devices: devices.filter((device) => device.role !== 'bridge' || above.has(device.pci)), sysfs: true }
}

function toDevice(pci: string, own: readonly Entry[], named: PciDevice | undefined): PciDevice {
  const value = (file: string) => own.find((entry) => entry.path === `${pci}/${file}`)?.value ?? null
  const hex = (file: string) => /^0x([0-9a-f]{4})/i.exec(value(file) ?? '')?.[1]?.toLowerCase() ?? null
  const [vendor, model, classId] = [hex('vendor'), hex('device'), hex('class')]
  const self = own.find((entry) => entry.path === pci || entry.path === `${pci}/`)?.target ?? null
  const driver =
    own
      .find((entry) => entry.path === `${pci}/driver`)
      ?.target?.split('/')
      .at(-1) ?? null
  const numa = decimal(value('numa_node'))
  const width = (file: string) => decimal(value(file)) || null
  const link = {
    capGtps: gtps(value('max_link_speed')),
    capWidth: width('max_link_width'),
    gtps: gtps(value('current_link_speed')),
    width: width('current_link_width'),
  }
  const known = {
    ...emptyDevice(pci),
    class: named?.class ?? null,
    classId,
    id: vendor !== null && model !== null ? `${vendor}:${model}` : null,
    name: named?.name ?? null,
  }
  const role = roleOf(known)
  const total = decimal(value('sriov_totalvfs'))
  return {
    ...known,
    role,
    linkLayer: linkLayerOf({ ...known, role }),
    driver,
    numaNode: numa === null || numa < 0 ? null : numa,
    link: link.gtps === null && link.width === null ? null : { ...link, downgraded: downgraded(link) },
    sriov:
      total === null
        ? null
        : { totalVfs: total, numVfs: decimal(value('sriov_numvfs')), enabled: null, vfDeviceId: null },
    parent:
      self
        ?.split('/')
        .flatMap((part) => pciAddress(part) ?? [])
        .at(-2) ?? null,
    ...(driver === null && role !== 'bridge' ? { unbound: true } : {}),
    ...(vendor === 'ffff' || value('config') === 'ff' ? { lost: true } : {}),
    ...aerOf(own, pci),
  }
}

/** `aer_dev_fatal`: one `NAME count` a line; cumulative since boot. */
function aerOf(own: readonly Entry[], pci: string): Pick<PciDevice, 'aerUncorrectable'> {
  const rows = own.filter((entry) => /\/aer_dev_(?:fatal|nonfatal)$/.test(entry.path) && entry.path.startsWith(pci))
  if (rows.length === 0) return { aerUncorrectable: null }
  const names = rows.flatMap((entry) => {
    const match = /^(\w{1,40}) (\d{1,12})$/.exec(entry.value ?? '')
    return match && Number(match[2]) > 0 && !/^TOTAL_/.test(match[1] ?? '') ? [match[1] ?? ''] : []
  })
  return { aerUncorrectable: [...new Set(names)] }
}
