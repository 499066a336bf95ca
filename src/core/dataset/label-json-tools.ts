/** Labels in the JSON files of annotation tools: COCO, VoTT, FiftyOne, Datumaro. */
import { pathOfMedia } from '../text/json-table';

export interface LabelList {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A file of a known format that does not give one class for each image. The message is the end of a sentence. */
export class KnownFormatError extends Error {}

export type JsonFields = Readonly<Record<string, unknown>>;

/** Most images with several classes for each one with a single class, so that the file is one of classes. */
const MOST_SEVERAL = 0.25;

export const isCell = (value: unknown): value is string | number =>
  typeof value === 'string' || typeof value === 'number';
export const isRecord = (value: unknown): value is JsonFields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function cellOf(value: unknown): string {
  const path = pathOfMedia(value);
  if (path !== null) return path;
  if (value === null || value === undefined) return '';
  if (isCell(value) || typeof value === 'boolean') return String(value);
  return JSON.stringify(value);
}

/**
 * One row for each image, if few images have several classes: these have no label.
 * @param found the classes of each image
 */
export function ofClasses(tool: string, found: readonly (readonly [string, ReadonlySet<string>])[]): LabelList {
  const several = found.filter(([, classes]) => classes.size > 1).length;
  const single = found.filter(([, classes]) => classes.size === 1).length;
  if (several > MOST_SEVERAL * single)
    throw new KnownFormatError(
      `it is an annotation file of ${tool}, and ${several} of its ${found.length} images have objects of several classes. Plumbline needs one class for each image: cut the objects out into one folder per class, or write a CSV with the columns filename and label`,
    );
  if (single === 0) throw new KnownFormatError(`it is an annotation file of ${tool} without classes of images`);
  const rows = found.map(([file, classes]) => [file, classes.size === 1 ? [...classes][0]! : '']);
  return { columns: ['file', 'label'], rows };
}

/** The classes of all annotations of each image. */
function coco({ images, annotations, categories }: JsonFields): LabelList | null {
  if (![images, annotations, categories].every((list) => Array.isArray(list) && list.every(isRecord))) return null;
  const idOf = (one: JsonFields, name: string): unknown => one['id'] ?? one[name];
  const nameOf = (one: JsonFields): string => cellOf(one['name'] ?? one['scientificName'] ?? idOf(one, 'category_id'));
  const names = new Map((categories as JsonFields[]).map((one) => [idOf(one, 'category_id'), nameOf(one)]));
  const byImage = new Map<unknown, Set<string>>();
  for (const one of annotations as JsonFields[]) {
    const found = byImage.get(one['image_id']) ?? new Set<string>();
    byImage.set(one['image_id'], found.add(names.get(one['category_id']) ?? ''));
  }
  return ofClasses(
    'COCO',
    (images as JsonFields[]).map((image) => [
      cellOf(image['file_name']),
      byImage.get(idOf(image, 'image_id')) ?? new Set<string>(),
    ]),
  );
}

/** The tags of all regions of each asset of VoTT. */
function vott({ assets }: JsonFields): LabelList | null {
  const all = isRecord(assets) ? Object.values(assets) : [];
  if (all.length === 0) return null;
  const found: (readonly [string, ReadonlySet<string>])[] = [];
  for (const one of all) {
    if (!isRecord(one) || !isRecord(one['asset']) || !Array.isArray(one['regions'])) return null;
    const tags = one['regions'].flatMap((region): unknown[] =>
      isRecord(region) && Array.isArray(region['tags']) ? region['tags'] : [],
    );
    found.push([cellOf(one['asset']['name']), new Set(tags.map(cellOf))]);
  }
  return ofClasses('VoTT', found);
}

/** `{ "classes": ["cat", "dog"], "labels": { "1": 0 } }`: the number of the class of each image, as FiftyOne writes it. */
function fiftyOne({ classes, labels }: JsonFields): LabelList | null {
  if (!isRecord(labels) || (classes !== null && !Array.isArray(classes))) return null;
  const entries = Object.entries(labels);
  if (entries.length === 0 || !entries.every(([, label]) => label === null || isCell(label))) return null;
  const rows = entries.map(([file, label]) => [
    file,
    typeof label === 'number' ? cellOf(classes?.[label] ?? label) : cellOf(label),
  ]);
  return { columns: ['file', 'label'], rows };
}

/** The labels of each item of Datumaro, whose numbers are places in a list of names. */
function datumaro({ categories, items }: JsonFields): LabelList | null {
  const label = isRecord(categories) ? categories['label'] : null;
  const names = isRecord(label) && Array.isArray(label['labels']) ? (label['labels'] as unknown[]) : [];
  if (names.length === 0 || !names.every(isRecord) || !Array.isArray(items) || !items.every(isRecord)) return null;
  return ofClasses(
    'Datumaro',
    items.map((item) => {
      const image = item['image'];
      const found = Array.isArray(item['annotations']) ? (item['annotations'] as unknown[]) : [];
      const numbers = found.flatMap((one) =>
        isRecord(one) && typeof one['label_id'] === 'number' ? [one['label_id']] : [],
      );
      const path = isRecord(image) ? cellOf(image['path']) : '';
      return [path === '' ? cellOf(item['id']) : path, new Set(numbers.map((at) => cellOf(names[at]?.['name'])))];
    }),
  );
}

/** What a detector found in camera-trap images, as MegaDetector writes it: no labels. */
function refuseDetections(value: JsonFields): void {
  if (isRecord(value['detection_categories']) && Array.isArray(value['images']))
    throw new KnownFormatError('it contains what a detector found (MegaDetector), and no labels of people');
}

/**
 * The labels in a file of an annotation tool; null for other files.
 * @throws KnownFormatError if many images have several classes, or none has one
 */
export function ofTool(value: JsonFields): LabelList | null {
  refuseDetections(value);
  return coco(value) ?? vott(value) ?? fiftyOne(value) ?? datumaro(value);
}
