import { dgxB200, type NodeSpec, type RailSpec } from '../nodes/spec'
import { type FleetNode, fleetObjects } from './fleet-objects'
import { DOWN_RAIL, EMPTY_RAIL, type FleetFault, fleetFaults, MAX_FLEET } from './fleet-rule'
import type { Replica, Scenario } from './scenario'

export const DEFAULT_FLEET = 2_000

/** The number whose words stand in the trees that machines share. */
const TEMPLATE = MAX_FLEET + 95

/** A fleet of DGX B200 made by rule: mostly healthy, with seeded faults (fleet-rule.ts). Machines with the same fault share one tree. */
export function fleetScenario(count = DEFAULT_FLEET, faults = fleetFaults(count)): Scenario {
  const nodes = Array.from({ length: count }, (_, at) => fleetNode(at + 1, faults.get(at + 1) ?? null))
  const shapes = [...new Set(nodes.map((node) => shapeOf(node.fault)))]
  return {
    id: 'fleet',
    title: `${count} DGX B200 made by rule, ${faults.size} of them with a fault`,
    stages: [
      {
        id: 'faults',
        title: 'Faults by rule: pending firmware, a leaf, lost VFs, machines that are off',
        repair: null,
        world: () => ({
          objects: fleetObjects(nodes),
          nodes: [],
          logs: {},
          templates: shapes.map((shape) => ({ id: shape, spec: templateSpec(shape) })),
          replicas: nodes.map(replicaOf),
        }),
      },
    ],
  }
}

function fleetNode(number: number, fault: FleetFault | null): FleetNode {
  const { name, address, machineId, bootId } = specOf(number)
  return { number, name, address, machineId, bootId, fault }
}

/** What a machine's own files and tools say; that the control plane does not hear it shows only in the cluster. */
type Shape = 'healthy' | Exclude<FleetFault, 'off' | 'not-ready'>

function shapeOf(fault: FleetFault | null): Shape {
  return fault === null || fault === 'off' || fault === 'not-ready' ? 'healthy' : fault
}

function replicaOf(node: FleetNode): Replica {
  return {
    name: node.name,
    address: node.address,
    template: shapeOf(node.fault),
    off: node.fault === 'off',
    words: { template: identityWords(TEMPLATE), own: identityWords(node.number) },
  }
}

function templateSpec(shape: Shape): NodeSpec {
  const pending = shape === 'firmware-pending'
  const spec = specOf(TEMPLATE, pending ? { vfsNow: 16, vfsNext: 8, vfsCreated: 0 } : {})
  return {
    ...spec,
    rails: spec.rails.map((rail, at): RailSpec => {
      if (shape === 'rail-down' && at === DOWN_RAIL)
        return { ...rail, state: 'DOWN', physical: 'Polling', rateGbps: 10, speed: '4X SDR' }
      if (shape === 'missing-vfs' && at === EMPTY_RAIL) return { ...rail, vfs: [] }
      return rail
    }),
  }
}

function specOf(number: number, vfs: Partial<Record<'vfsNow' | 'vfsNext' | 'vfsCreated', number>> = {}): NodeSpec {
  const spec = dgxB200({
    // Letters for the template: no machine of the fleet is called so, and the words are equally long.
    name: number === TEMPLATE ? 'dgxAAAA' : `dgx${String(number).padStart(4, '0')}`,
    address: `127.80.${Math.floor(number / 250)}.${(number % 250) + 1}`,
    number,
    vfsNow: 8,
    vfsNext: 8,
    vfsCreated: 8,
    ...vfs,
  })
  return { ...spec, rails: spec.rails.map((rail, at) => ({ ...rail, lid: lidOf(number, at) })) }
}

/** Four hex digits for every machine. */
function lidOf(number: number, rail: number): number {
  return 0x1000 + number * 8 + rail
}

/**
 * Every text by which a machine differs from another of its shape: name, ids, the part of GUIDs and MACs that holds its number, LIDs.
 * Equally long for all machines, so that lengths in frames stay true.
 */
function identityWords(number: number): string[] {
  const { name, machineId, bootId, rails } = specOf(number)
  const hex = number.toString(16).padStart(3, '0')
  const lids = rails.map((_, at) => `0x${lidOf(number, at).toString(16)}`)
  const guids = [
    `a088:c203:00${hex.slice(0, 2)}:${hex.slice(2)}`,
    `a0:88:c2:03:00:${hex.slice(0, 2)}:${hex.slice(2)}`,
    `a088c20300${hex}`,
    `a088c2${hex}`,
  ]
  return [name, machineId, bootId, ...guids, ...lids]
}
