import { EXIT_HELP } from './exit-codes'
import { main as up } from './up'

export const help = `cairn demo [--scenario seed|healthy|…] [--port N]: a simulated cluster on this machine, with agent and web

${EXIT_HELP}`

/** The demo, also where there is a kubeconfig. */
export async function main(argv: readonly string[]): Promise<number> {
  return up(argv, true)
}
