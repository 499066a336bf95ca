/** The sentences that users read about the result of a lab. */
import type { LabChoice, LabLevel, LabOutcome, LabResult, LabRun, LabSet } from '../../contract/model/lab';
import type { Severity } from '../../contract/model/finding';
import type { WireRecipe } from '../../contract/model/recipe';
import { duration } from '../text/duration';
import { counted, integer, percent } from '../text/numbers';
import { sayAmong, type Comparison } from './choices';
import type { ChoiceId } from './interventions/index';
import { LEARNED } from './collapsed';
import { SHORTFALL, SOUND_ENOUGH, WORTH_NAMING } from './lab-roles';
import { accuracyAt, type LabScale } from './lab-scale';

type Tone = Severity | 'good';

interface Headline {
  readonly title: string;
  readonly tone: Tone;
}

const HEADLINES: Record<Exclude<LabOutcome, 'out-of-time' | 'cause-found' | 'not-told-apart'>, Headline> = {
  'no-collapse': { title: 'Your recipe does not collapse', tone: 'good' },
  'fault-not-trained': { title: 'Your script or recipe has a fault that the lab did not train', tone: 'error' },
  'no-signal': { title: 'The lab finds nothing to learn here', tone: 'error' },
  'too-few-images': { title: 'Too few images to say whether anything can be learned', tone: 'warning' },
  'one-class': { title: 'Every readable image has the same label', tone: 'error' },
  'sound-fails': { title: 'The lab cannot judge recipes on these images', tone: 'warning' },
};

type Answer = Pick<LabResult, 'outcome' | 'sound' | 'user' | 'untrained' | 'untrainedInPart' | 'untried'> & {
  readonly causes: readonly Pick<LabSet, 'confirmed'>[];
  readonly remedies: readonly Pick<LabSet, 'confirmed'>[];
};

/** The result in a few words. What is known comes first, then what was not finished in time. */
export function headline({
  outcome,
  causes,
  remedies,
  sound,
  user,
  untrained = [],
  untrainedInPart,
  untried = [],
}: Answer): Headline {
  // Without anything to learn, the data come first.
  if (untrained.length > 0 && outcome !== 'no-signal' && outcome !== 'one-class')
    return {
      title:
        HEADLINES['fault-not-trained'].title +
        (untrainedInPart === true ? ' in full' : '') +
        (outcome === 'cause-found' ? ', and the lab found another cause' : ''),
      tone: 'error',
    };
  if (outcome === 'cause-found')
    return {
      title: causes.some((one) => one.confirmed) ? 'The cause is found' : `What prevents the ${harm(user)} is found`,
      tone: 'info',
    };
  const fails = user !== null && user.mean < LEARNED ? 'Your recipe collapses' : 'Your recipe learns too little';
  if (outcome === 'not-told-apart') return { title: `${fails}; the cause is not clear`, tone: 'warning' };
  if (outcome === 'sound-fails' && user !== null)
    return user.mean < LEARNED
      ? { title: 'The lab cannot tell whether your recipe collapses', tone: 'warning' }
      : { title: 'Your recipe learns; the lab cannot tell whether it falls short', tone: 'info' };
  if (outcome === 'no-collapse' && untried.length > 0)
    return { title: 'What the lab tried of your recipe does not collapse', tone: 'info' };
  if (outcome !== 'out-of-time') return HEADLINES[outcome];
  const isSure = (sets: Answer['causes']): boolean => sets.some((one) => one.confirmed);
  if (causes.length > 0)
    return {
      title: isSure(causes)
        ? 'A cause is found; the time ran out before the rest was tested'
        : 'A likely cause is found; the time ran out before it was confirmed',
      tone: 'info',
    };
  if (remedies.length > 0)
    return {
      title: `What ${isSure(remedies) ? 'prevents' : 'seems to prevent'} the ${harm(user)} is found; the time ran out before the cause was`,
      tone: 'info',
    };
  const short =
    sound !== null &&
    user !== null &&
    sound.mean - user.mean >= SHORTFALL &&
    (sound.mean >= SOUND_ENOUGH || user.mean < LEARNED);
  return {
    title: short
      ? `${fails}; the time ran out before the cause was found`
      : 'The time ran out before the lab found a cause',
    tone: 'warning',
  };
}

/** Runs on spoilt data. They test the lab, not a recipe. */
const CONTROLS = new Set<LabRun['kind']>(['permuted-labels', 'blank-images', 'overfit']);

type Runs = readonly Pick<LabRun, 'key' | 'kind' | 'steps'>[];

/**
 * Says how many nets were trained with several seeds. A result that rests on a single run may differ in another lab.
 */
