/** Reads a training loop of TensorFlow that is written by hand with GradientTape. */
import { reportFieldFault, recordRead, type Draft } from './draft';
import type { KerasNet } from './keras-net';
import { loopCount, type Script } from './syntax';

/** Methods of optimizers that change weights. */
const APPLIES = /^(apply_gradients|apply|minimize|assign_sub|assign_add)$/;

export function readTape(script: Script, draft: Draft, { fit }: KerasNet): void {
  const gradients = script.calls.filter(
    (call) => call.last === 'gradient' && call.positional.length > 1 && /tape/i.test(call.node.text),
  );
  const [first] = gradients;
  if (!first) return;
  const applied = script.calls.filter((call) => APPLIES.test(call.last));
  const loops = [...applied, ...gradients].flatMap((call) => {
    const around = script.where(call.node)?.loops ?? [];
    return around.length > 1 ? around.slice(0, -1) : around;
  });
  const epochs = loops.findLast((loop) => loopCount(loop, script.constant) !== null);
  const count = epochs ? loopCount(epochs, script.constant) : null;
  if (!fit && epochs && count !== null && count >= 1) recordRead(draft, 'epochs', Math.round(count), epochs);
  const trains = gradients.find((call) =>
    /trainable_(variables|weights)/.test(script.resolve(call.positional[1]!).text),
  );
  if (!trains || applied.length > 0 || script.calls.some((call) => /^(step|update)$/.test(call.last))) return;
  reportFieldFault(draft, 'updates', 'none', trains.node, {
    rule: 'never-updated',
    replaces: ['no-updates'],
    sentence: 'The gradients are computed, but never applied: the weights never change.',
    remedy: 'Call optimizer.apply_gradients(zip(gradients, model.trainable_variables)) after tape.gradient().',
  });
}
