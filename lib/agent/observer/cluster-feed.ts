import type { KubeSink } from '@/collectors/transport/kube/types'
import type { Model } from '@/lib/engine/model'

export interface FeedHooks {
  steadyMs(): number
  /** The set of nodes may have changed. */
  onNodes(): void
  /** A collection stands otherwise than before; a mere sign of life is no news. */
  onState(): void
  /** A list was taken in (with the time it took us), or a collection could not be read. */
  collected(collector: string, ok: boolean, seconds: number): void
}

/** Feeds what the Kubernetes transport sees into the model, object by object. */
export function clusterFeed(model: Model, hooks: FeedHooks): KubeSink {
  const spentMs = new Map<string, number>()
  const aboutNodes = (collector: string) => collector === 'nodes' || collector === 'nodeStates'
  const timed = (collector: string, work: () => void) => {
    const began = hooks.steadyMs()
    work()
    spentMs.set(collector, (spentMs.get(collector) ?? 0) + hooks.steadyMs() - began)
    if (aboutNodes(collector)) hooks.onNodes()
  }
  return {
    upsert: (collector, key, object) => timed(collector, () => model.upsert(collector, key, object)),
    remove: (collector, key) => timed(collector, () => model.remove(collector, key)),
    reset(collector, keep) {
      timed(collector, () => model.reset(collector, keep))
      hooks.collected(collector, true, (spentMs.get(collector) ?? 0) / 1_000)
      spentMs.delete(collector)
    },
    state(collector, state) {
      // A lost connection does not make young facts wrong: they stay until their budget ends, then the age says so.
      const status = state.status !== 'ok' && state.fresh ? 'ok' : state.status
      const before = model.collection(collector)
      // What was seen is as old as it was: only a state without trouble is a sign of life.
      const seenMs = state.status === 'ok' ? hooks.steadyMs() : before?.seenMs
      model.setCollection(collector, {
        status,
        ...(state.reason === undefined ? {} : { reason: state.reason }),
        at: state.seenAt ?? null,
        ...(seenMs === undefined ? {} : { seenMs }),
      })
      if (before?.status === status && before?.reason === state.reason) return
      if (status !== 'ok') hooks.collected(collector, false, 0)
      hooks.onState()
    },
  }
}
