import { defineConfig } from 'vite';

// The server under development; `npm run dev` passes API calls on to it.
const server = process.env['ONDA_URL'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  // TSX needs no plugin: esbuild reads `jsx` from tsconfig.json.
  build: {
    target: 'es2022',
    // Nothing is inlined as data: URLs, so that the Content-Security-Policy can stay strict.
    assetsInlineLimit: 0,
    // Without the polyfill there is no inline script; every browser of the target preloads modules itself.
    modulePreload: { polyfill: false },
    rollupOptions: {
      // "use client" in libraries is for servers that render; there is none.
      onwarn: (warning, warn) => {
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning);
      },
      output: {
        // What others wrote changes less often than what we do, and stays in the browser's cache.
        manualChunks: (id) => (/node_modules\/.*\.m?js$/.test(id) ? 'vendor' : undefined),
      },
    },
  },
  server: { proxy: { '/api': server, '/health': server, '/openapi.json': server } },
});
