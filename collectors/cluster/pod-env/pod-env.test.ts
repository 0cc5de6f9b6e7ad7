import { describe, expect, it } from 'vitest'
import { toCapture } from '@/lib/explain/capture'
import { parsePodEnv } from './parse'

const ENV = `HOME=/root
SECRET_TOKEN=hunter2
PCIDEVICE_NVIDIA_COM_RESIBP24S0=0000:18:00.3,0000:18:00.4
PCIDEVICE_NVIDIA_COM_RESIBP24S0_INFO={"0000:18:00.3":{"generic":{"deviceID":"0000:18:00.3"},"rdma":{"rdma_dev":"mlx5_14","uverbs":"/dev/infiniband/uverbs14"}},"0000:18:00.4":{"generic":{"deviceID":"0000:18:00.4"}}}
`
const read = (text: string) => parsePodEnv(toCapture(text))

describe('pod-env', () => {
  it('reads devices and repeats nothing else', () => {
    const parsed = read(ENV)
    expect(parsed.facts).toEqual({
      resources: [
        {
          name: 'NVIDIA_COM_RESIBP24S0',
          devices: [
            { pci: '0000:18:00.3', rdma: true, rdmaDevice: 'mlx5_14' },
            { pci: '0000:18:00.4', rdma: false, rdmaDevice: null },
          ],
        },
      ],
    })
    expect(JSON.stringify(parsed)).not.toContain('hunter2')
  })

  it('reads a shell dump, and does not know RDMA from the address list alone', () => {
    expect(
      read(
        ENV.replace(/^PCI/gm, 'declare -x PCI').replace(/=(.*)$/gm, (_, value) => `="${value.replaceAll('"', '\\"')}"`),
      ).facts,
    ).toEqual(read(ENV).facts)
    expect(read('PCIDEVICE_A=0000:18:00.3\n').facts).toEqual({
      resources: [{ name: 'A', devices: [{ pci: '0000:18:00.3', rdma: null, rdmaDevice: null }] }],
    })
  })

  it('gives the same devices or fewer when cut anywhere', () => {
    for (let end = 0; end < ENV.length; end++) {
      const { facts } = read(ENV.slice(0, end))
      for (const resource of 'resources' in facts ? facts.resources : [])
        for (const device of resource.devices) {
          expect(['0000:18:00.3', '0000:18:00.4']).toContain(device.pci)
          if (device.rdma !== null) expect(device.rdma).toBe(device.pci.endsWith('3'))
        }
    }
  })
})
