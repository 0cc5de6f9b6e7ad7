import type { Check, FixStep } from './check'
import type { ReachFacts, SectionState } from './reach'
import { sh } from './shell'

/** Facts of a node whose SSH went well: the base of examples. */
export const HEALTHY_REACH: ReachFacts = {
  ssh: { ok: true, stage: 'done', address: '10.0.0.30', user: 'cairn', failures: 0 },
  sections: [{ id: 'nicFirmware.query', status: 'ok', cut: false, sudo: [] }],
  resources: [{ resource: 'nodes', collector: 'nodes', status: 'ok', group: '', plural: 'nodes' }],
  api: { state: 'ok', server: 'https://10.0.0.1:6443' },
  excess: [],
  clockSkewSec: 0,
  discarded: null,
  stale: [],
}

/** HEALTHY_REACH with SSH ended at a stage. */
export function reachFailedAt(stage: string, code: string, reason: string): ReachFacts {
  return {
    ...HEALTHY_REACH,
    ssh: { ok: false, stage, code, reason, address: '10.0.0.30', user: 'cairn', failures: 2 },
    sections: [],
  }
}

interface StageCheck {
  id: string
  title: Check['title']
  why: string
  refs: readonly string[]
  /** Transport codes that mean this fault. */
  codes: readonly string[]
  fix(target: { address: string; user: string; via?: string }): readonly FixStep[]
  example: { stage: string; code: string; reason: string }
}

/** A check of one stage of reaching a node by SSH: the exact stage is named, and nothing above it is guessed (CHECKS §0, I7). */
export function sshStageCheck(spec: StageCheck): Check<'reach', never> {
  return {
    id: spec.id,
    level: 'reach',
    title: spec.title,
    why: spec.why,
    refs: spec.refs,
    needs: ['reach'],
    after: [],
    run: ({ reach }) => {
      const ssh = reach.ssh
      if (!ssh) return { status: 'skip', summary: 'No SSH is configured for this node' }
      if (ssh.ok || ssh.code === undefined || !spec.codes.includes(ssh.code)) {
        return ssh.ok
          ? { status: 'pass', summary: `${ssh.user}@${ssh.address} answered` }
          : { status: 'skip', summary: `Not reached this far: ended at ${ssh.stage}` }
      }
      const via = ssh.via ? ` through ${ssh.via}` : ''
      return {
        status: 'fail',
        reason: ssh.code.toLowerCase().replaceAll('_', '-'),
        ...(ssh.via ? { params: { via: ssh.via } } : {}),
        summary: `${ssh.user}@${ssh.address}${via}: ${ssh.reason ?? ssh.code}`,
        findings: [{ subject: ssh.address, status: 'fail', summary: ssh.reason ?? ssh.code }],
        evidence: [
          {
            kind: 'table',
            title: 'SSH to the node',
            columns: ['address', 'user', 'ended at', 'code', 'sweeps in a row'],
            rows: [{ cells: [ssh.address, ssh.user, ssh.stage, ssh.code, ssh.failures], deviates: true }],
          },
        ],
        fix: spec.fix({ address: ssh.address, user: ssh.user, via: ssh.via }),
      }
    },
    examples: [
      { name: 'reached', facts: { reach: HEALTHY_REACH }, status: 'pass' },
      {
        name: spec.example.reason,
        facts: { reach: reachFailedAt(spec.example.stage, spec.example.code, spec.example.reason) },
        status: 'fail',
      },
    ],
  }
}

/** The command an SRE tries by hand to see the same. */
export function tryByHand(target: { address: string; user: string; via?: string }): FixStep {
  const command = target.via
    ? sh`ssh -v -J ${target.via} ${target.user}@${target.address} true`
    : sh`ssh -v ${target.user}@${target.address} true`
  return { text: 'Try it by hand from where the agent runs', command, risk: 'none' }
}

interface SectionCheck {
  id: string
  title: Check['title']
  why: string
  refs: readonly string[]
  status: 'denied' | 'absent' | 'timeout' | 'cut'
  words(section: SectionState): string
  fix(sections: readonly SectionState[]): readonly FixStep[]
}

/** A check over the probe's sections: said once per node, not once per check that misses them (host-formats §1 rule 10). */
export function sectionCheck(spec: SectionCheck): Check<'reach', never> {
  const matches = (section: SectionState) => (spec.status === 'cut' ? section.cut : section.status === spec.status)
  const example: SectionState = {
    id: 'nicFirmware.query',
    status: spec.status === 'cut' ? 'ok' : spec.status,
    cut: spec.status === 'cut',
    reason: 'as the node said',
    tool: 'mstconfig',
    package: 'mstflint',
    sudo: ['/usr/bin/mstconfig -d PCI -e q'],
  }
  return {
    id: spec.id,
    level: 'reach',
    title: spec.title,
    why: spec.why,
    refs: spec.refs,
    needs: ['reach'],
    after: [],
    run: ({ reach }) => {
      if (!reach.ssh?.ok) return { status: 'skip', summary: 'The node was not reached' }
      const bad = reach.sections.filter(matches)
      if (reach.sections.length === 0) return { status: 'skip', summary: 'No section was asked for' }
      if (bad.length === 0) return { status: 'pass', summary: `All ${reach.sections.length} sections` }
      return {
        status: 'warn',
        reason: spec.id,
        params: {
          sections: bad
            .map((section) => section.id)
            .sort()
            .join(' '),
        },
        summary: `${bad.length} of ${reach.sections.length} sections: ${spec.words(bad[0] ?? example)}`,
        findings: bad.map((section) => ({
          subject: section.id,
          status: 'warn',
          summary: section.reason ?? spec.words(section),
        })),
        evidence: [
          {
            kind: 'table',
            title: 'Sections of the probe',
            columns: ['section', 'ended', 'why'],
            rows: bad.map((section) => ({
              cells: [section.id, section.cut ? 'cut' : section.status, section.reason ?? null],
              deviates: true,
            })),
          },
        ],
        fix: spec.fix(bad),
      }
    },
    examples: [
      { name: 'all answered', facts: { reach: HEALTHY_REACH }, status: 'pass' },
      {
        name: 'one did not',
        facts: {
          reach: { ...HEALTHY_REACH, sections: [...HEALTHY_REACH.sections, { ...example, id: 'nicReset.query' }] },
        },
        status: 'warn',
      },
    ],
  }
}
