import { argument } from '../script/draft';
import { replace } from './edit';
import { callsNamed, type CodeRemedy } from './remedy';

export const unitsRemedy: CodeRemedy = {
  rules: ['one-output', 'one-unit-for-classes', 'one-unit-for-many-classes', 'softmax-over-one-unit'],
  reason: ({ setting: { classes } }) =>
    `The data set has ${classes} classes, so the last layer has ${classes} outputs.`,
  ways: (ailment) => {
    const { script, reading, setting } = ailment;
    const keras = reading.framework === 'keras';
    return callsNamed(ailment, /^(Dense|Linear)$/)
      .reverse()
      .flatMap((call) => {
        const units = argument(call, ['units', 'out_features'], keras ? 0 : 1);
        return units && script.constant(units) === 1 ? [[replace(script.resolve(units), String(setting.classes))]] : [];
      });
  },
};
