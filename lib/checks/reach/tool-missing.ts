import { check } from '@/lib/check'
import { sectionCheck } from '@/lib/reach-checks'

export default check(
  sectionCheck({
    id: 'tool-missing',
    title: { pass: 'All tools are on the node', fail: 'A tool is not installed on the node' },
    why: 'A missing tool says nothing about the hardware: what it would show stays unknown until it is there.',
    refs: ['host-formats §1 rule 2', 'security F-15'],
    status: 'absent',
    words: (section) => `${section.tool ?? section.id} is not installed`,
    fix: (sections) =>
      [...new Set(sections.map((section) => section.package ?? section.tool ?? section.id))].map((name) => ({
        text: `Install the package that brings it: ${name}`,
        risk: 'config' as const,
        verify: 'Verify again: the section answers',
      })),
  }),
)
