import { findingsOf } from '@/collectors/node/dmesg/facts'
import { check, type Finding, lacking } from '@/lib/check'
import { exampleExcerpt, exampleKernel, exampleLog } from '@/lib/examples/host'
import { PEERMEM, STACK_MODULES } from '@/lib/rules/fabric-modules'
import { logEvidence, logSilent, logWords } from '@/lib/rules/log-findings'

/** A driver module was built for another kernel, or against another RDMA core. */
export default check({
  id: 'driver-kernel-mismatch',
  level: 'drivers',
  title: { pass: 'Drivers fit the running kernel', fail: 'A driver was built for another kernel' },
  why: 'A module whose symbols the kernel lacks does not load: no device, no VFs. strlcpy is the classic: kernel 6.8 removed it, so every driver package older than 6.8 fails there.',
  refs: ['seed 002: Unknown symbol strlcpy on 6.8', 'research/host-formats.md §9', 'kernel kernel/module/main.c'],
  needs: [],
  wants: ['dmesg', 'kernel'],
  anyOf: ['dmesg', 'kernel'],
  after: [],
  run({ dmesg, kernel }) {
    const logged = (dmesg ? findingsOf(dmesg, 'unknown-symbol', 'symbol-version-mismatch') : []).filter(
      (each) => STACK_MODULES.test(each.module ?? '') && !PEERMEM.test(each.module ?? ''),
    )
    const magic = (dmesg?.versionMagic ?? []).filter(
      (each) => STACK_MODULES.test(each.module) && each.built !== each.running,
    )
    const file = kernel?.mlx5?.file
    const disk = file?.vermagicKernel && kernel?.release && file.vermagicKernel !== kernel.release ? file : null
    const findings = [
      ...logged.map(
        (each): Finding => ({ subject: each.module ?? 'a module', status: 'fail', summary: logWords(each) }),
      ),
      ...magic.map(
        (each): Finding => ({
          subject: each.module,
          status: 'fail',
          summary: `built for ${each.built}, running kernel is ${each.running}`,
        }),
      ),
      ...(disk
        ? [
            {
              subject: disk.name,
              status: 'fail' as const,
              summary: `built for ${disk.vermagicKernel}, running kernel is ${kernel?.release}`,
            },
          ]
        : []),
    ]
    if (findings.length > 0)
      return {
        status: 'fail',
        summary: `${[...new Set(findings.map((each) => each.subject))].join(', ')}: ${findings
          .slice(0, 3)
          .map((each) => each.summary)
          .join('; ')}`,
        findings,
        evidence: logged.length > 0 ? [logEvidence(logged)] : [],
        fix: [
          {
            text: 'Compare driver package and kernel',
            command: 'uname -r; modinfo mlx5_core; ofed_info -s',
            risk: 'none',
          },
          {
            text: 'Install a DOCA-OFED release that supports this kernel (strlcpy is gone since 6.8), or boot the kernel the driver was built for',
            risk: 'reboot',
            minutes: 30,
            verify: 'modprobe mlx5_ib works, and no Unknown symbol is logged',
          },
        ],
        reason: 'driver-kernel-mismatch',
        params: {
          modules: [...new Set(findings.map((each) => each.subject))].sort().join(','),
          symbol: logged[0]?.symbol ?? '',
        },
      }
    if (file?.vermagicKernel && kernel?.release)
      return { status: 'pass', summary: `${file.name} on disk is built for ${file.vermagicKernel}, which runs` }
    if (dmesg)
      return logSilent(dmesg, 'The kernel log holds no unknown or mismatched symbol of the RDMA and GPU modules')
    // Modules that are in the kernel fit it.
    if (kernel?.present?.includes('mlx5_core'))
      return { status: 'pass', summary: `mlx5_core is loaded in ${kernel.release ?? 'the running kernel'}` }
    return lacking('neither the kernel log nor the module on disk with the running release was shown')
  },
  examples: [
    { name: 'fits', facts: { kernel: exampleKernel() }, status: 'pass' },
    {
      name: 'strlcpy',
      facts: {
        dmesg: exampleExcerpt({
          findings: exampleLog({ id: 'unknown-symbol', module: 'mlx5_ib', symbol: 'strlcpy', errno: -2 }).findings,
        }),
      },
      status: 'fail',
    },
    {
      name: 'another release on disk',
      facts: { kernel: exampleKernel({ release: '6.8.0-1031-nvidia' }) },
      status: 'fail',
    },
    { name: 'an excerpt', facts: { dmesg: exampleExcerpt() }, status: 'lacking' },
    { name: 'no release', facts: { kernel: exampleKernel({ release: null, present: null }) }, status: 'lacking' },
  ],
})
