/** Labels in JSON files: objects and arrays of many forms. */
import { isLabelName } from './class-columns';
import { recordsOfTool } from './label-json-records';
import { cellOf, isCell, isRecord, ofTool, type JsonFields, type LabelList as List } from './label-json-tools';

const COLUMNS = ['file', 'label'] as const;
const CLASS_LISTS = /^(names|classes|class_?names|labels|label_?names|categories)$/i;
const isText = (value: unknown): value is string => typeof value === 'string';
const isPair = (value: unknown): value is (string | number)[] =>
  Array.isArray(value) && value.length === 2 && value.every(isCell);

/** JsonFields of a field become fields of their own: `{ label: { name: 'cat' } }` has the column `label_name`. */
function flat(record: JsonFields, depth = 2): JsonFields {
  return Object.fromEntries(
    Object.entries(record).flatMap(([name, value]) =>
      isRecord(value) && depth > 0
        ? Object.entries(flat(value, depth - 1)).map(([inner, each]) => [`${name}_${inner}`, each])
        : [[name, value]],
    ),
  );
}

/**
 * One row for each record; fields of fields are columns too. Null if not all entries are records.
 * @throws KnownFormatError for records of a tool in which many images have several classes
 */
export function tableOfRecords(records: readonly unknown[]): List | null {
  if (records.length === 0 || !records.every(isRecord)) return null;
  const own = recordsOfTool(records);
  if (own) return own;
  const rows = records.map((record) => flat(record));
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return { columns, rows: rows.map((row) => columns.map((column) => cellOf(row[column]))) };
}

/** The lists of pairs or of records in a document. */
const rowLists = (entries: readonly (readonly [string, unknown])[]): unknown[][] =>
  entries.flatMap(([, list]) =>
    Array.isArray(list) && list.length > 0 && (list.every(isPair) || list.every(isRecord)) ? [list as unknown[]] : [],
  );

/**
 * Names of classes: `id2label` of Hugging Face, the lists `names` or `classes`, and the number, the code and the name of
 * each class of ImageNet (`imagenet_class_index.json`). Pairs of a code and a name have no header.
 */
function classNames(value: JsonFields): List | null {
  const entries = Object.entries(value);
  const coded = entries.every(
    ([number, list]) => /^\d+$/.test(number) && isPair(list) && /^n\d{8}$/.test(String(list[0])),
  );
  const id2label = value['id2label'];
  const pairs = coded
    ? entries.flatMap(([number, list]) => {
        const [code, name] = (list as string[]).map(String);
        return [
          [code!, name!],
          [number, name!],
        ];
      })
    : isRecord(id2label)
      ? Object.entries(id2label).map(([number, name]) => [number, cellOf(name)])
      : [];
  const [first, ...rows] = pairs;
  if (first !== undefined && rows.length > 0) return { columns: first, rows };
  const lists = entries.filter(([name, list]) => CLASS_LISTS.test(name) && Array.isArray(list) && list.every(isText));
  return lists.length === 1 && rowLists(entries).length === 0 && entries.length <= 3
    ? { columns: COLUMNS.slice(0, 1), rows: (lists[0]![1] as string[]).map((one) => [one]) }
    : null;
}

/** `{ "cat": ["1.jpg", "2.jpg"] }`: the images of each class. `{ "1.jpg": ["cat"] }`: the classes of each image. */
function ofLists(entries: readonly (readonly [string, unknown])[]): List | null {
  if (!entries.every(([, list]) => Array.isArray(list) && list.every(isText))) return null;
  const lists = entries as readonly (readonly [string, string[]])[];
  if (lists.every(([name]) => /\.[a-z]{3,4}$/i.test(name)))
    return { columns: COLUMNS, rows: lists.map(([file, labels]) => [file, labels.join('|')]) };
  return { columns: COLUMNS, rows: lists.flatMap(([label, files]) => files.map((file) => [file, label])) };
}

