/** Remedies for training loops of PyTorch. */
import type { Call, SyntaxNode } from '../script/syntax';
import { argument } from '../script/draft';
import { insertAfter, insertBefore, removeStatement, replace, statementOf } from './edit';
import { callsNamed, nodesOf, type Ailment, type CodeRemedy, type Way } from './remedy';

const receiverText = (call: Call): string | null => call.node.field('function')?.field('object')?.text ?? null;

/** The names that an optimizer is assigned to, and those of parameters that are named like one. */
function optimizerNames(ailment: Ailment): string[] {
  const assigned = nodesOf(ailment, 'assignment').flatMap((node) => {
    const [left, right] = [node.field('left'), node.field('right')];
    const call = right && ailment.script.callAt(right);
    return left && call && /^(torch\.)?optim\.(?!lr_scheduler)|torch\.optim\.(?!lr_scheduler)/.test(call.name)
      ? [left.text]
      : [];
  });
  const passed = callsNamed(ailment, /^(zero_grad|step)$/).flatMap((call) => receiverText(call) ?? []);
  return [...new Set([...assigned, ...passed.filter((name) => /^opt/i.test(name))])];
}

/** Statements of the calls of `backward`. */
const backward = (ailment: Ailment): Call[] => callsNamed(ailment, /^(manual_)?backward$/);

/** Whether a call computes a loss: of an object such as `nn.CrossEntropyLoss()`, or by a function. */
function computesLoss({ script }: Ailment, call: Call | undefined): boolean {
  const callee = call?.node.field('function');
  const made = callee && script.callAt(script.resolve(callee));
  return /Loss$/.test(made?.last ?? '') || /^(nll_loss|(binary_)?cross_entropy(_with_logits)?)$/.test(call?.last ?? '');
}

function around(ailment: Ailment, call: Call, place: 'before' | 'after', text: string): Way {
  const statement = statementOf(ailment.script, call.node);
  if (!statement) return [null];
  return [(place === 'before' ? insertBefore : insertAfter)(ailment.code, statement, text)];
}

export const gradientsRemedy: CodeRemedy = {
  rules: ['gradients-add-up'],
  reason: () => 'Without zero_grad(), each update also repeats the gradients of all earlier batches.',
  ways: (ailment) => {
    const removed = callsNamed(ailment, /^zero_grad$/).map((call) => {
      const statement = statementOf(ailment.script, call.node);
      return statement && removeStatement(ailment.script, ailment.code, statement);
    });
    const depth = ({ node }: Call): number => ailment.script.where(node)?.arms.length ?? 0;
    const least = Math.min(...backward(ailment).map(depth));
    // Where a step follows only some backward passes, the gradients between two steps must stay.
    const every = callsNamed(ailment, /^step$/).filter((call) => depth(call) > least);
    if (every.length > 0)
      return every.flatMap((call) =>
        optimizerNames(ailment)
          .filter((name) => receiverText(call) === name || call.positional.some(({ text }) => text === name))
          .map((name) => around(ailment, call, 'after', `${name}.zero_grad()`)),
      );
    return backward(ailment).flatMap((call) =>
      optimizerNames(ailment).flatMap((name): Way[] => {
        const before = around(ailment, call, 'before', `${name}.zero_grad()`);
        return [before, [...before, ...removed]];
      }),
    );
  },
};

export const stepRemedy: CodeRemedy = {
  rules: ['never-updated', 'no-updates'],
  reason: () => 'Only step() changes the weights.',
  ways: (ailment) =>
    backward(ailment).flatMap((call) =>
      optimizerNames(ailment).map((name) => around(ailment, call, 'after', `${name}.step()`)),
    ),
};

/** `zero_grad()` that follows `backward()` is moved before it. */
export const zeroFirstRemedy: CodeRemedy = {
  rules: ['never-updated'],
  reason: () => 'zero_grad() now clears the gradients of the batch before, and no longer those that step() needs.',
  ways: (ailment) => {
    const statements = callsNamed(ailment, /^zero_grad$/).flatMap(
      (call) => statementOf(ailment.script, call.node) ?? [],
    );
    return backward(ailment).flatMap((call) =>
      statements
        .filter(({ start }) => start > call.node.end)
        .map((zero): Way => [
          ...around(ailment, call, 'before', zero.text),
          removeStatement(ailment.script, ailment.code, zero),
        ]),
    );
  },
};

