import { NotRead, nodeCollector } from '@/lib/collector'
import { FIND_NVIDIA_SMI } from '../nvidia-smi-csv/find'

/** A process that computes on a GPU, as the host sees it. */
export interface GpuProcess {
  /** PCI address of its GPU; null where the tool prints none. */
  pci: string | null
  pid: number
  name: string
}

/** The fact `gpuProcesses`. */
export interface GpuProcesses {
  processes: readonly GpuProcess[]
}

/** Processes kept; a node that computes has some per GPU. */
const MAX_PROCESSES = 256
const FIELDS = 'gpu_bus_id,pid,process_name'
const HEADER = /^gpu_bus_id, pid, process_name$/

/**
 * Who computes on the GPUs now, whatever started it: Slurm and bare-metal jobs take GPUs that Kubernetes believes to be free (SEC-51b).
 */
export default nodeCollector({
  id: 'gpuProcesses',
  title: 'Processes on the GPUs (nvidia-smi)',
  reads: {
    query: {
      via: 'node',
      lane: 'slow',
      script: `${FIND_NVIDIA_SMI}"$s" --query-compute-apps=${FIELDS} --format=csv\nexit 0`,
      timeoutSec: 60,
    },
  },
  /** @throws NotRead when nvidia-smi did not list, or listed what is not understood: neither means that nobody computes */
  parse({ query }): GpuProcesses {
    const lines = query.text.split('\n').map((line) => line.trim())
    if (lines.includes('no-gpu')) return { processes: [] }
    const from = lines.findIndex((line) => HEADER.test(line))
    if (from < 0) throw new NotRead('unreadable', 'nvidia-smi did not list the processes')
    const rows = lines.slice(from + 1).filter((line) => line !== '')
    const processes = rows.slice(0, MAX_PROCESSES).flatMap((line) => rowOf(line) ?? [])
    if (rows.length > 0 && processes.length === 0)
      throw new NotRead('unreadable', 'nvidia-smi listed the processes in a way that is not known')
    if (query.cut && processes.length === 0) throw new NotRead('unreadable', 'the list of processes was cut')
    return { processes }
  },
})

/** `00000000:1B:00.0, 4711, python3`: a name may hold commas. Null for `[Insufficient Permissions]` and other words. */
function rowOf(line: string): GpuProcess | null {
  const row = /^([0-9A-Fa-f]{4,8}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}\.[0-7]|\[?N\/A\]?), (\d{1,10}), (.*)$/.exec(line)
  if (!row?.[1] || !row[2]) return null
  const [domain = '', ...rest] = row[1].toLowerCase().split(':')
  return {
    pci: rest.length === 0 ? null : [domain.slice(-4), ...rest].join(':'),
    pid: Number(row[2]),
    name: (row[3] ?? '').slice(0, 200),
  }
}
