import { type Capture, notOk, ok, type Parsed } from '@/lib/format'
import { pciAddress } from '@/lib/pci'
import { at, isFields, word } from '../fields'

/** A device that the SR-IOV device plugin handed to the pod. */
export interface PodDevice {
  pci: string
  /** True when it came with RDMA nodes; null where only the address list is there. */
  rdma: boolean | null
  /** RDMA device name at allocation (plugin v3.10 and later); ib-sriov may rename it since. */
  rdmaDevice: string | null
  /** True for a vfio device: RDMA does not apply. */
  vfio?: boolean
}

/** Facts of kind `pod-env` (EXPLAIN §3). Nothing but the device variables is kept. */
export interface PodEnvFacts {
  resources: { name: string; devices: PodDevice[] }[]
  /** False: the text ends within a variable. */
  complete?: boolean
}

const VARIABLE = /(?:^|[\s;])(?:export |declare -x )?PCIDEVICE_([A-Za-z0-9_.-]{1,200})=(.*)$/

/** Reads PCIDEVICE_* variables of an environment (k8s-formats §7: sriov-network-device-plugin). */
export function parsePodEnv(capture: Capture): Parsed<PodEnvFacts> {
  if (capture.text.trim() === '') return notOk('unreadable', 'not-recognised', 'nothing was printed')
  const found = new Map<string, Map<string, PodDevice>>()
  let seen = false
  for (const line of capture.lines) {
    const [, name, raw] = VARIABLE.exec(line) ?? []
    if (name === undefined || raw === undefined) continue
    seen = true
    const info = name.endsWith('_INFO')
    const resource = info ? name.slice(0, -'_INFO'.length) : name
    const devices = info ? fromInfo(unquote(raw)) : fromList(unquote(raw))
    const before = found.get(resource) ?? new Map<string, PodDevice>()
    for (const device of devices) if (info || !before.has(device.pci)) before.set(device.pci, device)
    found.set(resource, before)
  }
  if (!seen) return notOk('unreadable', 'bad-layout', 'no PCIDEVICE variable was found')
  const resources = [...found].map(([name, devices]) => ({ name, devices: [...devices.values()] }))
  return resources.every((each) => each.devices.length === 0)
    ? notOk('unreadable', 'cut', 'no device of the PCIDEVICE variables can be read')
    : ok({
        resources: resources.filter((each) => each.devices.length > 0),
        ...(endsInside(capture.lines) ? { complete: false } : {}),
      })
}

/** An unterminated last line that is no whole variable, or one whose JSON is not closed. */
function endsInside(lines: readonly string[]): boolean {
  const last = lines.at(-1)?.trim() ?? ''
  if (last === '') return false
  const [, name, raw = ''] = VARIABLE.exec(last) ?? []
  if (name === undefined) return !/^[\w.() -]+=/.test(last)
  return name.endsWith('_INFO')
    ? json(unquote(raw)) === undefined
    : fromList(unquote(raw)).length < unquote(raw).split(',').length
}

function fromList(value: string): PodDevice[] {
  return value.split(',').flatMap((each) => {
    const pci = pciAddress(each.trim())
    return pci === null ? [] : [{ pci, rdma: null, rdmaDevice: null }]
  })
}

function fromInfo(value: string): PodDevice[] {
  const parsed = json(value)
  if (!isFields(parsed)) return []
  return Object.entries(parsed).flatMap(([address, info]) => {
    const pci = pciAddress(address)
    if (pci === null || !isFields(info)) return []
    const device = { pci, rdma: isFields(info.rdma), rdmaDevice: word(at(info, 'rdma', 'rdma_dev')) }
    return [isFields(info.vfio) ? { ...device, vfio: true } : device]
  })
}

/** Takes the quotes of a shell dump off. */
function unquote(raw: string): string {
  const value = raw.trim()
  if (/^".*"$/.test(value)) return value.slice(1, -1).replaceAll('\\"', '"')
  return /^'.*'$/.test(value) ? value.slice(1, -1) : value
}

function json(value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    return undefined
  }
}
