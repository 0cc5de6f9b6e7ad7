import type { KernelFacts } from '@/collectors/node/kernel/facts'

/** What the command line keeps CPUs free for, in words that nodes can be compared by; `none`: the command line was read and says nothing. */
export interface CpuIsolation {
  /** `isolcpus=` with its flags: `managed_irq,domain,4-19`. */
  isolcpus: string | null
  /** `nohz_full=`. */
  nohzFull: string | null
}

/** Null where the command line was not read. */
export function isolationOf(kernel: KernelFacts | null | undefined): CpuIsolation {
  const line = kernel?.cmdline
  return line
    ? { isolcpus: line.isolcpus ?? 'none', nohzFull: line.nohzFull ?? 'none' }
    : { isolcpus: null, nohzFull: null }
}
