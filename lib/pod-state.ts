import type { PodContainer, PodFact } from '@/collectors/cluster/pods/fact'

/** Why a pod is not ready, in the words of the kubelet or scheduler; null where it is ready or has ended well. */
export function whyNotReady(pod: PodFact): string | null {
  if (pod.phase === 'Succeeded') return null
  const ready = pod.conditions.find((each) => each.type === 'Ready')
  if (pod.phase === 'Running' && ready?.status === 'True') return null
  for (const container of pod.containers) {
    const words = stuck(container)
    if (words !== null) return words
  }
  const unscheduled = pod.conditions.find((each) => each.type === 'PodScheduled' && each.status === 'False')
  if (unscheduled) return `not scheduled: ${unscheduled.message ?? unscheduled.reason ?? 'no reason given'}`
  if (pod.reason !== null) return `${pod.reason}${pod.message === null ? '' : `: ${pod.message}`}`
  const unready = pod.containers.filter((each) => !each.init && each.ready === false)
  const [first] = unready
  if (first)
    return first.now?.state === 'running'
      ? `container ${names(unready)} runs but is not ready (probe)`
      : `container ${names(unready)} is not started (${first.now?.reason ?? 'waiting'})`
  return ready?.status === 'True' || ready === undefined
    ? phaseWords(pod)
    : (ready.message ?? ready.reason ?? 'not ready')
}

function names(containers: readonly PodContainer[]): string {
  return containers.map((each) => each.name).join(', ')
}

function phaseWords(pod: PodFact): string | null {
  return pod.phase === null || pod.phase === 'Running' ? null : `phase ${pod.phase}`
}

function stuck(container: PodContainer): string | null {
  const { now, before } = container
  const name = `${container.init ? 'init container' : 'container'} ${container.name}`
  if (now?.state === 'waiting' && now.reason !== 'PodInitializing' && now.reason !== 'ContainerCreating') {
    const ended = before?.state === 'terminated' ? `, last exit ${exit(before.reason, before.exitCode)}` : ''
    return `${name}: ${now.reason ?? 'waiting'}${ended}${now.message === null ? '' : ` (${now.message})`}`
  }
  if (now?.state === 'terminated' && now.exitCode !== 0) return `${name} ended: ${exit(now.reason, now.exitCode)}`
  if (container.init && now?.state === 'running') return `${name} has not finished`
  return null
}

function exit(reason: string | null, code: number | null): string {
  return [reason, code === null ? null : `code ${code}`].filter((each) => each !== null).join(', ')
}

/** True while a container of the pod is in CrashLoopBackOff or came back after errors. */
export function crashLoop(pod: PodFact): PodContainer | null {
  return pod.containers.find((each) => each.now?.state === 'waiting' && each.now.reason === 'CrashLoopBackOff') ?? null
}
