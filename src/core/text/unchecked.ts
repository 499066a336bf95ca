/** What nobody has looked at yet, in sentences. */
import type { Unchecked } from '../../contract/model/dataset';

const WHAT: Readonly<Record<Unchecked['what'], Readonly<Record<'not-run' | 'outdated', string>>>> = {
  labels: {
    'not-run': 'Labels: not checked. A probe finds those that are likely wrong.',
    outdated: 'Labels: images or labels changed since the probe ran.',
  },
  'changed-copies': {
    'not-run': 'Copies with other colours or crops: not all are found before the instant probe has run.',
    outdated: 'Copies with other colours or crops: images changed since the instant probe ran.',
  },
  collapse: {
    'not-run':
      'Training: not checked. Import predictions of your model or your training script, and Plumbline says whether it collapses.',
    outdated: 'Training: images or labels changed since you imported predictions.',
  },
};

export function uncheckedText({ what, why, detail }: Unchecked): string {
  return why === 'withheld' ? `Labels: not judged. ${detail}` : WHAT[what][why];
}
