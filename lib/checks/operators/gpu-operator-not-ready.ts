import { check, lacking } from '@/lib/check'
import { aNode } from '@/lib/examples/stack'
import { aGpuPolicy } from '@/lib/examples/workloads'
import { gpuVerdict } from '@/lib/gpu-operator'

const NO_DRIVER = {
  type: 'Error',
  status: 'True',
  reason: 'OperandNotReady',
  message: 'ClusterPolicy is not ready, states not ready: [state-driver state-container-toolkit]',
  since: null,
}
const NO_NODES = { type: 'Ready', status: 'True', reason: 'NoGPUNodes', message: null, since: null }
/** Order in which operands depend on each other: only the first is the cause (k8s-formats §11). */
const ORDER = ['state-driver', 'state-container-toolkit', 'state-operator-validation', 'state-device-plugin']

/** What the GPU operator says of its ClusterPolicy, first failing operand only. */
export default check({
  id: 'gpu-operator-not-ready',
  level: 'operators',
  scope: 'cluster',
  title: { pass: 'GPU operator is ready', fail: 'GPU operator is not ready' },
  why: 'Driver, toolkit, validation and device plugin wait for each other: the first one that is not ready explains the rest. `ready` with NoGPUNodes is a false green: it means that the operator saw no GPU node to work on.',
  refs: ['k8s-formats §11', 'NVIDIA/gpu-operator internal/conditions/clusterpolicy.go'],
  needs: ['gpuClusterPolicies'],
  wants: ['nodes'],
  after: [],
  run({ gpuClusterPolicies, nodes }) {
    const policy = gpuClusterPolicies.find((each) => each.state !== 'ignored' && each.state !== 'disabled')
    const [ignored] = gpuClusterPolicies.filter((each) => each.state === 'ignored')
    if (!policy && ignored)
      return gpuVerdict(
        ignored,
        'warn',
        'ignored',
        'is ignored: the GPU operator acts on the ClusterPolicy made before it',
      )
    if (!policy)
      return {
        status: 'skip',
        summary:
          gpuClusterPolicies.length === 0
            ? 'The GPU operator has no ClusterPolicy'
            : `ClusterPolicy ${gpuClusterPolicies[0]?.name} is ${gpuClusterPolicies[0]?.state}`,
      }
    const error = policy.conditions.find((each) => each.type === 'Error' && each.status === 'True')
    const blind = policy.conditions.find(
      (each) => each.status === 'True' && (each.reason === 'NoGPUNodes' || each.reason === 'NFDLabelsMissing'),
    )
    if (policy.state === null && !error)
      return lacking('the ClusterPolicy has no status: the operator has not looked at it, or this is a manifest')
    if (policy.state === 'ready' && !error) {
      const gpus = nodes?.filter(
        (node) =>
          node.labels['nvidia.com/gpu.present'] === 'true' ||
          node.resources.some((each) => each.name === 'nvidia.com/gpu' && (each.capacity ?? 0) > 0),
      ).length
      if (!blind) return { status: 'pass', summary: `${policy.name} is ready` }
      return gpuVerdict(
        policy,
        gpus === 0 || gpus === undefined ? 'warn' : 'fail',
        blind.reason ?? 'NoGPUNodes',
        `is ready, but ${blind.reason}: it sees no GPU node${gpus ? `, although ${gpus} nodes have GPUs` : ''}`,
      )
    }
    const named = [...(error?.message ?? '').matchAll(/\bstate-[a-z0-9-]{2,60}/g)].map((match) => match[0])
    const first = ORDER.find((each) => named.includes(each)) ?? named[0]
    const later = named.filter((each) => each !== first)
    const words = first
      ? `first operand not ready is ${first}${later.length > 0 ? `; ${later.join(', ')} wait for it` : ''}`
      : (error?.message ?? error?.reason ?? 'no operand is named')
    return gpuVerdict(
      policy,
      'fail',
      first ?? error?.reason ?? 'not-ready',
      `is ${policy.state ?? 'in error'}, expected ready: ${words}`,
    )
  },
  examples: [
    { name: 'ready', facts: { gpuClusterPolicies: [aGpuPolicy()] }, status: 'pass' },
    {
      name: 'driver first',
      facts: { gpuClusterPolicies: [aGpuPolicy({ state: 'notReady', conditions: [NO_DRIVER] })] },
      status: 'fail',
    },
    {
      name: 'blind although GPUs are there',
      facts: { gpuClusterPolicies: [aGpuPolicy({ conditions: [NO_NODES] })], nodes: [aNode()] },
      status: 'fail',
    },
    {
      name: 'blind, nodes unknown',
      facts: { gpuClusterPolicies: [aGpuPolicy({ conditions: [NO_NODES] })] },
      status: 'warn',
    },
    {
      name: 'manifest',
      facts: { gpuClusterPolicies: [aGpuPolicy({ state: null, conditions: [] })] },
      status: 'lacking',
    },
    {
      name: 'only a second one',
      facts: { gpuClusterPolicies: [aGpuPolicy({ state: 'ignored', conditions: [] })] },
      status: 'warn',
    },
    { name: 'none', facts: { gpuClusterPolicies: [] }, status: 'skip' },
  ],
})
