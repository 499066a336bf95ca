/**
 * Builds what runs in plain Node: the engine, its helpers (training process, audit process and its threads,
 * copying and decoding threads, the thread that ends a helper with its engine) and the CLI.
 */
import { existsSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { defineConfig } from 'vite';

const entries = {
  'engine/main': 'src/engine/main.ts',
  'engine/audit': 'src/engine/audit-process.ts',
  'engine/audit-thread': 'src/engine/stages/audit-thread.ts',
  'engine/probe': 'src/engine/training/process.ts',
  'engine/decode': 'src/engine/images/decode-worker.ts',
  'engine/copy': 'src/engine/export/copy-worker.ts',
  'engine/leash': 'src/engine/process/leash-thread.ts',
  'cli/plumbline': 'src/cli/main.ts',
};

export default defineConfig({
  build: {
    ssr: true,
    target: 'node24',
    outDir: 'out',
    emptyOutDir: false,
    minify: false,
    sourcemap: true,
    rolldownOptions: {
      input: Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(file))),
      external: [/^node:/, ...builtinModules],
      output: { format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'engine/chunks/[name]-[hash].js' },
    },
  },
});
