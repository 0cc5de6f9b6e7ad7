import { check } from '@/lib/check'
import { HEALTHY_REACH } from '@/lib/reach-checks'

export default check({
  id: 'api-unreachable',
  level: 'reach',
  title: { pass: 'The Kubernetes API answers', fail: 'The Kubernetes API does not answer' },
  why: 'Everything that comes from Kubernetes goes stale 90 s after the last sign of life and is then unknown. What nodes say over SSH still works.',
  refs: ['security F-31, F-32', 'DESIGN §3 freshness'],
  needs: ['reach'],
  after: [],
  run: ({ reach }) => {
    const { state, reason, server } = reach.api
    if (state === 'off') return { status: 'skip', summary: 'No cluster is configured' }
    if (state === 'ok') return { status: 'pass', summary: `${server ?? 'The API server'} answers` }
    return {
      status: 'fail',
      reason: 'api-unreachable',
      summary: `${server ?? 'The API server'}: ${reason ?? 'no answer'}`,
      findings: [{ subject: server ?? 'api', status: 'fail', summary: reason ?? 'no answer' }],
      fix: [
        {
          text: 'Ask the API server by hand with the same kubeconfig',
          command: 'kubectl get --raw /readyz?verbose',
          risk: 'none',
        },
      ],
    }
  },
  examples: [
    { name: 'answers', facts: { reach: HEALTHY_REACH }, status: 'pass' },
    {
      name: 'connection refused',
      facts: {
        reach: {
          ...HEALTHY_REACH,
          api: { state: 'unreachable', reason: 'connection refused', server: 'https://10.0.0.1:6443' },
        },
      },
      status: 'fail',
    },
  ],
})
