import { EXIT } from './exit-codes'
import { help, main } from './explain'

/**
 * `cairn explain` as a program of its own, without the other commands: bin/cairn.js starts it through V8's code cache, because it is
 * run for every paste.
 */
export async function run(argv: readonly string[]): Promise<number> {
  if (argv.includes('--help') || argv.includes('-h')) {
    process.stdout.write(help)
    return EXIT.ok
  }
  try {
    return await main(argv)
  } catch (error) {
    process.stderr.write(`cairn explain: ${error instanceof Error ? error.message : String(error)}\n`)
    return EXIT.failed
  }
}
