import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { alias: { '@': fileURLToPath(new URL('.', import.meta.url)) } },
  test: { include: ['{lib,collectors,components,app,e2e,scripts,bin}/**/*.test.{ts,tsx}'], testTimeout: 20_000 },
})
