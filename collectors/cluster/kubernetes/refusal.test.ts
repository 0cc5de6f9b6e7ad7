import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { explain } from '@/lib/explain/explain'
import { knowledge } from '@/lib/explain/knowledge'

const answerOf = (text: string) => explain('x', text, knowledge).answer
const refused = (text: string) => {
  const { kind, status, reason, verdicts } = answerOf(text)
  const found = verdicts.find((each) => each.check === 'workload-refused')
  return { kind, status, code: reason?.code, verdict: found?.status, subject: found?.subject }
}

describe('admission that refuses a request (issue: quota and webhook refusals)', () => {
  const said = { kind: 'k8s', status: 'denied', code: 'forbidden', verdict: 'fail' }
  const quota =
    'pods "t-7" is forbidden: exceeded quota: rails, requested: requests.nvidia.com/gpu=8, used: requests.nvidia.com/gpu=12, limited: requests.nvidia.com/gpu=16'

  it.each([
    ['quota', `Error from server (Forbidden): error when creating "t.yaml": ${quota}`, 't-7'],
    ['the words alone', `Error creating: ${quota}`, 't-7'],
    [
      'a limit that is missing',
      'Error from server (Forbidden): pods "a" is forbidden: failed quota: cq: must specify limits.cpu for: c',
      'a',
    ],
    [
      'LimitRange',
      'Error from server (Forbidden): pods "a" is forbidden: maximum memory usage per Container is 256Gi, but limit is 1Ti',
      'a',
    ],
    [
      'PodSecurity',
      'Error from server (Forbidden): error when creating "n.yaml": pods "n" is forbidden: violates PodSecurity "baseline:latest": x',
      'n',
    ],
    [
      'a webhook, the file named',
      'Error from server: error when creating "p.yaml": admission webhook "w.example" denied the request: numVfs(32) in CR rail3 exceed the maximum allowed value(16)',
      'p.yaml',
    ],
    [
      'kubectl patch',
      'error: sriovnetworknodepolicies.sriovnetwork.openshift.io "rail3" could not be patched: admission webhook "w" denied the request: no',
      'rail3',
    ],
    [
      'a policy, as kubectl prints an invalid object without a field',
      "The pods \"l\" is invalid: : ValidatingAdmissionPolicy 'p' with binding 'b' denied request: fixed tag wanted",
      'l',
    ],
    [
      'a webhook that does not answer',
      'Error from server (InternalError): Internal error occurred: failed calling webhook "m.kb.io": failed to call webhook: no endpoints available for service "s"',
      'm.kb.io',
    ],
  ])('%s', (_, line, subject) => {
    expect(refused(`${line}\n`)).toEqual({ ...said, subject })
    const body = { kind: 'Status', apiVersion: 'v1', status: 'Failure', message: line, reason: 'Forbidden', code: 403 }
    expect(refused(JSON.stringify(body)).verdict).toBe('fail')
  })

  it('says nothing of the workload where a right is missing, an object is absent or a schema is broken', () => {
    for (const line of [
      'Error from server (Forbidden): error when creating "m.yaml": mpijobs.kubeflow.org is forbidden: User "a" cannot create resource "mpijobs" in API group "kubeflow.org" in the namespace "t"',
      'Error from server (NotFound): pods "p" not found',
      'The MPIJob "n" is invalid: \n* spec.mpiReplicaSpecs.Worker.replicas: Invalid value: 0: should be greater than or equal to 1',
    ])
      expect(refused(line), line).toMatchObject({ kind: 'k8s', verdict: undefined })
  })

  it('finds the words of the server where kubectl puts them on another line', () => {
    const text = `Error from server (Forbidden): error when retrieving current configuration of:
Resource: "sriovnetwork.openshift.io/v1, Resource=sriovnetworknodepolicies", GroupVersionKind: "x"
Name: "rail0", Namespace: "net"
from server for: "p.yaml": sriovnetworknodepolicies.sriovnetwork.openshift.io "rail0" is forbidden: User "bob" cannot get resource "sriovnetworknodepolicies" in API group "sriovnetwork.openshift.io" in the namespace "net"
`
    expect(answerOf(text).reason?.text).toContain('cannot get resource "sriovnetworknodepolicies"')
  })

  it('names the pod that keeps kubectl drain from ending', () => {
    const line = `error when evicting pods/"llm-0" -n "inf" (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.\n`
    const { kind, status, verdicts } = answerOf(`node/gpu-7 cordoned\nevicting pod inf/llm-0\n${line}${line}`)
    expect([kind, status]).toEqual(['k8s', 'denied'])
    expect(verdicts.map((each) => [each.check, each.status, each.subject])).toEqual([
      ['stuck-drain', 'fail', 'inf/llm-0'],
    ])
  })

  it('reads past what kubectl itself logs', () => {
    const log = `E1120 11:02:33.120031   41233 memcache.go:265] "Unhandled Error" err="couldn't get current server API group list"\n`
    expect(
      answerOf(
        `${log.repeat(4)}The connection to the server 10.1.2.3:6443 was refused - did you specify the right host or port?\n`,
      ),
    ).toMatchObject({ kind: 'k8s', status: 'unreachable' })
  })
})

const ANSWERS = join(import.meta.dirname, '../../../../shared/samples/recorded/19-api-answers/answers.json')

/** What a recorded answer of a real API server reads as, by the beginning of its name; empty bodies have no kind. */
const READ: readonly [RegExp, string][] = [
  [/^(?:quota|pod security|admission policy|webhook): /, 'denied'],
  [/^rbac: (?:list|get|kubelet)/, 'denied'],
  [/^auth: expired/, 'denied'],
  [/^absent: (?:group|version|object|APIGroup)|^log: pod missing/, 'absent'],
  [/^absent: namespace|^rbac: Self|^apiservice: the object|stored version/, 'ok'],
  [/^apiservice: request|^conversion/, 'unreachable'],
]

describe.skipIf(!existsSync(ANSWERS))('answers of a real API server, each pasted alone', () => {
  const bodies: [string, unknown][] = existsSync(ANSWERS)
    ? Object.entries<{ body?: unknown }>(JSON.parse(readFileSync(ANSWERS, 'utf8'))).flatMap(([name, { body }]) =>
        body === undefined ? [] : [[name, body]],
      )
    : []
  const known = bodies.flatMap(([name, body]) => {
    const status = READ.find(([pattern]) => pattern.test(name))?.[1]
    return status === undefined ? [] : [{ name, body, status }]
  })

  it.each(known)('$name', ({ name, body, status }) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body, null, 2)
    const answer = answerOf(text)
    expect([answer.kind, answer.status]).toEqual(['k8s', status])
    const isRule = /^(?:quota|pod security|admission policy|webhook): /.test(name)
    const refusing = answer.verdicts.filter((each) => each.status === 'fail').map((each) => each.check)
    expect(refusing).toEqual(isRule ? ['workload-refused'] : [])
  })
})
