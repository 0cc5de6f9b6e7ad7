import { describe, expect, it } from 'vitest'
import nodes from '@/collectors/cluster/node/collector'
import { configSchema } from '@/lib/agent/config-schema'
import { applies, matchesGlob, targetOf } from './targets'

const node = (more: object = {}) => {
  const object = {
    metadata: { name: 'dgx030', labels: { rack: 'r7' }, annotations: { 'nvidia.com/ssh': '10.9.9.9' }, ...more },
    status: {
      addresses: [
        { type: 'InternalIP', address: '10.0.0.30' },
        { type: 'Hostname', address: 'dgx030' },
      ],
    },
  }
  return nodes.project(object) ?? expect.fail('no node')
}
const ssh = (yaml: object) => configSchema.parse({ ssh: yaml }).ssh

describe('where a node is reached', () => {
  it('matches names literally but for *', () => {
    const yes: [string, string][] = [
      ['dgx*', 'dgx030'],
      ['*', ''],
      ['d*x*0', 'dgx030'],
      ['dgx030', 'dgx030'],
      ['a*a', 'aa'],
    ]
    const no: [string, string][] = [
      ['dgx*', 'xdgx'],
      ['d.x*', 'dgx030'],
      ['a*a', 'a'],
      ['dgx03', 'dgx030'],
      ['*31', 'dgx030'],
      ['[d]*', 'dgx'],
    ]
    for (const [pattern, name] of yes) expect(matchesGlob(pattern, name), `${pattern} ${name}`).toBe(true)
    for (const [pattern, name] of no) expect(matchesGlob(pattern, name), `${pattern} ${name}`).toBe(false)
    const began = performance.now()
    matchesGlob(`${'*a'.repeat(200)}b`, 'a'.repeat(20_000))
    expect(performance.now() - began).toBeLessThan(200)
  })

  it('applies a rule by name and labels, both', () => {
    expect(applies({ nodes: 'dgx*', labels: { rack: 'r7' } }, node())).toBe(true)
    expect(applies({ nodes: 'dgx*', labels: { rack: 'r8' } }, node())).toBe(false)
  })

  it('takes the address asked for, or says that there is none', () => {
    expect(targetOf(node(), ssh({ user: 'cairn' }))).toEqual({
      target: { node: 'dgx030', address: '10.0.0.30', port: 22, user: 'cairn' },
    })
    expect(targetOf(node(), ssh({ user: 'cairn', address: 'Hostname' }))).toMatchObject({
      target: { address: 'dgx030' },
    })
    expect(targetOf(node(), ssh({ user: 'cairn', address: 'annotation:nvidia.com/ssh' }))).toMatchObject({
      target: { address: '10.9.9.9' },
    })
    expect(targetOf(node(), ssh({ user: 'cairn', address: 'annotation:other' }))).toEqual({
      off: 'the Node object has no annotation:other address',
    })
  })

  it('lets later overrides win, each only in what it says', () => {
    const overrides = [
      { nodes: 'dgx*', user: 'first', port: 2222 },
      { labels: { rack: 'r7' }, user: 'second', jump: { host: 'head01' } },
      { nodes: 'other*', skip: true },
    ]
    expect(targetOf(node(), ssh({ user: 'cairn', overrides }))).toEqual({
      target: {
        node: 'dgx030',
        address: '10.0.0.30',
        port: 2222,
        user: 'second',
        jump: { address: 'head01', port: 22, user: 'second' },
      },
    })
    expect(targetOf(node(), ssh({ user: 'cairn', overrides: [{ nodes: 'dgx*', skip: true }] }))).toMatchObject({
      off: expect.stringContaining('not to connect'),
    })
  })
})
