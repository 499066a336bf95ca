/** Tables whose columns name the files only together. */
import { describe, expect, it } from 'vitest';
import { readings } from '../../../../src/core/dataset/layout';
import { takenText } from '../../../../src/core/text/folder-reading';
import { listingOf, summary, table, type Case } from './folder-case';

const first = (one: Omit<Case, 'expected'>) => readings(listingOf(one))[0]!;
const read = (one: Omit<Case, 'expected'>): string => summary(first(one), one.images);

const SIGNS = { 1: '零', 2: '一', 10: '九' } as const;
const suites = [1, 2, 3].flatMap((suite) =>
  [1, 2, 3, 4].flatMap((sample) => ([1, 2, 10] as const).map((code) => ({ suite, sample, code }))),
);
const signs = {
  images: suites.map(({ suite, sample, code }) => `data/data/input_${suite}_${sample}_${code}.jpg`),
  tables: [
    table(
      'chinese_mnist.csv',
      ['suite_id', 'sample_id', 'code', 'value', 'character'],
      suites.map(({ suite, sample, code }) => [...[suite, sample, code, code - 1].map(String), SIGNS[code]]),
    ),
  ],
};

describe('file names in several columns', () => {
  it('are joined, and it is said', () => {
    expect(read(signs)).toBe('table chinese_mnist.csv: 一 九 零');
    const { labels, record } = first(signs);
    expect(labels.get('data/data/input_3_1_10.jpg')?.className).toBe('九');
    expect(takenText(record)).toContain(
      'chinese_mnist.csv does not write the names of the files, but its columns “suite_id”, “sample_id” and “code” name one file each together, such as “input_1_1_1”.',
    );
  });

  it('may be in other files than they seem', () => {
    const parts = Array.from({ length: 36 }, (_, at) => ({
      patient: `00${4 + (at % 4)}`,
      x: 3328 + 32 * at,
      y: 21792 + 64 * (at % 5),
      tumor: (at >> 1) % 2,
    }));
    const one = {
      images: parts.map(
        ({ patient, x, y }) => `patches/patient_${patient}_node_4/patch_patient_${patient}_node_4_x_${x}_y_${y}.png`,
      ),
      tables: [
        table(
          'metadata.csv',
          ['', 'patient', 'node', 'x_coord', 'y_coord', 'tumor', 'center'],
          parts.map(({ patient, x, y, tumor }, at) => [at, patient, 4, x, y, tumor, at % 3].map(String)),
        ),
      ],
    };
    expect(read(one)).toBe('table metadata.csv: 0 1');
    for (const [at, { tumor }] of parts.entries())
      expect(first(one).labels.get(one.images[at]!)?.className).toBe(String(tumor));
  });

  it('of several numbered tables belong together', () => {
    const faces = [0, 1, 2].flatMap((fold) =>
      Array.from({ length: 12 }, (_, at) => ({
        fold,
        user: `30601${fold * 2 + (at % 2)}@N03`,
        face: String(fold * 12 + at + 1),
        original: `103996${fold}${1000 + at}_67c_o.jpg`,
      })),
    );
    const names = ['user_id', 'original_image', 'face_id', 'age', 'gender', 'x', 'y', 'dx', 'dy'];
    const folds = {
      images: faces.map(({ user, face, original }) => `faces/${user}/aligned_face.${face}.${original}`),
      tables: [0, 1, 2].map((fold) =>
        table(
          `fold_${fold}_data.txt`,
          names,
          faces
            .filter((face) => face.fold === fold)
            .map(({ user, face, original }, at) => [
              ...[user, original, face, ['(0, 2)', '(25, 32)'][at % 2]!, 'mf'[at % 2]!],
              ...['0', '414', '1086', '1383'],
            ]),
        ),
      ),
    };
    expect(read(folds)).toBe('table {fold_0_data,fold_1_data,fold_2_data}.txt fold_0,fold_1,fold_2: (0, 2) (25, 32)');
    expect(takenText(first(folds).record)[0]).toContain('The column “gender” could hold labels too.');
  });

  it('are not guessed', () => {
    const pairs = suites.map(({ suite, sample }, at) => [String(suite), String(sample), String(at), 'x', 'y']);
    expect(readings(listingOf({ ...signs, tables: [table('pairs.csv', ['a', 'b', 'c', 'd', 'e'], pairs)] }))).toEqual(
      [],
    );
    const few = { ...signs, tables: [{ ...signs.tables[0]!, rows: signs.tables[0]!.rows.slice(0, 9) }] };
    expect(readings(listingOf(few))).toEqual([]);
  });
});
