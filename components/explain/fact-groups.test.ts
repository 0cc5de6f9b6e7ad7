import { describe, expect, it } from 'vitest'
import { factGroups, words } from './fact-groups'

describe('facts to read', () => {
  it('are values and tables, lists inside lists apart', () => {
    const { plain, tables } = factGroups({
      driver: '1.2',
      complete: false,
      nothing: null,
      sm: { lid: 1 },
      devices: [
        { name: 'mlx5_0', ports: [{ port: 1, state: 'Active' }] },
        { name: 'mlx5_1', rate: null },
      ],
    })
    expect(plain.map(({ name, value }) => [name, words(value)])).toEqual([
      ['driver', '1.2'],
      ['complete', 'no'],
      ['nothing', null],
      ['sm.lid', '1'],
    ])
    expect(tables.map(({ name, columns, rows }) => [name, columns, rows.length])).toEqual([
      ['devices', ['name', 'ports', 'rate'], 2],
      ['devices: ports', ['of', 'port', 'state'], 1],
    ])
  })
})
