import { check } from '@/lib/check'
import { componentOf } from '@/lib/components'
import { aPod, aPolicy, aWaiting } from '@/lib/examples/stack'
import { parseImage } from '@/lib/images'
import { POLICY_NAME } from '@/lib/nic-policy'

const ENTRYPOINT = /exec: "\/entrypoint\.sh".{0,200}no such file/
const MULTUS = { name: 'multus' }
const BROKEN = aWaiting('CrashLoopBackOff', null, {
  image: 'registry.example.net/multus-cni:2025-11',
  before: {
    state: 'terminated',
    reason: 'StartError',
    message: 'exec: "/entrypoint.sh": stat /entrypoint.sh: no such file or directory',
    exitCode: 128,
    finishedAt: null,
  },
})

/** Multus started by the wrong entry point because its tag does not look like Multus 4. */
export default check({
  id: 'multus-mirror-tag',
  level: 'operators',
  scope: 'cluster',
  title: { pass: 'Multus starts by the right entry point', fail: 'Multus tag makes the operator start it wrongly' },
  why: 'Up to release 26.1 the operator chooses the start command by the tag: only tags that begin with v4 or network-operator use /thin_entrypoint. A mirror with its own tag runs /entrypoint.sh, which Multus 4 does not have.',
  refs: ['k8s-formats §9', 'Mellanox/network-operator manifests/state-multus-cni/0050-multus-ds.yml'],
  needs: ['pods'],
  wants: ['nicClusterPolicies'],
  after: [],
  run({ pods, nicClusterPolicies }) {
    const multus = pods.filter((pod) => componentOf(pod.labels)?.id === 'multus')
    if (multus.length === 0) return { status: 'skip', summary: 'No pod of Multus was found' }
    const broken = multus.filter((pod) =>
      pod.containers.some((each) => ENTRYPOINT.test(`${each.now?.message ?? ''} ${each.before?.message ?? ''}`)),
    )
    if (broken.length === 0)
      return { status: 'pass', summary: `${multus.length} Multus pods, none fails for /entrypoint.sh` }
    const image = broken[0]?.containers.find((each) => !each.init)?.image ?? ''
    const written = nicClusterPolicies
      ?.flatMap((each) => each.components)
      .find((each) => each.path === 'secondaryNetwork.multus')?.version
    const tag = written ?? parseImage(image)?.tag ?? 'unknown'
    return {
      status: 'fail',
      summary: `Multus image tag is ${tag}, expected one that begins with v4 or network-operator: ${broken.length} pods are started with /entrypoint.sh, which the image does not have`,
      findings: broken.slice(0, 20).map((pod) => ({
        subject: `${pod.namespace}/${pod.name}`,
        status: 'fail',
        summary: `${image}: exec /entrypoint.sh: no such file`,
      })),
      fix: [
        {
          text: 'Tag the mirrored image so that it begins with v4 or network-operator, and set that version in spec.secondaryNetwork.multus',
          command: `kubectl edit nicclusterpolicy ${POLICY_NAME}`,
          risk: 'restart-pods',
          verify: 'the pods with label name=multus are Running',
        },
      ],
      reason: 'mirror-tag',
      params: { tag },
    }
  },
  examples: [
    { name: 'runs', facts: { pods: [aPod('m', { labels: MULTUS })], nicClusterPolicies: [aPolicy()] }, status: 'pass' },
    { name: 'own tag', facts: { pods: [aPod('m', { labels: MULTUS, containers: [BROKEN] })] }, status: 'fail' },
    { name: 'no Multus', facts: { pods: [] }, status: 'skip' },
  ],
})
