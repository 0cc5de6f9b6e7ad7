import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sh, shellQuote } from './shell'

/** Any text without control characters: those are refused. */
const argument = fc.string({ unit: 'grapheme' }).filter((text) => !/[\u0000-\u001f\u007f-\u009f]/.test(text))
/** What a real sh makes of a command line: its words, each ended by a NUL. */
function wordsOf(line: string): string[] {
  const text = execFileSync('sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' })
  return text.split('\0').slice(0, -1)
}

describe('P-14 quoting for people’s shells', () => {
  it('a real sh gives every argument back', () => {
    const all: string[][] = []
    fc.assert(
      fc.property(fc.array(argument, { minLength: 1, maxLength: 8 }), (argv) => {
        all.push(argv)
      }),
      { numRuns: 300 },
    )
    const argv = all.flat()
    expect(wordsOf(shellQuote(argv))).toEqual(argv)
  })

  it('hostile names are words, not commands', () => {
    const hostile = [
      '$(reboot)',
      '`id`',
      "'; rm -rf /; '",
      '-rf',
      'a b',
      '',
      '*',
      '~',
      '#x',
      '!!',
      '\\',
      '"',
      '$IFS',
      'a&b|c;d>e<f',
    ]
    expect(wordsOf(shellQuote(hostile))).toEqual(hostile)
    for (const name of hostile) expect(wordsOf(sh`kubectl delete ${name}`)).toEqual(['kubectl', 'delete', name])
  })

  it('refuses control characters: they would hide what is pasted', () => {
    for (const text of ['a\nb', '\u001b[2K', '\u0000', '\u009b']) {
      expect(() => shellQuote([text])).toThrow(RangeError)
      expect(sh`echo ${text}`).toBe("echo '?'")
    }
  })

  it('keeps plain words plain', () => {
    expect(sh`mstconfig -d ${'0000:18:00.0'} set NUM_OF_VFS=${8}`).toBe('mstconfig -d 0000:18:00.0 set NUM_OF_VFS=8')
  })
})
