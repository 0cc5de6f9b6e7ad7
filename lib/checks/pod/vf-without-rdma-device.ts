import { check, lacking } from '@/lib/check'
import { networksOf } from '@/lib/k8s/attachments'
import { distinct, fromFindings, naming } from '@/lib/k8s/from-findings'
import { examplePod } from '@/lib/k8s/pod-examples'
import { rdmaOfEnv, rdmaOfStatus } from '@/lib/k8s/rdma-devices'
import { sh } from '@/lib/shell'

export default check({
  id: 'vf-without-rdma-device',
  level: 'pod',
  title: { pass: 'VFs in pods come with RDMA devices', fail: 'A pod’s VF has no RDMA device' },
  why: 'Without isRdma in the policy, or when the RDMA modules were missing as the device plugin started, the VF arrives as a plain interface: /dev/infiniband has nothing for it and NCCL does not see the rail.',
  refs: ['k8s-formats §7 (PCIDEVICE_*_INFO)', 'sriov-network-device-plugin pkg/infoprovider/rdmaInfoProvider.go'],
  needs: [],
  wants: ['podEnv', 'networkStatus', 'pods', 'sriovPolicies'],
  anyOf: ['podEnv', 'networkStatus', 'pods'],
  after: [],
  run({ podEnv, networkStatus, pods, sriovPolicies }) {
    const findings = [...rdmaOfEnv(podEnv), ...networksOf({ pods, networkStatus }).flatMap(rdmaOfStatus)]
    if (findings.length === 0) return { status: 'skip', summary: 'No VF with known RDMA devices in a pod' }
    const untold = (podEnv?.resources ?? []).flatMap(({ devices }) => devices).filter((each) => each.rdma === null)
    const allPass = findings.every((one) => one.status === 'pass')
    if (podEnv?.complete === false && allPass) return lacking('the environment is cut within a variable')
    if (untold.length > 0 && allPass)
      return lacking(`${untold.length} VF(s) are listed without their _INFO variable: ${untold[0]?.pci ?? ''}`)
    const without = distinct(
      (sriovPolicies ?? [])
        .filter((policy) => policy.isRdma !== true && policy.deviceType !== 'vfio-pci')
        .map((policy) => policy.name),
    )
    return fromFindings(findings, `${findings.length} VF(s) in pods come with RDMA devices`, {
      reason: 'vf-without-rdma-device',
      fix: [
        {
          text:
            without.length > 0
              ? `Set isRdma: true in the policy (${naming(without)} lack it)`
              : 'Set isRdma: true in the SriovNetworkNodePolicy of that resource; with isRdma set, restart the device plugin once the RDMA modules are loaded',
          command: sh`kubectl get sriovnetworknodepolicies.sriovnetwork.openshift.io -A -o yaml`,
          risk: 'restart-pods',
        },
      ],
    })
  },
  examples: [
    { name: 'with RDMA', facts: { pods: [examplePod()] }, status: 'pass' },
    {
      name: 'the second VF has none',
      facts: { podEnv: { resources: [device('A', '0000:18:00.3', true), device('B', '0000:40:00.5', false)] } },
      status: 'fail',
    },
    {
      name: 'vfio',
      facts: {
        podEnv: {
          resources: [{ name: 'DPDK', devices: [{ pci: '0000:3b:02.6', rdma: false, rdmaDevice: null, vfio: true }] }],
        },
      },
      status: 'skip',
    },
    {
      name: 'no RDMA name printed',
      facts: { networkStatus: { networks: [attached('0000:18:00.3', 'mlx5_14'), attached('0000:40:00.5', null)] } },
      status: 'warn',
    },
  ],
})

function device(name: string, pci: string, rdma: boolean) {
  return { name, devices: [{ pci, rdma, rdmaDevice: rdma ? 'mlx5_14' : null }] }
}

function attached(pci: string, rdmaDevice: string | null) {
  return { name: `a/${pci}`, interface: 'net1', ips: ['10.0.0.1'], default: false, pci, rdmaDevice }
}
