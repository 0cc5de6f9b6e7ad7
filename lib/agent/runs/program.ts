import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ManifestInput, ownerKindOf } from '@/lib/runs/manifest-input'

/** Scripts that each kind of run needs in its pods. */
const PROGRAMS = {
  Job: ['entry.sh', 'hcas.sh', 'collective.py'],
  MPIJob: ['worker.sh', 'launch.sh', 'rank.sh', 'hcas.sh'],
  rdma: ['rdma.sh', 'rdma.py'],
} as const

/** The programs of a run, which travel in its ConfigMap: beside the sources, or beside the bundle in `dist`. */
export function filesOf(work: ManifestInput['work']): Record<string, string> {
  const here = dirname(fileURLToPath(import.meta.url))
  const places = [join(here, '..', '..', 'runs', 'program'), join(here, '..', 'lib', 'runs', 'program')]
  const folder = places.find((place) => existsSync(join(place, 'entry.sh')))
  if (!folder) throw new Error(`the benchmark programs are not in ${places.join(' or ')}`)
  const names = work.kind === 'rdma' ? PROGRAMS.rdma : PROGRAMS[ownerKindOf(work)]
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
}
