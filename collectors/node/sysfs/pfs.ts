import { VF_IDS } from '@/collectors/node/lspci/role'
import { assignedGuid, type SriovPf, type SriovVf } from '@/collectors/node/sriov/facts'
import { pciAddress } from '@/lib/pci'
import { ABSENT, decimal, type Entry } from './entries'

type Vf = { -readonly [K in keyof SriovVf]: SriovVf[K] }
type Pf = Omit<{ -readonly [K in keyof SriovPf]: SriovPf[K] }, 'vfs'> & {
  vfs: Vf[]
  listed: boolean
  guids: boolean
  whole: boolean
  nvidia: boolean
  /** Somebody looked for `sriov_totalvfs`, and it was not there. */
  absent: boolean
}

interface Place {
  owner: string
  rest: string
  by: 'pci' | 'rdma' | 'netdev' | null
}

const OWN =
  /^(sriov_totalvfs|sriov_numvfs|sriov_drivers_autoprobe|numa_node|vendor|device|class|driver|net|infiniband)$/
const VIRTFN = /^virtfn(\d{1,4})(?:\/(driver|net|infiniband))?$/
const OFED = /^sriov\/(\d{1,4})\/(node|port|policy)$/

/** Files that only RDMA devices have. */
const NAMES_RDMA = /^[^/]+\/(?:hca_type|fw_ver|board_id|node_guid)$/

/**
 * PFs with their VFs, from paths below a network device (`ibp24s0/device/…`), an RDMA device or a PCI function, in the order
 * of the capture; functions that show neither SR-IOV files nor VFs are left out unless our own read listed them.
 */
export function toPfs(list: readonly Entry[], looked: boolean): SriovPf[] {
  const pfs = new Map<string, Pf>()
  const rdmaNames = new Set<string>()
  const vfs = new Set<string>()
  const own: Entry[] = []
  for (const entry of list) {
    const { path, first, target } = entry
    // Counters and states of ports are most of a tree.
    if (path.startsWith('ports/', first.length + 1)) rdmaNames.add(first)
    else if (!path.includes('/ports/')) {
      if (NAMES_RDMA.test(path)) rdmaNames.add(first)
      own.push(entry)
    }
    if (target !== null && path.endsWith('/physfn')) vfs.add(first)
  }
  for (const entry of own) {
    const place = placeOf(entry, rdmaNames)
    if (place === null || vfs.has(place.owner)) continue
    const pf = pfs.get(place.owner) ?? newPf(place)
    pfs.set(place.owner, pf)
    set(pf, place.rest, entry)
  }
  const all = [...pfs.values()]
  const shown = all.filter((pf) => pf.whole || pf.listed || pf.guids || looked || isPf(pf))
  // Where another card of its kind shows the files, the listing asked for them here too.
  const askedFor = (pf: Pf) =>
    pf.absent ||
    (isPf(pf) && !pf.whole && !pf.listed && all.some((other) => other.whole && other.deviceId === pf.deviceId))
  return shown.map((pf) => toPf(pf, looked, askedFor(pf)))
}
/** Whose file it is and its path below the function; null for files that say nothing of SR-IOV. */
function placeOf({ path, first, tree }: Entry, rdmaNames: ReadonlySet<string>): Place | null {
  const below = path.slice(first.length + 1)
  const pci = pciAddress(first)
  if (pci !== null) return known(below) ? { owner: pci, rest: below, by: 'pci' } : null
  if (tree === null && below !== '' && !below.includes('/') && /^\d{1,4}$/.test(first)) {
    const rest = `sriov/${path}`
    return known(rest) ? { owner: '', rest, by: null } : null
  }
  const bare = first === 'sriov' || (!below.includes('/') && /^(?:sriov_|virtfn)/.test(first))
  if (tree === null && bare && known(path)) return { owner: '', rest: path, by: null }
  const rest = below.startsWith('device/') ? below.slice('device/'.length) : ''
  if (!known(rest)) return null
  const rdma = tree === 'infiniband' || rdmaNames.has(first) || /^mlx\d_\d+$/.test(first)
  return { owner: first, rest, by: rdma ? 'rdma' : 'netdev' }
}

