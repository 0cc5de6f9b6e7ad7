import { check } from '@/lib/check'
import { sshStageCheck, tryByHand } from '@/lib/reach-checks'
import { sh } from '@/lib/shell'

export default check(
  sshStageCheck({
    id: 'ssh-timeout',
    title: { pass: 'SSH answers in time', fail: 'SSH does not answer, or ends before the probe did' },
    why: 'Packets to the node vanish, or a connection stopped answering. The node may be down, rebooting, or behind a firewall that drops.',
    refs: ['security F-02, F-13, F-23, F-27'],
    codes: [
      'SSH_CONNECT_TIMEOUT',
      'SSH_LOST',
      'CHANNEL_TIMEOUT',
      'CHANNEL_REFUSED',
      'EXEC_REFUSED',
      'NO_PROBE',
      'FRAMING',
      'JUMP_FAILED',
      'ABORTED',
    ],
    fix: (target) => [
      { text: 'Is the node up, and is the route to it open?', command: sh`ping -c 3 ${target.address}`, risk: 'none' },
      tryByHand(target),
    ],
    example: { stage: 'tcp', code: 'SSH_CONNECT_TIMEOUT', reason: 'no answer within 5 s' },
  }),
)
