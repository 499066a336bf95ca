/** What can be said against a recipe before anything is trained: the faults of its script, and the static rules. */
import type { ChoiceSource, RecipeWarning, ScriptFault } from '../../contract/model/recipe';
import { updateSteps, type RecipeReading } from './recipe';
import { CHOICES, type ChoiceId } from './interventions/index';
import { trainedSetting, type RuleSetting } from './rule';
import { RULES } from './rules';

type Noted = Pick<RecipeReading, 'recipe' | 'notes' | 'sources' | 'ownData'>;

/**
 * The faults of a script, without those of fields that were entered by hand since, where the script no longer counts,
 * and without those that need a longer training.
 */
function standing(
  reading: Noted,
  setting: RuleSetting,
): { note: RecipeReading['notes'][number]; fault: ScriptFault }[] {
  const { recipe, notes, sources } = reading;
  const { images } = trainedSetting(setting, reading);
  const updates = images === null ? 0 : updateSteps(recipe, images);
  const all: Readonly<Record<string, ChoiceSource | undefined>> = sources;
  // What is read from a script has a line.
  const byHand = (field: string): boolean => all[field]?.how === 'read' && all[field].line === null;
  const reset = (field: string): boolean => all[field]?.how === 'assumed';
  return notes.flatMap((note) => {
    const { fault } = note;
    const gone = fault && (fault.fields.some(byHand) || fault.stated?.some(reset));
    return fault && !gone && updates >= (fault.fromUpdates ?? 0) ? [{ note, fault }] : [];
  });
}

/** The faults that were read from a script, as warnings. */
export const scriptFaults = (reading: Noted, setting: RuleSetting): RecipeWarning[] => {
  const all = standing(reading, setting);
  const replaced = new Set(all.flatMap(({ fault }) => fault.replaces));
  return all
    .filter(({ fault }) => !replaced.has(fault.rule))
    .map(({ note: { sentence, line }, fault: { rule, severity, remedy, fields, stated } }) => ({
      ...{ sentence, line, rule, severity, remedy, fields },
      ...(stated ? { stated } : {}),
    }));
};

/**
 * The faults that were read from the script and the static rules that the recipe breaks, errors first, each with the
 * line of the script if it is known. A rule is skipped if all its fields, or one that it requires, were only assumed.
 */
export function recipeWarnings(
  reading: Pick<RecipeReading, 'recipe' | 'sources' | 'notes' | 'framework' | 'ownData'>,
  setting: RuleSetting,
): RecipeWarning[] {
  const { recipe, sources, framework } = reading;
  const trainedOn = trainedSetting(setting, reading);
  const order = { error: 0, warning: 1, info: 2 };
  const replaced = new Set(standing(reading, setting).flatMap(({ fault }) => [fault.rule, ...fault.replaces]));
  const found = RULES.flatMap(({ id, fields, requires = [], check }): RecipeWarning[] => {
    const finding = replaced.has(id) ? null : check(recipe, trainedOn, framework);
    const told = fields.filter((name) => sources[name].how !== 'assumed');
    if (!finding || told.length === 0) return [];
    if (framework !== null && requires.some((name) => sources[name].how === 'assumed')) return [];
    const line = told.map((name) => sources[name].line).find((one) => one !== null) ?? null;
    return [
      {
        rule: id,
        fields: [...fields],
        severity: finding.severity ?? 'warning',
        sentence: finding.sentence,
        remedy: finding.remedy,
        line,
      },
    ];
  });
  return [...scriptFaults(reading, setting), ...found].sort((a, b) => order[a.severity] - order[b.severity]);
}

/** The choices that the warnings object to, in the order of the warnings. Notes accuse nothing. */
export function suspectedChoices(warnings: readonly Pick<RecipeWarning, 'fields' | 'severity'>[]): ChoiceId[] {
  return [
    ...new Set(
      warnings
        .filter(({ severity }) => severity !== 'info')
        .flatMap((warning) =>
          CHOICES.filter((choice) => choice.fields.some((field) => warning.fields.includes(field))).map(({ id }) => id),
        ),
    ),
  ];
}
