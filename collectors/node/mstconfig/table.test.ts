import { describe, expect, it } from 'vitest'
import { parseTables } from './table'

const TEXT = [
  'Device #1:',
  '----------',
  '',
  'Device:         0000:18:00.0',
  '',
  'Configurations:                    Default         Current         Next Boot',
  '*       NUM_OF_VFS                  0               16              18',
].join('\n')

describe('a table at a cut end', () => {
  it('M-06: the cell at the end of an unterminated line is not believed, those before it are', () => {
    const read = (text: string) => parseTables(text.split('\n'), text.endsWith('\n')).devices[0]?.params[0]
    expect(read(`${TEXT}\n`)).toMatchObject({ default: '0', current: '16', next: '18' })
    expect(read(TEXT)).toMatchObject({ default: '0', current: '16', next: null })
    expect(read(TEXT.slice(0, -1))).toMatchObject({ current: '16', next: null })
  })

  it('bytes of a field are cells, told apart by all their digits', () => {
    const key = '00112233445566778899001122334455'
    const row = (...cells: string[]) => `        KEY   ${cells.join('   ')}\n`
    const read = (text: string) => parseTables(text.split('\n'), true).devices[0]?.params[1]
    expect(read(`${TEXT}\n${row(key, key, key.replace(/5$/, '6'))}`)).toMatchObject({ current: key, pending: true })
    expect(read(`${TEXT}\n${row('A1B2C3', 'A1B2C3', 'A1B2C3')}`)).toMatchObject({ next: 'A1B2C3', pending: false })
  })
})
