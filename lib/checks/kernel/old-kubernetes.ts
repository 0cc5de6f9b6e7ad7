import { check, lacking } from '@/lib/check'
import { aNode } from '@/lib/examples/stack'
import { majorMinor, older } from '@/lib/versions'

const MINIMUM = [1, 28] as const

/** Kubelet version of the node against what the topology manager needs. */
export default check({
  id: 'old-kubernetes',
  level: 'kernel',
  title: { pass: 'Kubelet is recent enough', fail: 'Kubelet is older than 1.28' },
  why: 'The topology manager options that keep GPUs and VFs on one NUMA node came with Kubernetes 1.28. Older kubelets work, but pods may get a VF far from their GPU.',
  refs: ['seed 003 (Kubernetes 1.28+)', 'CHECKS 2 kernel'],
  needs: ['nodes'],
  after: [],
  run({ nodes }) {
    const known = nodes.flatMap((node) => {
      const version = majorMinor(node.kubelet ?? '')
      return version === null ? [] : [{ node, version }]
    })
    if (nodes.length === 0) return { status: 'skip', summary: 'No node object was read' }
    if (known.length === 0) return lacking('the node object names no kubelet version')
    const old = known.filter((each) => older(each.version, MINIMUM))
    if (old.length === 0) return { status: 'pass', summary: `Kubelet ${known[0]?.node.kubelet}, wanted 1.28 or newer` }
    return {
      status: 'warn',
      summary: `Kubelet ${old[0]?.node.kubelet}, wanted 1.28 or newer`,
      findings: old.map((each) => ({
        subject: each.node.name,
        status: 'warn',
        summary: `kubelet ${each.node.kubelet}, wanted ≥ 1.28`,
      })),
      fix: [{ text: 'Plan an upgrade of Kubernetes, one minor version at a time', risk: 'drain' }],
      reason: 'old-kubelet',
      params: { version: old[0]?.version.join('.') ?? '' },
    }
  },
  examples: [
    { name: '1.33', facts: { nodes: [aNode()] }, status: 'pass' },
    { name: '1.27', facts: { nodes: [aNode('a', { kubelet: 'v1.27.16' })] }, status: 'warn' },
    { name: 'no version', facts: { nodes: [aNode('a', { kubelet: null })] }, status: 'lacking' },
    { name: 'no node', facts: { nodes: [] }, status: 'skip' },
  ],
})
