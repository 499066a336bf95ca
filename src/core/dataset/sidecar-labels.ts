/** The class of one image in the file that belongs to it: the tags of Supervisely, V7, Dataloop and SuperAnnotate, the flags of LabelMe, the species of PlantCLEF, a field such as `label`, or one word. */
import { isRecord } from './label-json-tools';
import { labelOfRecord } from './record-label';
import { splitName, splitRole } from './split-names';
import { xmlText } from '../text/xml';

export interface SidecarLabel {
  /** '' if the file names no class, or several. */
  readonly label: string;
  readonly split: string;
}

const NONE: SidecarLabel = { label: '', split: '' };
/** A longer line describes the image. */
const MOST_CHARACTERS = 60;

const only = (names: readonly string[]): string => (new Set(names).size === 1 ? names[0]! : '');

/** `{ "tags": [{ "name": "cat", "value": null }], "objects": [] }` */
function tagsOf(tags: readonly unknown[]): SidecarLabel {
  const found = tags.flatMap((tag): string[] => {
    if (!isRecord(tag) || typeof tag['name'] !== 'string') return [];
    const { value } = tag;
    return [typeof value === 'string' && value.trim() !== '' ? value.trim() : tag['name'].trim()];
  });
  const splits = found.filter((name) => splitRole(name) !== null);
  return {
    label: only(found.filter((name) => splitRole(name) === null)),
    split: splitName(only(splits)),
  };
}

/** `{ "item": { "name": "1.jpg" }, "annotations": [{ "name": "cat", "tag": {} }] }`, as V7 writes it. */
const tagsOfItem = (annotations: readonly unknown[]): SidecarLabel =>
  tagsOf(annotations.filter((one) => isRecord(one) && isRecord(one['tag'])));

/** `{ "filename": "/1.jpg", "annotations": [{ "type": "class", "label": "cat" }] }`, as Dataloop writes it. */
const classesOf = (annotations: readonly unknown[]): SidecarLabel =>
  tagsOf(
    annotations.flatMap((one) =>
      isRecord(one) && one['type'] === 'class' ? [{ name: one['label'], value: null }] : [],
    ),
  );

/** `{ "tags": ["cat"], "instances": [{ "type": "tag", "className": "cat" }] }`, as SuperAnnotate writes it. */
const tagsOfInstances = (tags: readonly unknown[], instances: readonly unknown[]): unknown[] => [
  ...tags.map((name) => ({ name, value: null })),
  ...instances.flatMap((one) =>
    isRecord(one) && one['type'] === 'tag' ? [{ name: one['className'], value: null }] : [],
  ),
];

/** `{ "label": "cat" }`, as WebDataset and own programs write it. */
function ofRecord(record: Readonly<Record<string, unknown>>): SidecarLabel {
  const { split } = record;
  return {
    label: labelOfRecord(record) ?? '',
    split: typeof split === 'string' && splitRole(split) !== null ? splitName(split) : '',
  };
}

function ofJson(text: string): SidecarLabel {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return NONE;
  }
  if (!isRecord(value)) return NONE;
  const { tags, objects, flags, shapes, item, annotations, instances } = value;
  if (typeof value['filename'] === 'string' && Array.isArray(annotations)) return classesOf(annotations);
  if (Array.isArray(instances) && Array.isArray(tags)) return tagsOf(tagsOfInstances(tags, instances));
  if (isRecord(item) && Array.isArray(annotations)) return tagsOfItem(annotations);
  if (Array.isArray(tags) && Array.isArray(objects)) return tagsOf(tags);
  if ([tags, objects, shapes, annotations, instances].every((one) => !Array.isArray(one))) return ofRecord(value);
  if (!isRecord(flags) || !Array.isArray(shapes)) return NONE;
  return { label: only(Object.keys(flags).filter((name) => flags[name] === true)), split: '' };
}

/** The species of a picture, or the number of its class, in a flat file of PlantCLEF: `<Image><ClassId>4522</ClassId>…`. */
function ofXml(text: string): SidecarLabel {
  const inside = /^(?:<\?xml[^>]*>\s*)?<Image>(.*)<\/Image>$/is.exec(text)?.[1];
  if (inside === undefined) return NONE;
  const valueOf = (name: string): string =>
    xmlText(new RegExp(`<${name}>([^<]*)</${name}>`, 'i').exec(inside)?.[1]?.trim() ?? '');
  return { label: valueOf('Species') || valueOf('ClassId'), split: '' };
}

/** @param ending of the file: `json`, `xml` or `txt` */
export function sidecarLabel(ending: string, text: string): SidecarLabel {
  const plain = text.replace(/^\uFEFF/, '').trim();
  if (ending === 'json') return ofJson(plain);
  if (ending === 'xml') return ofXml(plain);
  const isClass = plain.length <= MOST_CHARACTERS && !/[\r\n]/.test(plain) && !/^\d+[\s,]/.test(plain);
  return isClass ? { label: plain, split: '' } : NONE;
}

/** Whether these are labels: they repeat, and there are several. */
export function areLabels(found: readonly SidecarLabel[], images: number): boolean {
  const labels = found.map(({ label }) => label).filter((label) => label !== '');
  const distinct = new Set(labels).size;
  return labels.length * 2 >= images && distinct > 1 && distinct * 2 <= labels.length;
}
