import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// Builds the page that both hosts serve. Relative addresses, so that it works at any origin and behind Electron's own protocol.
export default defineConfig({
  root: 'renderer',
  base: './',
  plugins: [react()],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    // Electron's Chromium and the browsers of the last two years. The styles use `light-dark()`, which older targets would have rewritten.
    target: ['chrome130', 'firefox130', 'safari18'],
    // The content security policy allows files only: nothing inline, no data addresses except images.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The schemas of the contract are main's: calls of zod's functions whose result nobody uses here are left out.
    rolldownOptions: { treeshake: { manualPureFunctions: ['z'] } },
    chunkSizeWarningLimit: 700,
  },
});
