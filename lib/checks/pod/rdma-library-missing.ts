import { check, lacking } from '@/lib/check'
import { exampleHit, exampleRuns } from '@/lib/rules/examples/nccl'
import { crossesNodes, hasSignature, judgedRun, lineEvidence, NO_RUN, nodeOf } from '@/lib/rules/nccl-run'

const LIBRARY = 'verbs.lib_missing'
const NO_DEVICE = ['net.ib.no_device', 'net.ib.using_empty'] as const

/** libibverbs, or its provider for mlx5, is not in the image. Drivers of other makers that do not load are noise. */
export default check({
  id: 'rdma-library-missing',
  level: 'pod',
  title: { pass: 'The image has the RDMA libraries', fail: 'The image lacks an RDMA library' },
  why: 'NCCL opens libibverbs at run time, and libibverbs its provider libmlx5. An image without them sees no RDMA device although VF, device nodes and port are fine; NCCL then takes sockets without an error.',
  refs: [
    'research/nccl.md §3 (verbs.lib_missing)',
    'research/peers.md P4.6',
    'rdma-core libibverbs/dynamic_driver.c',
    'NVIDIA/nvidia-container-toolkit issue 1877, NVIDIA/nccl issues 229, 1044',
  ],
  needs: ['ncclRuns'],
  after: [],
  run({ ncclRuns }) {
    const run = judgedRun(ncclRuns)
    if (run === null) return lacking(NO_RUN)
    const crosses = crossesNodes(run)
    if (crosses === false) return { status: 'skip', summary: 'One node: NCCL needs no network' }
    if (run.transport === 'plugin')
      return { status: 'skip', summary: `The plugin ${run.networks.join(', ')} carries the traffic, not libibverbs` }
    const hit = run.signatures.find((each) => each.id === LIBRARY)
    const provider = run.nics.length === 0 && hasSignature(run, ...NO_DEVICE) ? (run.providerMissing ?? null) : null
    if (!hit && provider === null)
      return run.nics.length > 0
        ? { status: 'pass', summary: `libibverbs and its provider were loaded: NCCL lists ${run.nics.length} devices` }
        : lacking('neither a device list nor a failed load of libibverbs is in the log')
    const status = crosses ? 'fail' : 'warn'
    const what = hit ? 'libibverbs is not in the image' : 'libibverbs finds no provider for mlx5 in the image'
    const words = (hit?.line ?? provider ?? '').slice(0, 300)
    return {
      status,
      summary: `${what}, so NCCL sees no RDMA device${run.nics.length > 0 ? ' on some ranks' : ''} (${words})`,
      findings: (hit?.hosts ?? []).map((host) => ({
        subject: nodeOf(run, host),
        status,
        summary: `${host}: ${what}`,
      })),
      evidence: hit
        ? lineEvidence(run, [LIBRARY])
        : [
            {
              kind: 'lines',
              title: 'What libibverbs said',
              source: 'NCCL log',
              lines: [{ text: words, mark: true }],
            },
          ],
      reason: hit ? 'libibverbs' : 'mlx5-provider',
      fix: [
        {
          text: 'Install the libraries in the image (or take one that has them, such as an NGC image)',
          command: 'apt-get install -y libibverbs1 ibverbs-providers librdmacm1',
          risk: 'restart-pods',
          minutes: 15,
          verify: 'ibv_devices in the pod lists the VFs, and NCCL prints "NET/IB : Using [0]mlx5_…"',
        },
      ],
    }
  },
  examples: [
    { name: 'eight devices', facts: { ncclRuns: exampleRuns() }, status: 'pass' },
    {
      name: 'libibverbs missing',
      facts: {
        ncclRuns: exampleRuns({
          nics: [],
          networks: ['Socket'],
          transport: 'Socket',
          signatures: [exampleHit(LIBRARY, 'error', 'NCCL INFO Failed to open libibverbs.so[.1]', ['worker-0'])],
        }),
      },
      status: 'fail',
    },
    {
      name: 'no provider for mlx5, and no device',
      facts: {
        ncclRuns: exampleRuns({
          nics: [],
          transport: 'Socket',
          providerMissing: "libibverbs: Warning: couldn't load driver 'libmlx5-rdmav34.so'",
          signatures: [exampleHit('net.ib.no_device', 'error', 'NET/IB : No device found.')],
        }),
      },
      status: 'fail',
    },
    {
      name: 'a provider that does not load, and devices all the same',
      facts: { ncclRuns: exampleRuns({ providerMissing: "libibverbs: Warning: couldn't load driver 'mlx5'" }) },
      status: 'pass',
    },
    {
      name: 'another plugin carries the traffic',
      facts: { ncclRuns: exampleRuns({ transport: 'plugin', networks: ['AWS Libfabric'], nics: [] }) },
      status: 'skip',
    },
    {
      name: 'sockets, and nothing said why',
      facts: { ncclRuns: exampleRuns({ transport: 'Socket', nics: [] }) },
      status: 'lacking',
    },
  ],
})
