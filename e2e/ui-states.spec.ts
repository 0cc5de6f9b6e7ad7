import { gzipSync } from 'node:zlib'
import AxeBuilder from '@axe-core/playwright'
import { expect, type Page, test } from '@playwright/test'
import { type Served, serve } from './stand-in/serve'

/** States of pages that a real cluster gives rarely, against the stand-in agent; axe over every page in both themes and two sizes. */

let served: Served
test.beforeAll(async () => {
  served = await serve()
})
test.afterAll(() => served.stop())

const SIZES = { desktop: { width: 1366, height: 768 }, phone: { width: 390, height: 844 } } as const

async function open(page: Page, path: string, scenario = 'incident'): Promise<void> {
  await page.context().addCookies([{ name: 'scenario', value: scenario, url: served.url }])
  await page.goto(served.url + path)
}

/** Pages with the text that shows they have loaded. */
const PAGES: readonly (readonly [path: string, scenario: string, ready: string | RegExp])[] = [
  ['/', 'incident', 'Top causes'],
  ['/?view=table', 'incident', 'What is wrong'],
  ['/', 'empty', 'No GPU nodes yet'],
  ['/', 'error', 'The store does not answer'],
  ['/', 'denied', 'Your role does not permit this'],
  ['/', 'signed-out', 'Sign in to Cairn'],
  ['/nodes/dgx030', 'incident', 'VF count waits for a power cycle'],
  ['/nodes/dgx030?check=pending-vf-count', 'incident', 'See it yourself'],
  ['/nodes/dgx030', 'stale', 'Nothing fresh is known'],
  ['/nodes/dgx030', 'hostile', '<img src=x'],
  ['/nodes/dgx001', 'healthy', 'OK up to Network resources'],
  ['/nodes/nobody', 'incident', 'There is no node called'],
  ['/causes', 'incident', 'nv-ipam image name is wrong'],
  ['/causes', 'empty', 'No cause found'],
  ['/causes/power-cycle-required%3ANUM_OF_VFS%3A8', 'incident', 'What they have in common'],
  ['/checks', 'incident', 'pending-vf-count'],
  ['/checks/pending-vf-count', 'incident', 'Examples, tested with every build'],
  ['/doctor', 'incident', 'What is shared'],
  ['/runs', 'incident', 'As expected'],
  ['/runs', 'empty', 'No run yet'],
  ['/runs/run-2', 'incident', 'What NCCL said'],
  ['/runs/run-3', 'incident', 'image is being pulled'],
  ['/runs/run-4', 'incident', 'First error'],
  ['/runs/run-5', 'incident', 'Pairs by rail'],
  ['/runs/search-1', 'incident', 'Proved'],
  ['/runs/search-2', 'incident', 'Nothing speaks against a node so far'],
  ['/runs/new?nodes=dgx030,dgx031', 'incident', 'Start on dgx030, dgx031'],
  ['/runs/compare?ids=run-1,run-4', 'incident', 'busbw at'],
  ['/explain', 'incident', 'Try:'],
  ['/login', 'incident', 'Sign in'],
  ['/s/0123456789abcdefABCDEF', 'incident', 'VF count per rail'],
  ['/s/0123456789abcdefABCDEG', 'incident', '38 nodes'],
  ['/s/0123456789abcdefABCDEH', 'incident', 'As expected'],
  ['/s/0123456789abcdefABCDEJ', 'incident', 'dgx032 is slow on rail 5'],
  ['/nothing-here', 'incident', 'There is no such page'],
]

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** What axe finds on the page as it is; only violations are worked out, in the page itself. */
async function violations(page: Page, rules: 'all' | 'colours'): Promise<string[]> {
  const found = await new AxeBuilder({ page })
    .setLegacyMode(true)
    .options({ runOnly: rules === 'all' ? TAGS : ['color-contrast'], resultTypes: ['violations'] })
    .analyze()
  return found.violations.flatMap((violation) =>
    violation.nodes
      .slice(0, 3)
      .map(
        (node) =>
          `${violation.id}: ${node.html.slice(0, 160)} ${node.failureSummary?.split('\n')[1]?.slice(0, 160) ?? ''}`,
      ),
  )
}

