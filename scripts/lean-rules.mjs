import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

/** Parts of checks and causes that only the agent's catalogue shows and tests run; the formatter puts each at two spaces of indent. */
const UNSAID = [
  [/^ {2}examples: \[\n[\s\S]*?^ {2}\],$/gm, '  examples: [],'],
  [/^ {2}refs: \[\n[\s\S]*?^ {2}\],$/gm, '  refs: [],'],
  [/^ {2}refs: \[.*\],$/gm, '  refs: [],'],
  [/^ {2}why: '(?:[^'\\\n]|\\.)*',$/gm, "  why: '',"],
]

/**
 * esbuild plug-in: checks and causes without examples, reasons and sources, a third of their size. The commands judge and never show a
 * catalogue. Lines stay where they are, so that source maps hold.
 */
export const leanRules = {
  name: 'lean-rules',
  setup(build) {
    build.onLoad({ filter: /\/lib\/(?:checks\/[a-z-]+|causes)\/[a-z0-9-]+\.ts$/ }, async ({ path }) => ({
      contents: withoutUnsaid(await readFile(path, 'utf8')),
      loader: 'ts',
    }))
  },
}

/** A rule's source without what the commands never say. */
export function withoutUnsaid(source) {
  return UNSAID.reduce(
    (text, [pattern, short]) => text.replace(pattern, (whole) => short + '\n'.repeat(whole.split('\n').length - 1)),
    source,
  )
}

/** What collectors use of the YAML library. */
const YAML_CALLS = ['parse', 'parseDocument']

/**
 * esbuild plug-in: the YAML library as a file of its own that is loaded when the first text needs it. Few do: what kubectl prints is
 * read without it.
 */
export const lateYaml = {
  name: 'late-yaml',
  setup(build) {
    build.onResolve({ filter: /^yaml$/ }, ({ importer }) =>
      /\/(?:collectors\/cluster|lib\/explain)\//.test(importer) ? { path: 'yaml', namespace: 'late-yaml' } : undefined,
    )
    build.onLoad({ filter: /.*/, namespace: 'late-yaml' }, () => ({
      contents: [
        "import { createRequire } from 'node:module'",
        'let library',
        "const load = () => (library ??= createRequire(import.meta.url)('./yaml.cjs'))",
        ...YAML_CALLS.map((name) => `export const ${name} = (...given) => load().${name}(...given)`),
      ].join('\n'),
      loader: 'js',
    }))
  },
}

/** Where the YAML library begins; bundled by itself for `lateYaml`. */
export const YAML_ENTRY = createRequire(import.meta.url).resolve('yaml')
