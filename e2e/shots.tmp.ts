import { chromium } from '@playwright/test'
import { serve } from '/work/wt/share/e2e/stand-in/serve'
import { writeFileSync } from 'node:fs'
const served = await serve()
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] })
const want = process.argv.slice(2)
const sizes = { d: { width: 1366, height: 768 }, p: { width: 390, height: 844 } }
for (const [size, viewport] of Object.entries(sizes)) for (const scheme of ['dark', 'light'] as const) {
  const context = await browser.newContext({ viewport, colorScheme: scheme, reducedMotion: 'reduce' })
  const page = await context.newPage()
  const shot = (name: string, full = false) => page.screenshot({ path: `/tmp/shots/${name}-${size}-${scheme}.png`, fullPage: full })
  const wants = (name: string) => want.length === 0 || want.includes(name)
  for (const [name, id] of [['node', '0123456789abcdefABCDEF'], ['cause', '0123456789abcdefABCDEG'], ['run', '0123456789abcdefABCDEH'], ['matrix', '0123456789abcdefABCDEJ']] as const) {
    if (!wants(name)) continue
    await page.goto(`${served.url}/s/${id}`); await page.waitForTimeout(300)
    await shot(`s-${name}`, true)
    if (size === 'd' && scheme === 'dark') { const r = await page.request.get(`${served.url}/s/${id}/image.png`); writeFileSync(`/tmp/shots/og-${name}.png`, await r.body()) }
  }
  if (wants('gone')) { await page.goto(`${served.url}/s/x`); await shot('s-gone') }
  if (wants('dialog')) {
    for (const [name, path] of [['node', '/nodes/dgx030'], ['run', '/runs/run-1'], ['cause', '/causes/power-cycle-required%3ANUM_OF_VFS%3A8']] as const) {
      await page.goto(served.url + path); 
      await page.getByRole('button', { name: /^Share/ }).click(); await page.waitForTimeout(200)
      await shot(`menu-${name}`)
      await page.getByRole('menuitem', { name: /Frozen link/ }).click(); await page.waitForTimeout(600)
      await shot(`dialog-${name}`)
      if (name === 'node') {
        for (const tab of ['Chat', 'Markdown', 'Left out']) { const t = page.getByRole('tab', { name: new RegExp(tab) }); if (await t.count()) { await t.click(); await page.waitForTimeout(500); await shot(`dialog-${tab.split(' ')[0]}`) } }
        await page.getByRole('button', { name: /Create/ }).click(); await page.waitForTimeout(500); await shot('dialog-made')
      }
    }
  }
  if (wants('doctor')) { await page.goto(served.url + '/doctor'); await page.waitForTimeout(500); const el = page.locator('#shared'); if (await el.count()) await el.screenshot({ path: `/tmp/shots/doctor-${size}-${scheme}.png` }) ; else await shot('doctor', true) }
  await context.close()
}
await browser.close(); await served.stop()
