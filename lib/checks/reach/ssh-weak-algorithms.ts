import { check } from '@/lib/check'
import { sshStageCheck, tryByHand } from '@/lib/reach-checks'

export default check(
  sshStageCheck({
    id: 'ssh-weak-algorithms',
    title: { pass: 'Server and agent share a strong key exchange', fail: 'No common strong SSH algorithm' },
    why: 'The server offers only algorithms that Cairn does not use (SHA-1, ssh-rsa), or only post-quantum exchanges that its SSH library does not know yet.',
    refs: ['security SEC-34, F-11', 'feasibility §2.3'],
    codes: ['SSH_WEAK_ALGORITHMS'],
    fix: (target) => [
      { text: 'Enable curve25519-sha256 and an ed25519 host key in sshd_config', risk: 'config' },
      tryByHand(target),
    ],
    example: {
      stage: 'kex',
      code: 'SSH_WEAK_ALGORITHMS',
      reason: 'no matching key exchange: server offers diffie-hellman-group1-sha1',
    },
  }),
)
