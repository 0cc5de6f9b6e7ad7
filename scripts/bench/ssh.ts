import { output, type Part, Skipped } from './part'

/** Sweeps over loopback sshd nodes beside pdsh, clush and xargs ssh, one key exchange for all (scripts/bench-ssh.ts). */
export const sshPart: Part = {
  id: 'ssh',
  title: 'SSH fan-out beside pdsh, clush and OpenSSH',
  limitSec: 600,
  async run({ sshNodes, rounds }) {
    const args = ['--import', 'tsx', 'scripts/bench-ssh.ts', '--nodes', String(sshNodes), '--rounds', String(rounds)]
    const text = await output(process.execPath, args, sshPart.limitSec)
    const skipped = /bench-ssh: skipped, (.*)/.exec(text)?.[1]
    if (skipped !== undefined) throw new Skipped(skipped)
    return text.trim()
  },
}
