/**
 * Tests the table "To add" of ARCHITECTURE.md: an example of each row is added to a copy of the sources. It must touch
 * exactly the places that the row names, and the copy must still pass the type check.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type * as Choices from '../../src/core/collapse/choices';
import type * as Foreseen from '../../src/core/collapse/foreseen';
import type * as RecipeOfCore from '../../src/core/collapse/recipe';
import type * as RecipeForm from '../../src/core/collapse/recipe-form';

interface Trial {
  readonly what: string;
  /** New files in src. */
  readonly adds: Readonly<Record<string, string>>;
  /** Lines inserted into existing files, each after the first line that contains `after`. */
  readonly changes: Readonly<Record<string, readonly { readonly after: string; readonly line: string }[]>>;
}

const WATERMARK = `import type { Check } from './check';
import { finding } from './finding';
import { withoutRows } from './partials';

export const watermark: Check<null> = {
  id: 'watermark',
  title: 'Watermarks',
  why: 'A mark that only some classes carry gives the label away.',
  how: 'Made up for a test.',
  basis: 'images',
  drop: 'images',
  checklist: ['data'],
  thresholds: {
    'watermark.share': { default: 0.5, min: 0, max: 1, unit: 'share', reason: 'Made up.' },
  },
  version: 1,
  ...withoutRows((global) =>
    global.totals.images === 0
      ? []
      : [
          finding({
            check: 'watermark',
            severity: 'info',
            scope: 'dataset',
            title: 'A mark.',
            remedy: 'Look.',
            score: 0,
            threshold: global.thresholds('watermark.share'),
            thresholdId: 'watermark.share',
          }),
        ],
  ),
};
`;

const VIEW = `import Stamp from '@lucide/svelte/icons/stamp';
import type { WindowView } from '../view';
import Marks from './Marks.svelte';

export const marksView: WindowView = {
  id: 'marks',
  title: 'Marks',
  icon: Stamp,
  component: Marks,
  badge: () => null,
  keys: [],
};
`;

const PIXELS_VIEW = `import Grid from '@lucide/svelte/icons/grid-3x3';
import type { WindowView } from '../view';
import Pixels from './Pixels.svelte';

export const pixelsView: WindowView = {
  id: 'pixels',
  title: 'Pixels',
  icon: Grid,
  component: Pixels,
  badge: () => null,
  keys: [],
};
`;

const PIXELS_COMPONENT = `<script lang="ts">
  import type { Dataset } from '../../state/dataset.svelte';
  import { Mirror } from '../../state/mirror.svelte';

  const { dataset }: { dataset: Dataset } = $props();
  const mirror = $derived.by(() => {
    const { engine, id } = dataset;
    return new Mirror(() => engine.call('images.pixels', { dataset: id }));
  });

  $effect(() => {
    const pulled = mirror;
    void pulled.refresh();
    return () => pulled.close();
  });
</script>

<p>{mirror.value?.pixels.toFixed(0) ?? '…'} pixels</p>
`;

const PIXELS_QUERY = `import type { Catalog } from './catalog';

export const countPixels = ({ db }: Catalog): number =>
  db.prepare<[], number>('SELECT total(width * height) FROM images').pluck().get() ?? 0;
`;

const LABEL_SMOOTHING = `import { z } from 'zod';
import { recipeIntervention, recipePart } from './intervention';

export const labelSmoothing = recipeIntervention({
  id: 'label-smoothing',
  title: 'label smoothing',
  checklist: 'learning-rate',
  values: {
    labelSmoothing: recipePart({
      schema: z.number().min(0).max(0.9),
      sound: () => 0,
      group: 'output',
      title: 'Label smoothing',
    }),
  },
  same: (user) => user.labelSmoothing <= 0.1,
  say: (recipe) => String(recipe.labelSmoothing),
});
`;

const TINY_IMAGES = `import { dataIntervention } from './intervention';

export const tinyImages = dataIntervention({
  id: 'tiny-images',
  title: 'tiny images',
  has: (image, { widths, heights }) => Math.min(widths[image]!, heights[image]!) < 16,
  kept: 'kept in training',
  left: 'left out of training',
});
`;

