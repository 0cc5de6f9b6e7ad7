import { type Capture, notOk, ok, type Parsed } from '@/lib/format'
import { pciAddress } from '@/lib/pci'
import { at, isFields, word } from '../fields'
import { type PodVariable, variablesOf } from './variables'

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

/** Reads PCIDEVICE_* variables of an environment (k8s-formats §7: sriov-network-device-plugin). */
export function parsePodEnv(capture: Capture): Parsed<PodEnvFacts> {
  if (capture.text.trim() === '') return notOk('unreadable', 'not-recognised', 'nothing was printed')
  const found = new Map<string, Map<string, PodDevice>>()
  const variables = variablesOf(capture.text)
  for (const { resource, value } of variables) {
    const before = found.get(resource) ?? new Map<string, PodDevice>()
    const info = value !== undefined && 'info' in value
    const devices = info ? fromInfo(value.info) : fromList(value ?? [])
    for (const device of devices) if (info || !before.has(device.pci)) before.set(device.pci, device)
    found.set(resource, before)
  }
  if (variables.length === 0) return notOk('unreadable', 'bad-layout', 'no PCIDEVICE variable was found')
  const resources = [...found].map(([name, devices]) => ({ name, devices: [...devices.values()] }))
  return resources.every((each) => each.devices.length === 0)
    ? notOk('unreadable', 'cut', 'no device of the PCIDEVICE variables can be read')
    : ok({
        resources: resources.filter((each) => each.devices.length > 0),
        ...(endsInside(capture, variables) ? { complete: false } : {}),
      })
}

/** The text ends within a variable: JSON that is not closed, addresses that are not whole, or a last line that is no variable yet. */
function endsInside(capture: Capture, variables: readonly PodVariable[]): boolean {
  const last = capture.lines.at(-1)?.trim() ?? ''
  if (last === '') return false
  const variable = variables.at(-1)
  if (variable !== undefined && variable.end >= capture.text.trimEnd().length - 1) {
    if (!Array.isArray(variable.value)) return variable.value === undefined
    return fromList(variable.value).length < variable.value.length
  }
  return !/^[\w.() -]+=|[\]}"']$/.test(last)
}

function fromList(addresses: readonly string[]): PodDevice[] {
  return addresses.flatMap((each) => {
    const pci = pciAddress(each.trim())
    return pci === null ? [] : [{ pci, rdma: null, rdmaDevice: null }]
  })
}

function fromInfo(parsed: unknown): PodDevice[] {
  if (!isFields(parsed)) return []
  return Object.entries(parsed).flatMap(([address, info]) => {
    const pci = pciAddress(address)
    if (pci === null || !isFields(info)) return []
    const device = { pci, rdma: isFields(info.rdma), rdmaDevice: word(at(info, 'rdma', 'rdma_dev')) }
    return [isFields(info.vfio) ? { ...device, vfio: true } : device]
  })
}
