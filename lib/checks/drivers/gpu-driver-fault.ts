import { findingsOf } from '@/collectors/node/dmesg/facts'
import { check, lacking } from '@/lib/check'
import { exampleExcerpt, exampleGpu, exampleGpus, exampleLog } from '@/lib/examples/host'
import { gpuFindings } from '@/lib/rules/gpu-findings'
import { logEvidence, logSilent } from '@/lib/rules/log-findings'

/** The GPU driver does not answer, lost a GPU, or logged a hardware fault. */
export default check({
  id: 'gpu-driver-fault',
  level: 'drivers',
  title: { pass: 'All GPUs answer', fail: 'A GPU or its driver does not answer' },
  why: 'A lost GPU stops every job on the node, and often looks like a network fault on the others: they wait for it.',
  refs: ['research/host-formats.md §11 (failures by kind), §1.1', 'NVIDIA Xid catalogue'],
  needs: [],
  wants: ['gpus', 'dmesg'],
  anyOf: ['gpus', 'dmesg'],
  after: ['missing-device'],
  run({ gpus, dmesg }) {
    const xids = dmesg ? findingsOf(dmesg, 'gpu-xid') : []
    const hard = xids.filter((each) => each.severity === 'fail')
    const findings = gpuFindings(gpus, dmesg)
    const worst = findings.some((each) => each.status === 'fail') ? 'fail' : 'warn'
    if (findings.length > 0) {
      const rows = [...findings].sort((a, b) => Number(b.status === 'fail') - Number(a.status === 'fail'))
      return {
        status: worst,
        summary: rows
          .slice(0, 4)
          .map((each) => `${each.subject} ${each.summary}`)
          .join('; '),
        findings: rows,
        evidence: xids.length > 0 ? [logEvidence(xids)] : [],
        fix: [
          {
            text: 'See what the driver says',
            command: "nvidia-smi; journalctl -k -b | grep -E 'NVRM|SXid'",
            risk: 'none',
          },
          gpus?.failure?.code === 'driver-mismatch'
            ? {
                text: 'Reload the NVIDIA modules or reboot: the library was updated under a running driver',
                risk: 'reboot',
                minutes: 15,
                verify: 'nvidia-smi lists all GPUs',
              }
            : {
                text: 'Drain the node and power cycle it; replace a GPU that falls off again',
                risk: 'power-cycle',
                minutes: 20,
                verify: 'nvidia-smi lists all GPUs',
              },
        ],
        reason:
          gpus?.failure?.code ??
          (hard.length > 0 ? 'xid' : findings.some((each) => /lost|fallen/.test(each.summary)) ? 'lost' : 'degraded'),
        params: { xids: [...new Set(xids.flatMap((each) => each.xids ?? []))].join(',') },
      }
    }
    if (gpus) {
      if (gpus.gpus.length === 0) return { status: 'skip', summary: 'No NVIDIA GPU on this node' }
      if (gpus.complete === false)
        return lacking(`${gpus.gpus.length} of ${gpus.attached} attached GPUs are in the capture`)
      return { status: 'pass', summary: `${gpus.gpus.length} GPUs answer${dmesg ? ', no Xid is logged' : ''}` }
    }
    return dmesg
      ? logSilent(dmesg, 'The kernel log holds no Xid')
      : lacking('neither nvidia-smi nor the kernel log was read')
  },
  examples: [
    { name: 'all answer', facts: { gpus: exampleGpus(exampleGpu()), dmesg: exampleLog() }, status: 'pass' },
    {
      name: 'lost',
      facts: { gpus: exampleGpus(exampleGpu(), exampleGpu({ pci: '0000:3b:00.0', error: 'lost' })) },
      status: 'fail',
    },
    {
      name: 'driver does not answer',
      facts: {
        gpus: { gpus: [], failure: { code: 'driver-not-loaded', line: 'NVIDIA-SMI has failed' }, attached: null },
      },
      status: 'fail',
    },
    {
      name: 'Xid 79',
      facts: {
        dmesg: exampleExcerpt({ findings: exampleLog({ id: 'gpu-xid', pci: '0000:3b:00.0', xids: [79] }).findings }),
      },
      status: 'fail',
    },
    { name: 'no GPU', facts: { gpus: exampleGpus() }, status: 'skip' },
    {
      name: 'one of eight shown',
      facts: { gpus: { ...exampleGpus(exampleGpu()), attached: 8, complete: false } },
      status: 'lacking',
    },
  ],
})
