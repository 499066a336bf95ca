import type { ChoiceSource, ScriptFault, WireReading } from '../../../contract/model/recipe';
import type { Recipe, RecipeField } from '../interventions/index';
import type { Call, Constant, Script, SyntaxNode } from './syntax';

/** A recipe while it is being read: the values known so far, and where they are in the script. */
export interface Draft {
  readonly recipe: Partial<Recipe>;
  readonly sources: Partial<Record<RecipeField, ChoiceSource>>;
  readonly notes: WireReading['notes'];
}

export const emptyDraft = (): Draft => ({ recipe: {}, sources: {}, notes: [] });

const firstLine = (text: string): string => {
  const [line = ''] = text.split('\n');
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
};

/** Records a choice that the script states. `parts` has the lines of the parts of a field, if they differ. */
export function recordRead<F extends RecipeField>(
  draft: Draft,
  field: F,
  value: Recipe[F],
  at: Pick<SyntaxNode, 'line' | 'text'>,
  parts?: Readonly<Record<string, number>>,
): void {
  draft.recipe[field] = value;
  draft.sources[field] = {
    how: 'read',
    line: at.line,
    text: firstLine(at.text),
    ...(parts ? { parts: { ...parts } } : {}),
  };
}

/** Records the framework's default, because the script does not state a value. */
export function recordDefault<F extends RecipeField>(
  draft: Draft,
  field: F,
  value: Recipe[F],
  why: string,
  line: number | null = null,
): void {
  draft.recipe[field] = value;
  draft.sources[field] = { how: 'default', line, text: why };
}

export function note(draft: Draft, sentence: string, line: number | null = null): void {
  draft.notes.push({ sentence, line });
}

/**
 * Records a fault of the script. `stated` names the fields of the recipe whose value is the fault, `replaces` the
 * static rules that would report the same fault less exactly.
 */
export function reportFault(
  draft: Draft,
  line: number,
  {
    sentence,
    ...fault
  }: Pick<ScriptFault, 'rule' | 'severity' | 'remedy'> & Partial<ScriptFault> & { sentence: string },
): void {
  const known = draft.notes.some((one) => one.fault?.rule === fault.rule && one.line === line);
  if (!known) draft.notes.push({ sentence, line, fault: { fields: [], stated: [], replaces: [], ...fault } });
}

/** Takes over the faults of a net whose choices are not those of the recipe, all or those of some rules. */
export function copyFaults(from: Draft, to: Draft, rules = /./): void {
  const replaced = new Set(from.notes.flatMap(({ fault }) => fault?.replaces ?? []));
  for (const { sentence, line, fault } of from.notes) {
    if (!fault || line === null || replaced.has(fault.rule) || !rules.test(fault.rule)) continue;
    const { rule, severity, remedy } = fault;
    reportFault(to, line, { rule, severity, remedy, sentence });
  }
}

/** Records a fault that a field of the recipe expresses, so that the lab can train it. */
export function reportFieldFault<F extends RecipeField>(
  draft: Draft,
  field: F,
  value: Recipe[F],
  at: Pick<SyntaxNode, 'line' | 'text'>,
  fault: Pick<ScriptFault, 'rule' | 'remedy' | 'replaces'> & { sentence: string },
): void {
  recordRead(draft, field, value, at);
  reportFault(draft, at.line, { severity: 'error', fields: [field], stated: [field], ...fault });
}

/** An argument of a call, by keyword (any of the names) or by position. */
export function argument(call: Call, keywords: readonly string[], place?: number): SyntaxNode | null {
  for (const keyword of keywords) {
    const given = call.keywords.get(keyword);
    if (given) return given;
  }
  return place === undefined ? null : (call.positional[place] ?? null);
}

export function numberOf(script: Script, node: SyntaxNode | null): number | null {
  const value = script.constant(node);
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** All numbers in a constant list, or the number itself. */
export function numbersOf(script: Script, node: SyntaxNode | null): number[] {
  const flat = (value: Constant | undefined): number[] => {
    if (typeof value === 'number') return [value];
    return Array.isArray(value) ? (value as readonly (Constant | undefined)[]).flatMap(flat) : [];
  };
  return flat(script.constant(node));
}

/** Records the layers after a pretrained base. */
export function recordHead(script: Script, draft: Draft, first: Call, layers: number, width: string, place = 0): void {
  const units = numberOf(script, argument(first, [width], place)) ?? 128;
  recordRead(
    draft,
    'architecture',
    layers > 1
      ? { kind: 'dense', layers: Math.min(60, layers - 1), width: Math.max(1, Math.min(1024, Math.round(units))) }
      : { kind: 'linear', layers: 0, width: 1 },
    first.node,
  );
}

/**
 * The number of layers that calls make. A loop that adds layers makes several. A loop around the whole net, as over the
 * folds of a cross-validation, only makes the net again.
 * @param net all layers of the net
 */
export function layerCount(calls: readonly Call[], net: readonly Call[]): number {
  const again = Math.max(1, Math.min(...net.map((call) => call.repeats)));
  return calls.reduce((sum, call) => sum + Math.max(1, Math.round(call.repeats / again)), 0);
}

/** A positive whole number, or null. */
export function countOf(script: Script, node: SyntaxNode | null): number | null {
  const value = numberOf(script, node);
  return value !== null && value >= 1 ? Math.round(value) : null;
}

/** Chooses the call for training from several calls of one kind: by names and arguments, otherwise the first. */
export function forTraining(calls: readonly Call[]): Call | undefined {
  const says = (call: Call, word: RegExp): boolean =>
    word.test(call.label) || call.positional.some((arg) => word.test(arg.text));
  return calls.find((call) => says(call, /train/i)) ?? calls.find((call) => !says(call, /test|val|eval/i)) ?? calls[0];
}

/** Chooses the call for prediction from several calls of one kind. Undefined if all are for training. */
export function forUse(calls: readonly Call[]): Call | undefined {
  const training = forTraining(calls);
  return calls.find(
    (call) =>
      call !== training &&
      (/test|val|eval/i.test(call.label) || call.positional.some((arg) => /test|val/i.test(arg.text))),
  );
}
