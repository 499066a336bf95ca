/** Labels in lists of records, as annotation tools write them: Prodigy, SageMaker Ground Truth, Rekognition, Encord, Kili, CreateML, Custom Vision. */
import { FILE_NAMES, plainColumn } from './column-names';
import { cellOf, isCell, isRecord, ofClasses, type JsonFields, type LabelList } from './label-json-tools';

const COLUMNS = ['file', 'label'] as const;

const isRecords = (value: unknown): value is readonly JsonFields[] => Array.isArray(value) && value.every(isRecord);

/** The field that names the image; an image in the record itself has no name. */
function fileOf(record: JsonFields): string {
  const named = Object.entries(record).filter(
    ([name, value]) => FILE_NAMES.includes(plainColumn(name)) && typeof value === 'string' && !/^data:/.test(value),
  );
  const rank = ([name]: readonly [string, unknown]): number => FILE_NAMES.indexOf(plainColumn(name));
  return cellOf(named.sort((a, b) => rank(a) - rank(b))[0]?.[1]);
}

const ANSWERS: readonly unknown[] = ['accept', 'reject', 'ignore'];

/** Whether these are the answers of people to tasks of Prodigy: `{ "image": …, "label": "cat", "answer": "reject" }`. */
export const areAnswers = (records: readonly unknown[]): records is readonly JsonFields[] =>
  records.length > 0 &&
  records.every((one) => isRecord(one) && ANSWERS.includes(one['answer']) && ('accept' in one || 'label' in one));

/** The classes that an answer accepts: the chosen options, or the label that was asked about. */
export function acceptedLabels({ answer, accept, label }: JsonFields): string[] {
  if (answer !== 'accept') return [];
  return Array.isArray(accept) ? accept.map(cellOf) : [cellOf(label)].filter((one) => one !== '');
}

function answers(records: readonly JsonFields[]): LabelList | null {
  if (!areAnswers(records)) return null;
  return { columns: COLUMNS, rows: records.map((one) => [fileOf(one), acceptedLabels(one).join('|')]) };
}

/** `{ "animals": [0, 2], "animals-metadata": { "class-map": { "0": "cat" } } }`, as SageMaker Ground Truth writes it. */
function groundTruth(records: readonly JsonFields[]): LabelList | null {
  const mapOf = (record: JsonFields, name: string): JsonFields => {
    const metadata = record[`${name}-metadata`];
    const map = isRecord(metadata) ? metadata['class-map'] : null;
    return isRecord(map) ? map : {};
  };
  const first = records.find((one) =>
    Object.keys(one).some((name) => Array.isArray(one[name]) && `${name}-metadata` in one),
  );
  const name = first && Object.keys(first).find((one) => Array.isArray(first[one]) && `${one}-metadata` in first);
  if (name === undefined || !records.every((one) => typeof one['source-ref'] === 'string')) return null;
  if (Object.keys(mapOf(first!, name)).length === 0) return null;
  const rows = records.map((one) => {
    const map = mapOf(one, name);
    const numbers = Array.isArray(one[name]) ? (one[name] as unknown[]).map(cellOf) : [];
    return [cellOf(one['source-ref']), numbers.map((number) => cellOf(map[number] ?? number)).join('|')];
  });
  return { columns: COLUMNS, rows };
}

/**
 * `{ "pets_cat": 1, "pets_cat-metadata": { "class-name": "cat" } }`, as Rekognition writes it, with a field for each class.
 * Null where all records have the same field, whose metadata can be read as a column.
 */
function namedInMetadata(records: readonly JsonFields[]): LabelList | null {
  if (!records.every((one) => typeof one['source-ref'] === 'string')) return null;
  const found = records.map((one) =>
    Object.keys(one).flatMap((name) => {
      const metadata = one[`${name}-metadata`];
      const label = isRecord(metadata) ? metadata['class-name'] : null;
      return typeof label === 'string' ? [{ name, label, value: one[name] }] : [];
    }),
  );
  const fields = new Set(found.flat().map(({ name }) => name));
  // Several numbers other than 1 answer several questions.
  if (fields.size < 2 || found.some((all) => all.length > 1 && all.some(({ value }) => value !== 1))) return null;
  const rows = records.map((one, at) => [cellOf(one['source-ref']), found[at]!.map(({ label }) => label).join('|')]);
  return { columns: COLUMNS, rows };
}

