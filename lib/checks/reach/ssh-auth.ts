import { check } from '@/lib/check'
import { sshStageCheck, tryByHand } from '@/lib/reach-checks'

export default check(
  sshStageCheck({
    id: 'ssh-auth',
    title: { pass: 'The node accepts our key', fail: 'The node refuses our SSH key' },
    why: 'The server asked for a login and refused the key we have. Cairn tries once per sweep and never falls back to passwords.',
    refs: ['security F-08, SEC-35'],
    codes: ['SSH_AUTH', 'KEY_UNUSABLE'],
    fix: (target) => [
      {
        text: 'Install the agent’s public key for this user, best with a forced command (docs/security.md)',
        risk: 'config',
      },
      tryByHand(target),
    ],
    example: { stage: 'auth', code: 'SSH_AUTH', reason: 'publickey for user cairn was refused' },
  }),
)