const trials: readonly Trial[] = [
  {
    what: 'a lab intervention',
    adds: {
      'core/collapse/interventions/label-smoothing.ts': LABEL_SMOOTHING,
      'core/collapse/interventions/tiny-images.ts': TINY_IMAGES,
    },
    changes: {
      'core/collapse/interventions/index.ts': [
        { after: "from './steps'", line: "import { labelSmoothing } from './label-smoothing';" },
        { after: "from './steps'", line: "import { tinyImages } from './tiny-images';" },
        { after: '  duplicates,', line: '  labelSmoothing,' },
        { after: '  duplicates,', line: '  tinyImages,' },
      ],
      'engine/training/lab/loss.ts': [
        {
          after: 'const { activation, loss } = recipe.output;',
          line: '  labels = tf.add<Tensor2D>(tf.mul(labels, 1 - recipe.labelSmoothing), recipe.labelSmoothing / labels.shape[1]);',
        },
      ],
    },
  },
  {
    what: 'a check',
    adds: { 'core/checks/watermark.ts': WATERMARK },
    changes: {
      'core/checks/index.ts': [
        { after: "from './unreadable'", line: "import { watermark } from './watermark';" },
        { after: '  loaderMismatch,', line: '  watermark,' },
      ],
    },
  },
  {
    what: 'an export format',
    adds: {
      'core/exports/first-bytes.ts':
        "import type { ExportFormat } from './format';\n\nexport const firstBytes: ExportFormat = {\n  id: 'first.bin',\n  *files({ files }) {\n    yield ['first.bin', [Uint8Array.of(files.length)]];\n  },\n};\n",
    },
    changes: {
      'core/exports/index.ts': [
        { after: "from './excluded-csv'", line: "import { firstBytes } from './first-bytes';" },
        { after: '  excludedCsv,', line: '  firstBytes,' },
      ],
    },
  },
  {
    what: 'a view',
    adds: {
      'renderer/views/marks/view.ts': VIEW,
      'renderer/views/marks/Marks.svelte':
        '<script lang="ts">\n  const { dataset }: { dataset: object } = $props();\n</script>\n\n<p>{String(dataset)}</p>\n',
    },
    changes: {
      'renderer/frame/views.ts': [
        { after: "from '../views/labels/view'", line: "import { marksView } from '../views/marks/view';" },
        { after: 'export const views', line: '  marksView,' },
      ],
    },
  },
  {
    what: 'a view with new data',
    adds: {
      'renderer/views/pixels/view.ts': PIXELS_VIEW,
      'renderer/views/pixels/Pixels.svelte': PIXELS_COMPONENT,
      'engine/catalog/pixels.ts': PIXELS_QUERY,
    },
    changes: {
      'renderer/frame/views.ts': [
        { after: "from '../views/labels/view'", line: "import { pixelsView } from '../views/pixels/view';" },
        { after: 'export const views', line: '  pixelsView,' },
      ],
      'contract/calls/dataset.ts': [
        {
          after: 'export const datasetCalls = {',
          line: "  'images.pixels': call(ofDataset, z.object({ pixels: z.number().nonnegative() })),",
        },
      ],
      'engine/app/handlers.ts': [
        { after: "from '../catalog/jobs'", line: "import { countPixels } from '../catalog/pixels';" },
        {
          after: "'dataset.recents':",
          line: "    'images.pixels': ({ dataset }) => ({ pixels: countPixels(on(dataset)) }),",
        },
      ],
    },
  },
  {
    what: 'a call',
    adds: {},
    changes: {
      'contract/calls/dataset.ts': [
        { after: 'export const datasetCalls = {', line: "  'engine.ping': call(z.object({}), z.object({}))," },
      ],
      'engine/app/handlers.ts': [{ after: "'dataset.recents':", line: "    'engine.ping': () => ({})," }],
    },
  },
];

let copy = '';

function change(file: string, after: string, line: string): void {
  const path = join(copy, 'src', file);
  const lines = readFileSync(path, 'utf8').split('\n');
  const at = lines.findIndex((one) => one.includes(after));
  if (at < 0) throw new Error(`${file} has no line with ${after}`);
  lines.splice(at + 1, 0, line);
  writeFileSync(path, lines.join('\n'));
}

