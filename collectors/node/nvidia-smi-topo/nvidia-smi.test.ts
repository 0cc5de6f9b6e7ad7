import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { toCapture } from '@/lib/explain/capture'
import { cutsStayTrue, readFacts } from '@/scripts/cut-test'
import { sampleCases } from '@/scripts/host-samples'
import csv from '../nvidia-smi-csv/format'
import query from '../nvidia-smi-q/format'
import topo from './format'

describe.each([
  ...sampleCases('nvidia-smi-topo').map((each) => ({ ...each, format: topo })),
  ...sampleCases('nvidia-smi-q').map((each) => ({ ...each, format: query })),
  ...sampleCases('nvidia-smi-csv').map((each) => ({ ...each, format: csv })),
])('$file', ({ text, format }) => {
  test('is recognised, and cut at any place says the same or less', () => {
    expect(format.recognise(toCapture(text))).toBeGreaterThanOrEqual(80)
    cutsStayTrue(format, text, { step: 13 })
  })
})

test('topology: a damaged last NIC cell comes from the NIC row; old drivers name columns by RDMA device; VMs hide it', () => {
  const damaged =
    '\tGPU0\tGPU1\tNIC0\tNIC1\tCPU Affinity\tNUMA Affinity\nGPU0\t X \tNV18\tPIX\tPH0-115\t0\nGPU1\tNV18\t X \tSYS\tPIX\t0-115\t0\nNIC0\tPIX\tSYS\t X \tSYS\nNIC1\tPHB\tPIX\tSYS\t X \n\nNIC Legend:\n\n  NIC0: mlx5_0\n  NIC1: mlx5_1\n'
  const facts = readFacts(topo, damaged)
  expect(facts.links.find((link) => link.from === 'GPU0' && link.to === 'NIC1')?.type).toBe('PHB')
  expect(facts.gpus).toMatchObject([
    { nearestNics: ['mlx5_0'], cpuAffinity: null, numaNode: null },
    { nearestNics: ['mlx5_1'], cpuAffinity: '0-115', numaNode: 0 },
  ])
  const old = readFacts(
    topo,
    '\tGPU0\tGPU1\tmlx5_0\tCPU Affinity\nGPU0\t X \tPHB\tPHB\t0-9\nGPU1\tPHB\t X \tPHB\t0-9\nmlx5_0\tPHB\tPHB\t X \n',
  )
  expect(old).toMatchObject({ nics: [{ label: 'NIC0', name: 'mlx5_0' }], nvlink: null, topologyHidden: true })
  expect(old.gpus[0]).toMatchObject({ nearestNics: [], cpuAffinity: '0-9', numaNode: null })
})

test('CSV: header, no header, lost GPU', () => {
  const rows =
    'index, name, pci.bus_id, memory.total [MiB], ecc.errors.uncorrected.volatile.total\n0, NVIDIA H200, 00000000:18:00.0, 143771 MiB, [N/A]\n1, NVIDIA H200, 0000000F:01:00.0, [Unknown Error], [Unknown Error]\nUnable to determine the device handle for GPU 0000:3A:00.0: GPU is lost.  Reboot the system to recover this GPU\n'
  expect(readFacts(csv, rows).gpus).toMatchObject([
    { index: 0, pci: '0000:18:00.0', memoryMib: 143771, eccUncorrected: null, error: null },
    { index: 1, pci: '000f:01:00.0', memoryMib: null, error: 'unknown-error' },
    { pci: '0000:3a:00.0', error: 'lost' },
  ])
  expect(
    readFacts(csv, '0, NVIDIA H200, GPU-1, 00000000:18:00.0, 570.124.06, 143771, 5, 5, 16, 16, 0, Disabled\n').gpus,
  ).toMatchObject([
    { index: 0, name: 'NVIDIA H200', pci: '0000:18:00.0', driverVersion: '570.124.06', memoryMib: null, pcieGen: null },
  ])
})

test('a driver that does not answer is evidence, not a value', () => {
  const parsed = query.parse(
    toCapture('Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 570.86\n'),
  )
  expect(parsed).toMatchObject({ status: 'absent', reason: { code: 'driver-mismatch' }, facts: {} })
  expect(query.evidence?.(parsed)).toMatchObject({ gpus: { failure: { code: 'driver-mismatch' } } })
})

const fixture = (name: string) => readFileSync(join(import.meta.dirname, '../nvidia-smi-q/fixtures', name), 'utf8')

test('-q: the licence of a vGPU is not its name, and a MIG device’s memory is not the GPU’s', () => {
  expect(readFacts(query, fixture('vgpu-guest-550.txt')).gpus).toMatchObject([
    { name: 'NVIDIA L40S-48Q', virtualization: 'VGPU', pcieGen: null, pcieReplays: null, eccMode: null },
  ])
  const mig = fixture('mig-550.txt')
  expect(readFacts(query, mig).gpus).toMatchObject([{ memoryMib: 81559, bar1Mib: 131072 }])
  expect(readFacts(query, mig.replace(/^ +/gm, '')).gpus).toMatchObject([{ memoryMib: null, bar1Mib: null }])
  for (const text of [mig, fixture('vgpu-guest-550.txt')]) cutsStayTrue(query, text, { step: 5 })
})

