/** The built-in network in place of the pretrained base of a recipe: it gets what the base would see. */
import { PlumblineError } from '../../contract/errors';
import { baseInputs, networkPixels, type BaseInput } from '../../core/collapse/base-input';
import type { Recipe } from '../../core/collapse/interventions/index';
import { longerSides } from '../../core/images/sides';
import type { Catalog } from '../catalog/catalog';
import { contentFiles } from '../catalog/embeddings';
import { filePath } from '../files/paths';
import { installedBackbone } from '../process/backbone';
import type { Task } from '../process/task';
import { runTask } from '../training/host';
import type { LabInput } from '../training/protocol/lab';
import type { Cohort } from './cohort';
import { builtIn, embeddingSide, networkReader, type EmbeddingNetwork } from './embed-run';

export interface LabBase {
  readonly form: NonNullable<LabInput['base']>;
  /**
   * Rows of the lab's images by index, computed when they are first asked for; NaN for an image that cannot be read.
   * @param images ids of the lab's images
   */
  readonly reader: (images: Int32Array, task: Task) => (indices: Int32Array) => Promise<Float32Array>;
}

/** What the network gives for images whose pixels are scaled in another way than it expects. Not kept. */
async function misreadRows(
  catalog: Catalog,
  { encoder, side }: EmbeddingNetwork,
  { baseScale }: Recipe,
  given: BaseInput,
  images: Int32Array,
  task: Task,
): Promise<Float32Array> {
  const [first] = encoder.outputs;
  const width = first!.width;
  const contents = contentFiles(catalog, images);
  const rows = new Map<string, Float32Array>();
  await runTask(
    'embed',
    {
      ...encoder,
      ...networkPixels(baseScale, given),
      outputs: [first!],
      side,
      images: contents.map(({ sha256, path, raw }) => ({ file: filePath(path, raw).absolute(catalog.root), sha256 })),
    },
    {
      ...task,
      checkpoint: ({ positions, values }) =>
        positions.forEach((position, i) =>
          rows.set(contents[position]!.sha256, values.slice(i * width, (i + 1) * width)),
        ),
    },
  );
  const contentOf = new Map(contents.flatMap(({ sha256, ids }) => ids.map((id) => [id, sha256] as const)));
  const all = new Float32Array(images.length * width).fill(NaN);
  images.forEach((image, i) => {
    const row = rows.get(contentOf.get(image) ?? '');
    if (row) all.set(row, i * width);
  });
  return all;
}

/** Joins the columns of tables with equally many rows. */
function besideEachOther(tables: readonly Float32Array[], rows: number): Float32Array {
  const widths = tables.map((table) => table.length / rows);
  const whole = widths.reduce((sum, width) => sum + width, 0);
  const out = new Float32Array(rows * whole);
  let column = 0;
  tables.forEach((table, t) => {
    const width = widths[t]!;
    for (let row = 0; row < rows; row++) out.set(table.subarray(row * width, (row + 1) * width), row * whole + column);
    column += width;
  });
  return out;
}

/**
 * @param cohort all images, by which the side of the pictures is chosen
 * @returns null for a recipe without a pretrained base
 * @throws PlumblineError bad-recipe if the recipe has one and the network is not installed
 */
export function labBase(
  catalog: Catalog,
  recipe: Recipe,
  { widths, heights }: Pick<Cohort, 'widths' | 'heights'>,
  backbone = installedBackbone(),
): LabBase | null {
  if (recipe.base === 'none') return null;
  if (backbone === null)
    throw new PlumblineError(
      'bad-recipe',
      'This recipe uses a pretrained net. The lab trains such recipes with EfficientNet-Lite0, which is not installed here: fetch it with “npm run setup” while the computer is online, then start the lab again. Nothing was trained.',
    );
  const network = builtIn(backbone, embeddingSide(longerSides(widths, heights)));
  const [[sound], ...others] = splitFirst(baseInputs(recipe));
  const layers = backbone.outputs.map(({ name, width }) => ({ name, width }));
  return {
    form: { layers, inputs: [sound, ...others.map(([name]) => name)], width: layers[0]!.width },
    reader: (images, task) => {
      let rows: Promise<Float32Array> | null = null;
      const compute = async (): Promise<Float32Array> => {
        const all = Int32Array.from(images, (_, i) => i);
        const tables = [await networkReader(catalog, images, task, network).read(all)];
        for (const [, input] of others) tables.push(await misreadRows(catalog, network, recipe, input, images, task));
        return besideEachOther(tables, images.length);
      };
      return async (indices) => {
        const table = await (rows ??= compute());
        const width = table.length / images.length;
        const out = new Float32Array(indices.length * width);
        indices.forEach((index, i) => out.set(table.subarray(index * width, (index + 1) * width), i * width));
        return out;
      };
    },
  };
}

function splitFirst<T>(items: Iterable<T>): [T, ...T[]] {
  const [first, ...others] = items;
  return [first!, ...others];
}
