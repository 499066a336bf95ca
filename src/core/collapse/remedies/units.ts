import { argument } from '../script/draft';
import { replace } from './edit';
import { callsNamed, nodesOf, type CodeRemedy, type Way } from './remedy';

export const unitsRemedy: CodeRemedy = {
  rules: ['one-output', 'one-unit-for-classes', 'one-unit-for-many-classes', 'softmax-over-one-unit'],
  reason: ({ setting: { classes } }) =>
    `The data set has ${String(classes)} classes, so the last layer has ${String(classes)} outputs.`,
  ways: (ailment) => {
    const { script, reading, setting } = ailment;
    if (setting.classes === null) return [];
    const keras = reading.framework === 'keras';
    const heads = nodesOf(ailment, 'keyword_argument').flatMap((node): Way[] => {
      const value = node.field('value');
      const isOne =
        value && /^(num_classes|num_labels)$/.test(node.field('name')?.text ?? '') && script.constant(value) === 1;
      return isOne ? [[replace(script.resolve(value), String(setting.classes))]] : [];
    });
    const layers = callsNamed(ailment, /^(Dense|Linear)$/)
      .reverse()
      .flatMap((call): Way[] => {
        const units = argument(call, ['units', 'out_features'], keras ? 0 : 1);
        return units && script.constant(units) === 1 ? [[replace(script.resolve(units), String(setting.classes))]] : [];
      });
    return [...layers, ...heads];
  },
};
