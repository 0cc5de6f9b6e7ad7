import type { Config } from '@/lib/agent/config-schema'
import type { PlanResponse, RunKind, RunLauncher, RunOptions } from '@/lib/contract/runs'
import { rdmaTest, runCollective } from '@/lib/contract/runs'
import { PRESETS } from '@/lib/runs/presets'
import { IMAGE_NEEDS, imageKey, imagesOf } from './images'

export interface Chosen {
  choices: PlanResponse['choices']
  launcher: RunLauncher
  /** Null with a problem. */
  image: string | null
  problem: string | null
}

/**
 * What can be chosen here and now, and what is taken where nothing was chosen: an MPIJob where the MPI Operator runs and an image for
 * it is configured, else a Job.
 * @param noMpi why MPIJobs cannot be launched; null when they can
 */
export function choose(options: RunOptions, images: Config['runs']['images'], noMpi: string | null): Chosen {
  const { kind } = PRESETS[options.preset]
  const isNccl = kind !== 'rdma'
  const launchers = isNccl ? [mpiJob(images, noMpi), job(images)] : [job(images, kind)]
  const launcher = isNccl ? (options.launcher ?? launchers.find((each) => each.ok)?.id ?? 'job') : 'job'
  const key = imageKey(kind, launcher)
  const fitting = imagesOf(images, key)
  const choices = { images: fitting, launchers, collectives: [...runCollective.options], tests: [...rdmaTest.options] }
  const chosen = (problem: string | null): Chosen => ({
    choices,
    launcher,
    image: problem === null ? image : null,
    problem,
  })
  const image = options.image ?? fitting[0] ?? null
  const taken = launchers.find((each) => each.id === launcher)
  if (isNccl && options.launcher === 'mpijob' && taken && !taken.ok) return chosen(`${taken.text}.`)
  if (image === null)
    return chosen(
      `No image for this is configured: set runs.images.${key} in cairn.yaml to one with ${IMAGE_NEEDS[key]}, by digest.`,
    )
  if (!fitting.includes(image)) return chosen(`${image} is not among the configured images (runs.images.${key}).`)
  return chosen(null)
}

function mpiJob(images: Config['runs']['images'], noMpi: string | null): Chosen['choices']['launchers'][number] {
  const isConfigured = imagesOf(images, 'ncclTests').length > 0
  const text =
    noMpi ??
    (isConfigured ? 'MPIJob with nccl-tests' : 'No image with nccl-tests is configured (runs.images.ncclTests)')
  return { id: 'mpijob', ok: noMpi === null && isConfigured, text }
}

function job(images: Config['runs']['images'], kind: RunKind = 'nccl'): Chosen['choices']['launchers'][number] {
  if (kind === 'rdma') {
    const ok = imagesOf(images, 'rdma').length > 0
    return { id: 'job', ok, text: ok ? 'Job with perftest' : 'No image with perftest is configured (runs.images.rdma)' }
  }
  const ok = imagesOf(images, 'nccl').length > 0
  return {
    id: 'job',
    ok,
    text: ok ? 'Job with PyTorch, no ssh between pods' : 'No image with PyTorch is configured (runs.images.nccl)',
  }
}