// Each page is loaded once a size; the theme follows the system, so the other one needs no second load and only its colours a look.
for (const [size, viewport] of Object.entries(SIZES)) {
  test(`axe and CSP: every page, both themes, ${size}`, async ({ browser }) => {
    test.setTimeout(300_000)
    const context = await browser.newContext({ viewport, colorScheme: 'dark', reducedMotion: 'reduce' })
    const page = await context.newPage()
    const refused: string[] = []
    page.on('console', (message) => {
      if (/Content Security Policy|Hydration|hydrat|React error/i.test(message.text())) refused.push(message.text())
    })
    page.on('pageerror', (error) => refused.push(error.message))
    const problems: string[] = []
    for (const [path, scenario, ready] of PAGES) {
      const here = `${path} (${scenario})`
      await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
      await open(page, path, scenario)
      await expect(page.getByText(ready).first()).toBeVisible()
      problems.push(...(await violations(page, 'all')).map((problem) => `${here} dark ${problem}`))
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
      if (wide > 0) problems.push(`${here} is ${wide} px too wide`)
      await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
      await expect(page.locator('html')).toHaveAttribute('data-theme', 'light')
      problems.push(...(await violations(page, 'colours')).map((problem) => `${here} light ${problem}`))
    }
    await context.close()
    expect(problems).toEqual([])
    expect(refused).toEqual([])
  })
}

for (const [size, viewport] of Object.entries(SIZES)) {
  test(`a node's page answers without click or scroll, ${size}`, async ({ page }) => {
    await page.setViewportSize(viewport)
    await open(page, '/nodes/dgx030?check=pending-vf-count')
    for (const text of [
      'dgx030',
      'Failed at level 3 of 10',
      'Firmware change waits for a power cycle',
      /now 16, expected 8/,
      'kubectl drain dgx030',
      /read \d/,
      'also on 37 nodes',
    ])
      await expect(page.getByText(text).first()).toBeInViewport({ ratio: 0.9 })
  })
}

test('counters filter to exactly as many nodes, and the URL brings the view back', async ({ page, browser }) => {
  await open(page, '/')
  const counter = page.getByRole('button', { name: /Failed/ })
  const count = Number((await counter.innerText()).match(/\d+/)?.[0])
  await counter.click()
  await expect(page.locator('a.tile')).toHaveCount(count)
  const other = await browser.newPage()
  await open(other, new URL(page.url()).pathname + new URL(page.url()).search)
  await expect(other.locator('a.tile')).toHaveCount(count)
  await other.close()
})

test('the grid is one tab stop; arrows move and Enter opens', async ({ page }) => {
  await open(page, '/')
  await page.locator('a.tile').first().waitFor()
  expect(await page.locator('a.tile[tabindex="0"]').count()).toBe(1)
  await page.locator('a.tile[tabindex="0"]').focus()
  await page.keyboard.press('ArrowRight')
  await expect(page.locator('a.tile:focus')).toHaveAttribute('aria-label', /^dgx002, /)
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/nodes\/dgx\d+/)
})

test('2,000 nodes come as 2,000 tiles, and the fleet route stays small', async ({ page }) => {
  const sizes = new Map<string, number>()
  const client = await page.context().newCDPSession(page)
  await client.send('Network.enable')
  const urls = new Map<string, string>()
  client.on('Network.responseReceived', (event) => urls.set(event.requestId, event.response.url))
  client.on('Network.loadingFinished', (event) => sizes.set(urls.get(event.requestId) ?? '', event.encodedDataLength))
  await open(page, '/', 'big')
  await expect(page.locator('a.tile')).toHaveCount(2000)
  const total = (part: string) =>
    [...sizes].filter(([url]) => url.includes(part)).reduce((sum, [, size]) => sum + size, 0)
  expect(total('.js')).toBeLessThan(250_000)
  expect(total('/api/v1/fleet')).toBeLessThan(150_000)
  expect(total('.js')).toBeGreaterThan(50_000)
  expect(total('/api/v1/fleet')).toBeGreaterThan(1_000)
  await page.getByRole('combobox', { name: 'Filter nodes' }).fill('colour:red')
  await expect(page.getByText('No node has “colour”')).toBeVisible()
})

