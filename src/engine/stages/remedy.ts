/** Changes a training script so that its warnings are gone, adds what is chosen, and shows the change as a patch. */
import { setImmediate } from 'node:timers/promises';
import { createTwoFilesPatch, structuredPatch } from 'diff';
import type { TrainingScript } from '../../contract/model/collapse';
import type { AdditionId, ScriptRemedy } from '../../contract/model/remedy';
import { remediedScript } from '../../core/collapse/remedies/remedied';
import type { RemedySetting } from '../../core/collapse/remedies/remedy';
import { joinModules } from '../../core/collapse/script/modules';
import { scriptCode, withCode } from '../../core/collapse/script/notebook';
import type { SyntaxNode } from '../../core/collapse/script/syntax';
import { isHeldOut } from '../../core/collapse/lab-images';
import type { Catalog } from '../catalog/catalog';
import { ownClasses } from '../catalog/own-classes';
import { parsePython } from '../files/python';
import { modulesOf } from './recipe';

/** Unchanged lines around a change. */
const CONTEXT = 3;

function settingOf(catalog: Catalog): RemedySetting {
  const own = ownClasses(catalog, isHeldOut);
  const present = own.classSizes.filter((size) => size > 0);
  return {
    ...own,
    images: present.reduce((sum, size) => sum + size, 0),
    imbalanceRatio: present.length < 2 ? 1 : Math.max(...present) / Math.min(...present),
  };
}

const KINDS = { ' ': 'same', '-': 'removed', '+': 'added' } as const;

function hunksOf(before: string, after: string, changes: ScriptRemedy['changes']): ScriptRemedy['hunks'] {
  return structuredPatch('', '', before, after, '', '', { context: CONTEXT }).hunks.map(
    ({ oldStart, oldLines, lines }) => ({
      line: Math.max(1, oldStart),
      lines: lines.flatMap((line) => {
        const kind = KINDS[line.charAt(0) as keyof typeof KINDS] as (typeof KINDS)[keyof typeof KINDS] | undefined;
        return kind ? [{ kind, text: line.slice(1) }] : [];
      }),
      changes: changes.flatMap((change, i) =>
        change.line >= oldStart && change.line < oldStart + Math.max(1, oldLines) ? [i] : [],
      ),
    }),
  );
}

/** Many changed scripts are read one after the other. The engine answers other calls between two of them. */
async function parseInTurn(code: string): ReturnType<typeof parsePython> {
  await setImmediate();
  return parsePython(code);
}

/**
 * The script is never run, and nothing is stored.
 * @throws PlumblineError bad-script
 */
export async function scriptRemedy(
  catalog: Catalog,
  { name, text, beside = [], additions: chosen }: TrainingScript & { readonly additions: readonly AdditionId[] },
): Promise<ScriptRemedy> {
  const code = scriptCode(text);
  const modules = await modulesOf(beside);
  // What is imported is read with the script, but only the script is changed.
  const parse = async (one: string): Promise<SyntaxNode> => joinModules(await parseInTurn(one), modules).root;
  const { changed, changes, additions, left } = await remediedScript(code, parse, settingOf(catalog), chosen);
  if (changes.length === 0)
    return { text, patch: '', changes: [], hunks: [], additions: [...additions], left: [...left] };
  const ordered = changes.toSorted((a, b) => a.line - b.line);
  const whole = withCode(text, changed);
  return {
    text: whole,
    patch: createTwoFilesPatch(`a/${name}`, `b/${name}`, text, whole, undefined, undefined, { context: CONTEXT }),
    changes: ordered,
    hunks: hunksOf(code, changed.code, ordered),
    additions: [...additions],
    left: [...left],
  };
}
