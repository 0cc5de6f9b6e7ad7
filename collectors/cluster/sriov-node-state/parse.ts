import type { KubeObject } from '@/lib/collector'
import { at, count, type Fields, fields, flag, isFields, items, text, textMap, time, word } from '../fields'

/** What the policies ask of one PF (spec.interfaces). */
export interface PfSpec {
  /** PCI address as the operator writes it: `0000:18:00.0`. */
  pci: string
  name: string | null
  numVfs: number | null
  mtu: number | null
  /** Upper case: the spec keeps what was typed (`ib`), the status prints `IB` (k8s-formats §20.12). */
  linkType: string | null
  eSwitchMode: string | null
  externallyManaged: boolean
  vfGroups: readonly VfGroup[]
}

/** A range of VFs handed to one resource by one policy. */
export interface VfGroup {
  resourceName: string | null
  policyName: string | null
  /** `0-7` as printed. */
  vfRange: string | null
  deviceType: string | null
  isRdma: boolean | null
}

/** A VF as the config daemon saw it. */
export interface VfState {
  index: number | null
  pci: string | null
  name: string | null
  driver: string | null
  mac: string | null
  /** As printed: byte-reversed, so only good for the all-zero test (k8s-formats §3.1). Null in old releases. */
  guid: string | null
  /** Real order: the last eight bytes of the 20-byte IB hardware address. Null for Ethernet and where not printed. */
  portGuid: string | null
  /** True for an all-zero GUID; null where none was printed. */
  zeroGuid: boolean | null
}

/** A PF as the config daemon saw it (status.interfaces). */
export interface PfState {
  pci: string
  name: string | null
  altNames: readonly string[]
  vendor: string | null
  deviceId: string | null
  driver: string | null
  mtu: number | null
  /** `400000 Mb/s`; null where empty or −1: no link. */
  linkSpeed: string | null
  linkType: string | null
  linkAdminState: string | null
  eSwitchMode: string | null
  /** Firmware's VF count in force as the kernel sees it; null: absent or 0, SR-IOV is off in firmware or BIOS. */
  totalVfs: number | null
  /** VFs created; the field is absent when 0. */
  numVfs: number
  externallyManaged: boolean
  vfs: readonly VfState[]
}

/** One SriovNetworkNodeState. */
export interface NodeStateFact {
  node: string
  namespace: string | null
  createdAt: string | null
  /** Time of the newest write the object remembers (managedFields); null where they are not shown. */
  changedAt: string | null
  /** sriovnetwork.openshift.io/desired-state: Idle, Drain_Required, Reboot_Required; null with operators before 24.7. */
  desiredState: string | null
  /** sriovnetwork.openshift.io/current-state: Idle, Draining, DrainComplete. */
  currentState: string | null
  /** sriovnetwork.openshift.io/keep-state-until. */
  keepUntil: string | null
  /** A drain by another operator (maintenance operator) is awaited. */
  externalDrainer: boolean
  /** True when the object has a status: without one nothing was reported yet. */
  reported: boolean
  /** True when status.interfaces is there: without an inventory an empty spec proves nothing (k8s-formats §20.8). */
  inventory: boolean
  specs: readonly PfSpec[]
  pfs: readonly PfState[]
  /** Succeeded, InProgress, Failed; null while never written. */
  syncStatus: string | null
  lastSyncError: string | null
  rdmaModeWanted: string | null
  rdmaMode: string | null
}

const PREFIX = 'sriovnetwork.openshift.io/'

/** Reads one SriovNetworkNodeState; every part may be missing. */
export function parseNodeState(object: KubeObject): NodeStateFact {
  const annotations = textMap(object.metadata.annotations)
  const status = fields(object.status)
  return {
    node: object.metadata.name,
    namespace: object.metadata.namespace ?? null,
    createdAt: time(object.metadata.creationTimestamp),
    changedAt: newestWrite(object),
    desiredState: word(annotations[`${PREFIX}desired-state`]),
    currentState: word(annotations[`${PREFIX}current-state`]),
    keepUntil: time(annotations[`${PREFIX}keep-state-until`]),
    externalDrainer: annotations[`${PREFIX}use-external-drainer`] === 'true',
    reported: isFields(object.status) && Object.keys(object.status).length > 0,
    inventory: Array.isArray(status.interfaces),
    specs: items(at(object, 'spec', 'interfaces')).flatMap(pfSpec),
    pfs: items(status.interfaces).flatMap(pfState),
    syncStatus: word(status.syncStatus),
    lastSyncError: word(status.lastSyncError),
    rdmaModeWanted: word(at(object, 'spec', 'system', 'rdmaMode')),
    rdmaMode: word(at(status, 'system', 'rdmaMode')),
  }
}

function newestWrite(object: KubeObject): string | null {
  const times = items(at(object, 'metadata', 'managedFields')).flatMap((entry) => time(entry.time) ?? [])
  return times.sort().at(-1) ?? null
}

function pfSpec(raw: Fields): PfSpec[] {
  const pci = word(raw.pciAddress)
  if (pci === null) return []
  return [
    {
      pci: pci.toLowerCase(),
      name: word(raw.name),
      numVfs: count(raw.numVfs),
      mtu: count(raw.mtu),
      linkType: word(raw.linkType)?.toUpperCase() ?? null,
      eSwitchMode: word(raw.eSwitchMode),
      externallyManaged: flag(raw.externallyManaged) === true,
      vfGroups: items(raw.vfGroups).map((group) => ({
        resourceName: word(group.resourceName),
        policyName: word(group.policyName),
        vfRange: word(group.vfRange),
        deviceType: word(group.deviceType),
        isRdma: flag(group.isRdma),
      })),
    },
  ]
}

function pfState(raw: Fields): PfState[] {
  const pci = word(raw.pciAddress)
  if (pci === null) return []
  const vfs = items(raw.Vfs).map(vfState)
  return [
    {
      pci: pci.toLowerCase(),
      name: word(raw.name),
      altNames: Array.isArray(raw.altNames) ? raw.altNames.flatMap((each) => word(each) ?? []) : [],
      vendor: word(raw.vendor),
      deviceId: word(raw.deviceID),
      driver: word(raw.driver),
      mtu: count(raw.mtu),
      linkSpeed: /^[1-9]/.test(text(raw.linkSpeed) ?? '') ? word(raw.linkSpeed) : null,
      linkType: word(raw.linkType)?.toUpperCase() ?? null,
      linkAdminState: word(raw.linkAdminState),
      eSwitchMode: word(raw.eSwitchMode),
      totalVfs: count(raw.totalvfs) || null,
      numVfs: count(raw.numVfs) ?? vfs.length,
      externallyManaged: flag(raw.externallyManaged) === true,
      vfs,
    },
  ]
}

function vfState(raw: Fields): VfState {
  const [mac, guid] = [word(raw.mac)?.toLowerCase() ?? null, word(raw.guid)?.toLowerCase() ?? null]
  const bytes = mac?.split(':') ?? []
  return {
    index: count(raw.vfID),
    pci: word(raw.pciAddress)?.toLowerCase() ?? null,
    name: word(raw.name),
    driver: word(raw.driver),
    mac,
    guid,
    portGuid: bytes.length === 20 ? bytes.slice(12).join(':') : null,
    zeroGuid:
      guid === null ? (bytes.length === 20 ? bytes.slice(12).every(isZero) : null) : guid.split(':').every(isZero),
  }
}

function isZero(byte: string): boolean {
  return /^0+$/.test(byte)
}
