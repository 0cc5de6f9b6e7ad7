import { check, type FixStep, lacking } from '@/lib/check'
import { shapeOf } from '@/lib/expected/nccl-curve'
import { exampleRuns } from '@/lib/rules/examples/nccl'
import { crossesNodes, describeRun, gbps, judgedRun, lineEvidence, NO_RUN, RERUN_WITH_LOG } from '@/lib/rules/nccl-run'

const FIND_OUT_WHY: FixStep = {
  text: 'Find out why the pod has no usable RDMA device: link, uverbs node, port state',
  command: 'ls /sys/class/infiniband /dev/infiniband; ibv_devinfo',
  risk: 'none',
  minutes: 5,
  verify: 'ibv_devinfo lists one PORT_ACTIVE device per rail',
}

/** NCCL runs over TCP sockets between nodes, whatever the bandwidth. */
export default check({
  id: 'tcp-fallback',
  level: 'nccl',
  title: { pass: 'NCCL uses RDMA between nodes', fail: 'NCCL fell back to TCP sockets' },
  why: 'NCCL never fails when it finds no usable RDMA device: it takes TCP sockets and runs 50 to 200 times slower. Only the log says so; the number alone cannot.',
  refs: ['research/nccl.md §2.3, §3 net.socket.selected', 'NVIDIA/nccl src/init.cc: Using network'],
  needs: ['ncclRuns'],
  after: [],
  run({ ncclRuns }) {
    const run = judgedRun(ncclRuns)
    if (!run) return lacking(NO_RUN)
    const crosses = crossesNodes(run)
    const sockets = run.networks.filter((network) => /socket/i.test(network))
    if (crosses === false) return { status: 'skip', summary: 'One node: NCCL needs no network' }
    if (run.networks.length === 0 && run.channels.socket > 0) {
      return {
        status: 'fail',
        summary: `${run.channels.socket} channels between nodes go "via NET/Socket": ${describeRun(run)} talk${describeRun(run) === 'this run' ? 's' : ''} over TCP`,
        evidence: [
          {
            kind: 'value',
            label: 'Channels over TCP',
            value: run.channels.socket,
            expected: 0,
            source: 'NCCL log: via NET/Socket',
            ok: false,
          },
          ...lineEvidence(run, ['net.ib.no_device', 'net.ib.using_empty', 'net.ib.disabled_env', 'verbs.lib_missing']),
        ],
        reason: 'socket-transport',
        params: { network: 'Socket' },
        fix: [FIND_OUT_WHY],
      }
    }
    if (run.networks.length === 0) {
      const shape = shapeOf(run.rows) === 'tcp-like' && run.maxBusbwGBps !== null
      const hint = shape ? `; the curve is flat at ${gbps(run.maxBusbwGBps ?? 0)}, as TCP is` : ''
      return lacking(`the output names no network ("Using network" is printed with NCCL_DEBUG=INFO)${hint}`, [
        RERUN_WITH_LOG,
      ])
    }
    if (sockets.length === 0) {
      return {
        status: 'pass',
        summary: `Ranks use ${run.networks.join(', ')}${run.nics.length > 0 ? ` with ${run.nics.length} HCAs` : ''}, no sockets`,
      }
    }
    const speed = run.maxBusbwGBps === null ? '' : `, at most ${gbps(run.maxBusbwGBps)}`
    const hosts = run.networkHosts.filter((entry) => sockets.includes(entry.network)).flatMap((entry) => entry.hosts)
    return {
      status: crosses ? 'fail' : 'warn',
      summary: `"Using network ${sockets[0]}" instead of IB: ${describeRun(run)} talk${describeRun(run) === 'this run' ? 's' : ''} over TCP${speed}`,
      findings: hosts.map((host) => ({
        subject: host,
        status: crosses ? 'fail' : 'warn',
        summary: `${host} uses ${sockets.join(', ')}`,
      })),
      evidence: lineEvidence(run, [
        'net.socket.selected',
        'net.ib.no_device',
        'net.ib.using_empty',
        'net.ib.disabled_env',
        'verbs.lib_missing',
      ]),
      reason: 'socket-transport',
      params: { network: sockets.join(',') },
      fix: [
        FIND_OUT_WHY,
        {
          text: 'Run the test again',
          risk: 'none',
          minutes: 10,
          verify: 'the log says "Using network IB" and lists the devices',
        },
      ],
    }
  },
  examples: [
    { name: 'InfiniBand', facts: { ncclRuns: exampleRuns() }, status: 'pass' },
    {
      name: 'sockets on two nodes',
      facts: {
        ncclRuns: exampleRuns({
          networks: ['Socket'],
          transport: 'Socket',
          nics: [],
          hosts: [],
          networkHosts: [{ network: 'Socket', hosts: ['worker-0'] }],
        }),
      },
      status: 'fail',
    },
    {
      name: 'sockets on one node',
      facts: { ncclRuns: exampleRuns({ nodes: 1, networks: ['Socket'], transport: 'Socket' }) },
      status: 'skip',
    },
    {
      name: 'socket channels, no line that names the network',
      facts: {
        ncclRuns: exampleRuns({
          networks: [],
          transport: null,
          nics: [],
          channels: { gpuDirect: 0, staged: 0, socket: 4 },
        }),
      },
      status: 'fail',
    },
    {
      name: 'no log lines',
      facts: { ncclRuns: exampleRuns({ networks: [], transport: null, nics: [] }) },
      status: 'lacking',
    },
  ],
})
