import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The benchmark's own files, which travel in the run's ConfigMap: beside the sources, or beside the bundle in `dist`. */
export function readProgram(): { program: string; entry: string } {
  const here = dirname(fileURLToPath(import.meta.url))
  const places = [join(here, '..', '..', 'runs', 'program'), join(here, '..', 'lib', 'runs', 'program')]
  const folder = places.find((place) => existsSync(join(place, 'entry.sh')))
  if (!folder) throw new Error(`the benchmark program is not in ${places.join(' or ')}`)
  return {
    program: readFileSync(join(folder, 'allreduce.py'), 'utf8'),
    entry: readFileSync(join(folder, 'entry.sh'), 'utf8'),
  }
}
