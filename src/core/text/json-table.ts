/** JSON documents as tables of cells. */

/**
 * One JSON document, or one per line.
 * @throws SyntaxError if it is neither
 */
export function parseJson(text: string): unknown {
  const plain = text.replace(/^\ufeff/, '');
  try {
    return JSON.parse(plain);
  } catch (error) {
    const lines = plain.split('\n').filter((line) => line.trim() !== '');
    if (lines.length < 2 || !/^\s*[[{].*[\]}]\s*$/.test(lines[0] ?? '')) throw error;
    return lines.map((line) => JSON.parse(line) as unknown);
  }
}

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isFile = (name: string): boolean => /\.[a-z]{3,4}$/i.test(name);

/** The path of an image in a cell of Weights & Biases: `{ "_type": "image-file", "path": "media/images/1.png" }`; or null. */
export const pathOfMedia = (value: unknown): string | null =>
  isObject(value) && typeof value['_type'] === 'string' && typeof value['path'] === 'string' ? value['path'] : null;

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : (pathOfMedia(value) ?? JSON.stringify(value));
}

/** Fields of a field become fields of their own: `{ p: { cat: 1 } }` is `{ p_cat: 1 }`. */
function flat(record: Fields): Fields {
  return Object.fromEntries(
    Object.entries(record).flatMap(([name, value]) =>
      isObject(value) ? Object.entries(value).map(([inner, each]) => [`${name}_${inner}`, each]) : [[name, value]],
    ),
  );
}

/** The rows of a batch: `{ "paths": ["a.jpg", "b.jpg"], "preds": [0, 1] }`. Any other record is one row. */
function rowsOfBatch(record: Fields): Fields[] {
  const lists = Object.entries(record).filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]));
  const names = lists.find(
    ([, list]) => list.length > 0 && list.every((one) => typeof one === 'string' && isFile(one)),
  );
  const alone = Object.values(record).some((value) => typeof value === 'string' && isFile(value));
  if (!names || alone || lists.length < 2 || lists.some(([, list]) => list.length !== names[1].length)) return [record];
  return names[1].map((_, at) => ({ ...record, ...Object.fromEntries(lists.map(([name, list]) => [name, list[at]])) }));
}

function fromRecords(records: readonly Fields[]): string[][] {
  const rows = records.flatMap((record) => rowsOfBatch(vertex(autoMl(record)))).map(flat);
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return [columns, ...rows.map((row) => columns.map((column) => cell(row[column])))];
}

/** `{ "a.jpg": "cat" }`, `{ "a.jpg": [0.1, 0.9] }` or `{ "a.jpg": { "cat": 0.9 } }`. */
function fromPaths(entries: readonly (readonly [string, unknown])[]): string[][] {
  return fromRecords(
    entries.map(([path, value]) => (isObject(value) ? { path, ...value } : { path, predicted: value })),
  );
}

/** `{ "a": { "cat": 0.9, "dog": 0.1 } }`: the shares of each image, which is named without its ending. */
const areShares = (entries: readonly (readonly [string, unknown])[]): boolean =>
  entries.every(
    ([, value]) =>
      isObject(value) &&
      Object.entries(value).length > 1 &&
      Object.entries(value).every(([name, share]) => typeof share === 'number' && !/^\d+$/.test(name)),
  );

/** The instance and the answer of Vertex AI, as the fields of a table. */
function vertex(record: Fields): Fields {
  const { instance, prediction } = record;
  if (!isObject(instance) || !isObject(prediction)) return record;
  const { content } = instance;
  const { displayNames, confidences } = prediction;
  if (typeof content !== 'string' || !Array.isArray(displayNames) || !Array.isArray(confidences)) return record;
  return {
    path: content,
    predictions: displayNames.map((label: unknown, at) => ({ label, score: (confidences as unknown[])[at] })),
  };
}

/** The answer of AutoML: `{ "ID": "gs://b/a.jpg", "annotations": [{ "display_name": "cat", "classification": { "score": 0.9 } }] }`. */
function autoMl(record: Fields): Fields {
  const { ID, annotations } = record;
  if (typeof ID !== 'string' || !Array.isArray(annotations)) return record;
  const predictions = annotations.flatMap((one: unknown) => {
    const label = isObject(one) ? one['display_name'] : null;
    const found = isObject(one) ? one['classification'] : null;
    return typeof label === 'string' && isObject(found) ? [{ label, score: found['score'] }] : [];
  });
  return predictions.length === annotations.length ? { path: ID, predictions } : record;
}

/** One array, or one object from row numbers to values, for each column. */
function fromColumns(entries: readonly (readonly [string, unknown])[]): string[][] | null {
  const columns = entries.map(([, values]) =>
    Array.isArray(values) ? (values as unknown[]) : isObject(values) ? Object.values(values) : null,
  );
  const length = columns[0]?.length ?? 0;
  if (length === 0 || columns.some((column) => column?.length !== length)) return null;
  return [
    entries.map(([name]) => name),
    ...Array.from({ length }, (_, row) => columns.map((column) => cell(column?.[row]))),
  ];
}

/**
 * All cells, the header first. Read are: an array of objects, also as the only array in an object; an object from paths
 * of images to values; the forms that pandas writes (columns, index, records, split); and an array of arrays, the header
 * first.
 * @throws RangeError if the document is none of these
 */
export function jsonTable(document: unknown): string[][] {
  if (Array.isArray(document) && document.length > 0) {
    if (document.every(isObject)) return fromRecords(document);
    if (document.every((row) => Array.isArray(row))) return document.map((row) => row.map(cell));
  }
  if (isObject(document)) {
    const { columns, data } = document;
    if (Array.isArray(columns) && Array.isArray(data)) return jsonTable([columns, ...(data as unknown[])]);
    const entries = Object.entries(document);
    if (entries.length > 0 && (entries.every(([name]) => isFile(name)) || areShares(entries)))
      return fromPaths(entries);
    const lists = entries.filter(([, value]) => Array.isArray(value) && value.length > 0 && value.every(isObject));
    const table = lists.length === 1 ? fromRecords(lists[0]![1] as Fields[]) : fromColumns(entries);
    if (table !== null) return table;
  }
  throw new RangeError('the JSON is not a list of rows: write an array of objects, each with a path and a prediction');
}
