import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { get } from 'node:http'
import { type Browser, chromium } from '@playwright/test'
import { startLabAgent, untilFleet } from './lab-agent'
import { median, type Part, Skipped, sleep, table } from './part'

const LOADS = 5
const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Marks the frame after the last tile came; a text, because compiled functions refer to helpers that the page has not. */
const MARK_TILES = `
  const look = () => {
    if (document.querySelectorAll('a.tile').length < WANTED) requestAnimationFrame(look)
    else requestAnimationFrame(() => performance.mark('cairn-tiles'))
  }
  requestAnimationFrame(look)
`

/** What one load of the fleet page cost. */
interface Load {
  fcpMs: number
  tilesMs: number
  jsBytes: number
  allBytes: number
}

/** The fleet page of the real agent and web side in headless Chromium. */
export const pagePart: Part = {
  id: 'page',
  title: 'First paint of the fleet page',
  limitSec: 540,
  async run({ nodes }) {
    if (!existsSync('.next/BUILD_ID')) throw new Skipped('.next is not built: run "npm run build"')
    const executablePath = [process.env.CAIRN_CHROMIUM, ...BROWSERS].find(
      (path) => path !== undefined && existsSync(path),
    )
    const running = await startLabAgent(nodes)
    const next = ['node_modules/next/dist/bin/next', 'start', '-H', '127.0.0.1', '-p', String(running.port)]
    const web = spawn(process.execPath, next, {
      stdio: 'ignore',
      env: { ...process.env, CAIRN_SOCKET: running.socketPath, NEXT_TELEMETRY_DISABLED: '1' },
    })
    let browser: Browser | undefined
    try {
      await untilFleet(running, performance.now(), ({ counts }) => counts.total === nodes && counts.unknown === 0, 240)
      // The first minute after a start is the agent's busiest; a page is mostly opened later.
      await sleep(20_000)
      browser = await chromium.launch({
        ...(executablePath ? { executablePath } : {}),
        args: ['--no-sandbox', '--disable-gpu'],
      })
      const login = await browser.newContext()
      const page = await login.newPage()
      await page.goto(`${running.origin}/login#token=${running.launchToken}`)
      await page.waitForSelector('.tile', { timeout: 60_000 })
      const storageState = await login.storageState()
      await login.close()
      const loads: Load[] = []
      for (let at = 0; at < LOADS; at += 1) loads.push(await load(browser, running.origin, storageState, nodes))
      const cookie = storageState.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
      const payload = await gzipped(`${running.origin}/api/v1/fleet`, cookie)
      const plain = (await running.fleet()).bytes
      const of = (pick: (one: Load) => number) => median(loads.map(pick))
      const range = (pick: (one: Load) => number) =>
        `${Math.min(...loads.map(pick)).toFixed(0)} to ${Math.max(...loads.map(pick)).toFixed(0)}`
      return [
        `${nodes} nodes, ${await browser.version()} headless without GPU, 1366×768, empty cache, medians of ${LOADS} loads; agent, web, lab and browser share the CPUs.`,
        '',
        table(
          ['what', 'measured', 'range'],
          [
            ['first contentful paint, ms', of((one) => one.fcpMs).toFixed(0), range((one) => one.fcpMs)],
            [
              `all ${nodes} tiles in the page and painted, ms`,
              of((one) => one.tilesMs).toFixed(0),
              range((one) => one.tilesMs),
            ],
            ['JavaScript of the route over the wire, kB gzip', (of((one) => one.jsBytes) / 1_000).toFixed(0), ''],
            ['everything over the wire, kB', (of((one) => one.allBytes) / 1_000).toFixed(0), ''],
            [
              '`/api/v1/fleet` over the wire, kB gzip',
              (payload.bytes / 1_000).toFixed(0),
              `${(plain / 1_000).toFixed(0)} plain`,
            ],
            ['its answer, ms from request to end', payload.ms.toFixed(0), ''],
          ],
        ),
      ].join('\n')
    } finally {
      await browser?.close()
      web.kill('SIGKILL')
      await running.stop()
    }
  },
}

type StorageState = Awaited<ReturnType<Awaited<ReturnType<Browser['newContext']>>['storageState']>>

/** One load in a fresh context: cookies, but nothing cached. */
async function load(browser: Browser, origin: string, storageState: StorageState, nodes: number): Promise<Load> {
  const context = await browser.newContext({ storageState, viewport: { width: 1366, height: 768 } })
  try {
    const page = await context.newPage()
    const session = await context.newCDPSession(page)
    const kinds = new Map<string, string>()
    const sizes = { js: 0, all: 0 }
    await session.send('Network.enable')
    session.on('Network.responseReceived', ({ requestId, type }) => kinds.set(requestId, type))
    session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      sizes.all += encodedDataLength
      if (kinds.get(requestId) === 'Script') sizes.js += encodedDataLength
    })
    await page.addInitScript(MARK_TILES.replace('WANTED', String(nodes)))
    await page.goto(origin)
    await page.waitForFunction(() => performance.getEntriesByName('cairn-tiles').length > 0, undefined, {
      timeout: 60_000,
    })
    const [fcpMs, tilesMs] = await page.evaluate(() => [
      performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
      performance.getEntriesByName('cairn-tiles')[0]?.startTime ?? Number.NaN,
    ])
    return { fcpMs: fcpMs ?? Number.NaN, tilesMs: tilesMs ?? Number.NaN, jsBytes: sizes.js, allBytes: sizes.all }
  } finally {
    await context.close()
  }
}

/** Size of an answer on the wire, and how long it took. */
function gzipped(url: string, cookie: string): Promise<{ bytes: number; ms: number }> {
  const began = performance.now()
  return new Promise((resolve, reject) => {
    get(url, { headers: { cookie, 'accept-encoding': 'gzip' } }, (answer) => {
      let bytes = 0
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length
      })
      answer.on('end', () => {
        if (answer.statusCode !== 200) return reject(new Error(`${url}: ${answer.statusCode}`))
        resolve({ bytes, ms: performance.now() - began })
      })
    }).on('error', reject)
  })
}
