import { writeSync } from 'node:fs'
import { EXIT } from './exit-codes'
import { explainCapture, help, optionsOf, print } from './explain-capture'
import { pathKind } from './path-kind'

/**
 * `cairn explain` of plain captures as a program of its own, without the other commands and without folders and archives: bin/cairn.js
 * starts it through V8's code cache, because it is run for every paste. Whatever it loads costs every start.
 * @returns the exit status; null where a path is a folder or packed, and nothing was said yet: then the whole command answers
 */
export async function run(argv: readonly string[]): Promise<number | null> {
  if (argv.includes('--help') || argv.includes('-h')) {
    process.stdout.write(help)
    return EXIT.ok
  }
  try {
    const options = optionsOf(argv)
    if (options === null) return 2
    if (options.paths.some((path) => pathKind(path) !== 'other')) return null
    let allRead = true
    for (const path of options.paths) allRead = (await explainCapture(path, options, printAtOnce)) && allRead
    return allRead ? 0 : 3
  } catch (error) {
    process.stderr.write(`cairn explain: ${error instanceof Error ? error.message : String(error)}\n`)
    return EXIT.failed
  }
}

/** A reader set the output to non-blocking and is slower: from then on Node's stream holds what it cannot take. */
let isStreamed = false

/** Writes without Node's streams, whose loading alone costs a start as much as reading a capture. */
async function printAtOnce(text: string): Promise<void> {
  if (isStreamed) return print(text)
  const bytes = Buffer.from(text)
  let written = 0
  try {
    while (written < bytes.length) written += writeSync(1, bytes, written)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error
    isStreamed = true
    return print(bytes.subarray(written).toString())
  }
}
