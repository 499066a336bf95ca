/** Where the measures of images are stored, as SQL over the columns of `images`. */
import type { Measure, MeasureRange } from '../../contract/model/queries';

export type StoredMeasure = Exclude<Measure, 'suspicion'>;

interface Place {
  readonly sql: string;
  /** The index that holds it for all images of the data set that have it, in ascending order. */
  readonly index: string;
  /** True for an image that has the measure. */
  readonly known: string;
}

const column = (name: string, index: string): Place => ({ sql: name, index, known: `${name} IS NOT NULL` });

export const storedMeasures: Record<StoredMeasure, Place> = {
  size: { sql: 'sqrt(width * height)', index: 'images_by_size', known: 'width IS NOT NULL' },
  aspect: { sql: '(CAST(width AS REAL) / height)', index: 'images_by_aspect', known: 'width IS NOT NULL' },
  bytes: { sql: 'bytes', index: 'images_by_bytes', known: '1' },
  brightness: column('brightness', 'images_by_brightness'),
  entropy: column('entropy', 'images_by_entropy'),
  sharpness: column('laplacian_variance', 'images_by_sharpness'),
  edges: column('edge_share', 'images_by_edges'),
  colourfulness: column('colourfulness', 'images_by_colourfulness'),
};

/** The readable images of the data set with this measure. `condition` is about its value. */
export function valuesQuery(measure: Measure, select: 'id' | 'value', condition = ''): string {
  const ends = condition === '' ? '' : ` AND ${condition}`;
  if (measure === 'suspicion')
    return `SELECT ${select === 'id' ? 'image' : 'wrong'} FROM label_verdicts JOIN images ON images.id = image WHERE class_name IS NOT NULL AND state = 1${ends.replaceAll('VALUE', 'wrong')}`;
  const { sql, index, known } = storedMeasures[measure];
  return `SELECT ${select === 'id' ? 'id' : sql} FROM images AS measured INDEXED BY ${index} WHERE class_name IS NOT NULL AND state = 1 AND ${known}${ends.replaceAll('VALUE', sql)}`;
}

/** The ids of the readable images in a range of a measure. */
export function inRange(measure: Measure, { from, to }: MeasureRange): { sql: string; values: number[] } {
  const ends = [from === null ? null : 'VALUE >= ?', to === null ? null : 'VALUE < ?'].filter((one) => one !== null);
  return { sql: valuesQuery(measure, 'id', ends.join(' AND ')), values: [from, to].filter((end) => end !== null) };
}
