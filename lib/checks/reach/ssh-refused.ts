import { check } from '@/lib/check'
import { sshStageCheck, tryByHand } from '@/lib/reach-checks'

export default check(
  sshStageCheck({
    id: 'ssh-refused',
    title: { pass: 'SSH port is open', fail: 'SSH connection refused' },
    why: 'Nothing listens on the SSH port of the address Kubernetes gives for the node, or a firewall answers for it. Every level that is read on the node stays unknown.',
    refs: ['security F-01'],
    codes: ['SSH_REFUSED', 'UNRESOLVED', 'SSH_NO_ROUTE', 'BAD_TARGET'],
    fix: (target) => [
      { text: 'Is sshd running, and does a firewall reject the port?', risk: 'none' },
      tryByHand(target),
    ],
    example: { stage: 'tcp', code: 'SSH_REFUSED', reason: 'connection refused on port 22' },
  }),
)
