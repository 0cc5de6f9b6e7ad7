import type { OperatorLogFacts } from '@/collectors/cluster/operator-log/parse'
import { check, lacking } from '@/lib/check'
import { aPod } from '@/lib/examples/stack'
import { aWebhook } from '@/lib/examples/workloads'
import { sh } from '@/lib/shell'
import { backendOf, readyBehind } from '@/lib/webhook-backends'

/** Admission webhooks whose Service has no ready pod: with failurePolicy Fail every write they watch is refused. */
export default check({
  id: 'webhook-without-backend',
  level: 'operators',
  scope: 'cluster',
  title: { pass: 'Every webhook of the stack has a backend', fail: 'A webhook without backend refuses changes' },
  why: 'With failurePolicy Fail and no pod behind the Service, the API server refuses every write the webhook watches, also the one that would switch the webhook off. The cluster looks healthy until somebody changes a policy.',
  refs: ['k8s-formats §20.13', 'samples/recorded/10'],
  needs: [],
  anyOf: ['webhookConfigurations', 'mutatingWebhookConfigurations'],
  wants: [
    'webhookConfigurations',
    'mutatingWebhookConfigurations',
    'pods',
    'daemonSets',
    'deployments',
    'sriovOperatorLog',
  ],
  after: [],
  run({ webhookConfigurations, mutatingWebhookConfigurations, sriovOperatorLog, ...read }) {
    const ours = [...(webhookConfigurations ?? []), ...(mutatingWebhookConfigurations ?? [])].flatMap((webhook) => {
      const component = backendOf(webhook)
      return component === null ? [] : [{ webhook, ready: readyBehind(component, webhook.service.namespace, read) }]
    })
    if (ours.length === 0) return { status: 'skip', summary: 'No webhook of the stack is installed' }
    if (ours.some((each) => each.ready === null))
      return lacking(
        'neither pods nor DaemonSets and Deployments were read: what stands behind the webhooks is unknown',
      )
    const empty = ours.filter((each) => each.ready === 0)
    if (empty.length === 0)
      return { status: 'pass', summary: `${ours.length} webhooks of the stack have a ready pod behind them` }
    const blocking = empty.filter((each) => each.webhook.failurePolicy === 'Fail')
    const named = (blocking.length > 0 ? blocking : empty).map((each) => each.webhook)
    const [first] = named
    return {
      status: blocking.length > 0 ? 'fail' : 'warn',
      summary: `${[...new Set(named.map((each) => each.configuration))].join(', ')} points to ${first?.service.namespace}/${first?.service.name} with 0 ready pods; failurePolicy ${first?.failurePolicy}${blocking.length > 0 ? ` refuses ${[...new Set(blocking.flatMap((each) => each.webhook.refuses))].join(', ')}` : ': its changes are left out'}${renderFault(sriovOperatorLog)}`,
      findings: empty.map(({ webhook }) => ({
        subject: webhook.configuration,
        status: webhook.failurePolicy === 'Fail' ? 'fail' : 'warn',
        summary: `${webhook.kind}, failurePolicy ${webhook.failurePolicy}, 0 ready pods behind ${webhook.service.name}`,
      })),
      fix: [
        {
          text: 'See why the operator makes no pods for it (its log names the object it cannot create)',
          command: 'kubectl logs -A -l name=sriov-network-operator --tail=100',
          risk: 'none',
        },
        ...blocking.slice(0, 2).map(({ webhook }) => ({
          text: 'Way out: delete the webhook configuration, then set enableOperatorWebhook and enableInjector to false (that update is refused before)',
          command: sh`kubectl delete ${webhook.kind === 'validating' ? 'validatingwebhookconfiguration' : 'mutatingwebhookconfiguration'} ${webhook.configuration}`,
          risk: 'config' as const,
        })),
      ],
      reason: 'no-backend',
      params: { configurations: [...new Set(empty.map((each) => each.webhook.configuration))].sort().join(',') },
    }
  },
  examples: [
    {
      name: 'pod behind it',
      facts: { webhookConfigurations: [aWebhook()], pods: [aPod('w', { labels: { app: 'operator-webhook' } })] },
      status: 'pass',
    },
    { name: 'no pod, Fail', facts: { webhookConfigurations: [aWebhook()], pods: [] }, status: 'fail' },
    {
      name: 'no pod, Ignore',
      facts: { mutatingWebhookConfigurations: [aWebhook({ failurePolicy: 'Ignore' })], pods: [] },
      status: 'warn',
    },
    { name: 'backend unread', facts: { webhookConfigurations: [aWebhook()] }, status: 'lacking' },
    {
      name: 'webhooks of others',
      facts: { webhookConfigurations: [aWebhook({ service: { namespace: 'x', name: 'cert-manager' } })] },
      status: 'skip',
    },
  ],
})

/** Why the operator makes no pods for its webhooks, in the words of its log. */
function renderFault(logs: readonly OperatorLogFacts[] | undefined): string {
  const line = logs
    ?.flatMap((each) => [...each.findings, ...each.errors])
    .find((each) => /secretName: Required value/.test(each.text))
  if (!line) return ''
  const name = /DaemonSet\.apps "([^"]{1,100})" is invalid/.exec(line.text)?.[1]
  return `; the operator cannot create the DaemonSet${name ? ` ${name}` : ''} because the secretName of its certificate is not set (chart installed without admissionControllers.enabled)`
}
