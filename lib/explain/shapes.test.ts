import { describe, expect, it } from 'vitest'
import { explain } from './explain'
import { knowledge } from './knowledge'

const POLICY = `apiVersion: mellanox.com/v1alpha1
kind: NicClusterPolicy
metadata:
  name: my-policy
spec:
  nvIpam:
    image: nvidia-k8s-ipam
status:
  reason: Unsupported NicClusterPolicy instance my-policy. Only instance with name nic-cluster-policy is supported
  state: ignore
`
const PLUGIN = `2026/03/02 08:40:11 Starting K8s RDMA Shared Device Plugin version= v1.5.3
2026/03/02 08:40:11 resource manager reading configs
2026/03/02 08:40:11 Reading /k8s-rdma-shared-dev-plugin/config.json
2026/03/02 08:40:11 error during reading configurations: neither "selectors" nor "devices" fields exits
`
const each = (text: string, wrap: (line: string) => string) => text.trimEnd().split('\n').map(wrap).join('\n')
const loki = (text: string) =>
  JSON.stringify({
    status: 'success',
    data: {
      resultType: 'streams',
      result: [
        {
          stream: { pod: 'p' },
          values: text
            .trimEnd()
            .split('\n')
            .map((line, at) => [`17000${at}`, line])
            .toReversed(),
        },
      ],
    },
  })

function read(text: string) {
  const { answer } = explain('-', text, knowledge)
  return {
    kind: answer.kind,
    status: answer.status,
    failed: answer.verdicts.filter((each) => each.status === 'fail').map((each) => each.check),
  }
}

describe('objects as people paste them', () => {
  it.each([
    ['as it is', POLICY],
    ['prompt with brackets', `[root@head01 ~]# kubectl get nicclusterpolicy -o yaml\n${POLICY}[root@head01 ~]# `],
    ['prompt and exit', `user@laptop:~/x$ kubectl get nicclusterpolicy -o yaml\n${POLICY}user@laptop:~/x$ exit\n`],
    ['set -x', `+ kubectl get nicclusterpolicy -o yaml\n${POLICY}`],
    ['code fence', `\`\`\`yaml\n${POLICY}\`\`\`\n`],
    ['words around', `Hi all, this is what I see:\n\n${POLICY}\nAny idea what is wrong? Thanks\n`],
    ['warning of the server', `Warning: v1 Endpoints is deprecated in v1.33+\n${POLICY}`],
    ['quoted by mail', each(POLICY, (line) => `> ${line}`)],
    ['numbered lines', each(POLICY, (line) => `     7\t${line}`)],
  ])('%s', (_name, text) => {
    expect(read(text)).toEqual({ kind: 'k8s', status: 'ok', failed: ['wrong-policy-name'] })
  })

  it('judges nothing of an object from which lines were left out', () => {
    const { answer } = explain('-', `${POLICY}\n[... 120 more lines ...]\n`, knowledge)
    expect(answer.verdicts).toEqual([])
    expect(answer.facts.complete).toBe(false)
  })
})

describe('logs out of collectors', () => {
  it.each([
    ['as it is', PLUGIN],
    ['stern', each(PLUGIN, (line) => `rdma-shared-dp-ds-x7k2q rdma-shared-dp ${line}`)],
    ['stern -A', each(PLUGIN, (line) => `network-operator rdma-shared-dp-ds-x7k2q rdma-shared-dp ${line}`)],
    ['stern -o json', each(PLUGIN, (line) => JSON.stringify({ message: line, podName: 'p', containerName: 'c' }))],
    [
      'docker',
      each(PLUGIN, (line) => JSON.stringify({ log: `${line}\n`, stream: 'stderr', time: '2026-03-02T08:41:00Z' })),
    ],
    ['loki export', each(PLUGIN, (line) => JSON.stringify({ labels: {}, line, timestamp: '2026-03-02T08:41:00Z' }))],
    ['loki answer, newest first', loki(PLUGIN)],
    ['logcli', each(PLUGIN, (line) => `2026-03-02T08:41:00Z {container="c", pod="p"} ${line}`)],
    ['journald', each(PLUGIN, (line) => `Mar 02 08:41:00 gpu-02 containerd[1234]: ${line}`)],
    ['numbered lines', each(PLUGIN, (line) => `     7\t${line}`)],
  ])('%s', (_name, text) => {
    expect(read(text)).toEqual({ kind: 'rdma-plugin-log', status: 'ok', failed: ['rdma-plugin-config'] })
  })
})
