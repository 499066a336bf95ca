import { argument } from '../script/draft';
import { insertBefore, statementOf } from './edit';
import { jointShuffle } from './pairing';
import { callsNamed, type CodeRemedy, type Way } from './remedy';

/** Images that are held back from the end are shuffled before that, together with their labels. */
export const splitRemedy: CodeRemedy = {
  rules: ['validation-of-last-classes'],
  reason: () => 'Images and labels are shuffled together, so that the held-out part contains all classes.',
  ways: (ailment) =>
    callsNamed(ailment, /^(fit|flow)$/).flatMap((call): Way[] => {
      const [images, labels] = [argument(call, ['x'], 0), argument(call, ['y'], 1)];
      const statement = statementOf(ailment.script, call.node);
      if (!statement || images?.type !== 'identifier' || labels?.type !== 'identifier') return [];
      const lines = jointShuffle(ailment, images.text, labels.text);
      return [lines.map((line) => insertBefore(ailment.code, statement, line))];
    }),
};
