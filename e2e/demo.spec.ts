import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { type BrowserContext, expect, type Page, test } from '@playwright/test'

/**
 * The product as a newcomer starts it: `cairn demo`, the link it prints, then the seed incident repaired stage by stage while the page is
 * open, the run that proves it, and a frozen link read by somebody without a login. Needs `npm run build`.
 */
test.describe.configure({ mode: 'serial', timeout: 180_000 })

let demo: ChildProcess
let origin = ''
let control = ''
let context: BrowserContext
let page: Page

test.beforeAll(async ({ browser }) => {
  demo = spawn(process.execPath, ['bin/cairn.js', 'demo', '--scenario', 'seed', '--port', '3199'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const link = await ready(demo)
  context = await browser.newContext({ viewport: { width: 1366, height: 768 }, colorScheme: 'dark' })
  page = await context.newPage()
  await page.goto(link)
  await expect(page.getByText('Top causes')).toBeVisible({ timeout: 30_000 })
  origin = new URL(link).origin
})

test.afterAll(async () => {
  await context?.close()
  if (demo.exitCode !== null) return
  const gone = new Promise((resolve) => demo.once('close', resolve))
  demo.kill('SIGINT')
  await gone
})

/** Waits for the address with the sign-in link; notes where the demo can be steered. */
async function ready(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('no output')
  for await (const line of createInterface({ input: child.stdout })) {
    control = /steered at (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1] ?? control
    const link = /(http:\/\/\S+\/login#token=\S+)/.exec(line)?.[1]
    if (link) {
      child.stdout.resume()
      return link
    }
  }
  throw new Error('the demo ended before it was ready')
}

async function steer(path: string): Promise<void> {
  const answer = await fetch(`${control}/${path}`, { method: 'POST' })
  expect(answer.ok).toBe(true)
}

/** Repairs the current stage and reads the nodes again, as an SRE would press the button. */
async function repair(): Promise<void> {
  await steer('repair')
  await page.getByRole('button', { name: /Verify again/ }).click()
}

/** A picture for the README, of the settled page. */
async function picture(name: string): Promise<void> {
  mkdirSync('docs/images', { recursive: true })
  await page.evaluate(() => document.fonts.ready)
  await page.mouse.move(0, 0)
  await page.screenshot({
    path: `docs/images/${name}.png`,
    animations: 'disabled',
    clip: { x: 0, y: 0, width: 1366, height: 740 },
  })
}

/** kill -9 of the web server, which `cairn demo` starts anew. */
function killWeb(): void {
  const web = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .find((name) => parentOf(name) === demo.pid && commandOf(name).includes('next'))
  expect(web, 'the web server runs').toBeDefined()
  process.kill(Number(web), 'SIGKILL')
}

function parentOf(pid: string): number {
  const status = readProc(`/proc/${pid}/status`)
  return Number(/^PPid:\s+(\d+)/m.exec(status)?.[1] ?? Number.NaN)
}

function commandOf(pid: string): string {
  return readProc(`/proc/${pid}/cmdline`)
}

/** Processes may be gone before they are read. */
function readProc(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

const headline = () => page.getByRole('main')

test('stage 1: one headline cause, and what fixes it, without a click', async () => {
  await page.goto(`${origin}/nodes/dgx030`)
  await expect(headline()).toContainText('The SR-IOV operator cannot read NIC firmware', { timeout: 60_000 })
})

test('stage 2: values wait for a power cycle; the page changes without a reload', async () => {
  await repair()
  await expect(headline()).toContainText(/power cycle/i, { timeout: 60_000 })
  await expect(page.getByText('Failed at level 3 of 10')).toBeVisible()
  // The other node has it too once it has been read again, and the operator's log is news.
  await page.goto(origin)
  await page.getByRole('button', { name: 'Verify all' }).click()
  await page.goto(`${origin}/nodes/dgx030`)
  await expect(headline()).toContainText('also on 1 node', { timeout: 60_000 })
  await expect(page.getByText('The SR-IOV operator cannot read NIC firmware')).toHaveCount(0, { timeout: 60_000 })
  await picture('node')
})

test('stage 3: the RDMA plug-in that a pod needs', async () => {
  await repair()
  await expect(headline()).toContainText('RDMA shared device plugin is needed and not deployed', { timeout: 60_000 })
})

test('stage 4: wrong nv-ipam image, and no Multus', async () => {
  await repair()
  await expect(headline()).toContainText(/nvidia-k8s-ipam|secondaryNetwork/, { timeout: 60_000 })
})

test('healed: green up to network resources, not proved by a run', async () => {
  await repair()
  await expect(headline()).toContainText('OK up to Network resources; not proved by a run', { timeout: 60_000 })
})

test('three clicks start the run; it goes on for two viewers while the web server is killed; it proves the fabric', async () => {
  await page.goto(`${origin}/nodes/dgx030`)
  // Three keys instead of three clicks: the same, for who has no mouse.
  await page.getByRole('link', { name: 'Run NCCL' }).press('Enter')
  await page.getByRole('checkbox', { name: /dgx031/ }).press('Space')
  const start = page.getByRole('button', { name: /Start on dgx030, dgx031/ })
  await expect(start).toBeEnabled({ timeout: 30_000 })
  await start.press('Enter')
  await expect(page).toHaveURL(/\/runs\/[a-z0-9]+$/, { timeout: 30_000 })
  const viewer = await context.newPage()
  await viewer.goto(page.url())
  for (const each of [page, viewer])
    await expect(each.getByRole('main')).toContainText('bus bandwidth at', { timeout: 60_000 })
  killWeb()
  for (const each of [page, viewer])
    await expect(each.getByRole('main')).toContainText('As expected', { timeout: 90_000 })
  await viewer.close()
  await expect(headline()).toContainText('Cleaned up: ', { timeout: 30_000 })
  await picture('run')
  await page.goto(`${origin}/nodes/dgx030`)
  await expect(headline()).toContainText('proved by a run', { timeout: 60_000 })
})

test('a frozen link opens without a login and makes no call', async ({ browser }) => {
  await page.goto(`${origin}/nodes/dgx030`)
  await page.getByRole('button', { name: /Share/ }).click()
  await page.getByRole('menuitem', { name: /Frozen link/i }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('tabpanel')).toContainText('dgx030', { timeout: 15_000 })
  await dialog.getByRole('button', { name: /Create/ }).click()
  const link = dialog.getByText(/\/s\/[A-Za-z0-9]{22}/).first()
  await expect(link).toBeVisible({ timeout: 15_000 })
  const id = /\/s\/([A-Za-z0-9]+)/.exec((await link.textContent()) ?? '')?.[1] ?? ''
  const stranger = await browser.newContext()
  const frozen = await stranger.newPage()
  const calls: string[] = []
  frozen.on('request', (request) => {
    if (request.url().includes('/api/')) calls.push(request.url())
  })
  await frozen.goto(`${origin}/s/${id}`)
  await expect(frozen.getByRole('main')).toContainText('dgx030')
  expect(calls).toEqual([])
  expect(await stranger.cookies()).toEqual([])
  const unfurled = await frozen.locator('meta[property="og:image"]').getAttribute('content')
  expect(unfurled).toBe(`${origin}/s/${id}/image.png`)
  const image = await stranger.request.get(unfurled ?? '')
  expect([image.status(), image.headers()['content-type']]).toEqual([200, 'image/png'])
  expect((await image.body()).subarray(1, 4).toString()).toBe('PNG')
  for (const path of ['image.png', '']) {
    const never = await stranger.request.get(`${origin}/s/${'A'.repeat(22)}/${path}`)
    expect(never.status()).toBe(404)
  }
  await frozen.goto(`${origin}/nodes/dgx030`)
  await expect(frozen.getByText('Sign in to Cairn')).toBeVisible({ timeout: 15_000 })
  await stranger.close()
})
