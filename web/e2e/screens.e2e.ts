import type { Browser, Page } from 'playwright-core'
import { preview, type PreviewServer } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessibility, hasChromium, launch, open } from './browser'

// The built page in a real browser, under the real policy, against made-up answers.

const SCREENS: [string, string][] = [
  ['/', 'Requests'],
  ['/map', 'pricing'],
  ['/map?focus=shop/orders&sel=shop/orders', 'Callees'],
  ['/map?sel=shop/cart>shop/pricing', 'Where the time goes'],
  ['/map?view=matrix', 'Rows call columns'],
  ['/map?view=tree&focus=shop/cart', 'Who would notice'],
  ['/map?level=namespace', 'shop'],
  ['/services', 'recommend'],
  ['/services/shop/pricing', 'Health checks by callers'],
  ['/workloads', 'recommend-v2'],
  ['/why?source=shop/cart&destination=shop/pricing', 'Recent outcomes'],
  ['/requests/abcdef0123456789', 'Endpoints considered'],
  ['/live', 'Start tap'],
  ['/traces', 'errors only'],
  ['/traces/00112233445566778899aabbccddeeff', 'spans'],
  ['/logs', 'Reason'],
  ['/identity', 'Pin of the root'],
  ['/config', 'HTTPRoute'],
  ['/config/commits', 'pricing 50 ms'],
  ['/config/audit', 'commit.apply'],
  ['/config/HTTPRoute/shop/pricing?line=12', 'attempts'],
  ['/config/commits/12', '250ms'],
  ['/config/new', 'What would change'],
  ['/proxies', 'lagging'],
  ['/help', 'Keys'],
]

