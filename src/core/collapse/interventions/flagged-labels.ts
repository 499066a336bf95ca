import { dataIntervention } from './intervention';

export const flaggedLabels = dataIntervention({
  id: 'flagged-labels',
  title: 'labels flagged as wrong',
  has: (image, { flagged }) => flagged(image),
  kept: 'kept in training',
  left: 'taken out of training',
});
