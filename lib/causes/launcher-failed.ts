import { cause } from '@/lib/cause'
import { failed, faulty, passed, stepsOf, symptoms } from '@/lib/rules/explained'

const EXPLAINS = ['mpijob-failed', 'run-incomplete'] as const
const WORDS: Readonly<Record<string, string>> = {
  BackoffLimitExceeded: 'its launcher program ended with an error as often as backoffLimit allows',
  DeadlineExceeded: 'it ran longer than activeDeadlineSeconds',
  MPIJobEvicted: 'its launcher was evicted from its node',
}

/** The MPIJob is over: its launcher ended it, whatever its workers still do. */
export default cause({
  id: 'launcher-failed',
  title: 'The launcher of an MPIJob failed',
  level: 'pod',
  scope: 'cluster',
  explains: EXPLAINS,
  specificity: 70,
  why: 'The launcher decides an MPIJob. Workers that still run do not mean that the job does: with cleanPodPolicy None they keep their GPUs until somebody deletes the job.',
  refs: ['k8s-formats §12, §20.26', 'samples/recorded/18'],
  match(input) {
    const source = faulty(input, 'mpijob-failed')
    if (source?.status !== 'fail') return null
    const [first] = source.findings?.filter((each) => each.status === 'fail') ?? []
    const reason = String(source.params?.reason ?? '')
    const gpus = /(\d+) GPUs are still held/.exec(first?.summary ?? '')?.[1]
    const policy = /\(cleanPodPolicy (\w+)\)/.exec(first?.summary ?? '')?.[1]
    const held =
      gpus === undefined
        ? ''
        : `; ${gpus} GPUs stay allocated (cleanPodPolicy ${policy ?? 'not set'}) until the job is deleted`
    return {
      summary: `MPIJob ${first?.subject ?? ''} failed because ${WORDS[reason] ?? first?.summary ?? source.summary}${reason === '' ? '' : ` (${reason})`}: read the log of the launcher${held}`,
      explains: symptoms(input, EXPLAINS),
      fix: stepsOf(source, [{ text: 'Read the log of the launcher', risk: 'none' }]),
      params: { reason: reason || 'unknown' },
    }
  },
  examples: [
    {
      name: 'back-off',
      verdicts: [
        failed('mpijob-failed', 'pod', 'team/nccl failed: BackoffLimitExceeded/', {
          params: { reason: 'BackoffLimitExceeded' },
        }),
      ],
      matches: true,
    },
    { name: 'succeeded', verdicts: [passed('mpijob-failed', 'pod')], matches: false },
    {
      name: 'only holds GPUs',
      verdicts: [failed('mpijob-failed', 'pod', 'has succeeded, but 16 GPUs are held', { status: 'warn' })],
      matches: false,
    },
  ],
})
