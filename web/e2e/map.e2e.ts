import type { Browser, Page } from 'playwright-core'
import { preview, type PreviewServer } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasChromium, launch, open } from './browser'

// What the map can do, one thing after another, in a real browser with made-up answers: the sample shop, in which an incident began ten minutes ago.

describe.skipIf(!hasChromium)('the map', () => {
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

  /** Opens the map, runs the test, and expects that the page met no fault. */
  const onMap = async (search: string, test: (page: Page) => Promise<void>) => {
    const { page, faults } = await open(browser, `${base}/map${search}`)
    await page.locator('[data-node]').first().waitFor()
    await test(page)
    expect(faults).toEqual([])
    await page.close()
  }
  const placesOf = (page: Page) => page.locator('[data-node]').evaluateAll((all) => Object.fromEntries(all.map((e) => [e.getAttribute('data-node')!, e.getAttribute('transform')!])) as Record<string, string>)

  it('draws a lock only where something is not encrypted, and says how many there are', () =>
    onMap('', async (page) => {
      expect(await page.locator('[data-edge]').count()).toBeGreaterThan(10)
      expect(await page.locator('[data-edge]:has(.lock)').evaluateAll((all) => all.map((e) => e.getAttribute('data-edge')))).toEqual(['shop/payment>api.stripe.com'])
      await page.getByText('1 not encrypted').waitFor()
    }))

  it('moves dots along the edges, not when it is told not to, and never for people who want no motion', async () => {
    await onMap('', async (page) => {
      const dots = page.locator('.near .dots circle, .near .dots path')
      await expect.poll(() => dots.count()).toBeGreaterThan(0)
      const places = () => dots.evaluateAll((all) => all.map((e) => e.getAttribute('transform') ?? `${e.getAttribute('cx')} ${e.getAttribute('cy')}`).join(';'))
      const before = await places()
      await expect.poll(places).not.toBe(before)
      await page.getByRole('button', { name: 'Animate traffic' }).click()
      await expect.poll(() => dots.count()).toBe(0)
      await page.reload()
      await page.locator('[data-node]').first().waitFor()
      expect(await dots.count()).toBe(0)
      await page.getByRole('button', { name: 'Animate traffic' }).click()
      await expect.poll(() => dots.count()).toBeGreaterThan(0)
      await page.emulateMedia({ reducedMotion: 'reduce' })
      await page.reload()
      await page.locator('[data-node]').first().waitFor()
      expect(await dots.count()).toBe(0)
    })
  })

  it('keeps every service where it is while figures change', () =>
    onMap('', async (page) => {
      const before = await placesOf(page)
      const label = page.locator('[data-edge] .edge-label').first()
      const first = await label.textContent()
      await expect.poll(() => label.textContent(), { timeout: 20_000 }).not.toBe(first)
      expect(await placesOf(page)).toEqual(before)
    }))

  it('goes back in time by pointer and by keys, holds the time in the address, and comes back', () =>
    onMap('', async (page) => {
      const slider = page.getByRole('slider', { name: 'Time' })
      const box = (await slider.boundingBox())!
      await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
      await page.waitForURL(/[?&]at=/)
      const hours = (Date.now() - Date.parse(new URL(page.url()).searchParams.get('at')!)) / 3_600_000
      expect(hours).toBeGreaterThan(11.5)
      expect(hours).toBeLessThan(12.5)
      await slider.focus()
      await page.keyboard.press('PageDown')
      await expect.poll(() => Math.round((Date.now() - Date.parse(new URL(page.url()).searchParams.get('at')!)) / 3_600_000)).toBe(Math.round(hours + 1))
      // The incident is ten minutes old, so half a day ago nothing was wrong.
      await expect.poll(() => page.locator('[data-edge="shop/cart>shop/pricing"]').getAttribute('class')).toContain('calm')
      await page.getByRole('button', { name: 'Back to now' }).click()
      await page.waitForURL((url) => !url.search.includes('at='))
      await expect.poll(() => page.locator('[data-edge="shop/cart>shop/pricing"]').getAttribute('class')).toContain('bad')
    }))

  it('plays what happened, frame after frame, until it is paused', () =>
    onMap(`?at=${new Date(Date.now() - 1_800_000).toISOString()}`, async (page) => {
      const at = () => Date.parse(new URL(page.url()).searchParams.get('at') ?? '')
      const begun = at()
      await page.getByRole('button', { name: 'Play' }).click()
      await expect.poll(() => at() - begun, { timeout: 20_000 }).toBeGreaterThanOrEqual(60_000)
      await page.getByRole('button', { name: 'Pause' }).click()
      const paused = at()
      await page.locator('[data-node]').first().waitFor()
      expect(at()).toBe(paused)
      expect((paused - begun) % 10_000).toBe(0)
    }))

  it('compares two times: what is new, gone and changed, and why', () =>
    onMap(`?compare=${new Date(Date.now() - 7_200_000).toISOString()}`, async (page) => {
      await page.locator('.map-diff').waitFor()
      const changed = page.locator('.map-diff li').filter({ hasText: 'shop/cart → shop/pricing' })
      await changed.waitFor()
      expect(await changed.innerText()).toMatch(/error|p50|latency/i)
      await expect.poll(() => page.locator('[data-edge="shop/cart>shop/pricing"]').getAttribute('class')).toContain('diff-changed')
      // It is half an hour old in the made-up shop.
      await expect.poll(() => page.locator('[data-edge="shop/payment>api.stripe.com"]').getAttribute('class')).toContain('diff-added')
      expect(await page.locator('[data-edge="shop/orders>shop/payment"]').getAttribute('class')).toContain('dimmed')
      await page.getByRole('button', { name: 'End comparison' }).click()
      await page.waitForURL((url) => !url.search.includes('compare='))
      await page.locator('.map-diff').waitFor({ state: 'detached' })
    }))

  it('shows the surroundings of one service as far as asked, and the same choice as matrix and tree', () =>
    onMap('?focus=shop/pricing&sel=shop/pricing', async (page) => {
      const nodes = async () => (await page.locator('[data-node]').evaluateAll((all) => all.map((e) => e.getAttribute('data-node')!))).sort()
      await expect.poll(nodes).toEqual(['shop/cart', 'shop/catalog', 'shop/pricing'])
      await page.locator('.map-focus select').selectOption('2')
      await expect.poll(nodes).toEqual(['shop/cart', 'shop/catalog', 'shop/pricing', 'shop/redis', 'shop/reviews', 'shop/web'].filter((id) => id !== 'shop/redis'))
      for (const [view, wanted] of [['Matrix', 'Rows call columns'], ['Tree', 'Who would notice']] as const) {
        await page.getByRole('button', { name: view, exact: true }).click()
        await page.getByText(wanted).first().waitFor()
        expect(page.url()).toContain('sel=shop/pricing')
      }
    }))

  it('is asked for while its script is on its way, and nothing else is asked of the server until it is there', async () => {
    const page = await browser.newPage()
    const asked: string[] = []
    page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    const gates = { script: gate(), map: gate() }
    await page.route('**/assets/MapPage*.js', (route) => gates.script.then(() => route.continue()))
    await page.route('**/v1/topology/columns*', (route) => gates.map.then(() => route.continue()))
    await page.goto(`${base}/map`)
    await expect.poll(() => asked.filter((path) => path === '/v1/topology/columns').length).toBe(1)
    gates.script.open()
    await page.locator('.timebar').waitFor()
    expect(asked).not.toContain('/v1/series')
    expect(asked.filter((path) => path === '/v1/topology/columns')).toHaveLength(1)
    gates.map.open()
    await page.locator('[data-node]').first().waitFor()
    await expect.poll(() => asked).toContain('/v1/series')
    await page.close()
  })

  it('draws a focus from what it has, whatever the server is busy with', () =>
    onMap('', async (page) => {
      await page.route('**/v1/**', () => undefined)
      await page.locator('[data-node="shop/pricing"]').click()
      await page.keyboard.press('f')
      await page.locator('.card.root[data-node="shop/pricing"]').waitFor()
      await expect.poll(() => page.locator('[data-node]').count()).toBe(3)
      await page.locator('.map-details h2').waitFor()
      await page.unrouteAll({ behavior: 'ignoreErrors' })
    }))
})

/** A promise that is kept when it is told to. */
function gate(): Promise<void> & { open: () => void } {
  let open = () => undefined as void
  const waited = new Promise<void>((resolve) => (open = resolve))
  return Object.assign(waited, { open: () => open() })
}
