import { check, lacking } from '@/lib/check'
import { anOperatorLog } from '@/lib/examples/logs'
import { aDeployment } from '@/lib/examples/stack'
import { SRIOV_CONFIG } from '@/lib/examples/workloads'
import { sh } from '@/lib/shell'

const MISSING_LINE = {
  id: 'default-config-missing',
  severity: 'fail',
  count: 3,
  firstAt: null,
  lastAt: null,
  pci: null,
  text: 'default SriovOperatorConfig object not found, cannot reconcile SriovNetworkNodePolicies',
} as const
const NAME = 'default'

/** The SR-IOV operator obeys one SriovOperatorConfig, named default; without it it does nothing. */
export default check({
  id: 'operator-config-missing',
  level: 'operators',
  scope: 'cluster',
  title: { pass: 'SriovOperatorConfig default exists', fail: 'SriovOperatorConfig default is missing' },
  why: 'Without this object the SR-IOV operator runs and reconciles nothing: no config daemon, no node states, no VFs. It writes one log line and no event.',
  refs: ['k8s-formats §3.4, §20.16', 'samples/recorded/15'],
  needs: [],
  anyOf: ['sriovOperatorConfigs', 'sriovOperatorLog'],
  wants: ['sriovOperatorConfigs', 'sriovOperatorLog', 'deployments'],
  after: [],
  run({ sriovOperatorConfigs, sriovOperatorLog, deployments }) {
    const found = sriovOperatorConfigs?.find((each) => each.name === NAME)
    if (found)
      return { status: 'pass', summary: `SriovOperatorConfig ${NAME} exists in ${found.namespace ?? 'its namespace'}` }
    const line = sriovOperatorLog?.flatMap((each) => each.findings).find((each) => each.id === 'default-config-missing')
    if (!line && sriovOperatorConfigs === undefined)
      return lacking('SriovOperatorConfigs were not read, and the log does not name a missing one')
    const operator = deployments?.find((each) => each.component === 'sriov-operator')
    if (!line && deployments !== undefined && !operator)
      return { status: 'skip', summary: 'The SR-IOV operator is not installed' }
    if (!line && deployments === undefined)
      return lacking('Deployments were not read: whether the SR-IOV operator is installed is unknown')
    const namespace = operator?.namespace ?? 'network-operator'
    const others = (sriovOperatorConfigs ?? []).map((each) => each.name).join(', ') || 'none'
    return {
      status: 'fail',
      summary: `SriovOperatorConfigs: ${sriovOperatorConfigs === undefined ? 'the operator finds none' : others}, expected one named ${NAME} in ${namespace}`,
      findings: [{ subject: 'SriovOperatorConfig', status: 'fail', summary: line?.text ?? `no object named ${NAME}` }],
      fix: [
        {
          text: `Create SriovOperatorConfig ${NAME} in the namespace of the operator (the chart has its spec)`,
          command: sh`kubectl -n ${namespace} apply -f sriov-operator-config.yaml`,
          risk: 'config',
          verify: 'the DaemonSet sriov-network-config-daemon appears',
        },
      ],
      reason: 'no-default-config',
    }
  },
  examples: [
    { name: 'exists', facts: { sriovOperatorConfigs: [SRIOV_CONFIG] }, status: 'pass' },
    {
      name: 'missing',
      facts: { sriovOperatorConfigs: [], deployments: [aDeployment('sriov-operator')] },
      status: 'fail',
    },
    { name: 'by the log', facts: { sriovOperatorLog: [anOperatorLog({ findings: [MISSING_LINE] })] }, status: 'fail' },
    { name: 'no operator', facts: { sriovOperatorConfigs: [], deployments: [] }, status: 'skip' },
    { name: 'log without the line', facts: { sriovOperatorLog: [anOperatorLog()] }, status: 'lacking' },
  ],
})
