import { check, lacking } from '@/lib/check'
import { aRdmaLog } from '@/lib/examples/logs'
import { aPolicy } from '@/lib/examples/stack'
import { actingPolicy, POLICY_NAME } from '@/lib/nic-policy'
import { correctedRdmaConfig } from '@/lib/rdma-config'
import { rdmaFaults } from '@/lib/rdma-faults'

const entry = (selectors: object) =>
  JSON.stringify({ configList: [{ resourceName: 'rdma_shared_device_a', rdmaHcaMax: 63, ...selectors }] })
const GOOD = entry({ selectors: { vendors: ['15b3'] } })
const MAP = { namespace: 'network-operator', name: 'rdma-devices' }

/** Configuration of the RDMA shared device plugin, by the plug-in's own rules and by what it logs. */
export default check({
  id: 'rdma-plugin-config',
  level: 'operators',
  scope: 'cluster',
  title: {
    pass: 'RDMA shared device plugin configuration is valid',
    fail: 'RDMA shared device plugin configuration is faulty',
  },
  why: 'The operator stores any text as configuration. Empty selectors or broken JSON stop the plug-in on every node, and RDMA names where interface names belong leave it running with 0 handles: the pod is green and the resource is empty.',
  refs: ['k8s-formats §6, §17', 'Mellanox/k8s-rdma-shared-dev-plugin pkg/resources/resources_manager.go'],
  needs: [],
  anyOf: ['configMapsRdma', 'nicClusterPolicies', 'rdmaPluginLog'],
  wants: ['configMapsRdma', 'nicClusterPolicies', 'rdmaPluginLog'],
  after: [],
  run({ configMapsRdma, nicClusterPolicies, rdmaPluginLog }) {
    const policy = nicClusterPolicies === undefined ? null : actingPolicy(nicClusterPolicies)
    const texts = [
      ...(configMapsRdma ?? []).map((each) => ({ from: `ConfigMap ${each.name}`, text: each.config })),
      ...((configMapsRdma ?? []).length > 0 || policy?.rdmaConfig == null
        ? []
        : [{ from: `${POLICY_NAME} spec.rdmaSharedDevicePlugin.config`, text: policy.rdmaConfig }]),
    ]
    const logs = rdmaPluginLog ?? []
    if (texts.length === 0 && logs.length === 0)
      return { status: 'skip', summary: 'The RDMA shared device plugin is not configured' }
    const faults = rdmaFaults(texts, logs)
    if (faults.length === 0) {
      if (
        texts.length === 0 &&
        !logs.some((each) => each.registered || each.resources.some((one) => one.exposed !== null))
      )
        return lacking('the log does not reach the registration of a resource')
      const served = logs
        .flatMap((each) => each.resources)
        .map((each) => `${each.name}: ${each.exposed ?? each.rdmaHcaMax ?? 'unknown'} shared handles`)
      return {
        status: 'pass',
        summary:
          served.length > 0
            ? `Configuration accepted, ${[...new Set(served)].join(', ')}`
            : `${texts.map((each) => each.from).join(', ')} follows the rules of the plug-in`,
      }
    }
    return {
      status: faults.some((each) => each.status === 'fail') ? 'fail' : 'warn',
      summary: `${faults[0]?.from}: ${faults.map((each) => each.words).join('; ')}`,
      findings: faults.map((each) => ({
        subject: each.resource ?? 'rdma-devices',
        status: each.status,
        summary: each.words,
      })),
      evidence: [{ kind: 'yaml', title: 'A configuration that works', text: correctedRdmaConfig(faults) }],
      fix: [
        {
          text: 'Correct spec.rdmaSharedDevicePlugin.config of the policy (it becomes ConfigMap rdma-devices, key config.json), with at least one selector such as vendors ["15b3"] or ifNames',
          command: `kubectl edit nicclusterpolicy ${POLICY_NAME}`,
          risk: 'restart-pods',
          verify: 'kubectl get nodes -o json | grep rdma/ shows the resource with rdmaHcaMax handles',
        },
      ],
      reason: faults[0]?.id ?? 'config',
      params: { faults: [...new Set(faults.map((each) => each.id))].join(',') },
    }
  },
  examples: [
    { name: 'by vendor', facts: { configMapsRdma: [{ ...MAP, config: GOOD }] }, status: 'pass' },
    {
      name: 'empty selectors',
      facts: { configMapsRdma: [{ ...MAP, config: entry({ selectors: { vendors: [] } }) }] },
      status: 'fail',
    },
    {
      name: 'RDMA names as devices',
      facts: { nicClusterPolicies: [aPolicy({ rdmaConfig: entry({ devices: ['mlx5_0'] }) })] },
      status: 'fail',
    },
    { name: 'log: 63 handles', facts: { rdmaPluginLog: [aRdmaLog()] }, status: 'pass' },
    {
      name: 'log: 0 handles',
      facts: { rdmaPluginLog: [aRdmaLog({ resources: [{ name: 'a', rdmaHcaMax: 63, exposed: 0 }] })] },
      status: 'fail',
    },
    { name: 'not configured', facts: { nicClusterPolicies: [aPolicy()] }, status: 'skip' },
  ],
})
