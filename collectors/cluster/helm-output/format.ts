import { format } from '@/lib/format'
import { HELM_LIST, type HelmOutputFacts, parseHelmOutput } from './parse'

const STRONG =
  /\b(?:UPGRADE|INSTALLATION) FAILED\b|nil pointer evaluating interface \{\}|has been upgraded\. Happy Helming!/
const COMMAND = /\bhelm\s+(?:upgrade|install)\b/

/** What helm install, upgrade, list or get values printed. */
export default format<'helm-output', HelmOutputFacts>({
  kind: 'helm-output',
  title: 'helm install / upgrade output',
  recognise: (capture) => {
    const head = capture.lines.slice(0, 2000)
    if (head.some((line) => STRONG.test(line) || HELM_LIST.test(line) || line.trim() === 'USER-SUPPLIED VALUES:'))
      return 90
    return head.some((line) => COMMAND.test(line)) ? 60 : 0
  },
  parse: parseHelmOutput,
  provides: (facts) => ({ helmOutput: facts }),
})
