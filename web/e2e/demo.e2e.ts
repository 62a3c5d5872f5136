import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Topology } from '../src/api/types'
import { accessibility, hasChromium, launch } from './browser'

// The whole thing: the demo's mesh, its load, its control plane, and the page that it serves, looked at by a real browser.
// WEFT_PICTURES=1 takes the pictures of the documentation on the way.

const root = resolve(fileURLToPath(new URL('.', import.meta.url)), '../..')
const home = process.env['WEFT_HOME'] ?? join(root, 'artifacts/bin-weft')
const weft = join(home, 'weft')
const pictures = process.env['WEFT_PICTURES'] ? join(root, 'docs/images') : null
const START_MS = 90_000
const COMPLETE_MS = 10_000
const SETTLE_MS = 15_000

/** Bytes of a picture that a page of the documentation may have. */
const PICTURE_MAX = 150_000

/** What somebody thinks of applying. */
const POLICY = `apiVersion: weft.mesh/v1
kind: AuthorizationPolicy
metadata:
  name: no-prices
  namespace: default
spec:
  targetRef:
    kind: Service
    name: pricing
  action: DENY
  rules:
  - from:
    - notIdentities: ["*/svc/catalog"]
    to:
    - methods: [POST]
      paths: ["/prices"]
`

interface Shop {
  services: { name: string; upstreams?: string[] }[]
  load: { name: string; upstreams: string[] }
}

interface LoadSummary {
  sent: number
  ok: number
  lost: number
  retries: number
  warm_up_rounds: number
  kinds: Record<string, { sent: number }>
}

/** Who calls whom in the shop. */
function expectedEdges(): string[] {
  const shop = JSON.parse(readFileSync(join(root, 'samples/shop/shop.json'), 'utf8')) as Shop
  return [...shop.services, shop.load].flatMap((s) => (s.upstreams ?? []).map((up) => `default/${s.name}>default/${up.split(':')[0]}`)).sort()
}

async function until<T>(read: () => T | Promise<T>, limit: number, complaint: () => string): Promise<NonNullable<T>> {
  for (const end = Date.now() + limit; ; ) {
    const value = await read()
    if (value) return value
    if (Date.now() > end) throw new Error(complaint())
    await new Promise((done) => setTimeout(done, 100))
  }
}

/** Processes of this demo, by a word of their command line and the folder in their environment: no other demo is touched. */
function processOf(word: string, mark: string): number | null {
  for (const name of readdirSync('/proc')) {
    if (!/^[0-9]+$/.test(name)) continue
    try {
      const line = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0')
      if (line[0]?.endsWith(word) && readFileSync(`/proc/${name}/environ`, 'utf8').includes(mark)) return Number(name)
    } catch {
      // It has ended meanwhile, or is another user's.
    }
  }
  return null
}

