/**
 * Bundles agent, commands and lab for plain Node: `dist/agent.mjs`, `dist/cli.mjs`, `dist/lab.mjs`, shared parts in `dist/chunks`.
 * Fails when the commands would load what only the agent may (SSH, Kubernetes, SQLite).
 */
import { spawnSync } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')
/** Native code, or loads its own files: stays in node_modules. */
const EXTERNAL = ['libsql', 'ssh2', 'cpu-features']
/** Commands that must run anywhere, from one file of pasted text. */
const LIGHT = ['lib/cli/entry.ts', 'lib/cli/explain.ts']

const gen = spawnSync(process.execPath, ['--import', 'tsx', 'scripts/gen.ts'], {
  cwd: ROOT,
  stdio: ['ignore', 'ignore', 'inherit'],
})
if (gen.status !== 0) process.exit(gen.status ?? 1)

rmSync(join(ROOT, 'dist'), { recursive: true, force: true })
const entries = { agent: 'lib/agent/entry.ts', cli: 'lib/cli/entry.ts', lab: 'e2e/lab/main.ts' }
const present = Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(join(ROOT, file))))
const { metafile } = await build({
  absWorkingDir: ROOT,
  entryPoints: present,
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  external: EXTERNAL,
  minifyWhitespace: true,
  minifySyntax: true,
  sourcemap: 'linked',
  metafile: true,
  logLevel: 'warning',
  // Packages that were CommonJS call require(); ES modules have none.
  banner: {
    js: "import { createRequire as cairnRequire } from 'node:module'; const require = cairnRequire(import.meta.url);",
  },
})

const heavy = LIGHT.flatMap((entry) => heavyImports(entry).map((name) => `${entry} loads ${name}`))
if (heavy.length > 0) {
  console.error(`bundle: ${heavy.join('\nbundle: ')}`)
  process.exit(1)
}
for (const [file, { bytes }] of Object.entries(metafile.outputs)) {
  if (/^dist\/[a-z]+\.mjs$/.test(file)) console.log(`${file} ${Math.round(bytes / 1024)} kB`)
}

/** External packages that the output of a source file loads at once, through static imports. */
function heavyImports(source) {
  const start = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint === source)
  if (!start) return []
  const seen = new Set([start[0]])
  const found = new Set()
  for (const file of seen) {
    for (const one of metafile.outputs[file]?.imports ?? []) {
      if (one.kind === 'dynamic-import') continue
      if (one.external && EXTERNAL.includes(one.path)) found.add(one.path)
      else if (!one.external) seen.add(one.path)
    }
    // The store loads libsql by require(), which no import list shows.
    for (const input of Object.keys(metafile.outputs[file]?.inputs ?? {})) {
      if (/^lib\/agent\/store\/sqlite\.ts$|^collectors\/transport\//.test(input)) found.add(input)
    }
  }
  return [...found]
}
