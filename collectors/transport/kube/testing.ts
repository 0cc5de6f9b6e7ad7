import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KubeObject } from '@/lib/collector'
import type { KubeRead } from '@/lib/read'
import type { CollectionState, KubeSink } from './types'

/** A sink that remembers, for tests. */
export class RecordingSink implements KubeSink {
  readonly held = new Map<string, Map<string, KubeObject>>()
  readonly states = new Map<string, CollectionState[]>()
  readonly resets = new Map<string, number>()
  readonly log: string[] = []

  upsert(collector: string, key: string, object: KubeObject): void {
    this.objects(collector).set(key, object)
    this.log.push(`${collector} + ${object.metadata.name}`)
  }
  remove(collector: string, key: string): void {
    this.log.push(`${collector} - ${this.objects(collector).get(key)?.metadata.name}`)
    this.objects(collector).delete(key)
  }
  reset(collector: string, keep: ReadonlySet<string>): void {
    for (const key of [...this.objects(collector).keys()]) if (!keep.has(key)) this.objects(collector).delete(key)
    this.resets.set(collector, (this.resets.get(collector) ?? 0) + 1)
  }
  state(collector: string, state: CollectionState): void {
    this.states.set(collector, [...(this.states.get(collector) ?? []), state])
  }

  last(collector: string): CollectionState | undefined {
    return this.states.get(collector)?.at(-1)
  }
  names(collector: string): string[] {
    return [...this.objects(collector).values()].map(({ metadata }) => metadata.name).sort()
  }
  private objects(collector: string): Map<string, KubeObject> {
    const known = this.held.get(collector) ?? new Map<string, KubeObject>()
    this.held.set(collector, known)
    return known
  }
}

/** Waits until it is true; fails with what was awaited. */
export async function until(what: string, test: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> {
  const end = Date.now() + ms
  while (!(await test())) {
    if (Date.now() > end) throw new Error(`waited ${ms} ms for: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** Runs with a folder that is removed afterwards. */
export async function withFolder<T>(
  use: (folder: string, write: (name: string, text: string) => string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-kube-'))
  try {
    return await use(folder, (name, text) => {
      const file = join(folder, name)
      writeFileSync(file, text, { mode: 0o700 })
      return file
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export const NODES: KubeRead = {
  via: 'kube',
  group: '',
  version: 'v1',
  plural: 'nodes',
  kind: 'Node',
  namespaced: false,
}
export const PODS: KubeRead = { via: 'kube', group: '', version: 'v1', plural: 'pods', kind: 'Pod', namespaced: true }
export const POLICIES: KubeRead = {
  via: 'kube',
  group: 'mellanox.com',
  version: 'v1alpha1',
  plural: 'nicclusterpolicies',
  kind: 'NicClusterPolicy',
  namespaced: false,
}
export const CONFIG_MAP: KubeRead = {
  via: 'kube',
  group: '',
  version: 'v1',
  plural: 'configmaps',
  kind: 'ConfigMap',
  namespaced: true,
  fieldSelector: 'metadata.name=rdma-devices',
}

export function node(name: string, labels: Record<string, string> = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, spec: {}, status: {} }
}

export function pod(namespace: string, name: string, nodeName?: string): KubeObject {
  const spec = { containers: [{ name: 'main', image: 'example.invalid/image:1' }], ...(nodeName ? { nodeName } : {}) }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name },
    spec,
    status: { phase: nodeName ? 'Running' : 'Pending' },
  }
}
