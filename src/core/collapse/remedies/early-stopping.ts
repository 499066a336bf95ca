/** Early stopping on balanced accuracy, which no framework has. */
import type { SyntaxNode } from '../script/syntax';
import { addKeyword, insertAfter, insertBefore, replace, statementOf, type CodeEdit } from './edit';
import { importsNumpy, kerasName, torchImport } from './imports';
import { callsNamed, nodesOf, type Ailment, type Way } from './remedy';

/** Epochs without a gain after which the training stops. */
const PATIENCE = 10;

/** The indentation of the line of a node. */
function indentOf(code: string, { start }: SyntaxNode): string {
  const line = code.lastIndexOf('\n', start - 1) + 1;
  return /^[ \t]*/.exec(code.slice(line))![0];
}

const indented = (lines: readonly string[], indent: string): string =>
  lines.map((line, i) => (i === 0 || line === '' ? line : indent + line)).join('\n');

/** @param certain the output of a net with one output from which an image is of the second class */
const kerasCallback = (keras: string, certain: string): string[] => [
  `class StopOnBalancedAccuracy(${keras}.callbacks.Callback):`,
  '    """Stops when the balanced accuracy on the validation data no longer rises, and keeps the best weights."""',
  '',
  `    def __init__(self, data, patience=${PATIENCE}):`,
  '        super().__init__()',
  '        self.data, self.patience = data, patience',
  '        self.best, self.waited, self.weights = -1.0, 0, None',
  '',
  '    def batches(self):',
  '        if isinstance(self.data, (tuple, list)):',
  '            return [self.data]',
  "        if hasattr(self.data, '__getitem__'):",
  '            return (self.data[i] for i in range(len(self.data)))',
  '        return self.data',
  '',
  '    def on_epoch_end(self, epoch, logs=None):',
  '        right, images = {}, {}',
  '        for batch in self.batches():',
  '            labels = np.asarray(batch[1])',
  '            outputs = np.asarray(self.model.predict(batch[0], verbose=0))',
  '            labels = labels.argmax(-1) if labels.ndim > 1 and labels.shape[-1] > 1 else labels.reshape(-1)',
  `            answers = outputs.argmax(-1) if outputs.shape[-1] > 1 else (outputs.reshape(-1) > ${certain})`,
  '            for label, answer in zip(labels, answers):',
  '                images[int(label)] = images.get(int(label), 0) + 1',
  '                right[int(label)] = right.get(int(label), 0) + int(label == answer)',
  '        balanced = float(np.mean([right[label] / images[label] for label in images]))',
  "        print(f'balanced accuracy {balanced:.3f}')",
  '        if balanced > self.best:',
  '            self.best, self.waited, self.weights = balanced, 0, self.model.get_weights()',
  '        else:',
  '            self.waited += 1',
  '            self.model.stop_training = self.waited >= self.patience',
  '',
  '    def on_train_end(self, logs=None):',
  '        if self.weights is not None:',
  '            self.model.set_weights(self.weights)',
  '',
];