function repetition(runs: Runs): string {
  const seeds = new Map<string, number>();
  for (const { key, kind, steps } of runs) {
    const net = `${key} ${steps}`;
    if (!CONTROLS.has(kind)) seeds.set(net, (seeds.get(net) ?? 0) + 1);
  }
  const repeated = [...seeds.values()].filter((times) => times > 1).length;
  if (seeds.size === 0) return '';
  if (repeated === 0) return '; each net with one seed';
  return repeated === seeds.size
    ? '; each net with several seeds'
    : `; ${integer(repeated)} of ${counted(seeds.size, 'net')} with several seeds, the others with one`;
}

/** The number of runs behind the result, and the time. Runs that an interrupted lab trained are counted separately. */
export function effort(runs: Runs, resumed: number, time: string): string {
  const own = Math.max(0, runs.length - resumed);
  const took =
    resumed === 0
      ? `${counted(runs.length, 'run')} in ${time}`
      : `${counted(runs.length, 'run')}: ${integer(own)} in ${time}, ${integer(runs.length - own)} from an earlier lab`;
  return took + repetition(runs);
}

/** How long a lab takes: the yardstick and a run that has begun are ended on any machine. @param seconds its budget */
export const timeWords = (seconds: number, { base = 'none' }: WireRecipe): string =>
  `The lab begins nothing new after about ${duration(seconds)} and ends with what it has found by then.${base === 'none' ? '' : ' Up to half of this time goes to running the pretrained network on your images.'}`;

/** Says how the yardstick was measured. Shown next to its accuracy. */
export const YARDSTICK = 'instant probe, on labels not flagged as wrong';

interface RoleWords {
  readonly title: string;
  readonly tone: Tone | 'none';
  readonly help: string;
}

const ROLES: Record<LabChoice['role'], RoleWords> = {
  cause: { title: 'Cause', tone: 'error', help: 'made the sound recipe collapse by itself' },
  'part-of-cause': {
    title: 'Part of the cause',
    tone: 'error',
    help: 'made the sound recipe collapse together with other choices',
  },
  harmful: { title: 'Costs accuracy', tone: 'warning', help: 'cost accuracy but did not cause a collapse' },
  slows: {
    title: 'Slows learning',
    tone: 'info',
    help: 'made the sound recipe learn so slowly that it failed in the time of the lab, but not when it was trained longer',
  },
  harmless: { title: 'No collapse by itself', tone: 'good', help: 'did not make the sound recipe collapse by itself' },
  'partly-tested': {
    title: 'Partly tested',
    tone: 'none',
    help: 'was tested only in part: the time ran out, or the lab trains less of it than you',
  },
  'not-tested': {
    title: 'Not tested',
    tone: 'none',
    help: 'was not tested, because the time ran out or everything had been found',
  },
};

/**
 * The role of a choice: a title, and the end of a sentence about what it did. A cost is given if it is beyond the
 * noise.
 */
export function roleWords({
  role,
  cost = null,
}: {
  readonly role: LabChoice['role'];
  readonly cost?: number | null | undefined;
}): RoleWords {
  const words = ROLES[role];
  if (cost === null || (role !== 'harmless' && role !== 'harmful')) return words;
  const less = `recovered ${percent(cost)} less with it`;
  return role === 'harmful'
    ? { ...words, title: `${words.title}, ${percent(cost)}`, help: `${words.help}: the sound recipe ${less}` }
    : { title: `No collapse, but costs ${percent(cost)}`, tone: 'info', help: `${words.help}, but it ${less}` };
}

