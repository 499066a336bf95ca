/** Remedies for losses and outputs that carry no gradient, and for gradients that are not applied. */
import type { Call, SyntaxNode } from '../script/syntax';
import { insertAfter, removeStatement, replace, statementOf, type CodeEdit } from './edit';
import { callsNamed, nodesOf, reduced, type Ailment, type CodeRemedy, type Way } from './remedy';

/** Calls that return a value without its gradient. */
const CUTS = /^(detach|item|numpy|argmax|requires_grad_|Variable|tensor|as_tensor)$/;
/** Conversions that are needed only because class numbers were used as outputs. */
const CONVERTS = /^(float|long|double)$/;

/** Leaves out a call, and keeps the value that it changes: its object if it is a method, otherwise its first argument. */
function uncut(ailment: Ailment, { node, positional }: Call): CodeEdit[] {
  const object = node.field('function')?.field('object') ?? null;
  const isMethod = object !== null && !/^(torch|np|numpy|autograd|torch\.autograd)$/.test(object.text);
  if (isMethod) {
    const edit = reduced(ailment, node, object.text);
    // Only the end of the method is removed, so that methods in a row can all be left out.
    return [edit?.text === '' ? edit : { start: object.end, end: node.end, text: '' }];
  }
  return positional[0] ? [replace(node, positional[0].text)] : [];
}

/** All cuts of each statement that has any. */
function uncutStatements(ailment: Ailment): Way[] {
  const cuts = callsNamed(ailment, CUTS);
  const statements = new Map(
    cuts.flatMap(({ node }) => {
      const statement = statementOf(ailment.script, node);
      return statement ? [[statement.start, statement] as const] : [];
    }),
  );
  return [...statements.values()].map(({ start, end }) => {
    const own = (call: Call): boolean => start <= call.node.start && call.node.end <= end;
    const inside = cuts.filter(own);
    const converted = inside.some(({ last }) => last === 'argmax') ? callsNamed(ailment, CONVERTS).filter(own) : [];
    return [...inside, ...converted].flatMap((call) => uncut(ailment, call));
  });
}

const isGradientFlag = (node: SyntaxNode): boolean =>
  node.text.endsWith('.requires_grad') || node.text.endsWith('.requires_grad_');

/** Ways that leave out `loss.requires_grad = True`, which only hides that there is no gradient. */
const unforced = ({ script, code }: Ailment): CodeEdit[] =>
  nodesOf({ script }, 'assignment').flatMap((node) => {
    const left = node.field('left');
    const statement = left && isGradientFlag(left) ? statementOf(script, node) : null;
    const edit = statement && removeStatement(script, code, statement);
    return edit ? [edit] : [];
  });

/** Ways that switch gradients on in a block or function where they are switched off. */
function withGradients(ailment: Ailment): CodeEdit[] {
  const blocks = callsNamed(ailment, /^(no_grad|inference_mode)$/).map(({ node }) => {
    const callee = node.field('function')!;
    return replace(callee, callee.text.replace(/\w+$/, 'enable_grad'));
  });
  const decorated = nodesOf(ailment, 'decorator')
    .filter(({ text }) => /\b(no_grad|inference_mode)\b/.test(text))
    .map(({ start, end }) => {
      const rest = /^[ \t]*\r?\n[ \t]*/.exec(ailment.code.slice(end));
      return { start, end: end + (rest?.[0].length ?? 0), text: '' };
    });
  return [...decorated, ...blocks];
}

export const gradientRemedy: CodeRemedy = {
  rules: ['no-gradient'],
  reason: () => 'The loss is now computed from the outputs of the net, so backward() reaches the weights.',
  ways: (ailment) => {
    const cuts = uncutStatements(ailment);
    const unforce = unforced(ailment);
    // Where a cut is, the line that is left out only hides it.
    const alone = [...(cuts.length > 0 ? [] : unforce), ...withGradients(ailment)].map((edit): Way => [edit]);
    return [...cuts, ...alone, [...unforce, ...cuts.flat()]].filter((way) => way.length > 0);
  },
};

/** The names of optimizers of Keras; within a model, its own. */
const optimizers = (ailment: Ailment): string[] => [
  ...nodesOf(ailment, 'assignment').flatMap((node) => {
    const [left, right] = [node.field('left'), node.field('right')];
    const call = right && ailment.script.callAt(right);
    return left && call && /(^|\.)optimizers\./.test(call.name) ? [left.text] : [];
  }),
  'self.optimizer',
];

/** The gradients of a tape are applied where they are computed. */
export const applyRemedy: CodeRemedy = {
  rules: ['never-updated'],
  reason: () => 'Only apply_gradients() changes the weights.',
  ways: (ailment) =>
    nodesOf(ailment, 'assignment').flatMap((node): Way[] => {
      const [left, right] = [node.field('left'), node.field('right')];
      const call = right && ailment.script.callAt(right);
      const variables = call?.last === 'gradient' ? call.positional[1] : undefined;
      const statement = statementOf(ailment.script, node);
      if (!left || !variables || !statement) return [];
      return optimizers(ailment).map((name) => [
        insertAfter(ailment.code, statement, `${name}.apply_gradients(zip(${left.text}, ${variables.text}))`),
      ]);
    }),
};

/** Gradients are applied to the weights that they are of. */
export const ownWeightsRemedy: CodeRemedy = {
  rules: ['gradients-to-another-net'],
  reason: () => 'Each gradient changes the weight that it is of.',
  ways: (ailment) => {
    const sources = callsNamed(ailment, /^gradient$/).flatMap((call) => call.positional[1]?.text ?? []);
    return callsNamed(ailment, /^zip$/).flatMap(({ positional: [, weights] }) =>
      weights ? sources.map((text): Way => [replace(weights, text)]) : [],
    );
  },
};

/** A training step of Lightning that returns its loss. */
export const returnRemedy: CodeRemedy = {
  rules: ['never-updated', 'no-gradient'],
  reason: () => 'Lightning computes the gradients from the loss that training_step returns.',
  ways: (ailment) =>
    nodesOf(ailment, 'function_definition')
      .filter((node) => node.field('name')?.text === 'training_step')
      .flatMap((step): Way[] => {
        const last = step.field('body')?.children.findLast(({ type }) => type !== 'comment');
        const inside = nodesOf(ailment, 'assignment').filter(({ start, end }) => step.start < start && end < step.end);
        const losses = inside.flatMap((node) => {
          const left = node.field('left');
          return left && /loss/i.test(left.text) ? [left.text] : [];
        });
        if (!last || last.type === 'return_statement') return [];
        if (losses.length === 0) return [[{ start: last.start, end: last.start, text: 'return ' }]];
        return losses.map((name) => [insertAfter(ailment.code, last, `return ${name}`)]);
      }),
};

/** A loss of Keras gets the labels first. */
export const labelsFirstRemedy: CodeRemedy = {
  rules: ['labels-as-outputs'],
  reason: () => 'Losses of Keras take the labels first.',
  ways: (ailment) =>
    ailment.script.calls
      .filter(({ line }) => line === ailment.warning.line)
      .flatMap(({ positional: [first, second] }): Way[] =>
        first && second ? [[replace(first, second.text), replace(second, first.text)]] : [],
      ),
};
