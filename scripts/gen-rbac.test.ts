import { describe, expect, it } from 'vitest'
import { rulesOf } from '@/e2e/lab/kube/rbac'
import { logRole, rbacManifest, readerClusterRole, runnerRole } from './gen-rbac'

const READS = [
  { group: '', plural: 'nodes' },
  { group: 'mellanox.com', plural: 'nicclusterpolicies' },
  { group: '', plural: 'configmaps', fieldSelector: 'metadata.name=rdma-devices' },
  { group: '', plural: 'configmaps', fieldSelector: 'metadata.name=device-plugin-config' },
]
const FORBIDDEN = /secret|exec|attach|portforward|proxy|nodes\/|token|impersonate|bind"|escalate|\*/

describe('RBAC manifests', () => {
  it('grant get, list and watch of what is read, and nothing else', () => {
    const rules = rulesOf(readerClusterRole(READS))
    expect(rules).toEqual([
      { apiGroups: [''], resources: ['namespaces', 'nodes'], verbs: ['get', 'list', 'watch'] },
      {
        apiGroups: [''],
        resources: ['configmaps'],
        resourceNames: ['device-plugin-config', 'rdma-devices'],
        verbs: ['get', 'list', 'watch'],
      },
      { apiGroups: ['mellanox.com'], resources: ['nicclusterpolicies'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: ['get', 'list', 'watch'] },
    ])
  })

  it('hold none of the forbidden rights', () => {
    const rules = rulesOf(rbacManifest(READS))
    expect(rules.length).toBeGreaterThan(8)
    expect(JSON.stringify(rules)).not.toMatch(FORBIDDEN)
    const writes = rules.filter(({ verbs }) => verbs.some((verb) => !['get', 'list', 'watch'].includes(verb)))
    expect(
      writes.every(
        ({ namespace, verbs }) => namespace === 'cairn-runs' && !verbs.includes('patch') && !verbs.includes('update'),
      ),
    ).toBe(true)
    expect(
      rulesOf(logRole(['a']))
        .concat(rulesOf(runnerRole()))
        .every(({ namespace }) => namespace !== undefined),
    ).toBe(true)
  })

  it('refuse what must never be read, and configmaps in bulk', () => {
    for (const plural of ['secrets', 'nodes/proxy', 'pods/exec', '*'])
      expect(() => readerClusterRole([{ group: '', plural }])).toThrow(RangeError)
    expect(() => readerClusterRole([{ group: '', plural: 'configmaps' }])).toThrow(/by name/)
    expect(() => readerClusterRole([{ group: '', plural: 'configmaps', fieldSelector: 'metadata.name!=x' }])).toThrow(
      /by name/,
    )
  })
})