/** "a", "a and b", "a, b and c". */
function list(words: readonly string[], last = 'and'): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)!}`;
}

/** A share of what can be learned in whole percent: it is an estimate, which may also be above 100 %. */
const reached = ({ mean }: Pick<LabLevel, 'mean'>): string => percent(Math.round(Math.max(0, mean) * 100) / 100);

/** The same as the object of a sentence. */
export const recovered = (level: Pick<LabLevel, 'mean'>): string =>
  level.mean >= 0.97 ? 'all that these images can give' : `${reached(level)} of what these images can give`;

/** The user's choice, and what it became beside other choices. */
const asTested = (user: string, tested: string): string => (user === tested ? user : `${user}; tested as ${tested}`);

interface SetTest {
  /** The choices of the user in the net that was trained. */
  readonly taken: readonly ChoiceId[];
  readonly level: LabLevel;
  /** Whether each choice of a set of causes was clearly harmless alone. */
  readonly harmlessAlone: boolean;
}

/** A set of causes or remedies as a phrase and as a sentence. */
export function setWords(
  kind: 'cause' | 'remedy',
  ids: readonly ChoiceId[],
  comparison: Comparison,
  { taken, level, harmlessAlone }: SetTest,
): { phrase: string; sentence: string } {
  const parts = comparison.differences
    .filter((one) => ids.includes(one.choice.id))
    .map((one) => ({ ...one, tested: sayAmong(comparison, taken, one.choice) }));
  if (kind === 'remedy') {
    const phrase = list(parts.map((one) => `${one.choice.title}: ${one.tested} instead of ${one.user}`));
    return { phrase, sentence: `${phrase}. With this corrected, your recipe recovers ${recovered(level)}.` };
  }
  const names = list(parts.map((one) => `${one.choice.title} (${asTested(one.user, one.tested)})`));
  const [none, all, one, some] =
    parts.length === 2
      ? ['neither', 'both', 'one of them', 'one of them']
      : ['none of them', 'all of them', 'fewer of them', 'some of them'];
  const alone = harmlessAlone ? `${none} is enough alone, but ` : '';
  return parts.length > 1
    ? {
        phrase: `${names}, ${harmlessAlone ? 'together' : `perhaps only ${some}`}`,
        sentence: `${names}, together: ${alone}with ${all} the sound recipe recovers ${recovered(level)}.${harmlessAlone ? '' : ` Whether ${one} would be enough is not clear.`}`,
      }
    : { phrase: names, sentence: `${names}: with only this, the sound recipe recovers ${recovered(level)}.` };
}

/**
 * How a recipe that was not found to fail compares with the sound one, as the end of a sentence.
 * @param steps updates of the sound recipe, if it was trained for another time
 */
export function besideSound(
  user: Pick<LabLevel, 'mean'>,
  sound: Pick<LabLevel, 'mean'>,
  steps: number | null = null,
): string {
  const less = sound.mean - user.mean;
  const ours = `sound one${steps === null ? '' : ` with ${counted(steps, 'update')}`}`;
  if (less < WORTH_NAMING) return `, ${less > -WORTH_NAMING ? 'about' : 'at least'} as much as the ${ours}.`;
  const why =
    less < SHORTFALL
      ? `the lab looks for a cause only from a difference of ${percent(SHORTFALL)} on`
      : 'the seeds differ too much to be sure that yours recovers less';
  return `. The ${ours} recovers ${reached(sound)}: ${why}.`;
}

const causedBy = (name: string, phrases: readonly string[]): string =>
  phrases.length > 1 ? `${name}s, each enough by itself: ${phrases.join('; ')}.` : `${name}: ${phrases.join()}.`;

/** What happened to the user's recipe: it learned something, or nothing. */
const harm = (user: LabLevel | null): string => (user !== null && user.mean >= LEARNED ? 'shortfall' : 'collapse');

const preventedBy = ([best, ...others]: readonly string[], what: string): string[] =>
  best === undefined
    ? []
    : [`${what} prevented by ${best}${others.length > 0 ? `; or by ${list(others, 'or')}` : ''}.`];

const sure = (sets: readonly LabSet[]): string[] => sets.filter((one) => one.confirmed).map((one) => one.phrase);
const unsure = (sets: readonly LabSet[]): string[] => sets.filter((one) => !one.confirmed).map((one) => one.phrase);

type Guessing = Pick<LabResult, 'yardstick' | 'chance'>;

const atChance = ({ yardstick: { balancedAccuracy, atMost }, chance }: Guessing, run: LabRun): string =>
  `No net did better than guessing on unseen images. Balanced accuracy: instant probe ${percent(balancedAccuracy)}${atMost === undefined ? '' : ` (95 %: at most ${percent(atMost)})`}, sound net ${percent(run.balancedAccuracy)}, guessing ${percent(chance)}.`;

export const said = {
  oneClass:
    'Every readable image has the same label: there are no classes to tell apart, so no recipe can be the cause. Label images of a second class.',
  noSignal: (scale: Guessing, run: LabRun): string =>
    `${atChance(scale, run)} So nothing suggests that your settings are the cause, and other settings are unlikely to help. Check the labels and the images.`,
  tooFewImages: (scale: Guessing, run: LabRun): string =>
    `${atChance(scale, run)} Even a clear signal can be missed in so few images, so the lab cannot judge your settings. Add images of each class.`,
  soundFails: (level: LabLevel): string =>
    `The instant probe learns these images, but the lab's own net recovers only ${recovered(level)}, so the lab cannot judge your recipe on them. They may need a higher resolution or a larger net.`,
  /** @param longer the updates of both recipes, if the user's was trained longer than the sound one */
  noCollapse: (
    user: LabLevel,
    sound: LabLevel,
    scale: LabScale,
    longer: { readonly user: number; readonly sound: number } | null,
  ): string =>
    `No collapse: ${longer === null ? '' : `trained longer (${counted(longer.user, 'update')}), `}your recipe recovers ${recovered(user)} (balanced accuracy ${percent(accuracyAt(user.mean, scale))})${besideSound(user, sound, longer?.sound ?? null)}`,
  /** @param hasty there was no time to train the user's recipe longer */
  outOfTime: (
    { sound, user, causes, remedies }: Pick<LabResult, 'sound' | 'user' | 'causes' | 'remedies'>,
    hasty: boolean,
  ): string =>
    [
      ...(sure(causes).length > 0 ? [causedBy('Cause', sure(causes))] : []),
      ...(unsure(causes).length > 0 ? [causedBy('Likely cause', unsure(causes))] : []),
      ...preventedBy(sure(remedies), `The ${harm(user)} is`),
      ...preventedBy(
        unsure(remedies),
        sure(remedies).length > 0 ? 'It also seems to be' : `The ${harm(user)} seems to be`,
      ),
      ...(sound
        ? [
            `Of what these images can give, the sound recipe recovers ${reached(sound)}${user ? ` and yours ${reached(user)}` : ''}.`,
          ]
        : []),
      ...(hasty ? ['There was no time to see whether your recipe learns when it is trained longer.'] : []),
      'The time ran out before the rest was tested. Start the lab again to resume from here.',
    ].join(' '),
  notToldApart: (choices: readonly LabChoice[]): string =>
    choices.length === 1
      ? `Your recipe learns less than the sound one, but the noise between seeds is too large to be sure that its only difference is the cause: ${choices[0]!.title} (${choices[0]!.user}).`
      : `Your recipe learns less than the sound one, but the noise between seeds is too large to tell which of its ${choices.length} differences is the cause.`,
  cause: (
    user: LabLevel,
    causes: readonly LabSet[],
    remedies: readonly LabSet[],
    alternatives: LabResult['alternatives'],
  ): string => {
    const why =
      sure(causes).length > 0
        ? causedBy('Cause', sure(causes))
        : 'No single set of choices was confirmed as the cause.';
    const ways = [...sure(remedies), ...alternatives.filter((one) => one.undoes).map((one) => one.title)];
    return [why, ...preventedBy(ways, `The ${harm(user)} is`)].join(' ');
  },
};

