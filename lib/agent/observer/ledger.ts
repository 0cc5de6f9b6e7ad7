import { z } from 'zod'
import { withReading } from '@/collectors/history/port-counters/growth'
import type { InfinibandFacts } from '@/collectors/node/infiniband/facts'
import { cellNumber, type MstconfigFacts, param } from '@/collectors/node/mstconfig/facts'
import { type BootRecord, loadBoots, recordBoot } from '@/lib/agent/store/boots'
import type { Db } from '@/lib/agent/store/schema'
import type { BootRow, FirmwareSnapshot } from '@/lib/history'

const kept = z.object({
  lastSeenAt: z.string(),
  snapshots: z.array(
    z.object({
      pci: z.string(),
      current: z.number().nullable(),
      next: z.number().nullable(),
      firstSeenAt: z.string(),
      lastSeenAt: z.string(),
    }),
  ),
  counters: z
    .object({
      since: z.string(),
      readAt: z.string(),
      growth: z.array(
        z.object({
          device: z.string(),
          pci: z.string().nullable(),
          port: z.number(),
          counter: z.string(),
          from: z.number(),
          to: z.number(),
          since: z.string(),
          at: z.string(),
        }),
      ),
    })
    .nullable()
    .default(null),
})

/** What one sweep saw of a boot. */
export interface BootSighting {
  node: string
  bootId: string
  bootedAt: string | null
  at: string
  firmware: MstconfigFacts | null
  /** Ports as this sweep read them, and as they were read before in the same boot; null: not read in this sweep. */
  ports: { before: InfinibandFacts | null; now: InfinibandFacts } | null
}

/** Most snapshots kept per boot: a card whose values change more often than that is rewritten by somebody all the time. */
const MAX_SNAPSHOTS = 64

/** Writes what a sweep saw into the reboot ledger and answers the node's boots, oldest first. */
export async function updateLedger(db: Db, seen: BootSighting): Promise<BootRow[]> {
  const rows = (await loadBoots(db, seen.node)).map(toRow)
  const known = rows.find((row) => row.bootId === seen.bootId)
  const row: BootRow = {
    bootId: seen.bootId,
    bootedAt: seen.bootedAt ?? known?.bootedAt ?? null,
    firstSeenAt: known?.firstSeenAt ?? seen.at,
    lastSeenAt: seen.at,
    firmware: withFirmware(known?.firmware ?? [], seen),
    counters: seen.ports
      ? withReading(known?.counters ?? null, seen.ports.before, seen.ports.now, seen.at)
      : (known?.counters ?? null),
  }
  await recordBoot(db, {
    node: seen.node,
    bootId: row.bootId,
    bootedAt: row.bootedAt,
    firstSeenAt: row.firstSeenAt,
    firmware: { lastSeenAt: row.lastSeenAt, snapshots: row.firmware, counters: row.counters },
  })
  return [...rows.filter((other) => other.bootId !== row.bootId), row].sort((a, b) =>
    a.firstSeenAt.localeCompare(b.firstSeenAt),
  )
}

function toRow(record: BootRecord): BootRow {
  const parsed = kept.safeParse(record.firmware)
  return {
    bootId: record.bootId,
    bootedAt: record.bootedAt,
    firstSeenAt: record.firstSeenAt,
    lastSeenAt: parsed.success ? parsed.data.lastSeenAt : record.firstSeenAt,
    firmware: parsed.success ? parsed.data.snapshots : [],
    counters: parsed.success ? parsed.data.counters : null,
  }
}

/** A new snapshot where a card's values changed; otherwise the last one is seen again. */
function withFirmware(before: readonly FirmwareSnapshot[], seen: BootSighting): FirmwareSnapshot[] {
  const snapshots = [...before]
  for (const device of seen.firmware?.devices ?? []) {
    const governing =
      cellNumber(param(device, 'PF_NUM_OF_VF_VALID')?.current) === 1 ? param(device, 'PF_NUM_OF_VF') : undefined
    const vfs = governing ?? param(device, 'NUM_OF_VFS')
    if (!device.pci || !vfs) continue
    const [current, next] = [cellNumber(vfs.current), cellNumber(vfs.next)]
    const last = snapshots.findLastIndex((each) => each.pci === device.pci)
    const known = last >= 0 ? snapshots[last] : undefined
    if (known && known.current === current && known.next === next) snapshots[last] = { ...known, lastSeenAt: seen.at }
    else snapshots.push({ pci: device.pci, current, next, firstSeenAt: seen.at, lastSeenAt: seen.at })
  }
  return snapshots.slice(-MAX_SNAPSHOTS)
}
