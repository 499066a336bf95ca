/**
 * The layers. Default-deny: whatever no `allowed` rule names is an error; type imports count.
 * ARCHITECTURE.md says why each arrow exists.
 */
const npm = '^node_modules/';
const from = (path) => ({ path: `^src/${path}/` });
const to = (...paths) => ({ path: paths.map((path) => `^src/${path}(/|$)`) });
const packages = (...names) => ({ path: names.map((name) => `${npm}${name}/`) });

/** A native library has one importer, so that it can be replaced, bounded and mocked by nobody else. */
const soleImporter = (name, importer) => ({
  name: `${name.replace('/', '-')}-only-in-one-place`,
  severity: 'error',
  from: { path: '^src/', pathNot: importer },
  to: { path: `${npm}(@types/)?${name}/` },
});

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: { path: '^(src|scripts)/' }, to: { circular: true } },
    /** Two folders that import each other, or a longer ring of folders, are one folder with two names. */
    {
      name: 'no-folder-circles',
      severity: 'error',
      scope: 'folder',
      from: { path: '^(src|scripts)/' },
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, path: '^src/', pathNot: '\\.(d\\.ts|css)$' },
      to: {},
    },
    { name: 'resolvable', severity: 'error', from: { path: '^src/' }, to: { couldNotResolve: true } },
    soleImporter('sharp', '^src/engine/(images/pixels|samples/images)\\.ts$'),
    soleImporter('@tensorflow', '^src/engine/training/runtime/tensors\\.ts$'),
    soleImporter('better-sqlite3', '^src/engine/catalog/'),
    soleImporter('@aws-sdk', '^src/engine/shards/s3\\.ts$'),
    soleImporter('onnxruntime-node', '^src/engine/training/models/onnx\\.ts$'),
    soleImporter('winston', '^src/host/log\\.ts$'),
    soleImporter('electron', '^src/(main|preload)/'),
    {
      name: 'window-reaches-nothing-native',
      severity: 'error',
      from: { path: '^src/renderer/' },
      to: {
        reachable: true,
        path: `${npm}(sharp|@tensorflow|better-sqlite3|electron)/|^src/(engine|main|preload|cli|shell|serve)/`,
      },
    },
  ],
  allowedSeverity: 'error',
  allowed: [
    { from: { path: '^(scripts|test)/' }, to: {} },
    { from: from('contract'), to: to('contract') },
    { from: from('contract'), to: packages('zod') },
    { from: from('core'), to: to('core', 'contract') },
    /** Schemas are data, and pure. */
    { from: from('core/collapse'), to: packages('zod') },
    /** Plain JavaScript from columns to bytes: no file, no Node. */
    { from: from('core/exports'), to: packages('hyparquet-writer') },
    { from: from('host'), to: to('host') },
    { from: from('host'), to: { dependencyTypes: ['core'] } },
    { from: from('host'), to: packages('winston') },
    { from: from('engine'), to: to('engine', 'core', 'contract', 'host') },
    { from: from('engine'), to: { dependencyTypes: ['core'] } },
    /** Texts that the app writes out for the user. */
    { from: from('engine'), to: { path: '^resources/python/' } },
    {
      from: from('engine'),
      to: packages(
        'zod',
        'chardet',
        'csv-parse',
        'diff',
        '@jsquash/jxl',
        'libheif-js',
        'read-excel-file',
        'hyparquet',
        'hyparquet-compressors',
        'hyparquet-writer',
        '@aws-sdk',
        'tar',
        'yauzl',
        '@types/yauzl',
        'web-tree-sitter',
        'umap-js',
        'onnxruntime-node',
        'onnxruntime-common',
        'sharp',
        '@tensorflow',
        'better-sqlite3',
        '@types/better-sqlite3',
      ),
    },
    { from: from('cli'), to: to('cli', 'serve', 'engine', 'core', 'contract', 'host') },
    { from: from('cli'), to: { dependencyTypes: ['core'] } },
    { from: from('cli'), to: packages('commander', 'zod') },
    { from: from('shell'), to: to('shell', 'contract', 'host') },
    { from: from('shell'), to: { dependencyTypes: ['core'] } },
    { from: from('serve'), to: to('serve', 'shell', 'contract', 'host') },
    { from: from('serve'), to: { dependencyTypes: ['core'] } },
    { from: from('serve'), to: packages('ws', '@types/ws', 'zod') },
    { from: from('main'), to: to('main', 'shell', 'contract', 'host') },
    { from: from('main'), to: { dependencyTypes: ['core'] } },
    { from: from('main'), to: packages('electron', 'zod') },
    { from: from('preload'), to: to('preload', 'contract') },
    { from: from('preload'), to: packages('electron') },
    { from: from('renderer'), to: to('renderer', 'core', 'contract') },
    { from: from('renderer'), to: packages('svelte', 'zod', '@lucide/svelte', 'd3-scale', '@types/d3-scale') },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    doNotFollow: { path: 'node_modules' },
    preserveSymlinks: true,
    exclude: { path: '^(out|dist|test-results)/' },
    extraExtensionsToScan: ['.css', '.sql', '.py'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types', 'svelte'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
