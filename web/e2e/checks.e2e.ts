import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, request, type Server } from 'node:http'
import { type AddressInfo, createServer as createListener } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessibility, hasChromium, launch, open } from './browser'

// A real control plane, the real proxy of one caller, and an application without a proxy that goes bad and gets well again while somebody looks.

const root = resolve(fileURLToPath(new URL('.', import.meta.url)), '../..')
const home = process.env['WEFT_HOME'] ?? join(root, 'artifacts/bin-weft')
const weft = join(home, 'weft')
const START_MS = 60_000

const partner = (port: number) => `apiVersion: v1
kind: Service
metadata: {name: partner}
spec: {ports: [{port: 80, appProtocol: http}]}
---
apiVersion: weft.mesh/v1
kind: Workload
metadata: {name: partner-1}
spec: {service: partner, address: 127.0.0.1, ports: [{port: 80, targetPort: ${port}}]}
---
apiVersion: weft.mesh/v1
kind: TrafficPolicy
metadata: {name: partner}
spec:
  targetRef: {kind: Service, name: partner}
  healthCheck: {http: {path: /healthz}, interval: 100ms, timeout: 30s}   # a busy machine is not a finding
`

async function freePort(): Promise<number> {
  const listener = createListener()
  await new Promise<void>((done) => listener.listen(0, '127.0.0.1', done))
  const { port } = listener.address() as AddressInfo
  await new Promise((done) => listener.close(done))
  return port
}

describe.skipIf(!hasChromium || !existsSync(weft))('what callers find of an application without a proxy', () => {
  let folder: string
  let browser: Browser
  let page: Page
  let faults: string[]
  let origin: string
  let application: Server
  let port: number
  let isIll = false
  const started: ChildProcess[] = []

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'weft-checks-'))
    application = createServer((_, answer) => answer.writeHead(isIll ? 503 : 204).end())
    await new Promise<void>((done) => application.listen(0, '127.0.0.1', done))
    port = (application.address() as AddressInfo).port
    const control = `127.0.0.1:${await freePort()}`
    const options = ['--data', folder, '--listen', control, '--api', `127.0.0.1:${await freePort()}`, '--ui', `127.0.0.1:${await freePort()}`]
    await start(join(home, 'server/weft-server'), options, 'weft server ready')
    await post('/v1/commits', { documents: [{ file: 'partner.yaml', text: partner(port) }], namespace: 'shop' })
    await startCaller(control)
    browser = await launch()
  }, START_MS)

  afterAll(async () => {
    await browser?.close()
    await Promise.all(started.map((program) => program.exitCode === null && new Promise((done) => program.once('exit', done).kill('SIGKILL'))))
    application?.closeAllConnections()
    application?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Until it says that it is ready. */
  async function start(program: string, options: string[], ready: string, input = ''): Promise<void> {
    const child = spawn(program, options, { stdio: ['pipe', 'pipe', 'pipe'] })
    started.push(child)
    child.stdin.end(input)
    let said = ''
    await new Promise<void>((done, fail) => {
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()).includes(ready) && done())
      child.once('exit', () => fail(new Error(`${program} ended: ${said}`)))
      child.once('error', fail)
    })
  }

  async function startCaller(control: string): Promise<void> {
    const { token } = await post<{ token: string }>('/v1/tokens', { namespace: 'shop', service: 'web' })
    const identity = ['--control', control, '--namespace', 'shop', '--service', 'web', '--workload', 'web-1', '--address', '127.0.0.1', '--state', join(folder, 'web-1'), '--join-token-stdin']
    const ways = ['--capture', 'explicit', '--to', `partner:80=127.0.0.1:${await freePort()}`, '--tunnel', `127.0.0.1:${await freePort()}`, '--admin', `127.0.0.1:${await freePort()}`]
    await start(join(home, 'weft-proxy'), ['run', ...identity, ...ways], 'weft-proxy ready', `${token}\n`)
  }

  function post<T>(path: string, body: unknown): Promise<T> {
    return new Promise((done, fail) => {
      const asked = request({ socketPath: join(folder, 'weft.sock'), path, method: 'POST', headers: { 'content-type': 'application/json' } }, (answer) => {
        let text = ''
        answer.on('data', (chunk: Buffer) => (text += chunk.toString()))
        answer.on('end', () => (answer.statusCode! < 300 ? done(JSON.parse(text) as T) : fail(new Error(text))))
      })
      asked.once('error', fail).end(JSON.stringify(body))
    })
  }

  // The application lives in this process and has to answer meanwhile.
  const run = async (...line: string[]) => (await promisify(execFile)(weft, line, { env: { ...process.env, LANG: 'C.UTF-8', XDG_CONFIG_HOME: folder, WEFT_SOCKET: join(folder, 'weft.sock') } })).stdout
  const finding = (text: RegExp) => page.getByRole('region', { name: 'Health checks by callers' }).getByRole('row', { name: text }).waitFor({ timeout: 15_000 })
  const endpoint = (text: RegExp) => page.getByRole('region', { name: 'Endpoints' }).getByRole('row', { name: text }).waitFor({ timeout: 15_000 })

  it('is on the page of its service, as on the terminal', async () => {
    ;({ page, faults } = await open(browser, (await run('dashboard', '--print')).trim()))
    origin = new URL(page.url()).origin
    await page.goto(`${origin}/services/shop/partner`)
    await finding(/^shop\/partner-1 127\.0\.0\.1:\d+ healthy 1 of 1 (now|\d+ s ago) – –$/)
    await endpoint(/^shop\/partner-1 127\.0\.0\.1 .* healthy .* outside$/)
    isIll = true
    const found = `GET /healthz of 127.0.0.1:${port}: status 503`
    await finding(new RegExp(`^shop/partner-1 127\\.0\\.0\\.1:${port} unhealthy 0 of 1 (now|\\d+ s ago) ${found} shop/web-1$`))
    await endpoint(/^shop\/partner-1 .* unhealthy .* outside$/)
    expect(await accessibility(page)).toEqual([])
    const line = (await page.locator('section.panel', { hasText: 'Health checks by callers' }).locator('.cli').innerText()).split(' ')
    expect(await run(...line.slice(1))).toMatch(new RegExp(`shop/partner-1 +127\\.0\\.0\\.1:${port} +0 of 1 +\\S+ ago +${found} +shop/web-1`))
  })

  it('is among the workloads and counts in its service', async () => {
    await page.goto(`${origin}/workloads`)
    await page.getByRole('row', { name: /^partner-1 shop\/partner outside unhealthy / }).waitFor()
    await page.getByRole('row', { name: /^web-1 shop\/web current healthy / }).waitFor()
    expect(await run('get', 'workloads', '-A')).toMatch(/partner-1 +partner +outside +unhealthy/)
    await page.goto(`${origin}/services`)
    await page.getByRole('row', { name: /^partner shop .* 0 \/ 1 0 \/ 1 / }).waitFor()
  })

  it('gets well again', async () => {
    isIll = false
    await page.goto(`${origin}/services/shop/partner`)
    await finding(/^shop\/partner-1 .* healthy 1 of 1 (now|\d+ s ago) – –$/)
    expect(faults).toEqual([])
  })
})
