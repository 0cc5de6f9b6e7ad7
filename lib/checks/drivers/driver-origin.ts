import { check, lacking } from '@/lib/check'
import { exampleKernel } from '@/lib/examples/host'

/** Where the NIC driver comes from: kernel, OFED/DOCA on the host, or a driver container. */
export default check({
  id: 'driver-origin',
  level: 'drivers',
  title: {
    pass: 'The NIC driver comes from one package',
    fail: 'NIC driver and RDMA core come from different packages',
  },
  why: 'Inbox and OFED modules do not mix: an OFED mlx5_core on an inbox ib_core (or the other way round) loads partly and fails in odd ways. Knowing the origin tells which package to update.',
  refs: ['research/host-formats.md §13 (srcversion of loaded and on-disk module, driver container)', 'seed 002'],
  needs: ['kernel'],
  after: [],
  run({ kernel }) {
    const flag = (name: string) => kernel.modules?.find((each) => each.name === name)?.outOfTree ?? null
    const [core, rdma] = [flag('mlx5_core'), flag('ib_core')]
    const loaded = kernel.mlx5
    const differs = loaded?.srcversion && loaded.file?.srcversion && loaded.srcversion !== loaded.file.srcversion
    // Flags of loaded modules tell what runs; a file or a package only what lies on disk.
    const name = (ofed: boolean) => (ofed ? 'OFED/DOCA' : 'the kernel (inbox)')
    const origin = kernel.ofed === null ? null : name(kernel.ofed)
    const flavour = loaded?.file?.flavour ?? (kernel.ofedVersion === null ? null : 'ofed')
    const version = loaded?.version ?? loaded?.file?.version ?? kernel.ofedVersion
    const words = `mlx5_core ${origin ? `comes from ${origin}` : `on disk comes from ${name(flavour === 'ofed')}, what is loaded was not shown`}${version ? `, version ${version}` : ''}${
      differs ? '; the file on disk is another build: a driver container, or an update without reload' : ''
    }`
    if (core !== null && rdma !== null && core !== rdma)
      return {
        status: 'warn',
        summary: `${core ? 'mlx5_core is out of tree and ib_core is not' : 'ib_core is out of tree and mlx5_core is not'}: two packages are mixed`,
        fix: [
          { text: 'See where each comes from', command: 'modinfo -n mlx5_core ib_core mlx5_ib', risk: 'none' },
          { text: 'Reinstall one driver package for this kernel and reboot', risk: 'reboot', minutes: 30 },
        ],
        reason: 'mixed-drivers',
        params: { outOfTree: core ? 'mlx5_core' : 'ib_core' },
      }
    if (origin === null && kernel.ofedVersion === null && !loaded?.file?.flavour) {
      return kernel.modules !== null && kernel.modulesWhole && flag('mlx5_core') === null
        ? { status: 'skip', summary: 'mlx5_core is not loaded' }
        : lacking('no module flags, OFED version or module file were shown')
    }
    return { status: 'pass', summary: words }
  },
  examples: [
    { name: 'OFED', facts: { kernel: exampleKernel() }, status: 'pass' },
    {
      name: 'mixed',
      facts: {
        kernel: exampleKernel({
          modules: [
            { name: 'mlx5_core', outOfTree: true },
            { name: 'ib_core', outOfTree: false },
          ],
        }),
      },
      status: 'warn',
    },
    {
      name: 'lsmod',
      facts: { kernel: exampleKernel({ ofed: null, mlx5: null, modulesWhole: false }) },
      status: 'lacking',
    },
  ],
})
