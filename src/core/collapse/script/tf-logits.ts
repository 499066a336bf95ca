/** Finds losses of TensorFlow that apply their own activation, and get outputs that have one already. */
import { reportFault, type Draft } from './draft';
import { activationName } from './keras-output';
import type { Call, Script, SyntaxNode } from './syntax';

const APPLIES = /^(sparse_)?(softmax|sigmoid)_cross_entropy(_with_logits(_v2)?)?$/;
const ACTIVATES = /^(log_)?(softmax|sigmoid)$/;

/** The activation that an expression ends with: `tf.nn.softmax(x)`, `tf.layers.dense(x, 2, activation=tf.nn.softmax)`. */
function activationOf(script: Script, node: SyntaxNode): { name: string; at: Call } | null {
  const call = script.callAt(script.resolve(node));
  if (!call || call.local) return null;
  if (/^(tf|tensorflow)\b/.test(call.name) && ACTIVATES.test(call.last)) return { name: call.last, at: call };
  const given = call.keywords.get('activation') ?? call.keywords.get('activation_fn');
  const name = given ? activationName(script, given) : null;
  return name === 'softmax' || name === 'sigmoid' ? { name, at: call } : null;
}

export function readTensorflowLogits(script: Script, draft: Draft): void {
  for (const call of script.calls) {
    const logits = APPLIES.test(call.last) && !call.local ? call.keywords.get('logits') : undefined;
    const activation = logits && activationOf(script, logits);
    // Of a log-softmax, the softmax is the same again.
    if (!activation || activation.name.startsWith('log')) continue;
    const { name, at } = activation;
    reportFault(draft, call.line, {
      rule: 'double-activation',
      severity: 'error',
      sentence: `${call.last} applies its own activation, but gets the outputs after a ${name}${at.line === call.line ? '' : ` (line ${at.line})`}: they are squashed twice, gradients shrink, and the net may never predict more than one class.`,
      remedy: `Give it the outputs before the ${name}. Use the ${name} only to show probabilities.`,
      fields: ['output'],
    });
  }
}
