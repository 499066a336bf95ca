/** The Electron parts: shell, preload script and window. The engine and the CLI are built by vite.engine.config.ts. */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type MainViteConfig } from 'electron-vite';
import { OLDEST } from './src/main/electron22/workarounds.ts';

/**
 * CommonJS, which every Electron reads. Libraries are bundled: one file starts much faster than a package tree, and a
 * sandboxed preload script can require nothing.
 */
const commonJs = (entry: string): NonNullable<MainViteConfig['build']> => ({
  target: `node${OLDEST.node}`,
  externalizeDeps: false,
  sourcemap: true,
  lib: { entry, formats: ['cjs'] },
  rolldownOptions: { output: { format: 'cjs', entryFileNames: 'index.cjs' } },
});

export default defineConfig({
  main: { build: commonJs('src/main/index.ts') },
  preload: { build: commonJs('src/preload/index.ts') },
  renderer: { plugins: [svelte()], build: { target: `chrome${OLDEST.chrome}`, minify: true } },
});
