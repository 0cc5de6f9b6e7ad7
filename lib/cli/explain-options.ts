import { knowledge } from '@/lib/explain/knowledge'
import { sanitiseLine } from '@/lib/sanitise'

/** The command line of `cairn explain`. */
export interface ExplainOptions {
  json: boolean
  as: string | undefined
  /** Files, folders and `-`, in order. */
  paths: string[]
}

/** Reads the command line; a string says what is wrong with it. */
export function explainOptions(argv: readonly string[]): ExplainOptions | string {
  const options: ExplainOptions = { json: false, as: undefined, paths: [] }
  let rest = false
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? ''
    if (rest || word === '-' || !word.startsWith('-')) options.paths.push(word)
    else if (word === '--') rest = true
    else if (word === '--json') options.json = true
    else if (word === '--as') {
      at += 1
      options.as = argv[at]
      if (options.as === undefined) return '--as needs a kind'
    } else if (word.startsWith('--as=')) options.as = word.slice('--as='.length)
    else return `unknown option ${sanitiseLine(word, 60)}`
  }
  if (options.paths.length === 0) options.paths.push('-')
  const kind = options.as?.startsWith('k8s:') ? 'k8s' : options.as
  if (kind !== undefined && !knowledge.formats.some((format) => format.kind === kind))
    return `unknown kind ${sanitiseLine(kind, 60)}`
  return options
}
