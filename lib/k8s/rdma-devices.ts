import type { PodEnvFacts } from '@/collectors/cluster/pod-env/parse'
import type { Finding } from '@/lib/check'
import type { NetworkedPod } from './attachments'

/** A pod whose other VFs have RDMA wants it on all; one without any may be a plain Ethernet pod. */
export function rdmaOfEnv(env: PodEnvFacts | undefined): Finding[] {
  const all = (env?.resources ?? []).flatMap(({ name, devices }) => devices.map((each) => ({ name, ...each })))
  const nics = all.filter((each) => each.vfio !== true && each.rdma !== null)
  const some = nics.some((each) => each.rdma === true)
  return nics.map(({ name, pci, rdma, rdmaDevice }): Finding => {
    if (rdma === true)
      return {
        subject: pci,
        status: 'pass',
        summary: `${pci} of ${name}: RDMA device ${rdmaDevice ?? '(name not printed by this plugin)'}`,
      }
    return {
      subject: pci,
      status: some ? 'fail' : 'warn',
      summary: `VF ${pci} of ${name} has no RDMA device nodes${some ? ', other VFs of the pod have' : ''}`,
    }
  })
}

/** VFs of a network-status: the RDMA name is optional there, so its absence only counts beside others that have one. */
export function rdmaOfStatus({ name, attached: networks }: NetworkedPod): Finding[] {
  const vfs = (networks ?? []).filter((each) => each.pci !== null)
  if (!vfs.some((each) => each.rdmaDevice !== null)) return []
  return vfs.map(
    ({ name: network, pci, rdmaDevice }): Finding => ({
      subject: pci ?? network,
      status: rdmaDevice === null ? 'warn' : 'pass',
      summary:
        rdmaDevice === null
          ? `${name}: network ${network} (${pci ?? ''}) names no RDMA device, others of the pod do`
          : `${name}: ${network} ${rdmaDevice}`,
    }),
  )
}
