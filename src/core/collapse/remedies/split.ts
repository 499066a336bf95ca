import { argument } from '../script/draft';
import type { SyntaxNode } from '../script/syntax';
import { insertBefore, statementOf } from './edit';
import { jointShuffle, pairedNames } from './pairing';
import { callsNamed, nodesOf, type Ailment, type CodeRemedy, type Way } from './remedy';

/** Images and labels are shuffled together in front of a statement. */
const shuffledBefore = (ailment: Ailment, statement: SyntaxNode, images: string, labels: string): Way =>
  jointShuffle(ailment, images, labels).map((line) => insertBefore(ailment.code, statement, line));

/** Arrays that are cut by hand are shuffled before the first cut. */
const beforeCut = (ailment: Ailment): Way[] =>
  pairedNames(ailment).flatMap(([images, labels]): Way[] => {
    const cut = nodesOf(ailment, 'subscript').find(
      ({ children: [value, slice] }) => slice?.type === 'slice' && (value?.text === images || value?.text === labels),
    );
    const statement = cut && statementOf(ailment.script, cut);
    return statement ? [shuffledBefore(ailment, statement, images, labels)] : [];
  });

/** Images that are held back from the end are shuffled before that, together with their labels. */
export const splitRemedy: CodeRemedy = {
  rules: ['validation-of-last-classes'],
  reason: () => 'Images and labels are shuffled together, so that the held-out part contains all classes.',
  ways: (ailment) => [
    ...beforeCut(ailment),
    ...callsNamed(ailment, /^(fit|flow)$/).flatMap((call): Way[] => {
      const [images, labels] = [argument(call, ['x'], 0), argument(call, ['y'], 1)];
      const statement = statementOf(ailment.script, call.node);
      if (!statement || images?.type !== 'identifier' || labels?.type !== 'identifier') return [];
      return [shuffledBefore(ailment, statement, images.text, labels.text)];
    }),
  ],
};
