import { EXIT, EXIT_HELP } from './exit-codes'
import { UsageError } from './usage-error'

/** One command: loaded only when it is asked for, so that `cairn explain` never loads Kubernetes, SSH or SQLite. */
interface Command {
  help: string
  main(argv: readonly string[]): Promise<number> | number
}

const COMMANDS: Readonly<Record<string, { words: string; load(): Promise<Command> }>> = {
  up: { words: 'start agent and web, print the address', load: () => import('./up') },
  demo: { words: 'the same over a simulated cluster', load: () => import('./demo') },
  sweep: { words: 'read nodes now, say how they are', load: () => import('./sweep') },
  check: { words: 'say how nodes are, as last read', load: () => import('./check') },
  run: { words: 'run NCCL all-reduce between nodes', load: () => import('./run') },
  doctor: { words: 'can Cairn see?', load: () => import('./doctor') },
  explain: { words: 'read pasted output of a tool, say what it means', load: () => import('./explain') },
  capture: { words: 'collect the output explain reads', load: () => import('./capture') },
}

const HELP = `cairn: which layer of the RDMA/SR-IOV/NCCL stack is broken first, why, and what fixes it

${Object.entries(COMMANDS)
  .map(([name, command]) => `  cairn ${name.padEnd(9)}${command.words}`)
  .join('\n')}
  cairn agent    the process behind the web side, alone
  cairn COMMAND --help

${EXIT_HELP}`

/** Runs a command and returns the exit code. Errors are said in one line. */
export async function cliMain(argv: readonly string[]): Promise<number> {
  const [name = 'help', ...rest] = argv
  if (name === 'help' || name === '--help' || name === '-h') {
    process.stdout.write(HELP)
    return EXIT.ok
  }
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (entry === undefined) {
    process.stderr.write(`cairn: no command is called ${JSON.stringify(name)}; see "cairn help"\n`)
    return EXIT.usage
  }
  try {
    const command = await entry.load()
    if (rest.includes('--help') || rest.includes('-h')) {
      process.stdout.write(command.help)
      return EXIT.ok
    }
    return await command.main(rest)
  } catch (error) {
    process.stderr.write(`cairn ${name}: ${error instanceof Error ? error.message : String(error)}\n`)
    return await codeOf(error)
  }
}

async function codeOf(error: unknown): Promise<number> {
  if (error instanceof UsageError) return EXIT.usage
  // Loaded now only: they bring the whole contract along, which a command that reads text never needs.
  const [{ ConfigError }, { AgentUnreachable, ApiRefusal }] = await Promise.all([
    import('@/lib/agent/config'),
    import('@/lib/contract/socket-client'),
  ])
  if (error instanceof ConfigError) return EXIT.configuration
  if (error instanceof ApiRefusal || error instanceof AgentUnreachable) return EXIT.refused
  // parseArgs of Node says what is wrong with the command line by a code of its own.
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return code.startsWith('ERR_PARSE_ARGS') ? EXIT.usage : EXIT.failed
}
