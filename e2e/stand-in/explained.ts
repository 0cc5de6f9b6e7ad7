import type { ExplainResponse } from '@/lib/contract/api'

/** Plays `explain` for one kind of capture, enough to show every part of the page. */
export function explained(captures: unknown): ExplainResponse {
  const list = Array.isArray(captures) ? captures : []
  return {
    captures: list.map((entry): ExplainResponse['captures'][number] => {
      const text = typeof entry === 'object' && entry !== null && 'text' in entry ? String(entry.text) : ''
      const file = typeof entry === 'object' && entry !== null && 'name' in entry ? String(entry.name) : 'capture'
      if (!text.includes('NUM_OF_VFS')) {
        return {
          schema: 1,
          file,
          kind: null,
          status: 'unreadable',
          reason: { code: 'unknown-layout', text: 'No known tool prints this' },
          errors: [],
          facts: {},
          verdicts: [],
          causes: [],
          candidates: [{ kind: 'mstconfig', title: 'mstconfig query', sure: 0.1 }],
          details: [],
          text,
        }
      }
      const line = text.split('\n').findIndex((each) => each.includes('NUM_OF_VFS')) + 1
      return {
        schema: 1,
        file,
        kind: 'mstconfig',
        status: 'ok',
        errors: [],
        facts: {
          devices: [
            {
              index: 1,
              type: 'ConnectX7',
              pci: '0000:18:00.0',
              params: [{ name: 'NUM_OF_VFS', default: '0', current: '16', next: '8' }],
              bluefieldMode: null,
            },
          ],
        },
        verdicts: [
          {
            check: 'pending-link-type',
            level: 'drivers',
            status: 'pass',
            subject: '0000:18:00.0',
            summary: 'LINK_TYPE_P1 is IB(1) now and after next boot',
          },
          {
            check: 'pending-vf-count',
            level: 'drivers',
            status: 'fail',
            subject: '0000:18:00.0',
            summary: 'NUM_OF_VFS is 16 now and 8 after next boot',
          },
        ],
        causes: [{ id: 'power-cycle-required', summary: 'A firmware change waits for a power cycle' }],
        candidates: [{ kind: 'mstconfig', title: 'mstconfig query', sure: 1 }],
        details: [
          {
            check: 'pending-vf-count',
            evidence: [{ kind: 'value', label: 'NUM_OF_VFS', value: 16, expected: 8, source: 'Next Boot', ok: false }],
            fix: [{ text: 'Power off, wait 60 s, power on', risk: 'power-cycle', minutes: 12 }],
            lines: [line],
          },
        ],
        text,
      }
    }),
    together: null,
    kinds: [{ kind: 'mstconfig', title: 'mstconfig query' }],
  }
}