describe.skipIf(!hasChromium)('the screens', () => {
  let browser: Browser
  let server: PreviewServer
  let base: string

  beforeAll(async () => {
    browser = await launch()
    server = await preview({ mode: 'mock', logLevel: 'error', preview: { port: 0, host: '127.0.0.1' } })
    base = server.resolvedUrls!.local[0]!.replace(/\/$/, '')
  })

  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  it.each(SCREENS)('%s keeps the policy, has no fault, and axe finds nothing serious', async (path, text) => {
    const { page, faults } = await open(browser, base + path)
    await page.getByText(text).first().waitFor({ state: 'attached', timeout: 15_000 })
    const dark = await accessibility(page)
    await page.keyboard.press('t')
    await page.locator('html[data-theme=light]').waitFor({ state: 'attached' })
    expect([...dark, ...(await accessibility(page))]).toEqual([])
    expect(faults).toEqual([])
    expect(await page.title()).toMatch(/ · Weft$/)
    await page.close()
  })

  it('can be used with the keys alone', async () => {
    const { page } = await open(browser, base)
    await page.getByText('Busiest services').waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('m')
    await page.waitForURL('**/map')
    await page.keyboard.press('/')
    await page.getByRole('combobox', { name: 'Search services, pages, actions' }).fill('pric')
    await page.getByRole('option', { name: 'shop/pricing' }).waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL('**/services/shop/pricing')
    await page.goBack()
    await page.locator('[data-node="shop/orders"]').focus()
    await page.keyboard.press('Enter')
    await page.waitForURL('**/map?sel=shop/orders')
    await page.keyboard.press('f')
    await page.waitForURL('**/map?focus=shop/orders&sel=shop/orders')
    await page.keyboard.press('Escape')
    await page.waitForURL('**/map?sel=shop/orders')
    await page.keyboard.press('Escape')
    await page.waitForURL('**/map')
    await page.close()
  })

  it('what callers found of endpoints without a proxy, beside those that have one', async () => {
    const { page } = await open(browser, `${base}/services/shop/pricing`)
    const checks = page.getByRole('region', { name: 'Health checks by callers' })
    await checks.getByRole('row', { name: /^shop\/pricing-old 10\.0\.3\.7:8080 disputed 1 of 3 \d+ (s|min) ago GET \/healthz of 10\.0\.3\.7:8080: no answer within 1 s shop\/cart, shop\/catalog$/ }).waitFor()
    await checks.getByRole('row', { name: /pricing-spare .* unhealthy 0 of 7 \d+ h ago .* shop\/orders, 2 more$/ }).waitFor()
    const panel = page.locator('section.panel', { has: checks })
    await panel.getByRole('button', { name: 'weft describe svc/pricing -n shop' }).waitFor()
    const endpoints = page.getByRole('region', { name: 'Endpoints' })
    await endpoints.getByRole('row', { name: /^shop\/pricing .* healthy .* current$/ }).waitFor()
    await endpoints.getByRole('row', { name: /^shop\/pricing-old .* disputed .* outside$/ }).waitFor()
    await turnTo(page, '/workloads')
    await page.getByRole('row', { name: /^pricing-spare shop\/pricing outside unhealthy / }).waitFor()
    await turnTo(page, '/services')
    await page.getByRole('row', { name: /^pricing .* 2 \/ 3 1 \/ 3 / }).waitFor()
    await turnTo(page, '/services/shop/cart')
    await page.getByRole('region', { name: 'Endpoints' }).getByRole('row', { name: /^shop\/cart / }).waitFor()
    expect(await checks.count()).toBe(0)
    await page.close()
  })

  it('the query bar filters as it is typed and says where it is wrong', async () => {
    const { page } = await open(browser, `${base}/map`)
    await page.locator('[data-node]').first().waitFor()
    const all = await page.locator('[data-edge]').count()
    await page.locator('#map-query').fill('error>5%')
    await expect.poll(() => page.locator('[data-edge]').count()).toBe(1)
    expect(all).toBeGreaterThan(10)
    expect(page.url()).toContain('q=error')
    await page.locator('#map-query').fill('erorr>5%')
    await page.getByText('did you mean "error"').waitFor()
    await page.close()
  })

  it('a tap starts on demand, shows requests and stops', async () => {
    const { page } = await open(browser, `${base}/live`)
    await page.getByRole('button', { name: 'Start tap' }).click()
    await page.getByText('13 proxies').waitFor()
    await page.locator('table.data tbody tr').nth(5).waitFor()
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.getByText('paused').waitFor()
    await page.close()
  })

  it('what if: the verdict of what is not applied, beside that of now', async () => {
    const { page } = await open(browser, `${base}/why?source=shop/cart&destination=shop/pricing`)
    await page.getByRole('button', { name: 'What if…' }).click()
    const editor = page.getByRole('textbox', { name: 'What if this were applied' })
    expect(await editor.inputValue()).toContain('50ms')
    await editor.fill((await editor.inputValue()).replace('50ms', '250ms'))
    await editor.press('Control+Enter')
    await page.getByText('GET / reaches shop/pricing').waitFor()
    await page.locator('.why-now').getByText('time out after 50 ms').waitFor()
    expect(await accessibility(page)).toEqual([])
    await page.close()
  })

  it('an edit is checked with its mistakes at their lines, then applied', async () => {
    const { page } = await open(browser, `${base}/config/HTTPRoute/shop/pricing`)
    await page.getByRole('button', { name: 'Edit' }).click()
    const editor = page.getByRole('textbox', { name: 'YAML' })
    const text = await editor.inputValue()
    await editor.fill(text.replace('  rules:', '\trules:'))
    await page.getByRole('button', { name: 'Check' }).click()
    await page.getByText('a tab cannot indent').waitFor()
    expect(await page.locator('.editor-gutter .hit').count()).toBe(1)
    await editor.fill(text.replace('50ms', '80ms'))
    await page.getByRole('button', { name: 'Apply', exact: true }).click()
    await page.getByText('runs on 13 of 13 proxies').waitFor()
    await page.close()
  })
})

async function turnTo(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => {
    history.pushState(null, '', to)
    window.dispatchEvent(new PopStateEvent('popstate'))
  }, path)
}
