/** What the lab says, in plain words. */
import type { LabChoice, LabLevel, LabOutcome, LabResult, LabRun, LabSet } from '../../contract/model/lab';
import type { Severity } from '../../contract/model/finding';
import { counted, integer, percent } from '../text/numbers';
import type { Comparison } from './choices';
import type { ChoiceId } from './interventions/index';
import { SHORTFALL } from './lab-roles';

type Tone = Severity | 'good';

interface Headline {
  readonly title: string;
  readonly tone: Tone;
}

const HEADLINES: Record<Exclude<LabOutcome, 'out-of-time' | 'cause-found'>, Headline> = {
  'no-collapse': { title: 'Your recipe does not collapse', tone: 'good' },
  'not-told-apart': { title: 'It falls short, and the cause cannot be told apart', tone: 'warning' },
  'no-signal': { title: 'There is nothing to learn here', tone: 'error' },
  'one-class': { title: 'Every image has the same label', tone: 'error' },
  'sound-fails': { title: 'The lab cannot judge on these images', tone: 'warning' },
};

type Answer = Pick<LabResult, 'outcome' | 'sound' | 'user'> & {
  readonly causes: readonly Pick<LabSet, 'confirmed'>[];
  readonly remedies: readonly Pick<LabSet, 'confirmed'>[];
};

/** The answer in a few words: what is known first, then what the time did not suffice for. */
export function headline({ outcome, causes, remedies, sound, user }: Answer): Headline {
  if (outcome === 'cause-found')
    return {
      title: causes.some((one) => one.confirmed) ? 'The cause is found' : 'What undoes it is found',
      tone: 'info',
    };
  if (outcome !== 'out-of-time') return HEADLINES[outcome];
  const sure = (sets: Answer['causes']): boolean => sets.some((one) => one.confirmed);
  if (causes.length > 0)
    return {
      title: sure(causes)
        ? 'A cause is found; the time ended before the rest was tried'
        : 'A likely cause is found; the time ended before it was confirmed',
      tone: 'info',
    };
  if (remedies.length > 0)
    return {
      title: `What ${sure(remedies) ? 'undoes' : 'seems to undo'} it is found; the time ended before the cause was`,
      tone: 'info',
    };
  const short = sound !== null && user !== null && sound.mean - user.mean >= SHORTFALL;
  return {
    title: short
      ? 'It falls short; the time ended before the cause was found'
      : 'The time ended before anything was found',
    tone: 'warning',
  };
}

/** Runs on spoilt data, which say something of the lab and nothing of a recipe. */
const CONTROLS = new Set<LabRun['kind']>(['permuted-labels', 'blank-images', 'overfit']);

type Runs = readonly Pick<LabRun, 'key' | 'kind' | 'steps'>[];

/**
 * Which nets were trained again from another start: what rests on a single run may come out otherwise in another lab.
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

/** What the answer rests on, and how long that took: runs of a lab that was cut off were trained in its time. */
export function effort(runs: Runs, resumed: number, time: string): string {
  const own = Math.max(0, runs.length - resumed);
  const took =
    resumed === 0
      ? `${counted(runs.length, 'run')} in ${time}`
      : `${counted(runs.length, 'run')}: ${integer(own)} in ${time}, ${integer(runs.length - own)} taken over from a lab that was cut off`;
  return took + repetition(runs);
}

/** What the yardstick is measured on, wherever its accuracy is shown. */
export const YARDSTICK = 'instant probe, on labels not flagged as wrong';

interface RoleWords {
  readonly title: string;
  readonly tone: Tone | 'none';
  readonly help: string;
}

const ROLES: Record<LabChoice['role'], RoleWords> = {
  cause: { title: 'Cause', tone: 'error', help: 'alone made the sound recipe collapse' },
  'part-of-cause': {
    title: 'Part of the cause',
    tone: 'error',
    help: 'made the sound recipe collapse together with other choices',
  },
  harmful: { title: 'Costs accuracy', tone: 'warning', help: 'cost accuracy, short of a collapse' },
  harmless: { title: 'No collapse by itself', tone: 'good', help: 'alone did not make the sound recipe collapse' },
  'not-tested': {
    title: 'Not tested',
    tone: 'none',
    help: 'went untested: the time ran out, or nothing was left to find',
  },
};