const recordsIn = (value: unknown): readonly JsonFields[] =>
  Array.isArray(value) ? value.filter(isRecord) : isRecord(value) ? Object.values(value).filter(isRecord) : [];

const nameOf = (value: unknown): string => (isRecord(value) ? cellOf(value['name']) : cellOf(value));

/** The answers to the questions on each image of Encord, which the image names by their keys. */
function encord(records: readonly JsonFields[]): LabelList | null {
  if (!records.every((one) => isRecord(one['data_units']) && isRecord(one['classification_answers']))) return null;
  const rows = records.flatMap((one) => {
    const answers = one['classification_answers'] as JsonFields;
    return recordsIn(one['data_units']).map((unit) => {
      const labels = isRecord(unit['labels']) ? recordsIn(unit['labels']['classifications']) : [];
      const names = labels
        .flatMap((label) => {
          const answer = answers[cellOf(label['classificationHash'])];
          return isRecord(answer) ? recordsIn(answer['classifications']) : [];
        })
        .flatMap((question) => (Array.isArray(question['answers']) ? (question['answers'] as unknown[]) : []))
        .map(nameOf);
      return [cellOf(unit['data_title']), [...new Set(names)].join('|')];
    });
  });
  return { columns: COLUMNS, rows };
}

/** The categories that people chose for each image of Kili, those of all of its jobs. */
function kili(records: readonly JsonFields[]): LabelList | null {
  const answered = (one: JsonFields): readonly JsonFields[] =>
    recordsIn(one['labels']).filter((label) => isRecord(label['jsonResponse']));
  if (
    !records.every((one) => 'externalId' in one && Array.isArray(one['labels'])) ||
    !records.some((one) => answered(one).length > 0)
  )
    return null;
  const rows = records.map((one) => {
    const names = answered(one)
      .filter((label) => !/^(PREDICTION|INFERENCE)$/.test(cellOf(label['labelType'])))
      .flatMap((label) => recordsIn(label['jsonResponse']))
      .flatMap((job) => recordsIn(job['categories']))
      .map(nameOf);
    return [cellOf(one['externalId']), [...new Set(names)].join('|')];
  });
  return { columns: COLUMNS, rows };
}

/** Fields with the class of an object or tag, the first one wins. */
const CLASS_FIELDS: readonly string[] = ['label', 'tagName', 'className', 'class', 'category', 'name'];
/** Fields with how sure a model is. People are not asked for it. */
const SCORES = /^(conf|confidence|score|probability|prob)$/i;

const classOf = (one: JsonFields): string | null => {
  const field = CLASS_FIELDS.find((name) => isCell(one[name]));
  return field === undefined ? null : cellOf(one[field]);
};

/**
 * The objects or tags of each image, in the only field that is a list of records with a class each, such as
 * `annotations` of CreateML and `tags` of Custom Vision. What a model found is not read: it is no label.
 */
function objects(records: readonly JsonFields[]): LabelList | null {
  const fields = new Set(
    records.flatMap((one) => Object.keys(one).filter((name) => isRecords(one[name]) && one[name].length > 0)),
  );
  const [name] = fields;
  if (name === undefined || fields.size > 1 || records.some((one) => fileOf(one) === '')) return null;
  const found = records.map((one): readonly [string, readonly JsonFields[]] => {
    const list = one[name];
    return [fileOf(one), isRecords(list) ? list : []];
  });
  const all = found.flatMap(([, list]) => list);
  if (all.some((one) => classOf(one) === null || Object.keys(one).some((field) => SCORES.test(field)))) return null;
  return ofClasses(
    name === 'tags' ? 'Custom Vision' : 'CreateML or a similar tool',
    found.map(([file, list]) => [file, new Set(list.map((one) => classOf(one) ?? ''))]),
  );
}

/**
 * The labels in the records of an annotation tool; null for other records.
 * @throws KnownFormatError if many images have several classes
 */
export function recordsOfTool(records: readonly unknown[]): LabelList | null {
  if (records.length === 0 || !isRecords(records)) return null;
  const known =
    answers(records) ?? groundTruth(records) ?? namedInMetadata(records) ?? encord(records) ?? kili(records);
  return known ?? objects(records);
}
