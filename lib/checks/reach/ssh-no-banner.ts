import { check } from '@/lib/check'
import { sshStageCheck, tryByHand } from '@/lib/reach-checks'
import { sh } from '@/lib/shell'

export default check(
  sshStageCheck({
    id: 'ssh-no-banner',
    title: { pass: 'An SSH server answers on the port', fail: 'The port is open but no SSH server speaks' },
    why: 'The TCP port accepts connections, but what answers is not SSH or never says its banner: another service, a stuck sshd, or a proxy in between.',
    refs: ['security F-03…F-07'],
    codes: ['SSH_NO_BANNER', 'NOT_SSH', 'SSH_KEX_TIMEOUT', 'SSH_KEX_FAILED'],
    fix: (target) => [
      { text: 'See what answers on the port', command: sh`nc -w 5 ${target.address} 22`, risk: 'none' },
      tryByHand(target),
    ],
    example: { stage: 'banner', code: 'SSH_NO_BANNER', reason: 'TCP open, no SSH banner within 10 s' },
  }),
)