/**
 * The part that a choice plays: a title, and what it did as the end of a sentence. What it costs beyond the noise is
 * named.
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
  const less = `it recovered ${percent(cost)} less with it`;
  return role === 'harmful'
    ? { ...words, title: `${words.title}, ${percent(cost)}`, help: `cost accuracy, short of a collapse: ${less}` }
    : { title: `No collapse, but costs ${percent(cost)}`, tone: 'info', help: `${words.help}, but ${less}` };
}

/** "a", "a and b", "a, b and c". */
function list(words: readonly string[], last = 'and'): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)!}`;
}

const recovered = (level: LabLevel): string =>
  level.mean >= 0.97
    ? 'all that these images can give'
    : `${percent(Math.max(0, level.mean))} of what these images can give`;

/** A cause or remedy set as a phrase and as a sentence. */
export function setWords(
  kind: 'cause' | 'remedy',
  ids: readonly ChoiceId[],
  { differences }: Comparison,
  level: LabLevel,
): { phrase: string; sentence: string } {
  const parts = differences.filter((one) => ids.includes(one.choice.id));
  if (kind === 'remedy') {
    const phrase = list(parts.map((one) => `${one.choice.title}: ${one.sound} instead of ${one.user}`));
    return { phrase, sentence: `${phrase}. Your recipe so mended recovers ${recovered(level)}.` };
  }
  const names = list(parts.map((one) => `${one.choice.title} (${one.user})`));
  return parts.length > 1
    ? {
        phrase: `${names}, together`,
        sentence: `${names}, together: none of them alone, but the sound recipe with all of them recovers ${recovered(level)}.`,
      }
    : { phrase: names, sentence: `${names}: the sound recipe with this alone recovers ${recovered(level)}.` };
}

const undone = ([best, ...others]: readonly string[]): string[] =>
  best === undefined ? [] : [`Undone by ${best}${others.length > 0 ? `; or by ${list(others, 'or')}` : ''}.`];

export const said = {
  oneClass:
    'Every image carries the same label: there is nothing to tell apart, so no recipe can be at fault. Label a second class.',
  noSignal: (yardstick: number, chance: number, run: LabRun): string =>
    `No learnable signal: on images it has not seen, the instant probe gets ${percent(yardstick)} and a sound net ${percent(run.balancedAccuracy)}, guessing gets ${percent(chance)}. No setting of yours is to blame, and none can help; look at the labels and the images.`,
  soundFails: (level: LabLevel): string =>
    `These images can be learned, but the lab's own net recovers only ${recovered(level)}: it cannot judge another recipe on them. They may need larger pictures or a larger net.`,
  noCollapse: (
    level: LabLevel,
    { chance, yardstick }: { chance: number; yardstick: { balancedAccuracy: number } },
  ): string =>
    `No collapse: your recipe recovers ${recovered(level)} (balanced accuracy ${percent(chance + level.mean * (yardstick.balancedAccuracy - chance))}), as much as the sound one within the noise between seeds.`,
  outOfTime: (
    sound: LabLevel | null,
    user: LabLevel | null,
    causes: readonly LabSet[],
    remedies: readonly LabSet[],
  ): string =>
    [
      ...(causes.length > 0
        ? [
            `${causes.some((one) => one.confirmed) ? 'Cause' : 'Likely cause'}: ${list(
              causes.map((one) => one.phrase),
              'and, by itself,',
            )}.`,
          ]
        : []),
      ...undone(remedies.map((one) => one.phrase)),
      ...(sound
        ? [
            `Of what these images can give the sound recipe recovers ${percent(Math.max(0, sound.mean))}${user ? `, yours ${percent(Math.max(0, user.mean))}` : ''}.`,
          ]
        : []),
      'The time ended before the rest was tried; run again, the lab goes on from here.',
    ].join(' '),
  notToldApart: (choices: readonly LabChoice[]): string =>
    choices.length === 1
      ? `Your recipe falls short, but the seeds differ too much to lay it surely on its one difference, ${choices[0]!.title} (${choices[0]!.user}).`
      : `Your recipe falls short, but which of its ${choices.length} differences does it cannot be told apart within the noise between seeds.`,
  cause: (causes: readonly LabSet[], remedies: readonly LabSet[], alternatives: LabResult['alternatives']): string => {
    const confirmed = causes.filter((one) => one.confirmed).map((one) => one.phrase);
    const why =
      confirmed.length > 0 ? list(confirmed, 'or, by itself,') : 'no single set of choices was confirmed as the cause';
    const ways = [
      ...remedies.filter((one) => one.confirmed).map((one) => one.phrase),
      ...alternatives.filter((one) => one.undoes).map((one) => one.title),
    ];
    return [`Cause: ${why}.`, ...undone(ways)].join(' ');
  },
};

/** First step and layer where a run went wrong, by the customary signs. */
export function whereItWentWrong({ traces, divergedAt }: LabRun): string | null {
  if (divergedAt !== null) return `the loss is no number from step ${integer(divergedAt)} on`;
  for (const trace of traces) {
    const dead = trace.layers.find((layer) => layer.dead !== null && layer.dead >= 0.7);
    if (dead) return `at step ${integer(trace.step)}, ${percent(dead.dead!)} of the ReLUs of ${dead.name} are dead`;
    const flat = trace.layers.find((layer) => layer.variation !== null && layer.variation < 1e-4);
    if (flat && trace.step > 1) return `at step ${integer(trace.step)}, ${flat.name} puts out the same for every image`;
  }
  return null;
}

/** An accuracy that only leaks make high: of the user's recipe, else of the sound one. */
export function leakRemark(runs: readonly LabRun[]): string | null {
  const run = runs.find((one) => one.kind === 'user') ?? runs.find((one) => one.kind === 'sound');
  if (!run || run.accuracyWithLeaks === null || run.accuracyWithLeaks - run.accuracy < 0.02) return null;
  return `With leaked images ${run.kind === 'user' ? 'your recipe' : 'even a sound net'} seems to reach ${percent(run.accuracyWithLeaks)}; without them it is ${percent(run.accuracy)}.`;
}

/**
 * What is worth saying of the runs beside the cause: where it went wrong, moving statistics that are not warm, leaks.
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
          `With the statistics of the batch your net reaches a balanced accuracy of ${percent(inTraining)}, with batch norm's moving statistics ${percent(user.balancedAccuracy)}: they are not warm, or not those of your images.`,
        ]
      : []),
    ...(leak ? [leak] : []),
  ];
}
