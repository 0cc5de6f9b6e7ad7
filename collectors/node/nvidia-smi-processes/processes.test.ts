import { describe, expect, it } from 'vitest'
import collector from './collector'

const read = (text: string, cut = false) => collector.parse({ query: { text, stderr: '', exitCode: 0, cut } })
const HEAD = 'gpu_bus_id, pid, process_name\n'

describe('who computes on the GPUs', () => {
  it('lists processes with their GPU, whatever their names hold', () => {
    const text = `${HEAD}00000000:1B:00.0, 4711, /usr/bin/python3\n00000000:43:00.0, 4712, a, b, c\n`
    expect(read(text).processes).toEqual([
      { pci: '0000:1b:00.0', pid: 4711, name: '/usr/bin/python3' },
      { pci: '0000:43:00.0', pid: 4712, name: 'a, b, c' },
    ])
  })

  it('a list without rows is nobody; no list at all is not known', () => {
    expect(read(HEAD).processes).toEqual([])
    expect(read('no-gpu\n').processes).toEqual([])
    for (const text of ['', 'No devices were found\n', 'Unable to determine the device handle for GPU 0000:1B:00.0'])
      expect(() => read(text)).toThrow('did not list')
  })

  it('rows that are not understood, or a list that was cut, are not nobody', () => {
    expect(() => read(`${HEAD}00000000:1B:00.0, [N/A], [Insufficient Permissions]\n`)).toThrow('not known')
    expect(() => read(HEAD, true)).toThrow('cut')
  })
})
