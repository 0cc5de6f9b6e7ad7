import { check } from '@/lib/check'
import { sectionCheck } from '@/lib/reach-checks'

export default check(
  sectionCheck({
    id: 'section-timeout',
    title: { pass: 'Every read ends in time', fail: 'A read on the node does not end' },
    why: 'A tool that hangs is often stuck in the driver or the firmware (state D). After two hits Cairn stops asking, so that stuck processes do not pile up.',
    refs: ['security F-14, F-25'],
    status: 'timeout',
    words: (section) => `${section.id} did not end in time`,
    fix: () => [
      {
        text: 'Look for a stuck process and for other users of the firmware tools',
        command: 'ps -eo pid,stat,etime,args | grep -E "mst|nvidia-smi|mlx"',
        risk: 'none',
      },
    ],
  }),
)
