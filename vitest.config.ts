import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { alias: { '@': fileURLToPath(new URL('.', import.meta.url)) } },
  // Many tests run real processes, sockets and clocks: on a loaded CI machine one of thousands may come late, and gets a second try.
  test: {
    include: ['{lib,collectors,components,app,e2e,scripts,bin}/**/*.test.{ts,tsx}'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    retry: process.env.CI ? 1 : 0,
    // Most long files wait for processes, sockets and clocks: one worker a core would leave the cores idle.
    maxWorkers: Math.max(3, availableParallelism()),
  },
})
