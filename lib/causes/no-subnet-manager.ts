import { cause } from '@/lib/cause'
import { failed, faulty, stepsOf, symptoms } from '@/lib/rules/explained'

const EXPLAINS = ['no-subnet-manager', 'port-not-armed', 'bad-lid'] as const

/** Ports with link and no subnet manager. */
export default cause({
  id: 'no-subnet-manager',
  title: 'No subnet manager serves this fabric',
  level: 'links',
  scope: 'node',
  explains: EXPLAINS,
  specificity: 80,
  why: 'Links are up and no port gets an address: the subnet manager is stopped, unreachable or refuses these ports. It is one service for a whole fabric, so many nodes show it at once.',
  refs: ['research/host-formats.md §5, §6 (sminfo)'],
  match(input) {
    const source = faulty(input, 'no-subnet-manager')
    if (source?.status !== 'fail') return null
    return {
      summary: `Ports stay unusable although they have link because ${source.summary}: start or repair the subnet manager`,
      explains: symptoms(input, EXPLAINS),
      fix: stepsOf(source, [{ text: 'Start the subnet manager of this fabric', risk: 'none' }]),
      params: {},
    }
  },
  examples: [
    {
      name: 'all ports Initializing',
      verdicts: [
        failed('no-subnet-manager', 'links', '8 of 8 ports have link but SM LID 0'),
        failed('port-not-armed', 'links', '8 of 8 are Initializing'),
      ],
      matches: true,
    },
    { name: 'ports down', verdicts: [failed('port-polling', 'links', '1 of 8 polls')], matches: false },
  ],
})
