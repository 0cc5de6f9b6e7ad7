import { dgxB200, type NodeSpec } from '../nodes/spec'
import { loadObjects, nodeObject, workerDone } from './objects'
import type { Scenario } from './scenario'

/** A healthy B200 pair: the seed's cluster as it should have been from the start. */
export function healthyScenario(): Scenario {
  const recorded = loadObjects('seed/healthy.yaml').map(workerDone)
  const nodes = [30, 31].map(
    (number): NodeSpec =>
      dgxB200({ name: `dgx0${number}`, address: `127.77.0.${number}`, number, vfsNow: 8, vfsNext: 8, vfsCreated: 8 }),
  )
  const objects = recorded.map((object) => {
    const spec = nodes.find((node) => object.kind === 'Node' && node.name === object.metadata.name)
    return spec ? nodeObject(object, spec) : object
  })
  return {
    id: 'healthy',
    title: 'A healthy DGX B200 pair',
    stages: [{ id: 'healthy', title: 'Nothing is broken', repair: null, world: () => ({ objects, nodes, logs: {} }) }],
  }
}
