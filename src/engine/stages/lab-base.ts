/** The built-in network in place of the pretrained base of a recipe: it gets what the base would see. */
import { PlumblineError } from '../../contract/errors';
import { baseInputs, networkPixels, type BaseInput } from '../../core/collapse/base-input';
import type { Recipe } from '../../core/collapse/interventions/index';
import { longerSides } from '../../core/images/sides';
import type { Catalog } from '../catalog/catalog';
import { contentFiles } from '../catalog/embeddings';
import { filePath } from '../files/paths';
import { isTuned, TUNING_SIDE } from '../../core/collapse/tuning';
import { type Backbone, BACKBONE_CUT, installedBackbone } from '../process/backbone';
import type { Task } from '../process/task';
import { runTask } from '../training/host';
import type { EncoderOrder } from '../training/protocol/embed';
import type { LabInput } from '../training/protocol/lab';
import type { Cohort } from './cohort';
import type { EmbeddingNetwork } from './embed-contents';
import { builtIn, embeddingSide, networkReader } from './embed-run';

/** The images that the network is run on, and for how long. */
export interface Looking {
  /** Ids of the lab's images. */
  readonly images: Int32Array;
  /** Indices of the images that it is run on, in this order. */
  readonly order: readonly number[];
  /** Seconds that are left for it at present; null: no limit. */
  readonly left: () => number | null;
  /**
   * Called once all rows are there. Throws if they are too few.
   * @param count of images that it was run on, in the order
   */
  readonly looked: (count: number) => void;
}

export interface LabBase {
  readonly form: NonNullable<LabInput['base']>;
  /**
   * Rows of the lab's images by index, computed when they are first asked for; NaN for an image that cannot be read or
   * that there was no time for.
   */
  readonly reader: (looking: Looking, task: Task) => (indices: Int32Array) => Promise<Float32Array>;
}

interface Source {
  readonly catalog: Catalog;
  readonly recipe: Recipe;
  /** Ids, in the order in which the network is run on them. */
  readonly images: Int32Array;
  readonly task: Task;
}

/** What the network gives for images whose pixels are scaled as the recipe does it. Not kept. */
async function rowsFor(
  { catalog, recipe: { baseScale }, images, task }: Source,
  { encoder, side }: Pick<EmbeddingNetwork, 'encoder' | 'side'>,
  given: BaseInput,
  seconds: number | null,
): Promise<Float32Array> {
  const width = encoder.outputs.reduce((sum, output) => sum + output.width, 0);
  const contents = contentFiles(catalog, images);
  const rows = new Map<string, Float32Array>();
  await runTask(
    'embed',
    {
      ...encoder,
      ...networkPixels(baseScale, given),
      side,
      ...(seconds !== null && { seconds }),
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
  const inputs = baseInputs(recipe);
  const layers = backbone.outputs.map(({ name, width }) => ({ name, width }));
  const form = { layers, inputs: [...inputs.keys()], width: layers[0]!.width };
  return isTuned(recipe)
    ? tunedBase(catalog, recipe, inputs, backbone, form)
    : {
        form: { ...form, tuned: null },
        reader: onDemand(
          catalog,
          recipe,
          frozenTables(inputs, builtIn(backbone, embeddingSide(longerSides(widths, heights)))),
        ),
      };
}

type Inputs = ReadonlyMap<string, BaseInput>;

/** Computes the rows for one input of the base. */
type Table = (source: Source, seconds: number | null) => Promise<Float32Array>;

/** The tables beside each other. The tables that are left share the time that is left. */
async function allTables(tables: readonly Table[], source: Source, left: Looking['left']): Promise<Float32Array> {
  const found: Float32Array[] = [];
  for (const [done, table] of tables.entries()) {
    const seconds = left();
    found.push(await table(source, seconds && seconds / (tables.length - done)));
  }
  return besideEachOther(found, source.images.length);
}

/** Asks for all rows when the first are wanted. */
function onDemand(catalog: Catalog, recipe: Recipe, tables: readonly Table[]): LabBase['reader'] {
  return ({ images, order, left, looked }, task) => {
    const ordered = Int32Array.from(order, (index) => images[index]!);
    const rowOf = new Map(order.map((index, row) => [index, row]));
    const compute = async (): Promise<Float32Array> => {
      const table = await allTables(tables, { catalog, recipe, images: ordered, task }, left);
      const width = table.length / ordered.length;
      const isThere = (row: number): boolean =>
        table.subarray(row * width, (row + 1) * width).every((value) => Number.isFinite(value));
      looked(order.findLastIndex((_, row) => isThere(row)) + 1);
      return table;
    };
    let rows: Promise<Float32Array> | null = null;
    return async (indices) => {
      const table = await (rows ??= compute());
      const width = table.length / ordered.length;
      const out = new Float32Array(indices.length * width).fill(NaN);
      indices.forEach((index, i) => {
        const row = rowOf.get(index);
        if (row !== undefined) out.set(table.subarray(row * width, (row + 1) * width), i * width);
      });
      return out;
    };
  };
}

/** The input that the network expects, all layers, kept; then the others, the first layer. */
function frozenTables(inputs: Inputs, network: EmbeddingNetwork): Table[] {
  const first = { ...network, encoder: { ...network.encoder, outputs: network.encoder.outputs.slice(0, 1) } };
  return [...inputs.values()].map(
    (input, i): Table =>
      (source, seconds) =>
        i > 0
          ? rowsFor(source, first, input, seconds)
          : networkReader(source.catalog, source.images, source.task, network, seconds ?? undefined).read(
              Int32Array.from(source.images, (_, place) => place),
            ),
  );
}

/** All layers for the input that the network expects, then the maps at the cut for every input. */
function tunedBase(
  catalog: Catalog,
  recipe: Recipe,
  inputs: Inputs,
  backbone: Backbone,
  form: Omit<LabBase['form'], 'tuned'>,
): LabBase {
  const { name, channels, stride } = BACKBONE_CUT;
  const side = TUNING_SIDE / stride;
  const map = { name, width: channels * side * side, pooling: 'row' as const };
  const { encoder } = builtIn(backbone, TUNING_SIDE);
  const network = (outputs: EncoderOrder['outputs']): Parameters<typeof rowsFor>[1] => ({
    encoder: { ...encoder, exposes: name, outputs },
    side: TUNING_SIDE,
  });
  const tables = [...inputs.values()].map((input, i): Table => {
    const outputs = i === 0 ? [...encoder.outputs, map] : [map];
    return (source, seconds) => rowsFor(source, network(outputs), input, seconds);
  });
  return {
    form: { ...form, tuned: { path: backbone.path, channels, side } },
    reader: onDemand(catalog, recipe, tables),
  };
}
