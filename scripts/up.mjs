/**
 * `npm run up`: installs when needed, builds what is missing or older than its sources, then runs `cairn up`.
 * With `-- --port 4000` and the like, arguments go to `cairn up`.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')
const at = (path) => join(ROOT, path)

/** Time of the last change of a file; 0 when it is not there. */
function changed(path) {
  return existsSync(at(path)) ? statSync(at(path)).mtimeMs : 0
}

/** Time of the newest source below a folder (or of the file); generated indexes do not count. */
function newest(path) {
  if (!existsSync(at(path))) return 0
  const stat = statSync(at(path))
  if (!stat.isDirectory()) return stat.mtimeMs
  return readdirSync(at(path), { withFileTypes: true })
    .filter((entry) => !(entry.name.endsWith('.gen.ts') || entry.name.includes('.test.') || entry.name === 'fixtures'))
    .reduce((latest, entry) => Math.max(latest, newest(join(path, entry.name))), 0)
}

function run(words, command, args) {
  console.log(words)
  const { status } = spawnSync(command, args, {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' },
  })
  if (status !== 0) process.exit(status ?? 1)
}

if (changed('node_modules/.package-lock.json') < changed('package-lock.json')) {
  run('Installing packages (npm ci) …', process.platform === 'win32' ? 'npm.cmd' : 'npm', [
    'ci',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
  ])
}
const shared = ['lib', 'collectors', 'package-lock.json', 'tsconfig.json']
const isOlder = (built, sources) => changed(built) < Math.max(...sources.map(newest))
if (isOlder('dist/agent.mjs', [...shared, 'e2e/lab', 'e2e/fleets', 'scripts/bundle.mjs', 'scripts/gen.ts'])) {
  run('Building the agent and the commands …', process.execPath, ['scripts/bundle.mjs'])
}
const web = [
  'app',
  'components',
  'public',
  'lib/contract',
  'lib/web',
  'lib/levels.ts',
  'next.config.js',
  'proxy.ts',
  'instrumentation.ts',
  'package-lock.json',
]
if (isOlder('.next/BUILD_ID', web)) {
  run('Building the pages (about half a minute) …', process.execPath, ['node_modules/next/dist/bin/next', 'build'])
}

const child = spawn(process.execPath, ['bin/cairn.js', 'up', ...process.argv.slice(2)], { cwd: ROOT, stdio: 'inherit' })
// The terminal sends Ctrl-C to the child too: wait for it, it stops its own children.
process.on('SIGINT', () => {})
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('close', (code) => process.exit(code ?? 1))
