import { cause } from '@/lib/cause'
import { HEALTHY_REACH, reachFailedAt } from '@/lib/reach-checks'
import { failed, symptoms } from '@/lib/rules/explained'
import { sh } from '@/lib/shell'

const EXPLAINS = [
  'ssh-timeout',
  'ssh-refused',
  'ssh-no-banner',
  'ssh-auth',
  'ssh-host-key',
  'ssh-weak-algorithms',
] as const

const failure = reachFailedAt('tcp', 'JUMP_FAILED', 'jump host ops@bastion:22 does not forward: connect failed')
const viaBastion = { ...failure, ssh: failure.ssh ? { ...failure.ssh, via: 'ops@bastion:22' } : null }

/** Nodes that are reached through one jump host, and the jump host is what fails: one cause for all of them. */
export default cause({
  id: 'unreachable-behind-jump-host',
  title: 'The jump host does not let us through',
  level: 'reach',
  scope: 'node',
  explains: EXPLAINS,
  specificity: 90,
  why: 'When the host in between is down, refuses our key or forbids forwarding, every node behind it looks dead at once. Nothing is known of the nodes themselves then, and they are most likely fine.',
  refs: ['security F-01…F-11', 'CHECKS §0'],
  match(input) {
    const ssh = input.facts.reach?.ssh
    if (!ssh || ssh.ok || ssh.via === undefined || ssh.code !== 'JUMP_FAILED') return null
    return {
      summary: `The node cannot be read because the jump host ${ssh.via} fails (${ssh.reason ?? ssh.code}): repair the way through it; nothing is known of the node itself`,
      explains: symptoms(input, EXPLAINS),
      fix: [
        {
          text: 'Log in to the jump host the way Cairn does',
          command: sh`ssh -v ${ssh.via} true`,
          risk: 'none',
        },
        {
          text: 'See that it allows forwarding and reaches the node',
          command: sh`ssh -v -J ${ssh.via} ${`${ssh.user}@${ssh.address}`} true`,
          risk: 'none',
          verify: 'all nodes behind it answer again',
        },
      ],
      params: { via: ssh.via },
    }
  },
  examples: [
    {
      name: 'the bastion does not forward',
      node: 'dgx030',
      verdicts: [failed('ssh-timeout', 'reach', 'cairn@10.0.0.30 through ops@bastion:22: does not forward')],
      facts: { reach: viaBastion },
      matches: true,
    },
    {
      name: 'the node itself is silent',
      node: 'dgx030',
      verdicts: [failed('ssh-timeout', 'reach', 'no answer within 5 s')],
      facts: { reach: reachFailedAt('tcp', 'SSH_CONNECT_TIMEOUT', 'no answer within 5 s') },
      matches: false,
    },
    { name: 'reached', node: 'dgx030', verdicts: [], facts: { reach: HEALTHY_REACH }, matches: false },
  ],
})
