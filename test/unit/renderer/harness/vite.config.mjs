/**
 * `npx vite build -c test/unit/renderer/harness/vite.config.mjs` builds the window with the fake engine as a page in
 * out/harness.
 */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { OLDEST } from '../../../../src/main/electron22/workarounds.ts';

const root = new URL('../../../..', import.meta.url).pathname;

export default defineConfig({
  root: `${root}test/unit/renderer/harness`,
  plugins: [svelte({ configFile: `${root}svelte.config.js` })],
  resolve: {
    alias: [
      { find: /^.*\/parts\/image-url$|^\.\/image-url$/, replacement: `${root}test/unit/renderer/harness/image-url.ts` },
    ],
  },
  build: { outDir: `${root}out/harness`, emptyOutDir: true, target: `chrome${OLDEST.chrome}`, minify: false },
  server: { fs: { allow: [root] } },
});
