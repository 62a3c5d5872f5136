import { defineConfig } from 'vitest/config'

// Real Chromium, one page at a time: two cores are shared with what the pages look at.
export default defineConfig({
  test: { include: ['e2e/**/*.e2e.ts'], environment: 'node', fileParallelism: false, testTimeout: 120_000, hookTimeout: 180_000 },
})