/** The first step and layer at which a run went wrong, by the usual signs. */
export function whereItWentWrong({ traces, divergedAt }: LabRun): string | null {
  if (divergedAt !== null) return `the loss is not finite from step ${integer(divergedAt)} on`;
  for (const trace of traces) {
    const dead = trace.layers.find((layer) => layer.dead !== null && layer.dead >= 0.7);
    if (dead) return `at step ${integer(trace.step)}, ${percent(dead.dead!)} of the ReLUs of ${dead.name} are dead`;
    const flat = trace.layers.find((layer) => layer.variation !== null && layer.variation < 1e-4);
    if (flat && trace.step > 1)
      return `at step ${integer(trace.step)}, ${flat.name} gives the same output for every image`;
  }
  return null;
}

/** Says if leaks raise the accuracy: of the user's recipe if it was trained, otherwise of the sound one. */
export function leakRemark(runs: readonly LabRun[]): string | null {
  const run = runs.find((one) => one.kind === 'user') ?? runs.find((one) => one.kind === 'sound');
  if (!run || run.accuracyWithLeaks === null || run.accuracyWithLeaks - run.accuracy < 0.02) return null;
  return `With leaked images ${run.kind === 'user' ? 'your recipe' : 'even a sound net'} seems to reach ${percent(run.accuracyWithLeaks)}; without them it is ${percent(run.accuracy)}.`;
}

/**
 * Notes on the runs apart from the cause: where training went wrong, moving statistics that are not warmed up, leaks.
 */
export function remarks(runs: readonly LabRun[]): string[] {
  const user = runs.find((run) => run.kind === 'user');
  const leak = leakRemark(runs);
  const wrong = user && user.recovered < 0.5 ? whereItWentWrong(user) : null;
  const inTraining = user?.balancedAccuracyInTrainingMode ?? null;
  const cold = user && inTraining !== null && inTraining - user.balancedAccuracy >= 0.15;
  return [
    ...(wrong ? [`In your recipe ${wrong}.`] : []),
    ...(cold
      ? [
          `With the statistics of the batch your net reaches a balanced accuracy of ${percent(inTraining)}, with batch norm's moving statistics ${percent(user.balancedAccuracy)}: the moving statistics are not warmed up, or do not fit your images.`,
        ]
      : []),
    ...(leak ? [leak] : []),
  ];
}
