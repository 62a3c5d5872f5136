import axe from 'axe-core'
import { existsSync } from 'node:fs'
import { chromium, type Browser, type Page } from 'playwright-core'

// Debian's Chromium, without anything that would call home. It draws as it chooses to where there is no graphics processor: pages in software, WebGL by
// SwiftShader. Told to use SwiftShader for pages too (--use-angle=swiftshader), each picture of a screen waits for OpenGL in software:
// hundreds of milliseconds on two busy processors.

export const CHROMIUM = process.env['WEFT_CHROMIUM'] ?? '/usr/bin/chromium'
export const hasChromium = existsSync(CHROMIUM)

const FLAGS = ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--enable-unsafe-swiftshader']

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
}

/** A page that notes everything that a developer would see in red, and each request that leaves the server it came from: the page works without any other. */
export async function open(browser: Browser, url: string, theme: 'dark' | 'light' = 'dark'): Promise<{ page: Page; faults: string[] }> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: theme, reducedMotion: 'no-preference' })
  const faults: string[] = []
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
  page.on('pageerror', (error) => faults.push(String(error)))
  page.on('request', (request) => leaves(request.url(), page.url()) && faults.push(`asked ${request.url()}`))
  await page.goto(url)
  return { page, faults }
}

function leaves(asked: string, from: string): boolean {
  const to = new URL(asked)
  // The first request is the page itself.
  return /^(https?|wss?):$/.test(to.protocol) && from.startsWith('http') && to.host !== new URL(from).host
}

/** Serious and critical findings of axe, as one line each. */
export async function accessibility(page: Page): Promise<string[]> {
  // The page's policy forbids scripts from elsewhere, so axe comes in through the debugger.
  await page.evaluate(axe.source)
  const found = await page.evaluate(async () => {
    const run = (window as unknown as { axe: { run: (context: unknown, options: unknown) => Promise<{ violations: { id: string; impact: string; nodes: { target: string[]; failureSummary: string }[] }[] }> } }).axe
    return (await run.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })).violations
  })
  return found.filter((v) => v.impact === 'serious' || v.impact === 'critical').flatMap((v) => v.nodes.slice(0, 3).map((n) => `${v.id}: ${n.target.join(' ')} ${n.failureSummary.split('\n')[1] ?? ''}`))
}
