import { commandOf, hostOf } from '@/lib/command-line'
import { withoutTerminal } from '@/lib/explain/terminal'
import type { Input } from './open-files'

/** Longest name made of a command, characters. */
const MAX_NAME = 60
/** More commands than this are a log of a script, not something a person pasted. */
const MAX_COMMANDS = 100
/** Answers about the cluster, wherever they were asked for. */
const OF_CLUSTER = /^(?:sudo )?(?:kubectl|oc|k|helm|stern|logcli) /
const SSH = /^(?:sudo )?ssh (?:-\S{1,20} ){0,8}(?:[\w.-]{1,64}@)?([\w.-]{1,64}) \S/

/**
 * A pasted terminal session, cut at its prompts: each command's answer is a capture of its own, named by machine and command. Null where
 * the text holds at most one answer. The prompt stays with its answer.
 */
export function splitSession(text: string): Input[] | null {
  const parts: { name: string; lines: string[] }[] = [{ name: 'before the first prompt', lines: [] }]
  for (const line of text.split(/\r?\n/)) {
    const command = commandOf(line)
    if (command) parts.push({ name: nameOf(command, hostOf(line)), lines: [] })
    parts.at(-1)?.lines.push(line)
  }
  const answers = parts.filter(({ lines }) => withoutTerminal(lines).some((line) => line.trim() !== ''))
  if (answers.length < 2 || parts.length > MAX_COMMANDS) return null
  return answers.map(({ name, lines }) => ({ name, text: `${lines.join('\n')}\n` }))
}

/** A folder named like the machine says whose answer it is (`lib/explain/place.ts`); a slash of the command makes no folder. */
function nameOf(command: string, host: string | null): string {
  const name = command.slice(0, MAX_NAME).replaceAll('/', '\u2044')
  const machine = OF_CLUSTER.test(command) ? null : (SSH.exec(command)?.[1] ?? host)
  return machine === null ? name : `${machine}/${name}`
}
