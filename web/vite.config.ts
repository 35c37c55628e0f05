import vue from '@vitejs/plugin-vue'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, URL } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import Components from 'unplugin-vue-components/vite'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

import { guide } from './guide'

const server = process.env.HUYING_SERVER ?? 'http://127.0.0.1:8000'

/** WhiteNoise hands out the .br and .gz beside a file, so that nothing is compressed while somebody waits. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    writeBundle({ dir = '' }) {
      for (const entry of readdirSync(join(dir, 'assets'))) {
        if (!/\.(js|css|svg)$/.test(entry)) continue
        const path = join(dir, 'assets', entry)
        const content = readFileSync(path)
        writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }))
        writeFileSync(`${path}.br`, brotliCompressSync(content))
      }
    },
  }
}

/** Django serves index.html for every page address and WhiteNoise the hashed files under /assets/. */
export default defineConfig({
  base: '/',
  plugins: [
    guide(),
    vue(),
    // Only Element Plus components are resolved by name; our own are imported where they are used.
    Components({ dirs: [], dts: false, resolvers: [ElementPlusResolver({ importStyle: 'css' })] }),
    compressed(),
  ],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    outDir: '../src/huying/webapp',
    emptyOutDir: true,
    assetsDir: 'assets',
    // Desks in government offices run browsers on Chromium 90 and later.
    target: ['chrome90', 'firefox90', 'safari14'],
    chunkSizeWarningLimit: 700,
  },
  server: {
    port: 5173,
    fs: { allow: ['..'] }, // the guide lies in docs/
    proxy: {
      '/api': { target: server, changeOrigin: false },
      '/ws': { target: server, ws: true },
      '/files': { target: server },
    },
  },
  test: {
    environment: 'happy-dom',
    include: ['tests/**/*.test.ts'],
    setupFiles: ['tests/setup.ts'],
    server: { deps: { inline: ['element-plus'] } },
  },
})
