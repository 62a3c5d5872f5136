import { defineConfig } from 'vite'
import { mockPlugin } from './dev/plugin'

// The page is served by weft-server under a policy that allows nothing but itself: no inline script, no inlined asset, no module from elsewhere.
export default defineConfig(({ mode }) => ({
  plugins: mode === 'mock' ? [mockPlugin()] : [],
  build: {
    outDir: '../artifacts/web',
    emptyOutDir: true,
    target: ['es2022', 'chrome109', 'firefox115', 'safari16.4'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    rollupOptions: {
      output: {
        // What changes rarely keeps its name, so that browsers keep it over upgrades.
        manualChunks: (id: string) => (/node_modules\/(react|react-dom|scheduler|@tanstack)\//.test(id) ? 'vendor' : undefined),
      },
    },
  },
  worker: { format: 'es' as const },
}))
