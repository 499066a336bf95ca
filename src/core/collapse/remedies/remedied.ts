/** Changes a script so that its warnings are gone, one warning after the other. */
import type { RecipeWarning } from '../../../contract/model/recipe';
import type { AdditionId } from '../../../contract/model/remedy';
import { PlumblineError } from '../../../contract/errors';
import { soundRecipe, type RecipeReading } from '../recipe';
import { readIndexed } from '../script/reading';
import { indexScript } from '../script/script';
import type { Script, SyntaxNode } from '../script/syntax';
import { recipeWarnings } from '../warnings';
import type { TracedCode } from '../script/notebook';
import { ADDITIONS, type Addition } from './additions';
import { applyEdits, areApart, tracedCode, type CodeEdit } from './edit';
import { REMEDIES } from './index';
import { trainedImages, type RemedySetting, type Way } from './remedy';

/** One change of the script. */
export interface ScriptChange {
  /** The rule of the warning, or the id of the addition. */
  readonly rule: string;
  /** What the warning says, or what the addition is for. */
  readonly sentence: string;
  readonly reason: string;
  /** The first line of the original that is changed, from 1. */
  readonly line: number;
}

export interface RemediedScript {
  /** The changed code. */
  readonly changed: TracedCode;
  readonly changes: readonly ScriptChange[];
  /** What can be added to the script, whether it was or not. */
  readonly additions: readonly AdditionId[];
  /** Warnings for which no change was found. */
  readonly left: readonly RecipeWarning[];
}

interface Read {
  readonly at: TracedCode;
  readonly script: Script;
  readonly reading: RecipeReading;
  /** Without remarks. */
  readonly warnings: readonly RecipeWarning[];
}

/** @throws PlumblineError `bad-script` if the code is not valid Python or trains no net */
type Parse = (code: string) => Promise<SyntaxNode>;

async function read(at: TracedCode, parse: Parse, setting: RemedySetting): Promise<Read> {
  const script = indexScript(await parse(at.code));
  const reading = readIndexed(script, soundRecipe(setting), setting.classes);
  const warnings = recipeWarnings(reading, setting).filter(({ severity }) => severity !== 'info');
  return { at, script, reading, warnings };
}

const numberOfEach = (warnings: readonly RecipeWarning[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const { rule } of warnings) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return counts;
};

/** Whether the rule objects to less than before, and no other rule to more. */
function isBetter(before: Read, after: Read, rule: string): boolean {
  const [was, now] = [numberOfEach(before.warnings), numberOfEach(after.warnings)];
  return (
    (now.get(rule) ?? 0) < (was.get(rule) ?? 0) && [...now].every(([other, count]) => count <= (was.get(other) ?? 0))
  );
}

/** Positions before the script are those of a module that it imports, which is not changed. */
const possible = (way: Way): way is readonly CodeEdit[] =>
  way.length > 0 && way.every((edit): edit is CodeEdit => edit !== null && edit.start >= 0) && areApart(way);

const lineOf = ({ at }: Read, edits: readonly CodeEdit[]): number => {
  const line = at.code.slice(0, Math.min(...edits.map(({ start }) => start))).split('\n').length;
  return (at.origins[line - 1] ?? 0) + 1;
};

/** The script with these changes; null if it is then no training script. */
async function readChanged(
  from: Read,
  edits: readonly CodeEdit[],
  parse: Parse,
  setting: RemedySetting,
): Promise<Read | null> {
  try {
    return await read(applyEdits(from.at, edits), parse, setting);
  } catch (error) {
    if (error instanceof PlumblineError && error.code === 'bad-script') return null;
    throw error;
  }
}

/** The most ways that are tried for one warning. Each is read like a script of its own. */
const MOST_WAYS = 40;

async function changed(
  from: Read,
  warning: RecipeWarning,
  parse: Parse,
  setting: RemedySetting,
): Promise<[Read, ScriptChange] | null> {
  const ailment = {
    warning,
    script: from.script,
    code: from.at.code,
    reading: from.reading,
    setting: trainedImages(setting, from.reading),
  };
  for (const remedy of REMEDIES.filter(({ rules }) => rules.includes(warning.rule))) {
    for (const edits of remedy.ways(ailment).filter(possible).slice(0, MOST_WAYS)) {
      const to = await readChanged(from, edits, parse, setting);
      if (to === null || !isBetter(from, to, warning.rule)) continue;
      const { rule, sentence } = warning;
      return [to, { rule, sentence, reason: remedy.reason(ailment), line: lineOf(from, edits) }];
    }
  }
  return null;
}

const hasNewWarning = (before: Read, after: Read): boolean => {
  const was = numberOfEach(before.warnings);
  return [...numberOfEach(after.warnings)].some(([rule, count]) => count > (was.get(rule) ?? 0));
};

async function added(
  from: Read,
  addition: Addition,
  parse: Parse,
  setting: RemedySetting,
): Promise<[Read, ScriptChange] | null> {
  const { script, reading } = from;
  const ailment = {
    ...{ warning: { rule: addition.id, line: null }, script, code: from.at.code, reading },
    setting: trainedImages(setting, reading),
  };
  for (const edits of addition.ways(ailment).filter(possible).slice(0, MOST_WAYS)) {
    const to = await readChanged(from, edits, parse, setting);
    if (to === null || hasNewWarning(from, to)) continue;
    const [sentence, reason] = [addition.sentence(ailment), addition.reason(ailment)];
    return [to, { rule: addition.id, sentence, reason, line: lineOf(from, edits) }];
  }
  return null;
}

/**
 * Changes a script so that as few warnings as possible remain, and adds what was chosen. Every change is checked by
 * reading the changed script again: it stays valid Python, the warning is gone, no rule objects to more than before.
 * The script is never run.
 * @param code Python, as `scriptCode` returns it
 * @param chosen what is added besides the changes that remove warnings
 * @throws PlumblineError `bad-script` if the code is not valid Python or trains no net
 */
export async function remediedScript(
  code: string,
  parse: Parse,
  setting: RemedySetting,
  chosen: readonly AdditionId[] = [],
): Promise<RemediedScript> {
  let now = await read(tracedCode(code), parse, setting);
  const changes: ScriptChange[] = [];
  const tried = new Set<string>();
  const next = (): RecipeWarning | undefined => now.warnings.find(({ rule, sentence }) => !tried.has(rule + sentence));
  for (let warning = next(); warning; warning = next()) {
    const found = await changed(now, warning, parse, setting);
    if (found === null) {
      tried.add(warning.rule + warning.sentence);
      continue;
    }
    now = found[0];
    changes.push(found[1]);
  }
  const additions: AdditionId[] = [];
  for (const addition of ADDITIONS) {
    const found = await added(now, addition, parse, setting);
    if (found === null) continue;
    additions.push(addition.id);
    if (!chosen.includes(addition.id)) continue;
    now = found[0];
    changes.push(found[1]);
  }
  return { changed: now.at, changes, additions, left: now.warnings };
}