describe.skipIf(!hasChromium || !existsSync(weft))('the demo in the browser', () => {
  let demo: ChildProcess
  let browser: Browser
  let page: Page
  let folder: string
  let said = ''
  let origin: string
  let environment: NodeJS.ProcessEnv
  let stopped = false
  const faults: string[] = []

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'weft-page-'))
    environment = { ...process.env, WEFT_HOME: home, WEFT_HOST_PREFIX: 'wpage', WEFT_RUN: join(folder, 'run') }
    demo = spawn(weft, ['demo', '--no-root', '--rate', '40', '--data', join(folder, 'data'), '--keep'], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [demo.stdout!, demo.stderr!]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
    await until(() => /http:\/\/\S+token=\w+/.exec(said)?.[0], START_MS, () => `the demo did not start: ${said}`)
    browser = await launch()
    page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: 'dark' })
    page.on('console', (message) => message.type() === 'error' && faults.push(`${message.text()} ${message.location().url}`))
    page.on('pageerror', (error) => faults.push(String(error)))
  }, START_MS + 30_000)

  afterAll(async () => {
    await browser?.close()
    if (stopped) demo.kill('SIGCONT')
    if (demo && demo.exitCode === null) {
      const ended = new Promise((done) => demo.once('exit', done))
      demo.kill('SIGINT')
      await ended
    }
    spawnSync(weft, ['down', '-y'], { env: environment })
    rmSync(folder, { recursive: true, force: true })
  }, 60_000)

  const edgesDrawn = async () => [...new Set(await page.locator('[data-edge]').evaluateAll((all) => all.map((e) => (e as unknown as { dataset: DOMStringMap }).dataset['edge']!.replace(/#.*/, ''))))].sort()
  const picture = async (name: string, height: number) => {
    if (!pictures) return
    mkdirSync(pictures, { recursive: true })
    await page.screenshot({ path: join(pictures, `${name}.png`), clip: { x: 0, y: 0, width: 1440, height } })
    expect(statSync(join(pictures, `${name}.png`)).size, name).toBeLessThanOrEqual(PICTURE_MAX)
  }

  it('opens by its one-time address, which works once', async () => {
    const url = /http:\/\/\S+token=\w+/.exec(said)![0]
    await page.goto(url)
    origin = new URL(page.url()).origin
    expect(page.url()).toBe(`${origin}/`)
    await page.getByText('Busiest services').waitFor()
    const stranger = await browser.newContext()
    expect((await stranger.request.get(url, { maxRedirects: 0 })).status()).toBe(403)
    await stranger.close()
  })

  it('shows every edge of the shop within 10 s, and none that is not there', async () => {
    await page.goto(`${origin}/map`)
    const started = Date.now()
    const expected = expectedEdges()
    let missing = expected
    await until(
      async () => {
        const now = new Set(await edgesDrawn())
        missing = expected.filter((id) => !now.has(id))
        return missing.length === 0
      },
      COMPLETE_MS,
      () => `not on the map after ${COMPLETE_MS} ms: ${missing.join(', ')}`,
    )
    console.log(`map complete ${((Date.now() - started) / 1000).toFixed(1)} s after it was opened, with ${expected.length} edges`)
    expect(await edgesDrawn()).toEqual(expected)
    await page.getByText('all encrypted').waitFor()
  })

  it('has pictures for the documentation, and axe finds nothing serious in the real pages', async () => {
    const why = '/why?source=default/cart&destination=default/pricing&method=POST&path=/prices'
    const tour: [string, string, string, number][] = [
      ['dashboard-map', '/map?window=10', '[data-node="default/orders"]', 900],
      ['dashboard-home', '/', '.verdict', 900],
      ['dashboard-service', '/services/default/cart', 'text=Called by', 640],
      ['dashboard-why', why, '.steps li', 760],
      ['dashboard-what-if', why, '.steps li', 900],
    ]
    for (const [name, path, wanted, height] of tour) {
      await page.goto(origin + path)
      await page.locator(wanted).first().waitFor()
      if (name === 'dashboard-what-if') {
        await page.getByRole('button', { name: 'What if…' }).click()
        await page.getByRole('textbox', { name: 'What if this were applied' }).fill(POLICY)
        await page.getByRole('button', { name: 'Ask', exact: true }).last().click()
        await page.getByText('denies default/cart POST /prices').first().waitFor()
        await page.mouse.move(800, 450)
        await page.mouse.wheel(0, 10_000)
      }
      await page.waitForTimeout(800)
      await picture(name, height)
      expect(await accessibility(page), path).toEqual([])
    }
    expect(faults.filter((fault) => !fault.includes('404'))).toEqual([])
  })

  it('counts on the edge exactly the requests that the load generator sent', async () => {
    // The demo would take everything down when its load ends, so it is held still while the two sides are compared.
    stopped = demo.kill('SIGSTOP')
    const load = processOf('Weft.Load', folder)
    expect(load, 'the load generator').not.toBeNull()
    process.kill(load!, 'SIGINT')
    const log = join(folder, 'data', 'load.log')
    const line = await until(() => readFileSync(log, 'utf8').split('\n').findLast((l) => l.startsWith('{')), 40_000, () => `the load left no figures: ${readFileSync(log, 'utf8').slice(-400)}`)
    const summary = JSON.parse(line) as LoadSummary
    const kinds = ['front', 'home', 'cart', 'checkout', 'export']
    // What it sent to warm up went through the mesh as well, and so did what it sent twice.
    const http = kinds.reduce((sum, kind) => sum + summary.kinds[kind]!.sent + summary.warm_up_rounds, 0) + summary.retries
    await page.goto(`${origin}/map?window=3600&sel=default/load>default/web`)
    const shown = page.locator('[data-testid="edge-requests"]')
    let last = ''
    await until(async () => (last = (await shown.innerText()).replaceAll(',', '')) === String(http), SETTLE_MS, () => `the map counts ${last} requests, the load generator sent ${http}`)
    const topology = (await (await page.request.get(`${origin}/v1/topology?window=3600`)).json()) as Topology
    const failures = topology.edges.find((e) => e.source === 'default/load' && e.destination === 'default/web')!.failures
    console.log(`load generator: ${http} requests to web, ${summary.lost} lost; map: ${last} requests, ${failures} failures`)
    expect(summary.lost).toBe(0)
    expect(failures).toBe(0)
  })
})