function kerasStopping(ailment: Ailment): Way[] {
  const { script, code, reading } = ailment;
  const { name, missing } = kerasName(ailment);
  const certain = reading.recipe.output.activation === 'none' ? '0' : '0.5';
  return callsNamed(ailment, /^fit$/).flatMap((call): Way[] => {
    const data = call.keywords.get('validation_data');
    const statement = statementOf(script, call.node);
    if (!data || !statement) return [];
    const isPlain = data.type === 'identifier' || (data.type === 'tuple' && !/\(/.test(data.text.slice(1)));
    const given = call.keywords.get('callbacks');
    const callback = `StopOnBalancedAccuracy(${isPlain ? data.text : 'validation'})`;
    const lines = [
      ...(missing === null ? [] : [missing]),
      ...(importsNumpy(ailment) ? [] : ['import numpy as np']),
      ...kerasCallback(name, certain),
      ...(isPlain ? [] : [`validation = ${data.text}`]),
    ];
    return [
      [
        insertBefore(code, statement, indented(lines, indentOf(code, statement))),
        ...(isPlain ? [] : [replace(data, 'validation')]),
        given
          ? replace(given, `list(${given.text}) + [${callback}]`)
          : addKeyword(code, call, `callbacks=[${callback}]`),
      ],
    ];
  });
}

/** The names of loaders of validation or test images, validation first. */
function heldOutLoaders(ailment: Ailment): string[] {
  const over = nodesOf(ailment, 'for_statement').flatMap((node) => node.field('right') ?? []);
  const made = nodesOf(ailment, 'assignment').flatMap((node) => {
    const right = node.field('right');
    const left = node.field('left');
    return left && right && ailment.script.callAt(right)?.last === 'DataLoader' ? [left] : [];
  });
  const names = [...over, ...made]
    .filter(({ type, text }) => type === 'identifier' && /val|test|dev/i.test(text) && !/train/i.test(text))
    .map(({ text }) => text);
  return [...new Set(names)].sort((a, b) => Number(/val/i.test(b)) - Number(/val/i.test(a)));
}

/** The names of nets: those that the loop switches to training, then those that optimizers train. */
function nets(ailment: Ailment, loop: SyntaxNode): string[] {
  const names = (calls: RegExp): string[] =>
    callsNamed(ailment, calls).flatMap(({ node }) => {
      const object = node.field('function')?.field('object');
      const inside = calls.test('parameters') || (loop.start < node.start && node.end <= loop.end);
      return object?.type === 'identifier' && inside ? [object.text] : [];
    });
  return [...new Set([...names(/^train$/), ...names(/^parameters$/)])];
}

const torchLines = (net: string, loader: string): string[] => [
  `${net}.eval()`,
  'with torch.no_grad():',
  `    where = next(${net}.parameters()).device`,
  `    pairs = [(${net}(batch[0].to(where)).argmax(1).cpu(), batch[1].cpu()) for batch in ${loader}]`,
  'answers, truth = (torch.cat(part) for part in zip(*pairs))',
  'balanced = torch.stack([(answers[truth == k] == k).float().mean() for k in truth.unique()]).mean().item()',
  "print(f'balanced accuracy {balanced:.3f}')",
  `${net}.train()`,
  'epochs_without_gain += 1',
  'if balanced > best_balanced:',
  '    best_balanced, epochs_without_gain = balanced, 0',
  `    best_weights = {name: value.detach().clone() for name, value in ${net}.state_dict().items()}`,
  `if epochs_without_gain >= ${PATIENCE}:`,
  '    break',
];

function torchStopping(ailment: Ailment): Way[] {
  const { script, code } = ailment;
  const { units } = ailment.reading.recipe;
  const isBinary = ailment.reading.recipe.output.loss.startsWith('binary') || units === 'one';
  return callsNamed(ailment, /^backward$/).flatMap(({ node }): Way[] => {
    const loops = script.where(node)?.loops ?? [];
    const [epochs] = loops;
    const last = epochs?.field('body')?.children.findLast(({ type }) => type !== 'comment');
    if (!epochs || !last || loops.length < 2 || epochs.type !== 'for_statement' || isBinary) return [];
    return nets(ailment, epochs).flatMap((net) =>
      heldOutLoaders(ailment).map((loader): Way => {
        const inside = insertAfter(code, last, indented(torchLines(net, loader), indentOf(code, last)));
        const after = insertAfter(code, epochs, `${net}.load_state_dict(best_weights)`);
        const both: CodeEdit | null = inside && after && { ...inside, text: inside.text + after.text };
        return [
          insertBefore(code, epochs, 'best_balanced, best_weights, epochs_without_gain = -1.0, None, 0'),
          both,
          ...torchImport(ailment),
        ];
      }),
    );
  });
}

/**
 * Ways that stop the training when the balanced accuracy on held-out images no longer rises. None without such images.
 */
export const earlyStopping = (ailment: Ailment): Way[] =>
  ailment.reading.framework === 'keras' ? kerasStopping(ailment) : torchStopping(ailment);
