import { check, lacking } from '@/lib/check'
import { exampleHit, exampleRuns } from '@/lib/rules/examples/nccl'
import { whyNoDevice } from '@/lib/rules/nccl-devices'
import { crossesNodes, hasSignature, judgedRun, lineEvidence, NO_RUN, RERUN_WITH_LOG } from '@/lib/rules/nccl-run'

/** `NET/IB : No device found.`, or a device list without devices (2.24.3+). */
export default check({
  id: 'no-ib-device',
  level: 'nccl',
  title: { pass: 'NCCL finds the RDMA devices', fail: 'NCCL finds no RDMA device' },
  why: 'NCCL takes every RDMA device of the pod whose port is ACTIVE and skips the others without a word. No device at all means that the pod lacks the VFs, their device nodes, the verbs library, or an active port.',
  refs: ['research/nccl.md §3 net.ib.no_device, net.ib.using_empty', 'NVIDIA/nccl src/transport/net_ib/init.cc'],
  needs: ['ncclRuns'],
  after: [],
  run({ ncclRuns }) {
    const run = judgedRun(ncclRuns)
    if (!run) return lacking(NO_RUN)
    const crosses = crossesNodes(run)
    if (crosses === false) return { status: 'skip', summary: 'One node: NCCL needs no network' }
    const none = hasSignature(run, 'net.ib.no_device', 'net.ib.using_empty')
    if (!none) {
      if (run.nics.length > 0)
        return {
          status: 'pass',
          summary: `NCCL lists ${run.nics.length} devices: ${run.nics.map((nic) => nic.device).join(', ')}`,
        }
      return run.transport === 'plugin'
        ? {
            status: 'skip',
            summary: `The plugin ${run.networks.join(', ')} carries the traffic, not NCCL's own IB transport`,
          }
        : lacking('the output has no "NET/IB : Using" line', [RERUN_WITH_LOG])
    }
    if (run.transport === 'plugin') {
      return {
        status: 'skip',
        summary: `NET/IB finds no device, the plugin ${run.networks.join(', ')} carries the traffic`,
      }
    }
    const { cause, step } = whyNoDevice(run)
    const status = crosses ? 'fail' : 'warn'
    const hosts = run.signatures.find((hit) => hit.id === 'net.ib.no_device')?.hosts ?? []
    return {
      status,
      summary: `NCCL lists 0 RDMA devices${run.nics.length > 0 ? ' on some ranks' : ''}; most likely ${cause}`,
      findings: hosts.map((host) => ({ subject: host, status, summary: `${host}: NET/IB : No device found` })),
      evidence: lineEvidence(run, [
        'net.ib.no_device',
        'net.ib.using_empty',
        'verbs.open_failed',
        'verbs.lib_missing',
        'net.ib.hca_filter',
      ]),
      reason: 'no-rdma-device',
      params: { likely: cause },
      fix: [
        step,
        {
          text: 'Check devices, device nodes and port state inside the pod',
          command: 'ls /sys/class/infiniband /dev/infiniband; ibv_devinfo',
          risk: 'none',
          minutes: 5,
        },
      ],
    }
  },
  examples: [
    { name: 'eight devices', facts: { ncclRuns: exampleRuns() }, status: 'pass' },
    {
      name: 'no device',
      facts: {
        ncclRuns: exampleRuns({
          nics: [],
          hosts: [],
          networks: ['Socket'],
          transport: 'Socket',
          signatures: [exampleHit('net.ib.no_device', 'error', 'NET/IB : No device found.', ['worker-0'])],
        }),
      },
      status: 'fail',
    },
    {
      name: 'EFA plugin',
      facts: { ncclRuns: exampleRuns({ nics: [], networks: ['AWS Libfabric'], transport: 'plugin' }) },
      status: 'skip',
    },
    {
      name: 'no log lines',
      facts: { ncclRuns: exampleRuns({ nics: [], networks: [], transport: null }) },
      status: 'lacking',
    },
  ],
})