/** The names of the classes in a document, in the order of their numbers; null if it has none. */
function namesBeside(value: JsonFields): readonly string[] | null {
  const beside = isRecord(value['metainfo']) ? { ...value, ...value['metainfo'] } : value;
  const numbers = beside['class_to_idx'];
  if (isRecord(numbers)) {
    const names = Object.keys(numbers).sort((a, b) => Number(numbers[a]) - Number(numbers[b]));
    return names.every((name, at) => numbers[name] === at) ? names : null;
  }
  const lists = Object.entries(beside).filter(([name, list]) => CLASS_LISTS.test(name) && Array.isArray(list));
  const [list] = lists.length === 1 ? lists[0]!.slice(1) : [];
  return Array.isArray(list) && list.length > 1 && list.every(isText) ? list : null;
}

/** The labels with the names of their classes, where the document has a name for each of their numbers from 0 on. */
function withClassNames(list: List, value: JsonFields): List {
  const names = namesBeside(value);
  const at = list.columns.findIndex((name) => isLabelName(name));
  const cells = list.rows.map((row) => row[at] ?? '');
  const numbered = cells.every((cell) => /^\d+$/.test(cell) && Number(cell) < (names?.length ?? 0));
  if (names === null || at < 0 || !numbered || !cells.includes('0')) return list;
  return { ...list, rows: list.rows.map((row) => row.map((cell, c) => (c === at ? names[Number(cell)]! : cell))) };
}

/** Names of columns beside rows of cells, as pandas (`split`) and Weights & Biases write a table; null for other JSON. */
function headedRows({ columns, data }: JsonFields): List | null {
  if (!Array.isArray(columns) || !columns.every(isCell) || !Array.isArray(data) || data.length === 0) return null;
  const whole = data.every((row) => Array.isArray(row) && row.length === columns.length);
  return whole ? { columns: columns.map(String), rows: (data as unknown[][]).map((row) => row.map(cellOf)) } : null;
}

/**
 * The entries of a JSON document. It is an object from paths to labels or records, an object from classes to paths, an
 * array of records, of pairs or of texts, one such array in an object, columns beside rows, names
 * of classes, or the file of an annotation tool. Null for any other JSON.
 * @throws KnownFormatError for a file of a tool in which many images have several classes
 */
export function labelsOfJson(value: unknown): List | null {
  if (Array.isArray(value)) {
    if (value.length > 1 && value.every(isText))
      return { columns: COLUMNS.slice(0, 1), rows: value.map((one) => [one]) };
    const pairs = value.length > 0 && value.every(isPair);
    return pairs ? { columns: COLUMNS, rows: value.map((pair) => pair.map(String)) } : tableOfRecords(value);
  }
  if (!isRecord(value)) return null;
  const own = ofTool(value) ?? headedRows(value) ?? classNames(value);
  if (own) return own;
  // A project of VGG Image Annotator holds the images beside its settings.
  if (isRecord(value['_via_img_metadata'])) return labelsOfJson(value['_via_img_metadata']);
  const entries = Object.entries(value);
  if (entries.length === 0) return null;
  if (entries.every(([, label]) => isCell(label)))
    return { columns: COLUMNS, rows: entries.map(([path, label]) => [path, String(label)]) };
  if (entries.every(([, record]) => isRecord(record)))
    return tableOfRecords(entries.map(([path, record]) => ({ file: path, ...(record as JsonFields) })));
  const found = ofLists(entries);
  if (found) return found;
  const tables = rowLists(entries);
  if (tables.length === 1) {
    const list = labelsOfJson(tables[0]);
    return list && withClassNames(list, value);
  }
  // iMaterialist numbers the images, and gives their labels in another list.
  const { images, annotations } = value;
  const labelled = Array.isArray(annotations) && annotations.every((one) => isRecord(one) && isCell(one['imageId']));
  return Array.isArray(images) && labelled ? tableOfRecords(annotations) : null;
}