export const backwardRemedy: CodeRemedy = {
  rules: ['no-gradient', 'never-updated'],
  reason: () => 'Only backward() computes the gradients that step() uses.',
  ways: (ailment) => {
    // A second backward pass through the same batch is refused by PyTorch.
    if (backward(ailment).length > 0) return [];
    const losses = nodesOf(ailment, 'assignment').flatMap((node) => {
      const [left, right] = [node.field('left'), node.field('right')];
      // `running_loss = 0.0` is a sum for the log, `self.loss = nn.CrossEntropyLoss()` computes losses.
      const isSum = typeof ailment.script.constant(right) === 'number';
      const call = right ? ailment.script.callAt(right) : undefined;
      const makes = /^[A-Z]/.test(call?.last ?? '');
      const named = left !== null && !isSum && !makes && /loss|cost/i.test(left.text);
      return left && (named || computesLoss(ailment, call)) ? [left.text] : [];
    });
    const ofModule = ailment.code.includes('automatic_optimization');
    const text = (name: string): string => (ofModule ? `self.manual_backward(${name})` : `${name}.backward()`);
    return callsNamed(ailment, /^step$/).flatMap((call) =>
      losses.map((name) => around(ailment, call, 'before', text(name))),
    );
  },
};

/** The nets that the script switches between modes, trains or stores. */
const netNames = (ailment: Ailment): string[] => [
  ...new Set(
    callsNamed(ailment, /^(train|eval|(named_)?parameters|state_dict)$/).flatMap((call) => {
      const name = receiverText(call);
      return name !== null && /^(self\.)?\w+$/.test(name) ? [name] : [];
    }),
  ),
];

export const evalModeRemedy: CodeRemedy = {
  rules: ['prediction-in-training-mode'],
  reason: () => 'eval() makes batch norm use its moving statistics and turns dropout off.',
  ways: (ailment) => {
    const training = nodesOf(ailment, 'for_statement').findLast(({ start, end }) =>
      backward(ailment).some(({ node }) => start < node.start && node.end < end),
    );
    return nodesOf(ailment, 'with_statement', 'for_statement')
      .reverse()
      .flatMap((node) =>
        netNames(ailment).flatMap((name): Way[] => {
          const evaluate = insertBefore(ailment.code, node, `${name}.eval()`);
          // Without train(), the next epoch would be trained in the mode for predictions.
          const train = training && insertBefore(ailment.code, training, `${name}.train()`);
          return [[evaluate], ...(train ? [[evaluate, train]] : [])];
        }),
      );
  },
};

/** The `training` argument of calls of nets in Keras. */
export const trainingFlagRemedy: CodeRemedy = {
  rules: ['trained-in-eval-mode', 'base-in-training-mode', 'prediction-in-training-mode'],
  reason: ({ warning }) =>
    warning.rule === 'trained-in-eval-mode'
      ? 'training=True makes batch norm use the statistics of the batch and turns dropout on.'
      : 'training=False makes batch norm use its moving statistics and turns dropout off.',
  ways: (ailment) =>
    callsNamed(ailment, /./).flatMap((call): Way[] => {
      const given = argument(call, ['training']);
      const wanted = ailment.warning.rule === 'trained-in-eval-mode' ? 'True' : 'False';
      return given && given.text !== wanted ? [[replace(given, wanted)]] : [];
    }),
};

/** The first statements of the loops around the training step, the outermost first. */
const starts = (ailment: Ailment): SyntaxNode[] =>
  nodesOf(ailment, 'for_statement', 'while_statement')
    .filter(({ start, end }) => backward(ailment).some(({ node }) => start < node.start && node.end < end))
    .flatMap((node) => node.field('body')?.children.find(({ type }) => type !== 'comment') ?? []);

export const trainModeRemedy: CodeRemedy = {
  rules: ['trained-in-eval-mode'],
  reason: () => 'train() makes batch norm use the statistics of the batch and turns dropout on.',
  ways: (ailment) => [
    ...starts(ailment).flatMap((node) =>
      netNames(ailment).map((name): Way => [insertBefore(ailment.code, node, `${name}.train()`)]),
    ),
    ...nodesOf(ailment, 'for_statement').flatMap((node) =>
      netNames(ailment).map((name): Way => [insertBefore(ailment.code, node, `${name}.train()`)]),
    ),
  ],
};