test('a frozen page is one document and static files: no call, no cookie, no referrer, no index, nothing it could send', async ({
  page,
}) => {
  for (const id of ['0123456789abcdefABCDEF', '0123456789abcdefABCDEG', '0123456789abcdefABCDEH']) {
    const asked: string[] = []
    page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    const response = await page.goto(`${served.url}/s/${id}`)
    await expect(page.getByText('A frozen page')).toBeVisible()
    await page.getByRole('link', { name: 'JSON' }).hover()
    await page.waitForLoadState('networkidle')
    const other = asked.filter(
      (path) => path !== `/s/${id}` && !path.startsWith('/_next/static/') && path !== '/icon.svg',
    )
    expect(other).toEqual([])
    expect(asked.filter((path) => path === `/s/${id}`)).toHaveLength(1)
    const headers = response?.headers() ?? {}
    expect(headers['set-cookie']).toBeUndefined()
    expect(headers['x-robots-tag']).toContain('noindex')
    expect(headers['referrer-policy']).toBe('no-referrer')
    expect(headers['cache-control']).toContain('no-store')
    expect(headers['content-security-policy']).toMatch(/connect-src 'none'.*form-action 'none'.*frame-ancestors 'none'/)
    expect(await page.context().cookies()).toEqual([])
    page.removeAllListeners('request')
  }
  // The policy holds: a script that wants to send something is refused.
  const sent = await page.evaluate(() =>
    fetch('/api/v1/fleet').then(
      () => 'sent',
      () => 'refused',
    ),
  )
  expect(sent).toBe('refused')
})

test('dead ids of a frozen page answer alike, and its route is not for browsers', async ({ page }) => {
  const bodies = new Set<string>()
  for (const id of ['x', '%00', '0123456789abcdefABCDEX', 'ZZZZZZZZZZZZZZZZZZZZZZ', 'a'.repeat(10_000)]) {
    const other = await page.request.get(`${served.url}/s/${id}`)
    const image = await page.request.get(`${served.url}/s/${id}/image.png`)
    expect([other.status(), image.status()], id.slice(0, 30)).toEqual([404, 404])
    bodies.add(await image.text())
  }
  expect(bodies.size).toBe(1)
  const inside = await page.request.get(`${served.url}/api/v1/frozen/0123456789abcdefABCDEF`, {
    headers: { 'x-cairn-internal': 'frozen' },
  })
  expect(inside.status()).toBe(404)
})

test('a frozen link unfurls: title, sentence and a picture by its full address', async ({ page }) => {
  await page.goto(`${served.url}/s/0123456789abcdefABCDEF`)
  const meta = (name: string) =>
    page.locator(`meta[property="${name}"], meta[name="${name}"]`).first().getAttribute('content')
  expect(await meta('og:title')).toBe('dgx030')
  expect(await meta('og:description')).toBe('Firmware change waits for a power cycle')
  expect(await meta('og:image')).toBe('http://127.0.0.1:3000/s/0123456789abcdefABCDEF/image.png')
  expect(await meta('twitter:card')).toBe('summary_large_image')
  const image = await page.request.get(`${served.url}/s/0123456789abcdefABCDEF/image.png`)
  expect(image.headers()['content-type']).toBe('image/png')
  expect(image.headers()['cross-origin-resource-policy']).toBe('cross-origin')
  expect((await image.body()).readUInt32BE(16)).toBe(1200)
})

test('a frozen link is three clicks; it shows exactly its preview', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await open(page, '/nodes/dgx030')
  await page.getByRole('button', { name: 'Share' }).click()
  await page.getByRole('menuitem', { name: /Frozen link/ }).click()
  const preview = await page.getByRole('tabpanel').getByRole('article').innerText()
  expect(preview).toContain('NUM_OF_VFS')
  await page.getByRole('button', { name: 'Create and copy link' }).click()
  await expect(page.getByText(/Copied\. It ends/)).toBeVisible()
  const link = await page.evaluate(() => navigator.clipboard.readText())
  expect(link).toMatch(/\/s\/0123456789abcdefABCDEF$/)
  await page.goto(link)
  expect(await page.getByRole('article').innerText()).toBe(preview)
})

