import type { Browser, Page } from 'playwright-core'
import { preview, type PreviewServer } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasChromium, launch } from './browser'

// 2,000 services and 20,000 edges in a real browser with WebGL in software. WEFT_PAGE is the login URL of a real server to look at instead of made-up answers, and WEFT_FOCUS one of its services.

const FOCUS = process.env['WEFT_FOCUS'] ?? 'payments/api-00'

describe.skipIf(!hasChromium)('a mesh of 2,000 services and 20,000 edges', () => {
  let browser: Browser
  let server: PreviewServer | null = null
  let base = process.env['WEFT_PAGE'] ?? ''
  let page: Page

  beforeAll(async () => {
    browser = await launch()
    if (base === '') {
      process.env['WEFT_MOCK'] = 'large'
      server = await preview({ mode: 'mock', logLevel: 'error', preview: { port: 0, host: '127.0.0.1' } })
      base = server.resolvedUrls!.local[0]!
    }
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    await page.goto(base)
    await page.locator('#content').waitFor()
  })

  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  it('is drawn within the budget of edges, and focused; how long both take is printed', async () => {
    const origin = new URL(base).origin
    if (server) await page.request.get(`${origin}/v1/topology/columns?window=60`)
    await page.goto(`${origin}/help`)
    await page.locator('h1').waitFor()
    const overview = await timed(page, async () => {
      await page.keyboard.press('g')
      await page.keyboard.press('m')
    }, '.map-canvas canvas')
    await page.waitForTimeout(1500)
    const drawn = await page.locator('.map-counts').innerText()
    const focus = await timed(page, async () => {
      await page.evaluate((id) => {
        history.pushState(null, '', `/map?focus=${id}&sel=${id}`)
        window.dispatchEvent(new PopStateEvent('popstate'))
      }, FOCUS)
    }, '.card.root')
    const cards = await page.locator('.card').count()
    console.log(`map overview ${overview.toFixed(0)} ms (${drawn.replace(/\s*\n\s*/g, ', ')}); focus ${focus.toFixed(0)} ms, ${cards} services`)
    expect(drawn).toMatch(/of [0-9,]+ edges drawn/)
    expect(cards).toBeGreaterThan(3)
    // How long it took is told and not judged: that depends on what else the machine does.
  })
})

/** Milliseconds from an action until the element is there and the browser has painted twice. */
async function timed(page: Page, act: () => Promise<void>, selector: string): Promise<number> {
  await page.evaluate(() => performance.mark('act'))
  await act()
  return page.evaluate(async (wanted) => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
    while (!document.querySelector(wanted)) await frame()
    await frame()
    await frame()
    return performance.measure('taken', 'act').duration
  }, selector)
}
