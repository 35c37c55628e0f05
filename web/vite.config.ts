import vue from '@vitejs/plugin-vue'
import { fileURLToPath, URL } from 'node:url'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import Components from 'unplugin-vue-components/vite'
import { defineConfig } from 'vitest/config'

const server = process.env.HUYING_SERVER ?? 'http://127.0.0.1:8000'

/** Django serves index.html for every page address and WhiteNoise the hashed files under /assets/. */
export default defineConfig({
  base: '/',
  plugins: [
    vue(),
    // Only Element Plus components are resolved by name; our own are imported where they are used.
    Components({ dirs: [], dts: false, resolvers: [ElementPlusResolver({ importStyle: 'css' })] }),
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