test('a frozen link by keyboard: menu, pseudonyms, tabs, create; focus comes back', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await open(page, '/nodes/dgx030')
  await page.getByRole('button', { name: /^Share/ }).waitFor()
  await page.keyboard.press('s')
  await expect(page.getByRole('menuitem', { name: /Copy live link/ })).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('article')).toContainText('dgx030')
  await dialog.getByRole('checkbox').focus()
  await page.keyboard.press('Space')
  await expect(dialog.getByRole('article')).toContainText('node-1')
  await expect(dialog.getByRole('article')).not.toContainText('dgx030')
  await dialog.getByRole('tab', { name: 'Page' }).focus()
  await page.keyboard.press('ArrowRight')
  await expect(dialog.getByRole('img', { name: /Picture for chats: node-1/ })).toBeVisible()
  await page.keyboard.press('ArrowRight')
  await expect(dialog.getByRole('tabpanel')).toContainText('## node-1')
  await page.keyboard.press('ArrowRight')
  await expect(dialog.getByRole('tabpanel')).toContainText('no reader gets this list')
  await dialog.getByRole('button', { name: /Create/ }).focus()
  await page.keyboard.press('Enter')
  await expect(dialog.getByText(/Copied\. It ends/)).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
})

test('Markdown is two clicks, redacted and short', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await open(page, '/nodes/dgx030')
  await page.getByRole('button', { name: 'Share' }).click()
  await page.getByRole('menuitem', { name: /Copy as Markdown/ }).click()
  await expect(page.getByText('Markdown copied')).toBeVisible()
  const text = await page.evaluate(() => navigator.clipboard.readText())
  expect(text.split('\n').length).toBeLessThanOrEqual(60)
  expect(text).toMatch(/^## dgx030: Firmware change/)
  expect(text).toMatch(/\/nodes\/dgx030\?seen=fail\.drivers\.[a-z0-9]+/)
})

test('a run starts from a node in three clicks, and names its effect', async ({ page }) => {
  await open(page, '/nodes/dgx030')
  await page.getByRole('link', { name: 'Run NCCL' }).click()
  await page.getByRole('checkbox', { name: /dgx001/ }).check()
  await page.getByRole('button', { name: 'Start on dgx030, dgx001 (16 GPUs, ≤ 30 min)' }).click()
  await expect(page).toHaveURL(/\/runs\/run-2/)
})

test('a run that the guard holds back starts only by an admin who says so', async ({ page }) => {
  await open(page, '/runs/new?nodes=dgx030,dgx031', 'held')
  await expect(page.getByText('The guard holds it back')).toBeVisible()
  await expect(page.getByRole('button', { name: /Start on/ })).toBeDisabled()
  await expect(page.getByRole('checkbox', { name: /Start it all the same/ })).toHaveCount(0)
  await open(page, '/runs/new?nodes=dgx030,dgx031', 'admin')
  await expect(page.getByRole('button', { name: /Start on/ })).toBeDisabled()
  await page.getByRole('checkbox', { name: /Start it all the same/ }).check()
  const sent = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/runs'))
  await page.getByRole('button', { name: /Override the guard and start on/ }).click()
  expect((await sent).postDataJSON()).toMatchObject({ override: true })
})

test('a live link opens its view after signing in, in place and through the login page', async ({ page }) => {
  const target = '/nodes/dgx030?level=drivers&check=pending-vf-count&seen=pass..mh2k1c'
  await open(page, target, 'signed-out')
  const token = page.getByRole('textbox', { name: 'Token' }).or(page.getByLabel('Token'))
  await token.first().fill('0123456789abcdef0123')
  await page.context().addCookies([{ name: 'scenario', value: 'incident', url: served.url }])
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByText('See it yourself').first()).toBeVisible()
  await expect(page.getByText(/When this was shared.*: OK; now: Failed at Drivers and firmware/)).toBeVisible()
  expect(page.url()).toBe(served.url + target)
  for (const [next, at] of [
    [target, target],
    ['//evil.example/x', '/'],
    ['https://evil.example/', '/'],
    ['/\\evil.example', '/'],
    ['javascript:alert(1)', '/'],
  ] as const) {
    await page.goto(`${served.url}/login?next=${encodeURIComponent(next)}`)
    await page.getByLabel('Token').fill('0123456789abcdef0123')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL((url) => url.pathname !== '/login')
    expect(new URL(page.url()).origin).toBe(served.url)
    expect(page.url().slice(served.url.length)).toMatch(
      at === '/' ? /^\/(\?.*)?$/ : /^\/nodes\/dgx030\?level=drivers&check=pending-vf-count/,
    )
  }
})

