import { check } from '@/lib/check'
import { sshStageCheck } from '@/lib/reach-checks'
import { sh } from '@/lib/shell'

export default check(
  sshStageCheck({
    id: 'ssh-host-key',
    title: { pass: 'The host key is the one we know', fail: 'The host key is unknown or has changed' },
    why: 'Cairn never talks to a host whose key it cannot verify: a changed key is a reinstalled node or somebody in between. No login was attempted.',
    refs: ['security SEC-31, F-09, F-10'],
    codes: ['HOST_KEY_UNKNOWN', 'HOST_KEY_CHANGED', 'HOST_KEY_REVOKED', 'HOST_CERT_UNSUPPORTED'],
    fix: (target) => [
      {
        text: 'Compare the fingerprint on the node’s console, then put the right key into known_hosts',
        command: sh`ssh-keyscan -t ed25519 ${target.address}`,
        risk: 'none',
      },
    ],
    example: { stage: 'host-key', code: 'HOST_KEY_CHANGED', reason: 'the key in known_hosts is another one' },
  }),
)
