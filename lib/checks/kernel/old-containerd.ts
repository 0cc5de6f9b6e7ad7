import { check, lacking } from '@/lib/check'
import { aNode } from '@/lib/examples/stack'
import { majorMinor, older } from '@/lib/versions'

const MINIMUM = [1, 7] as const

/** containerd version of the node; other runtimes are not judged. */
export default check({
  id: 'old-containerd',
  level: 'kernel',
  title: { pass: 'Container runtime is recent enough', fail: 'containerd is older than 1.7' },
  why: 'CDI, by which GPU and SR-IOV plug-ins hand devices to containers, is on by default only in recent containerd. Below 1.7 device injection depends on settings made by hand.',
  refs: ['CHECKS 2 kernel', 'host-formats §16 (containerd version, node.status.nodeInfo)'],
  needs: ['nodes'],
  after: [],
  run({ nodes }) {
    if (nodes.length === 0) return { status: 'skip', summary: 'No node object was read' }
    const runtimes = nodes.flatMap((node) => {
      const [name, text] = (node.containerRuntime ?? '').split('://')
      return name && text ? [{ node: node.name, name, text, version: majorMinor(text) }] : []
    })
    if (runtimes.length === 0) return lacking('the node object names no container runtime')
    const containerd = runtimes.filter((each) => each.name === 'containerd')
    if (containerd.length === 0)
      return { status: 'skip', summary: `The runtime is ${runtimes[0]?.name}, the rule is for containerd` }
    const readable = containerd.filter((each) => each.version !== null)
    if (readable.length === 0) return lacking(`the version ${containerd[0]?.text} has no known layout`)
    const old = readable.filter((each) => each.version !== null && older(each.version, MINIMUM))
    if (old.length === 0) return { status: 'pass', summary: `containerd ${readable[0]?.text}, wanted 1.7 or newer` }
    return {
      status: 'warn',
      summary: `containerd ${old[0]?.text}, wanted 1.7 or newer`,
      findings: old.map((each) => ({
        subject: each.node,
        status: 'warn',
        summary: `containerd ${each.text}, wanted ≥ 1.7`,
      })),
      fix: [
        {
          text: 'Upgrade containerd with the distribution, one node at a time',
          command: 'containerd --version',
          risk: 'drain',
        },
      ],
      reason: 'old-containerd',
      params: { version: old[0]?.version?.join('.') ?? '' },
    }
  },
  examples: [
    { name: '2.1', facts: { nodes: [aNode()] }, status: 'pass' },
    { name: '1.6', facts: { nodes: [aNode('a', { containerRuntime: 'containerd://1.6.33' })] }, status: 'warn' },
    { name: 'CRI-O', facts: { nodes: [aNode('a', { containerRuntime: 'cri-o://1.31.2' })] }, status: 'skip' },
    { name: 'unknown', facts: { nodes: [aNode('a', { containerRuntime: null })] }, status: 'lacking' },
  ],
})
