import type { LogLine } from '../logs/line'

const PCI = /\b[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]\b/i
const CHANGE_OLD = /Changing TotalVfs (\d{1,5}) to (\d{1,5}), needs reboot/
/** Before 24.7 the device stands in the message: `getMlnxNicFwData(): device 0000:18:00.0`, `RunCommand(): mstconfig [-e -d 0000:18:00.0 q]`. */
const NAMED = /(?:\bdevice | -d )([0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])\b/i

/** PCI address that a line names anywhere in these words; null when it names none. */
export function pciIn(text: string): string | null {
  return PCI.exec(text)?.[0].toLowerCase() ?? null
}

/** Name of the node whose daemon wrote the line; null when it does not say. */
export function nodeName(line: LogLine): string | null {
  const old = /annotateNode\(\): Annotate node ([a-z0-9][-a-z0-9.]{0,252}) with:/.exec(line.message)?.[1]
  const name = line.fields?.controllerKind === 'SriovNetworkNodeState' ? line.fields.name : line.fields?.['node-name']
  return typeof name === 'string' && name !== '' ? name : (old ?? null)
}

/** Device that the line is about; the lines after it are about the same until another is named. */
export function deviceOf(line: LogLine): string | null {
  for (const key of ['device', 'address', 'pciAddress', 'pci']) {
    const value = line.fields?.[key]
    if (typeof value === 'string' && PCI.test(value)) return value.toLowerCase()
  }
  return line.dialect === 'klog' ? (NAMED.exec(line.message)?.[1]?.toLowerCase() ?? null) : null
}

/** `Changing TotalVfs, needs reboot {"current": 16, "requested": 8}`, or the older text. */
export function totalVfs(line: LogLine): { current: number; requested: number } | null {
  const old = CHANGE_OLD.exec(line.message)
  if (old) return { current: Number(old[1]), requested: Number(old[2]) }
  if (!/^Changing TotalVfs, needs reboot/.test(line.message)) return null
  const [current, requested] = [vfs(line.fields?.current), vfs(line.fields?.requested)]
  return current !== null && requested !== null ? { current, requested } : null
}

/** zap prints a number, klog text. */
function vfs(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isInteger(number) ? number : null
}

/** `configFW() {"cmd-args": ["-d", "<pci>", "-y", "set", "NUM_OF_VFS=8"]}`, or the same list in the message. */
export function firmwareWrite(line: LogLine): { pci: string; params: string[] } | null {
  const raw = line.fields?.['cmd-args'] ?? /configFW\(\): \[([^\]]{1,500})\]/.exec(line.message)?.[1]?.split(' ')
  const args = Array.isArray(raw) ? raw.map(String) : []
  const pci = args[args.indexOf('-d') + 1] ?? ''
  const set = args.indexOf('set')
  return set > 0 && PCI.test(pci) ? { pci: pci.toLowerCase(), params: args.slice(set + 1) } : null
}

/** Where a value comes from and goes to: `Changing LinkTypeP1, needs reboot {"from": "ETH", "to": "IB"}`. */
export function fromTo(line: LogLine): string {
  const { from, to } = line.fields ?? {}
  return typeof from === 'string' && typeof to === 'string' ? ` (from ${from} to ${to})` : ''
}

/** What the daemon writes into the node state when it gives up: of 1.0 to 1.2 in the message, later in fields (pkg/daemon writer.go, status.go). */
export function syncFailure(line: LogLine): string | null {
  const old = /^setNodeStateStatus\(\): syncStatus: Failed, lastSyncError: (\S.*)$/.exec(line.message)?.[1]
  const status = line.fields?.['sync-status'] ?? line.fields?.NewSyncStatus ?? line.fields?.SyncStatus
  const error = line.fields?.['last-sync-error'] ?? line.fields?.NewFailedMessage ?? line.fields?.LastSyncError
  if (status !== 'Failed') return (line.whole && old) || null
  return typeof error === 'string' && error !== '' ? error : null
}
