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

  const pairs = ENV.trim()
    .split('\n')
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const)
  it.each([
    ['docker inspect', JSON.stringify([{ Config: { Env: pairs.map((each) => each.join('=')) } }], null, 4)],
    ['an env list', JSON.stringify(pairs.map(([name, value]) => ({ name, value })))],
    ['crictl inspect', JSON.stringify({ envs: pairs.map(([key, value]) => ({ key, value })) }, null, 2)],
    ['an object', JSON.stringify(Object.fromEntries(pairs))],
    ['/proc/1/environ', ENV.replaceAll('\n', '')],
    ['JSON over several lines', ENV.replaceAll(',"', ',\n  "')],
    ['a list in YAML', pairs.map(([name, value]) => `- name: ${name}\n  value: '${value}'\n`).join('')],
  ])('reads %s', (_, text) => {
    expect(read(text).facts).toEqual(read(ENV).facts)
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
