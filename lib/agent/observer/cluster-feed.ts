import type { KubeSink } from '@/collectors/transport/kube/types'
import type { Model } from '@/lib/engine/model'

/**
 * Feeds what the Kubernetes transport sees into the model, object by object. `onNodes` is told when the set of nodes may have changed,
 * `onState` when a collection's state did.
 */
export function clusterFeed(model: Model, hooks: { onNodes(): void; onState(): void }): KubeSink {
  const aboutNodes = (collector: string) => collector === 'nodes' || collector === 'nodeStates'
  return {
    upsert(collector, key, object) {
      model.upsert(collector, key, object)
      if (aboutNodes(collector)) hooks.onNodes()
    },
    remove(collector, key) {
      model.remove(collector, key)
      if (aboutNodes(collector)) hooks.onNodes()
    },
    reset(collector, keep) {
      model.reset(collector, keep)
      if (aboutNodes(collector)) hooks.onNodes()
    },
    state(collector, state) {
      // A lost connection does not make young facts wrong: they stay until their budget ends, then the age says so.
      const status = state.status !== 'ok' && state.fresh ? 'ok' : state.status
      model.setCollection(collector, {
        status,
        ...(state.reason === undefined ? {} : { reason: state.reason }),
        at: state.seenAt ?? null,
      })
      hooks.onState()
    },
  }
}