test('a live link says what changed since it was copied', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await open(page, '/nodes/dgx001', 'healthy')
  await page.getByRole('button', { name: 'Share' }).click()
  await page.getByRole('menuitem', { name: /Copy live link/ }).click()
  const link = new URL(await page.evaluate(() => navigator.clipboard.readText()))
  expect(link.searchParams.get('seen')).toMatch(/^pass\.\./)
  await open(page, `/nodes/dgx001${link.search}`, 'healthy')
  await expect(page.getByText('OK up to Network resources').first()).toBeVisible()
  await expect(page.getByText('When this was shared')).toHaveCount(0)
  await open(page, `/nodes/dgx001?seen=fail.vfs.${link.searchParams.get('seen')?.split('.')[2]}`, 'healthy')
  await expect(page.getByText(/When this was shared.*: Failed at Virtual functions; now: OK/)).toBeVisible()
})

test('explain marks the deciding line and forgets nothing that was pasted', async ({ page }) => {
  await open(page, '/explain')
  await page.getByRole('button', { name: 'mstconfig: a change that waits' }).click()
  await expect(page.getByText('NUM_OF_VFS is 16 now and 8 after next boot')).toBeVisible()
  // The answer and its line come first, without a scroll; the raw text marks the line again.
  await expect(page.getByRole('region', { name: 'Answer' })).toBeInViewport({ ratio: 0.9 })
  for (const mark of await page.locator('mark').all()) await expect(mark).toContainText('NUM_OF_VFS')
  expect(await page.locator('mark').count()).toBe(2)
  await page.getByRole('button', { name: 'Frozen link…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Frozen link' })
  await expect(
    dialog
      .getByRole('heading', { name: 'NUM_OF_VFS', exact: false })
      .or(dialog.getByText('NUM_OF_VFS is 16 now'))
      .first(),
  ).toBeVisible()
  await expect(dialog.getByText('SRIOV_EN')).toHaveCount(1)
  await page.keyboard.press('Escape')
  await page.getByLabel('Output to explain').fill('nothing that anybody prints')
  await page.getByRole('button', { name: 'Explain', exact: true }).click()
  await expect(page.getByText('This is no output that Cairn knows')).toBeVisible()
})

test('explain takes files, an archive and a wrong guess', async ({ page }) => {
  await open(page, '/explain')
  const picker = page.locator('input[type=file]:not([webkitdirectory])')
  const pending = 'Configurations:   Default  Current  Next Boot\n*  NUM_OF_VFS  0  16  8\n'
  await picker.setInputFiles([
    { name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from(pending) },
    { name: 'b.txt.gz', mimeType: 'application/gzip', buffer: gzipSync(pending) },
    { name: 'c.xz', mimeType: 'application/octet-stream', buffer: Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]) },
  ])
  await expect(page.getByText('packed with xz, which is not opened here')).toBeVisible()
  const asked = () =>
    page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/explain'))
  const sent = asked()
  await page.getByRole('button', { name: 'Explain', exact: true }).click()
  const captures = (await sent).postDataJSON().captures
  expect(captures.map(({ name, text }: { name: string; text: string }) => [name, text])).toEqual([
    ['a.txt', pending],
    ['b.txt.gz', pending],
  ])
  await page.getByRole('button', { name: 'Clear' }).click()
  await page.getByLabel('Output to explain').fill('nothing that anybody prints')
  await page.getByRole('button', { name: 'Explain', exact: true }).click()
  const again = asked()
  await page.getByLabel('read as').selectOption({ label: 'mstconfig query' })
  expect((await again).postDataJSON().captures).toEqual([
    { name: 'pasted text', text: 'nothing that anybody prints', as: 'mstconfig' },
  ])
})

test('the palette, help and theme work by keyboard alone', async ({ page }) => {
  await open(page, '/causes')
  await page.getByText('nv-ipam image name is wrong').waitFor()
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder('Node, cause, check, page…').fill('dgx031')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/nodes\/dgx031/)
  await page.getByText('Failed at level 3').waitFor()
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Help' })).toBeVisible()
  await page.keyboard.press('Escape')
  const before = await page.locator('html').getAttribute('data-theme')
  await page.keyboard.press('t')
  await expect(page.locator('html')).not.toHaveAttribute('data-theme', before ?? '')
  await page.keyboard.press('5')
  await expect(page).toHaveURL(/level=vfs/)
})

test('a viewer sees what needs another role', async ({ page }) => {
  await open(page, '/nodes/dgx030', 'viewer')
  await expect(page.getByRole('button', { name: /Verify again/ })).toHaveAttribute('aria-disabled', 'true')
})
