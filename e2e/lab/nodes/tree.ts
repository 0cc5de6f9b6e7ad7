import { hostFiles } from './host-files'
import type { NodeSpec, RailSpec, VfSpec } from './spec'
import { mstconfigText, mstflintText, mstfwresetText } from './tool-texts'
import { type Tree, writeFiles } from './write-files'

/**
 * Writes what a node's /sys, /proc and /etc hold, and shims for its device tools, below a folder: the probe script then runs on it
 * unchanged, with CAIRN_ROOT set. Links are as in a real sysfs (class and bus entries point into /sys/devices).
 */
export function writeTree(root: string, spec: NodeSpec): void {
  const tree: Tree = { files: new Map(), links: new Map() }
  identity(tree, spec)
  for (const rail of spec.rails) pf(tree, rail)
  const host = hostFiles(spec)
  for (const [path, text] of host.files) tree.files.set(path, text)
  for (const [path, target] of host.links) tree.links.set(path, target)
  shims(tree, spec)
  writeFiles(root, tree)
}

function identity(tree: Tree, spec: NodeSpec): void {
  const set = (path: string, text: string) => tree.files.set(path, `${text}\n`)
  set('sys/class/dmi/id/sys_vendor', spec.vendor)
  set('sys/class/dmi/id/product_name', spec.product)
  set('proc/sys/kernel/random/boot_id', spec.bootId)
  set('proc/sys/kernel/osrelease', spec.kernel)
  set('proc/sys/kernel/hostname', spec.name)
  set('proc/uptime', `${spec.uptimeSec}.00 ${spec.uptimeSec * 100}.00`)
  set('etc/machine-id', spec.machineId)
  set('etc/hostname', spec.name)
  set('etc/os-release', `NAME="Ubuntu"\nPRETTY_NAME="${spec.os}"\nID=ubuntu`)
}

function pf(tree: Tree, rail: RailSpec): void {
  const home = `sys/devices/pci${rail.pci.slice(0, 7)}/${rail.pci}`
  const dev = { home, pci: rail.pci }
  pciFunction(tree, dev, {
    class: rail.linkLayer === 'Ethernet' ? '0x020000' : '0x020700',
    device: rail.device,
    numa: rail.numa,
    driver: 'mlx5_core',
  })
  const set = (path: string, text: string | number) => tree.files.set(`${home}/${path}`, `${text}\n`)
  set('sriov_totalvfs', rail.vfsNow)
  set('sriov_numvfs', rail.vfs.length)
  set('sriov_drivers_autoprobe', 1)
  set('sriov_vf_device', '101e')
  set('current_link_speed', '32.0 GT/s PCIe')
  set('current_link_width', 16)
  set('max_link_speed', '32.0 GT/s PCIe')
  set('max_link_width', 16)
  set('aer_dev_fatal', 'DLP 0\nCmpltTO 0\nTOTAL_ERR_FATAL 0')
  set('aer_dev_nonfatal', 'DLP 0\nCmpltTO 0\nTOTAL_ERR_NONFATAL 0')
  set(`net/${rail.netdev}/type`, rail.linkLayer === 'Ethernet' ? 1 : 32)
  for (const [index, vf] of rail.vfs.entries()) {
    tree.links.set(`${home}/virtfn${index}`, `../${vf.pci}`)
    set(`sriov/${index}/node`, vf.guid.replaceAll(':', '').replace(/(..)(?=.)/g, '$1:'))
    set(`sriov/${index}/port`, vf.guid.replaceAll(':', '').replace(/(..)(?=.)/g, '$1:'))
    set(`sriov/${index}/policy`, 'Follow')
    vfFunction(tree, rail, vf)
  }
  rdmaDevice(tree, home, rail.rdma, { ...rail, type: 'MT4129', counters: true })
}

function vfFunction(tree: Tree, rail: RailSpec, vf: VfSpec): void {
  const home = `sys/devices/pci${rail.pci.slice(0, 7)}/${vf.pci}`
  pciFunction(tree, { home, pci: vf.pci }, { class: '0x020700', device: '0x101e', numa: rail.numa, driver: vf.driver })
  tree.links.set(`${home}/physfn`, `../${rail.pci}`)
  tree.files.set(`${home}/net/${vf.netdev}/type`, '32\n')
  rdmaDevice(tree, home, vf.rdma, { ...rail, guid: vf.guid, type: 'MT4126', counters: false })
}

function pciFunction(
  tree: Tree,
  dev: { home: string; pci: string },
  what: { class: string; device: string; numa: number; driver: string },
): void {
  const set = (path: string, text: string | number) => tree.files.set(`${dev.home}/${path}`, `${text}\n`)
  set('vendor', '0x15b3')
  set('device', what.device)
  set('class', what.class)
  set('numa_node', what.numa)
  tree.links.set(`${dev.home}/driver`, `../../../bus/pci/drivers/${what.driver}`)
  tree.files.set(`sys/bus/pci/drivers/${what.driver}/uevent`, '')
  tree.links.set(`sys/bus/pci/devices/${dev.pci}`, `../../../../${dev.home}`)
}

