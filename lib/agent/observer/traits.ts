import type { NodeFact } from '@/collectors/cluster/node/collector'
import type { HostFacts } from '@/collectors/node/host/parse'
import type { InfinibandFacts } from '@/collectors/node/infiniband/facts'
import type { KernelFacts } from '@/collectors/node/kernel/facts'
import type { NodeTraits } from '@/lib/engine/compare-nodes'
import { isolationOf } from '@/lib/rules/cpu-isolation'

/** What is known of a node for comparing, grouping and the node page's header. */
export interface TraitSources {
  node: NodeFact | null
  host: HostFacts | null
  infiniband: InfinibandFacts | null
  kernel?: KernelFacts | null
  profile: string | null
}

/** Labels that name a place; the first that is set wins. */
const RACK_LABELS = [
  'topology.kubernetes.io/rack',
  'cairn.dev/rack',
  'network.topology.nvidia.com/rack',
  'topology.kubernetes.io/zone',
]

/** PFs of fabric HCAs: no VFs, no software devices. */
function hcas(facts: InfinibandFacts | null) {
  return (facts?.devices ?? []).filter((device) => device.vf !== true && device.software !== true)
}

/** Values to compare over the fleet. */
export function traitsOf(name: string, sources: TraitSources): NodeTraits {
  const { node, host, infiniband } = sources
  const rails = hcas(infiniband)
    .filter((device) => device.ports.some((port) => port.linkLayer === 'InfiniBand'))
    .sort((a, b) => (a.pci ?? '').localeCompare(b.pci ?? ''))
  return {
    node: name,
    attributes: {
      kernel: host?.kernel ?? node?.kernel ?? null,
      osImage: node?.osImage ?? host?.os ?? null,
      hcaCount: infiniband && infiniband.complete !== false ? hcas(infiniband).length : null,
      gpuCount: node?.resources.find((resource) => resource.name === 'nvidia.com/gpu')?.capacity ?? null,
      firmware: firmwareOf(infiniband),
      kubelet: node?.kubelet ?? null,
      containerRuntime: node?.containerRuntime ?? null,
      ...isolationOf(sources.kernel),
    },
    railsDown: rails.flatMap((device, at) =>
      device.ports.some((port) => port.state !== null && !/active/i.test(port.state)) ? [at + 1] : [],
    ),
    guids: (infiniband?.devices ?? []).flatMap((device) =>
      device.vf === true && device.pci
        ? device.ports.flatMap((port) =>
            port.portGuid && !/^[0:]*$/.test(port.portGuid) ? [{ guid: port.portGuid, pci: device.pci ?? '' }] : [],
          )
        : [],
    ),
  }
}

/** The firmware most HCAs of the node run. */
function firmwareOf(facts: InfinibandFacts | null): string | null {
  const counts = new Map<string, number>()
  for (const device of hcas(facts))
    if (device.firmware) counts.set(device.firmware, (counts.get(device.firmware) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))[0]?.[0] ?? null
}

/** Attributes the fleet page groups by; only known ones. */
export function attributesOf(name: string, sources: TraitSources): Record<string, string> {
  const { attributes } = traitsOf(name, sources)
  const rack = RACK_LABELS.map((label) => sources.node?.labels[label]).find((value) => value !== undefined)
  const all: Record<string, string | number | null | undefined> = {
    rack,
    profile: sources.profile,
    product: sources.host?.product ?? sources.node?.labels['nvidia.com/gpu.product'],
    kernel: attributes.kernel,
    firmware: attributes.firmware,
    os: attributes.osImage,
    kubelet: attributes.kubelet,
  }
  return Object.fromEntries(
    Object.entries(all).flatMap(([key, value]) =>
      value === null || value === undefined || value === '' ? [] : [[key, String(value)]],
    ),
  )
}
