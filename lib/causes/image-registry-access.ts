import { cause } from '@/lib/cause'
import { failed, failing, passed, symptoms } from '@/lib/symptoms'

const EXPLAINS = [
  'image-pull-denied',
  'image-pull-unreachable',
  'staging-image',
  'nic-cluster-policy-not-ready',
  'component-not-on-node',
  'deployment-not-available',
  'ofed-driver-pod',
  'operator-crash-loop',
] as const

/** A registry refuses the nodes, or they cannot reach it. */
export default cause({
  id: 'image-registry-access',
  title: 'Images cannot be pulled from the registry',
  level: 'operators',
  scope: 'cluster',
  explains: EXPLAINS,
  specificity: 88,
  why: 'A component whose image cannot be pulled is missing on every node that has not cached it. Whatever waits for it, such as plug-ins that wait for the driver, is missing too.',
  refs: ['k8s-formats §10, §15', 'samples/recorded/20'],
  match({ verdicts }) {
    const denied = failing(verdicts, 'image-pull-denied')
    const cut = failing(verdicts, 'image-pull-unreachable')
    const source = denied ?? cut
    if (source === null) return null
    const staging = failing(verdicts, 'staging-image') !== null
    const why = staging
      ? 'the internal registry nvstaging refuses them (401)'
      : denied
        ? 'the registry refuses access (401/403)'
        : 'the registry cannot be reached'
    const todo = staging
      ? 'use nvcr.io/nvidia/mellanox and the tag of the release'
      : denied
        ? 'give imagePullSecrets or use a public repository'
        : 'open the path or mirror the images'
    return {
      summary: `Pods of the stack do not start because ${why}: ${source.findings?.[0]?.subject ?? 'an image'}: ${todo}`,
      explains: symptoms(verdicts, EXPLAINS),
      fix: (staging ? verdicts['staging-image']?.fix : source.fix) ?? source.fix ?? [],
      params: { repositories: String(source.params?.repositories ?? ''), kind: denied ? 'denied' : 'unreachable' },
    }
  },
  examples: [
    {
      name: '401',
      verdicts: [failed('image-pull-denied', 'operators', '401', { fix: [{ text: 'secrets', risk: 'config' }] })],
      matches: true,
    },
    {
      name: 'no route',
      verdicts: [
        failed('image-pull-unreachable', 'operators', 'no such host', { fix: [{ text: 'mirror', risk: 'config' }] }),
      ],
      matches: true,
    },
    { name: 'all pulled', verdicts: [passed('image-pull-denied', 'operators')], matches: false },
  ],
})
