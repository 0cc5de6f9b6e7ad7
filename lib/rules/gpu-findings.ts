import { type DmesgFacts, findingsOf } from '@/collectors/node/dmesg/facts'
import { type GpuFacts, gpuLabel } from '@/collectors/node/nvidia-smi-csv/facts'
import { failureWords } from '@/collectors/node/nvidia-smi-csv/failure'
import type { Finding } from '@/lib/check'
import { logWords } from './log-findings'

/** What is wrong with GPUs and their driver, by nvidia-smi and the kernel log; empty: nothing was seen. */
export function gpuFindings(gpus: GpuFacts | undefined, dmesg: DmesgFacts | undefined): Finding[] {
  const xids = dmesg ? findingsOf(dmesg, 'gpu-xid') : []
  return [
    ...(gpus?.failure
      ? [
          {
            subject: 'nvidia driver',
            status: 'fail' as const,
            summary: `${failureWords(gpus.failure)} ("${gpus.failure.line}")`,
          },
        ]
      : []),
    ...(gpus?.gpus ?? [])
      .filter((gpu) => gpu.error !== null)
      .map(
        (gpu): Finding => ({
          subject: gpuLabel(gpu),
          status: 'fail',
          summary: gpu.error === 'lost' ? 'is lost: the driver cannot reach it' : 'answers with Unknown Error',
        }),
      ),
    ...(gpus?.gpus ?? [])
      .filter((gpu) => gpu.error === null && (gpu.eccUncorrected ?? 0) > 0)
      .map(
        (gpu): Finding => ({
          subject: gpuLabel(gpu),
          status: 'warn',
          summary: `${gpu.eccUncorrected} uncorrected ECC errors since the driver loaded`,
        }),
      ),
    ...(gpus?.gpus ?? [])
      .filter((gpu) => gpu.hwPowerBrake === true)
      .map(
        (gpu): Finding => ({ subject: gpuLabel(gpu), status: 'warn', summary: 'HW Power Brake Slowdown is active' }),
      ),
    ...(dmesg?.gpusLost ?? []).map(
      (pci): Finding => ({ subject: pci, status: 'fail', summary: 'has fallen off the bus' }),
    ),
    ...xids.map(
      (each): Finding => ({
        subject: each.pci ?? 'a GPU',
        status: each.severity === 'fail' ? 'fail' : 'warn',
        summary: logWords(each),
      }),
    ),
    ...(dmesg?.sxids ?? [])
      .filter((each) => each.fatal)
      .map(
        (each): Finding => ({
          subject: each.pci,
          status: 'fail',
          summary: `NVSwitch SXid ${each.code}: ${each.text}`,
        }),
      ),
  ]
}
