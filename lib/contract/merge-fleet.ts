import type { Fleet } from './api'

/** Lays a `fleet?since=` answer over the fleet in hand. Nodes keep their places, so that no tile moves when a state changes. */
export function mergeFleet(have: Fleet | undefined, news: Fleet): Fleet {
  if (news.full || !have) return news
  // A late answer must not bring back an older state (I5).
  if (news.revision < have.revision) return have
  const changed = new Map(news.nodes.map((node) => [node.name, node]))
  const gone = new Set(news.removed)
  const kept = have.nodes
    .filter((node) => !gone.has(node.name))
    .map((node) => {
      const update = changed.get(node.name)
      changed.delete(node.name)
      return update && update.revision >= node.revision ? update : node
    })
  const nodes = [...kept, ...changed.values()]
  return { ...news, full: true, removed: [], nodes }
}