/** A card's own function by vendor and device id, also where it shows nothing of SR-IOV. */
function isPf({ nvidia, deviceId, rdma }: Pf): boolean {
  return nvidia && typeof deviceId === 'string' && !VF_IDS.has(deviceId) && rdma === null
}

function known(rest: string): boolean {
  return OWN.test(rest) || VIRTFN.test(rest) || OFED.test(rest)
}

function newPf({ owner, by }: Place): Pf {
  return {
    pci: by === 'pci' ? owner : null,
    netdev: by === 'netdev' ? owner : null,
    rdma: by === 'rdma' ? owner : null,
    totalVfs: null,
    numVfs: null,
    autoprobe: null,
    vfs: [],
    driver: null,
    deviceId: null,
    linkLayer: null,
    numaNode: null,
    listed: false,
    guids: false,
    whole: false,
    nvidia: false,
    absent: false,
  }
}

function set(pf: Pf, rest: string, entry: Entry): void {
  const virtfn = VIRTFN.exec(rest)
  const ofed = OFED.exec(rest)
  if (virtfn) setVirtfn(pf, vfOf(pf, Number(virtfn[1])), virtfn[2], entry.target)
  else if (ofed && entry.value !== null) setGuid(pf, vfOf(pf, Number(ofed[1])), ofed[2] ?? '', entry.value)
  else setOwn(pf, rest, entry)
}

function setVirtfn(pf: Pf, vf: Vf, what: string | undefined, target: string | null): void {
  pf.listed = true
  const name = target?.split('/').at(-1) ?? null
  if (what === undefined) vf.pci = pciAddress(name)
  else if (what === 'driver') vf.driver = name
  else if (what === 'net') vf.netdev = vf.netdev ?? name
  else vf.rdma = vf.rdma ?? name
}

function setGuid(pf: Pf, vf: Vf, file: string, value: string): void {
  pf.guids = true
  if (file === 'policy') vf.policy = value === '' ? null : value
  if (!/^[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){7}$/.test(value)) return
  if (file === 'node') [vf.nodeGuid, vf.guidAssigned] = [assignedGuid(value), assignedGuid(value) !== null]
  if (file === 'port') [vf.portGuid, vf.portGuidAssigned] = [assignedGuid(value), assignedGuid(value) !== null]
}

function setOwn(pf: Pf, file: string, { value, target }: Entry): void {
  const name = target?.split('/').at(-1) ?? null
  const count = decimal(value)
  if (file.startsWith('sriov_')) pf.whole = true
  if (file === 'sriov_totalvfs') [pf.totalVfs, pf.absent] = [count, value === ABSENT]
  if (file === 'vendor') pf.nvidia = value === '0x15b3'
  if (file === 'sriov_numvfs') pf.numVfs = count
  if (file === 'sriov_drivers_autoprobe') pf.autoprobe = count === null ? null : count === 1
  if (file === 'numa_node') pf.numaNode = count === null || count < 0 ? null : count
  if (file === 'device' && value !== null) pf.deviceId = /^0x([0-9a-f]{4})$/i.exec(value)?.[1]?.toLowerCase() ?? null
  if (file === 'class' && value !== null)
    pf.linkLayer = value.startsWith('0x0207') ? 'InfiniBand' : value.startsWith('0x0200') ? 'Ethernet' : null
  if (file === 'driver') pf.driver = name
  if (file === 'net') pf.netdev = pf.netdev ?? name
  if (file === 'infiniband') pf.rdma = pf.rdma ?? name
}

function vfOf(pf: Pf, index: number): Vf {
  const found = pf.vfs.find((vf) => vf.index === index)
  if (found) return found
  const vf: Vf = { index, pci: null, driver: null, nodeGuid: null, portGuid: null, guidAssigned: null, policy: null }
  pf.vfs.push(vf)
  return vf
}

function toPf({ listed, guids, whole, vfs, nvidia, absent, ...pf }: Pf, looked: boolean, without: boolean): SriovPf {
  const seen = listed || guids || looked || pf.numVfs === 0
  return {
    ...pf,
    vfs: seen ? [...vfs].sort((a, b) => a.index - b.index) : null,
    ...(looked ? { capable: whole } : without ? { capable: false } : {}),
  }
}
