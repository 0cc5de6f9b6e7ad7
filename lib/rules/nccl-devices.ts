import type { NcclRunResult } from '@/collectors/run/nccl-tests/runs'
import type { Finding, FixStep } from '@/lib/check'
import type { Profile } from '@/lib/profile'
import { hasSignature, nodeOf, setting } from './nccl-run'

/** NICs each host should use: allocated to the pod, else the profile's rails; null where neither is known. */
export function expectedNics(run: NcclRunResult, profile: Profile | null): { count: number; from: string } | null {
  if (run.hcasAllocatedPerPod !== null) return { count: run.hcasAllocatedPerPod, from: 'allocated to the pod' }
  return profile?.rails ? { count: profile.rails.value, from: `profile ${profile.id}` } : null
}

/** Hosts below what they should have: allocated, profile, or what another host of the same run has. */
export function shortHosts(run: NcclRunResult, profile: Profile | null): Finding[] {
  const expected = expectedNics(run, profile)
  const most = Math.max(0, ...run.hosts.map((host) => host.nicCount))
  const filter = setting(run, 'NCCL_IB_HCA')
  return run.hosts.flatMap(({ name, nicCount }): Finding[] => {
    const subject = nodeOf(run, name)
    if (expected && nicCount < expected.count)
      return [
        { subject, status: 'fail', summary: `${name} uses ${nicCount} of ${expected.count} HCAs (${expected.from})` },
      ]
    if (nicCount < most)
      return [{ subject, status: 'fail', summary: `${name} uses ${nicCount} HCAs, another host ${most}` }]
    const limited = !expected && nicCount === 1 && (run.gpusPerNode ?? 0) >= 4 && filter.length > 0
    return limited
      ? [
          {
            subject,
            status: 'warn',
            summary: `${name} uses 1 HCA (${devicesOf(run)}) for ${run.gpusPerNode} GPUs: NCCL_IB_HCA=${filter.join(' / ')}`,
          },
        ]
      : []
  })
}

/** Names of the devices that the ranks list, the first 16. */
export function devicesOf(run: NcclRunResult): string {
  return run.nics
    .slice(0, 16)
    .map((nic) => nic.device)
    .join(', ')
}

/** `Rank 16 has 7 local Net devices (max 8)`, by host where the device list names it. */
export function ranksWithFewerNics(run: NcclRunResult): Finding[] {
  const listed = new Set(run.hosts.map((host) => host.name))
  const byHost = new Map<string, (typeof run.rankNics)[number]>()
  for (const entry of run.rankNics) if (entry.nics < entry.most) byHost.set(entry.host ?? `rank ${entry.rank}`, entry)
  return [...byHost].flatMap(([host, { nics, most }]): Finding[] =>
    listed.has(host)
      ? []
      : [{ subject: nodeOf(run, host), status: 'fail', summary: `${host} has ${nics} of ${most} NICs` }],
  )
}

/** The most specific reason the log gives, best evidence first. */
export function whyNoDevice(run: NcclRunResult): { cause: string; step: FixStep } {
  const filter = setting(run, 'NCCL_IB_HCA')
  if (hasSignature(run, 'verbs.lib_missing')) {
    return {
      cause: 'the image lacks libibverbs',
      step: { text: 'Install libibverbs1 and ibverbs-providers in the image', risk: 'restart-pods' },
    }
  }
  if (run.providerMissing !== undefined) {
    return {
      cause: 'the image lacks the provider of libibverbs for mlx5',
      step: { text: 'Install ibverbs-providers in the image', risk: 'restart-pods' },
    }
  }
  if (hasSignature(run, 'verbs.open_failed')) {
    return {
      cause: 'the device nodes are not in the pod (RDMA resource not requested)',
      step: { text: 'Request the VF resource of each rail in limits', risk: 'restart-pods' },
    }
  }
  if (filter.length > 0) {
    return {
      cause: `no VF in the pod, or NCCL_IB_HCA=${filter.join(' / ')} matches none`,
      step: {
        text: 'Compare NCCL_IB_HCA with the device names in the pod (it is a prefix, not a pattern)',
        risk: 'none',
      },
    }
  }
  return {
    cause: 'the pod has no VF with an ACTIVE port',
    step: { text: 'Check VF count, device plug-in resource and network attachment of the pod', risk: 'none' },
  }
}
