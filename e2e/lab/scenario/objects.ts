import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import type { KubeObject } from '@/lib/collector'
import type { NodeSpec } from '../nodes/spec'

/** Folder of recorded fleets: beside this file's tree in the repository, wherever the lab was bundled to. */
export function fleetsFolder(): string {
  return process.env.CAIRN_FLEETS ?? join(process.cwd(), 'e2e', 'fleets')
}

/** Objects of a recorded YAML file. */
export function loadObjects(path: string): KubeObject[] {
  const text = readFileSync(join(fleetsFolder(), path), 'utf8')
  return parseAllDocuments(text, { schema: 'core' }).map((document) => document.toJS() as KubeObject)
}

export function loadLines(path: string): string[] {
  return readFileSync(join(fleetsFolder(), path), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
}

/** Kind, namespace and name: what makes two recordings of one object the same. */
export function keyOf(object: KubeObject): string {
  return `${object.kind}/${object.metadata.namespace ?? ''}/${object.metadata.name}`
}

/** Recorded objects with some replaced (same kind and name) or added. */
export function overlay(base: readonly KubeObject[], changes: readonly KubeObject[]): KubeObject[] {
  const merged = new Map(base.map((object) => [keyOf(object), object]))
  for (const object of changes) merged.set(keyOf(object), object)
  return [...merged.values()]
}

/** Plain nested data, for changing recorded objects. */
export type Data = { [key: string]: Data } & Record<string, unknown>

/** A deep copy to change. */
export function copy(object: KubeObject): Data {
  return structuredClone(object) as unknown as Data
}

/** Back from plain data. */
export function asObject(data: Data): KubeObject {
  return data as unknown as KubeObject
}

/** A Node object whose address and identity are those of the simulated machine. */
export function nodeObject(recorded: KubeObject, spec: NodeSpec): KubeObject {
  const node = copy(recorded)
  const status = node.status as Data
  status.addresses = [
    { type: 'InternalIP', address: spec.address },
    { type: 'Hostname', address: spec.name },
  ] as unknown as Data
  const info = status.nodeInfo as Data
  Object.assign(info, { bootID: spec.bootId, machineID: spec.machineId, kernelVersion: spec.kernel, osImage: spec.os })
  return asObject(node)
}

/** The recorded training workers after their work: they hold no GPUs any more, so that a benchmark can run. */
export function workerDone(object: KubeObject): KubeObject {
  if (object.kind !== 'Pod' || !object.metadata.name.startsWith('nccl-worker')) return object
  const pod = copy(object)
  const status = pod.status as Record<string, unknown>
  const containers = Array.isArray(status.containerStatuses) ? status.containerStatuses : []
  const terminated = { exitCode: 0, reason: 'Completed', finishedAt: '2026-11-21T15:10:00Z' }
  status.phase = 'Succeeded'
  status.conditions = [
    { type: 'Ready', status: 'False', reason: 'PodCompleted', lastTransitionTime: terminated.finishedAt },
  ]
  status.containerStatuses = containers.map((each: object) => ({
    ...each,
    ready: false,
    started: false,
    state: { terminated },
  }))
  return asObject(pod)
}