/** Whether a file is at a place of the table: a file or a folder (ends with `/`); `<id>` and `<name>` stand for any name. */
function isAt(file: string, place: string): boolean {
  const parts = place.split('/');
  const own = file.split('/');
  const matches = (part: string, at: number): boolean =>
    part === own[at] || (part.startsWith('<') && own[at]?.endsWith(part.replace(/^<\w+>/, '')) === true);
  return place.endsWith('/')
    ? own.length >= parts.length && parts.slice(0, -1).every(matches)
    : own.length === parts.length && parts.every(matches);
}

function types(script: string, ...args: string[]): string {
  const { stdout, stderr } = spawnSync(process.execPath, [resolve('node_modules', script), ...args], {
    cwd: copy,
    encoding: 'utf8',
  });
  return stdout + stderr;
}

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'plumbline-to-add-'));
  for (const part of ['src', 'tsconfig.base.json', 'tsconfig.dom.json', 'package.json', 'svelte.config.js'])
    cpSync(resolve(part), join(copy, part), { recursive: true });
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
  writeFileSync(
    join(copy, 'tsconfig.node.json'),
    JSON.stringify({
      ...(JSON.parse(readFileSync(resolve('tsconfig.node.json'), 'utf8')) as object),
      include: ['src/contract', 'src/core', 'src/engine', 'src/cli', 'src/main'],
    }),
  );
  for (const { adds, changes } of trials) {
    for (const [file, text] of Object.entries(adds)) {
      mkdirSync(dirname(join(copy, 'src', file)), { recursive: true });
      writeFileSync(join(copy, 'src', file), text);
    }
    for (const [file, lines] of Object.entries(changes)) for (const { after, line } of lines) change(file, after, line);
  }
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

describe('what is added by the table of ARCHITECTURE.md', () => {
  it('has types, in the engine and in the window', () => {
    expect(types('typescript/bin/tsc', '-p', 'tsconfig.node.json')).toBe('');
    expect(types('svelte-check/bin/svelte-check', '--tsconfig', 'tsconfig.dom.json', '--output', 'machine')).toMatch(
      /COMPLETED \d+ FILES 0 ERRORS/,
    );
  });

  it('an added lab intervention has its input in the form, its words, and its fault of the data', async () => {
    const core = join(copy, 'src/core/collapse');
    const { compareConfigurations } = (await import(join(core, 'choices.ts'))) as typeof Choices;
    const { dataChoices } = (await import(join(core, 'foreseen.ts'))) as typeof Foreseen;
    const { recipeForm } = (await import(join(core, 'recipe-form.ts'))) as typeof RecipeForm;
    const { readRecipeFile, soundRecipe } = (await import(join(core, 'recipe.ts'))) as typeof RecipeOfCore;
    const sound = soundRecipe({ images: 100, imbalanceRatio: 1 });
    const { recipe } = readRecipeFile({ labelSmoothing: 0.5 }, sound);
    const kept = dataChoices({ 'tiny-images': true });
    const { differences } = compareConfigurations(
      { recipe, steps: 400, kept: kept.user },
      { recipe: sound, steps: 400, kept: kept.sound },
    );
    expect(differences.map(({ choice, user, sound: ours }) => [choice.title, user, ours])).toEqual([
      ['tiny images', 'kept in training', 'left out of training'],
      ['label smoothing', '0.5', '0'],
    ]);
    expect(recipeForm().flatMap(({ inputs }) => inputs.map(({ title }) => title))).toContain('Label smoothing');
  });

  it.each(trials)('$what touches exactly the places that the table names', ({ what, adds, changes }) => {
    const table = readFileSync('ARCHITECTURE.md', 'utf8').split('\n');
    const [, , places] = table.map((line) => line.split('|')).find((cells) => cells[1]?.trim() === what) ?? [];
    expect(places, `ARCHITECTURE.md has no row for ${what}`).toBeDefined();
    const named = Array.from(places!.matchAll(/`(src\/[^`]+)`/g), (match) => match[1]!);
    const touched = [...Object.keys(adds), ...Object.keys(changes)].map((file) => `src/${file}`);
    expect(touched.filter((file) => !named.some((place) => isAt(file, place)))).toEqual([]);
    expect(named.filter((place) => !touched.some((file) => isAt(file, place)))).toEqual([]);
  });
});
