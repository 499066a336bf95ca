import { dataIntervention } from './intervention';

export const duplicates = dataIntervention({
  id: 'duplicates',
  title: 'duplicates',
  has: (image, { groups }) => groups[image]! >= 0,
  /** All but the first of each group within training. */
  find: (training, { groups }) => {
    const seen = new Set<number>();
    return training.filter((image) => {
      const group = groups[image]!;
      const again = group >= 0 && seen.has(group);
      seen.add(group);
      return again;
    });
  },
  kept: 'kept in training',
  left: 'one of each group in training',
});
