import type { HelmOutputFacts } from '@/collectors/cluster/helm-output/parse'
import { check, type Lacking, lacking, type Verdict } from '@/lib/check'
import { majorMinor, older } from '@/lib/versions'

const FINE: HelmOutputFacts = {
  from: null,
  to: null,
  command: 'helm upgrade network-operator nvidia/network-operator --version 25.7.0',
  reuseValues: false,
  outcome: 'deployed',
  nilPointers: [],
  errors: [],
  setKeys: [],
  chartVersion: '25.7.0',
}
const NIL = {
  template: 'network-operator/charts/nic-configuration-operator-chart/templates/operator.yaml',
  value: 'nicFirmwareStorage.pvcName',
  key: 'pvcName',
}
/** Values that the chart has ignored without a word since 24.10 (k8s-formats §13, commit 8fc96f20). */
const DEAD =
  /^(?:deployCR|nvIpam|secondaryNetwork|ofedDriver|rdmaSharedDevicePlugin|sriovDevicePlugin|ibKubernetes|nicFeatureDiscovery|docaTelemetryService)(?:\.|$)/
const DEAD_SINCE = [24, 10] as const

/** What helm printed: values without effect, and upgrades that fail for values of an older release. */
export default check({
  id: 'helm-values-without-effect',
  level: 'operators',
  scope: 'cluster',
  title: { pass: 'Helm values take effect', fail: 'Helm values are ignored or break the upgrade' },
  why: 'Since chart 24.10 every NicClusterPolicy value is accepted and ignored. And --reuse-values carries the computed values of the old release over the defaults of the new one: keys that are new are then missing, which ends in a nil pointer.',
  refs: ['k8s-formats §13 (Helm upgrade failures, chart history)'],
  needs: ['helmOutput'],
  after: [],
  run({ helmOutput }): Verdict | Lacking {
    const version = majorMinor(helmOutput.chartVersion ?? '')
    const dead = helmOutput.setKeys.filter((key) => DEAD.test(key))
    const [nil] = helmOutput.nilPointers
    if (nil) {
      const value = nil.value ?? nil.key
      const reuse = helmOutput.reuseValues === true
      const cause = reuse
        ? '--reuse-values keeps the values of the old release, which lack this key'
        : 'the values given lack this key of the new chart (as --reuse-values or an old values file leave it)'
      return {
        status: 'fail',
        summary: `helm ${helmOutput.outcome ?? 'failed'}${helmOutput.chartVersion ? ` (chart ${helmOutput.chartVersion})` : ''}: .Values.${value} is missing${nil.template ? ` in ${nil.template}` : ''}: ${cause}`,
        findings: helmOutput.nilPointers.map((each) => ({
          subject: each.value ?? each.key,
          status: 'fail',
          summary: `nil pointer at .Values.${each.value ?? each.key}`,
        })),
        fix: [
          {
            text: 'Upgrade with --reset-then-reuse-values (Helm 3.14 or newer) or with a values file written for the new release, one release at a time',
            command: 'helm upgrade network-operator nvidia/network-operator --reset-then-reuse-values',
            risk: 'config',
            verify: 'helm prints STATUS: deployed',
          },
        ],
        reason: 'missing-key',
        params: { value },
      }
    }
    if (dead.length > 0 && version === null)
      return lacking('the command names no chart version: from 24.10 on these values have no effect')
    if (dead.length > 0 && version !== null && !older(version, DEAD_SINCE))
      return {
        status: 'warn',
        summary: `Chart ${helmOutput.chartVersion} ignores ${dead.join(', ')}: since 24.10 the NicClusterPolicy is not made from values`,
        findings: dead.map((key) => ({ subject: key, status: 'warn', summary: 'accepted and ignored' })),
        fix: [
          {
            text: 'Write these settings into a NicClusterPolicy named nic-cluster-policy and apply it',
            command: 'kubectl apply -f nic-cluster-policy.yaml',
            risk: 'config',
          },
        ],
        reason: 'ignored-values',
        params: { values: dead.join(',') },
      }
    if (helmOutput.outcome === 'upgrade-failed' || helmOutput.outcome === 'install-failed')
      return lacking(`helm failed for another reason: ${helmOutput.errors[0] ?? 'no error line was kept'}`)
    return {
      status: 'pass',
      summary: `helm printed no value that is ignored${helmOutput.chartVersion ? ` by chart ${helmOutput.chartVersion}` : ''}`,
    }
  },
  examples: [
    { name: 'deployed', facts: { helmOutput: FINE }, status: 'pass' },
    {
      name: 'reused values',
      facts: { helmOutput: { ...FINE, reuseValues: true, outcome: 'upgrade-failed', nilPointers: [NIL] } },
      status: 'fail',
    },
    { name: 'deployCR with 25.7', facts: { helmOutput: { ...FINE, setKeys: ['deployCR'] } }, status: 'warn' },
    {
      name: 'another failure',
      facts: { helmOutput: { ...FINE, outcome: 'upgrade-failed', errors: ['Error: timed out'] } },
      status: 'lacking',
    },
  ],
})