interface RdmaSpec
  extends Pick<
    RailSpec,
    'firmware' | 'psid' | 'guid' | 'state' | 'physical' | 'rateGbps' | 'speed' | 'linkLayer' | 'lid' | 'smLid'
  > {
  type: string
  counters: boolean
}

const STATE = { DOWN: '1: DOWN', INIT: '2: INIT', ACTIVE: '4: ACTIVE' } as const
const PHYSICAL = { Polling: '2: Polling', Disabled: '3: Disabled', LinkUp: '5: LinkUp' } as const
const COUNTERS = [
  'symbol_error',
  'link_downed',
  'link_error_recovery',
  'local_link_integrity_errors',
  'port_rcv_errors',
  'port_xmit_discards',
  'port_xmit_wait',
]

function rdmaDevice(tree: Tree, home: string, name: string, spec: RdmaSpec): void {
  const at = `${home}/infiniband/${name}`
  const set = (path: string, text: string | number) => tree.files.set(`${at}/${path}`, `${text}\n`)
  set('fw_ver', spec.firmware)
  set('hca_type', spec.type)
  set('board_id', spec.psid)
  set('node_guid', spec.guid)
  set('sys_image_guid', spec.guid)
  set('node_type', '1: CA')
  set('ports/1/state', STATE[spec.state])
  set('ports/1/phys_state', PHYSICAL[spec.physical])
  set('ports/1/rate', `${spec.rateGbps} Gb/sec (${spec.speed})`)
  set('ports/1/link_layer', spec.linkLayer)
  set('ports/1/lid', `0x${spec.lid.toString(16)}`)
  set('ports/1/sm_lid', `0x${spec.smLid.toString(16)}`)
  if (spec.counters) set('ports/1/pkeys/0', '0xffff')
  charDevices(tree, name)
  if (spec.counters) for (const counter of COUNTERS) set(`ports/1/counters/${counter}`, 0)
  tree.links.set(`${at}/device`, `../../../${home.slice(home.lastIndexOf('/') + 1)}`)
  tree.links.set(`sys/class/infiniband/${name}`, `../../../${at}`)
}

/** What mlx5_ib makes for every device: one uverbs, and of its port umad and issm. */
function charDevices(tree: Tree, device: string): void {
  const number = [...tree.links.keys()].filter((path) => path.startsWith('sys/class/infiniband/')).length
  tree.files.set(`sys/class/infiniband_verbs/uverbs${number}/ibdev`, `${device}\n`)
  for (const kind of ['umad', 'issm']) {
    tree.files.set(`sys/class/infiniband_mad/${kind}${number}/ibdev`, `${device}\n`)
    tree.files.set(`sys/class/infiniband_mad/${kind}${number}/port`, '1\n')
  }
}

/** Tools answer from files, so that a repair is a change of data. A tool without a text is not installed. */
function shims(tree: Tree, spec: NodeSpec): void {
  tree.files.set(
    'bin/sudo',
    '#!/bin/sh\n# Lab shim: the lab user may run everything the shipped sudoers file allows.\n[ "$1" = -n ] && shift\nexec "$@"\n',
  )
  const byDevice = (tool: string, args: string, texts: ReadonlyMap<string, string>) => {
    for (const [pci, text] of texts) tree.files.set(`var/tools/${tool}/${pci}`, text)
    tree.files.set(
      `bin/${tool}`,
      `#!/bin/sh\n# Lab shim: answers \`${tool} -d PCI ${args}\` from a recorded file.\n[ "$1" = -d ] && [ "$3 $4" = "${args}" ] && [ -e "$CAIRN_ROOT/var/tools/${tool}/$2" ] || { echo "-E- Failed to open the device"; exit 3; }\ncat "$CAIRN_ROOT/var/tools/${tool}/$2"\n`,
    )
  }
  byDevice('mstconfig', '-e q', new Map(spec.rails.map((rail, at) => [rail.pci, mstconfigText(rail, at + 1)])))
  byDevice('mstfwreset', 'q ', new Map(spec.rails.map((rail) => [rail.pci, mstfwresetText(spec.product)])))
  byDevice('mstflint', 'q ', new Map(spec.rails.map((rail) => [rail.pci, mstflintText(rail)])))
  for (const [tool, text] of Object.entries(spec.tools)) {
    tree.files.set(`var/tools/${tool}.txt`, text)
    tree.files.set(
      `bin/${tool}`,
      `#!/bin/sh\n# Lab shim: prints a recorded answer.\ncat "$CAIRN_ROOT/var/tools/${tool}.txt"\n`,
    )
  }
}
