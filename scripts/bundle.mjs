/**
 * Bundles agent, commands and lab for plain Node: `dist/agent.mjs`, `dist/cli.mjs`, `dist/lab.mjs`, shared parts in `dist/chunks`.
 * `node scripts/bundle.mjs [FOLDER]`: into another folder.
 * Fails when the commands would load what only the agent may (SSH, Kubernetes, SQLite).
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { lateYaml, leanRules, YAML_ENTRY } from './lean-rules.mjs'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')
/** Native code, or loads its own files: stays in node_modules. */
const EXTERNAL = ['libsql', 'ssh2', 'cpu-features']
/** Commands that must run anywhere, from one file of pasted text. */
const LIGHT = ['lib/cli/entry.ts', 'lib/cli/explain.ts']

/** Captures whose reading compiles what most need. */
const WARM_UP = ['collectors/run/nccl-tests/fixtures/cairn-allreduce-torchrun-gloo.txt', 'README.md']

const gen = spawnSync(process.execPath, ['--import', 'tsx', 'scripts/gen.ts'], {
  cwd: ROOT,
  stdio: ['ignore', 'ignore', 'inherit'],
})
if (gen.status !== 0) process.exit(gen.status ?? 1)

const OUT = resolve(ROOT, process.argv[2] ?? 'dist')
rmSync(OUT, { recursive: true, force: true })
const SHARED = {
  absWorkingDir: ROOT,
  outdir: OUT,
  bundle: true,
  platform: 'node',
  target: 'node20',
  external: EXTERNAL,
  minifyWhitespace: true,
  minifySyntax: true,
  sourcemap: 'linked',
  logLevel: 'warning',
}
const MODULES = {
  ...SHARED,
  outExtension: { '.js': '.mjs' },
  chunkNames: 'chunks/[name]-[hash]',
  splitting: true,
  format: 'esm',
  metafile: true,
  // Packages that were CommonJS call require(); ES modules have none.
  banner: {
    js: "import { createRequire as cairnRequire } from 'node:module'; const require = cairnRequire(import.meta.url);",
  },
}
const entries = { agent: 'lib/agent/entry.ts', lab: 'e2e/lab/main.ts' }
const present = Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(join(ROOT, file))))
// The commands on their own: they start for every paste, so they carry only what they say.
const [agent, commands] = await Promise.all([
  build({ ...MODULES, entryPoints: present }),
  build({ ...MODULES, entryPoints: { cli: 'lib/cli/entry.ts' }, plugins: [leanRules, lateYaml] }),
  build({ ...SHARED, entryPoints: { 'chunks/yaml': YAML_ENTRY }, outExtension: { '.js': '.cjs' }, format: 'cjs' }),
  build({
    ...SHARED,
    entryPoints: { 'chunks/explain': 'lib/cli/explain-alone.ts' },
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    plugins: [leanRules, lateYaml],
    define: { 'import.meta.url': 'cairnFile' },
    banner: { js: "const cairnFile = require('node:url').pathToFileURL(__filename).href;" },
  }),
])
// esbuild leaves other characters in patterns as they are; bin/code-cache.cjs reads ASCII.
const alone = join(OUT, 'chunks/explain.cjs')
writeFileSync(alone, readFileSync(alone, 'utf8').replace(/[^\x00-\x7f]/g, escaped))
// What V8 compiles when it reads typical captures, kept beside the program (bin/code-cache.cjs).
const kept = spawnSync(process.execPath, ['scripts/keep-code.cjs', alone, '--json', ...WARM_UP], {
  cwd: ROOT,
  stdio: ['ignore', 'ignore', 'inherit'],
})
if (kept.status !== 0) process.exit(kept.status ?? 1)

const outputs = { ...agent.metafile.outputs, ...commands.metafile.outputs }

const heavy = LIGHT.flatMap((entry) => heavyImports(entry).map((name) => `${entry} loads ${name}`))
if (heavy.length > 0) {
  console.error(`bundle: ${heavy.join('\nbundle: ')}`)
  process.exit(1)
}
for (const [file, { bytes }] of Object.entries(outputs)) {
  const name = relative(OUT, resolve(ROOT, file))
  if (/^[a-z]+\.mjs$/.test(name)) console.log(`${name} ${Math.round(bytes / 1024)} kB`)
}

function escaped(char) {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** External packages that the output of a source file loads at once, through static imports. */
function heavyImports(source) {
  const start = Object.entries(commands.metafile.outputs).find(([, output]) => output.entryPoint === source)
  if (!start) return []
  const seen = new Set([start[0]])
  const found = new Set()
  for (const file of seen) {
    for (const one of commands.metafile.outputs[file]?.imports ?? []) {
      if (one.kind === 'dynamic-import') continue
      if (one.external && EXTERNAL.includes(one.path)) found.add(one.path)
      else if (!one.external) seen.add(one.path)
    }
    // The store loads libsql by require(), which no import list shows.
    for (const input of Object.keys(commands.metafile.outputs[file]?.inputs ?? {})) {
      if (/^lib\/agent\/store\/sqlite\.ts$|^collectors\/transport\//.test(input)) found.add(input)
    }
  }
  return [...found]
}
