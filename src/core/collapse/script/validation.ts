/** What a script holds back of its images for validation, of either framework. */
import type { Recipe } from '../../../contract/recipe';
import { argument, numberOf, told, type Draft } from './draft';
import { descendants, type Call, type Script, type SyntaxNode } from './syntax';

interface Part {
  readonly share: number;
  readonly from: Recipe['validation']['from'];
  readonly at: SyntaxNode;
}

const isShare = (value: number | null): value is number => value !== null && value > 0 && value < 1;

/** fit takes the end of its arrays before it shuffles: harmless unless they were filled folder by folder and never mixed. */
function endIsOneClass(script: Script): boolean {
  const bodies = descendants(script.root, 'for_statement').flatMap((loop) => loop.field('body') ?? []);
  const listed = bodies.flatMap((body) => descendants(body, 'call')).some((call) => /\b(listdir|scandir|i?glob|iterdir)$/.test(call.field('function')?.text ?? ''));
  const walked = script.calls.some((call) => /^(walk|rglob)$/.test(call.last) || (/^i?glob$/.test(call.last) && call.positional.some((arg) => /\*+\//.test(arg.text))));
  return (listed || walked) && !script.calls.some((call) => /shuffle|permutation|^sample$|train_test_split|^choice$/i.test(call.last));
}

/** `validation_split` of fit, of a directory or of a generator, which holds nothing back unless one of its flows takes a subset. */
function fromKeras(script: Script): Part[] {
  const parts = script.calls.flatMap((call): (Part & { readonly of: string })[] => {
    const given = call.keywords.get('validation_split') ?? null;
    const share = numberOf(script, given);
    if (!given || !isShare(share)) return [];
    if (call.last === 'ImageDataGenerator' && !script.calls.some((flow) => flow.keywords.has('subset'))) return [];
    return [{ of: call.last, share, at: given, from: call.last.startsWith('fit') && endIsOneClass(script) ? 'end' : 'everywhere' }];
  });
  // Training and validation each say the same split.
  return parts.filter((part, i) => parts.findIndex((other) => other.of === part.of) === i);
}

/** `train_test_split(x, y, test_size=0.2)`; more than one takes more away. */
function fromScikit(script: Script): Part[] {
  return script.calls.filter((call) => call.last === 'train_test_split').flatMap((call): Part[] => {
    const [test, train] = [call.keywords.get('test_size') ?? null, call.keywords.get('train_size') ?? null];
    const [held, kept] = [numberOf(script, test), numberOf(script, train)];
    const share = isShare(held) ? held : isShare(kept) ? 1 - kept : !test && !train ? 0.25 : null;
    return share === null ? [] : [{ share, from: 'everywhere', at: test ?? train ?? call.node }];
  });
}

/** A length as a share: `0.8`, or `int(0.8 * len(data))`. */
function shareOf(script: Script, length: SyntaxNode): number | null {
  const end = script.resolve(length);
  return [end, ...descendants(end, 'float', 'identifier', 'attribute')].map((node) => numberOf(script, node)).find(isShare) ?? null;
}

/** `random_split(data, [0.8, 0.2])`, shares or counts, the first of them to train on. */
function fromTorch(script: Script): Part[] {
  return script.calls.filter((call) => call.last === 'random_split').flatMap((call: Call): Part[] => {
    const given = argument(call, ['lengths'], 1);
    const lengths = given ? script.resolve(given).children : [];
    const [first, second] = lengths;
    if (!first || !second) return [];
    const counts = lengths.map((one) => numberOf(script, one) ?? 0);
    const total = counts.reduce((sum, one) => sum + one, 0);
    const [trained, held] = [shareOf(script, first), shareOf(script, second)];
    const share = counts.every((one) => one >= 1) ? 1 - counts[0]! / total : trained !== null ? 1 - trained : held;
    return share === null ? [] : [{ share, from: 'everywhere', at: call.node }];
  });
}

/** Everything that is held back before training; nothing of these images where validation data come from elsewhere. */
export function readValidation(script: Script, draft: Draft): void {
  const parts = [...fromKeras(script), ...fromScikit(script), ...fromTorch(script)];
  const last = parts.at(-1);
  if (last) {
    const share = 1 - parts.reduce((left, part) => left * (1 - part.share), 1);
    told(draft, 'validation', { share: Math.min(0.95, Number(share.toPrecision(6))), from: parts.find((part) => part.from === 'end')?.from ?? 'everywhere' }, last.at);
    return;
  }
  const given = script.calls.map((call) => call.keywords.get('validation_data')).find((one) => one !== undefined);
  if (given) told(draft, 'validation', { share: 0, from: 'everywhere' }, given);
}