test.each([
  ['Unable to determine the device handle for GPU 0000:3B:00.0: Unknown Error', { pci: '0000:3b:00.0', index: null }],
  [
    'Unable to determine the device handle for GPU0000:3B:00.0: GPU is lost.  Reboot the system to recover this GPU',
    { pci: '0000:3b:00.0', index: null },
  ],
  ['Unable to determine the device handle for GPU4: 0000:9A:00.0: Unknown Error', { pci: '0000:9a:00.0', index: 4 }],
  ['Unable to determine the device handle for gpu 0008:01:00.0: GPU is lost.', { pci: '0008:01:00.0', index: null }],
])('lost: %s', (line, want) => {
  expect(readFacts(csv, `index, name\n0, NVIDIA H200\n${line}\n`).gpus).toMatchObject([
    { index: 0, error: null },
    { ...want, error: 'lost' },
  ])
})

test('a missing tool, a missing library and an unknown field are no GPUs, and not "no devices"', () => {
  for (const [format, text, status] of [
    [query, 'bash: nvidia-smi: command not found\n', 'absent'],
    [query, "NVIDIA-SMI couldn't find libnvidia-ml.so library in your system.\n", 'absent'],
    [csv, 'Field "pcie.link.gen.foo" is not a valid field to query.\n', 'unreadable'],
  ] as const) {
    expect(format.recognise(toCapture(text)), text).toBeGreaterThan(60)
    expect(format.parse(toCapture(text))).toMatchObject({ status, facts: {} })
  }
})

test('how memory is addressed may be unknown on a healthy GPU, anything else may not', () => {
  const of = (line: string) =>
    readFacts(query, `Attached GPUs    : 1\nGPU 00000000:01:00.0\n    ${line}\n`).gpus[0]?.error
  expect(of('Addressing Mode                       : Unknown Error')).toBeNull()
  expect(of('Fan Speed                             : Unknown Error')).toBe('unknown-error')
})

test('XML says what the text says; parts of a GPU and its processes are not the GPU', () => {
  const text = `<?xml version="1.0" ?>
<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v12.dtd">
<nvidia_smi_log>
\t<driver_version>550.90.07</driver_version>
\t<cuda_version>12.4</cuda_version>
\t<attached_gpus>1</attached_gpus>
\t<gpu id="0000000F:3B:00.0">
\t\t<product_name>NVIDIA H100 80GB HBM3</product_name>
\t\t<persistence_mode>Enabled</persistence_mode>
\t\t<addressing_mode>Unknown Error</addressing_mode>
\t\t<mig_devices>
\t\t\t<mig_device><fb_memory_usage><total>19968 MiB</total></fb_memory_usage></mig_device>
\t\t</mig_devices>
\t\t<gpu_virtualization_mode><virtualization_mode>None</virtualization_mode></gpu_virtualization_mode>
\t\t<pci><pci_gpu_link_info>
\t\t\t<pcie_gen><max_link_gen>5</max_link_gen><current_link_gen>4</current_link_gen></pcie_gen>
\t\t\t<link_widths><max_link_width>16x</max_link_width><current_link_width>8x</current_link_width></link_widths>
\t\t</pci_gpu_link_info><replay_counter>7</replay_counter></pci>
\t\t<clocks_event_reasons><clocks_event_reason_hw_power_brake_slowdown>Active</clocks_event_reason_hw_power_brake_slowdown></clocks_event_reasons>
\t\t<fb_memory_usage><total>81559 MiB</total></fb_memory_usage>
\t\t<bar1_memory_usage><total>131072 MiB</total></bar1_memory_usage>
\t\t<ecc_mode><current_ecc>N/A</current_ecc></ecc_mode>
\t\t<processes><process_info><product_name>not this</product_name></process_info></processes>
\t</gpu>
</nvidia_smi_log>
`
  expect(query.recognise(toCapture(text))).toBeGreaterThan(90)
  expect(readFacts(query, text)).toEqual({
    driverVersion: '550.90.07',
    cudaVersion: '12.4',
    attachedGpus: 1,
    gpus: [
      {
        pci: '000f:3b:00.0',
        name: 'NVIDIA H100 80GB HBM3',
        memoryMib: 81559,
        bar1Mib: 131072,
        pcieGen: 4,
        pcieGenMax: 5,
        pcieWidth: 8,
        pcieWidthMax: 16,
        hwPowerBrake: true,
        eccMode: null,
        persistence: true,
        pcieReplays: 7,
        virtualization: 'None',
        error: null,
      },
    ],
  })
  cutsStayTrue(query, text, { step: 1 })
})

test('names of a CSV heading may hold capitals', () => {
  const text =
    'index, pci.baseClass, pci.bus_id, memory.total [MiB], encoder.stats.averageFps\n3, 0x3, 00000000:3B:00.0, 81559 MiB, 0\n'
  expect(readFacts(csv, text).gpus).toMatchObject([{ index: 3, pci: '0000:3b:00.0', memoryMib: 81559 }])
})

test('topology of Grace: the GPU has memory of its own, its NICs hang on the CPU', () => {
  const text =
    '\tGPU0\tGPU1\tNIC0\tNIC1\tCPU Affinity\tNUMA Affinity\tGPU NUMA ID\nGPU0\t X \tNV18\tNODE\tSYS\t0-71\t0,2-17\t1\nGPU1\tNV18\t X \tSYS\tNODE\t72-143\t1\t\tN/A\nNIC0\tNODE\tSYS\t X \tSYS\nNIC1\tSYS\tNODE\tSYS\t X \n\nNIC Legend:\n\n  NIC0: mlx5_0\n  NIC1: mlx5_1\n'
  expect(readFacts(topo, text).gpus).toEqual([
    { name: 'GPU0', nearestNics: [], cpuAffinity: '0-71', numaNode: null, memoryNumaNode: 1 },
    { name: 'GPU1', nearestNics: [], cpuAffinity: '72-143', numaNode: 1 },
  ])
})
