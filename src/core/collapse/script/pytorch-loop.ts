/** Faults of a training loop of PyTorch that is written by hand: its backward pass, its steps, its modes. */
import { recordRead, reportFault, reportFieldFault, type Draft } from './draft';
import { readLightning } from './pytorch-lightning';
import { netCall } from './pytorch-net';
import { readTorchSchedule } from './pytorch-schedule';
import { gradientFree, isInside, isOfKeras, isSchedule, objectOf, type TorchRun } from './pytorch-run';
import type { Call, Script, SyntaxNode, Where } from './syntax';

const NEVER = 'never-updated';

/** Whether the first runs whenever the second does. */
const surelyWith = (first: Where, second: Where): boolean =>
  first.arms.every((one) => second.arms.some((other) => other.of === one.of && other.arm === one.arm));

const innermost = ({ loops }: Where): SyntaxNode | undefined => loops.at(-1);

interface Placed {
  readonly call: Call;
  readonly where: Where;
}

const placed = (script: Script, calls: readonly Call[]): Placed[] =>
  calls.flatMap((call) => {
    const where = script.where(call.node);
    return where ? [{ call, where }] : [];
  });

function readMissing(draft: Draft, { manager, backward, steps, scheduleSteps, optimizers }: TorchRun): void {
  const [step] = steps;
  const pass = manager?.name === 'Lightning' ? 'self.manual_backward(loss)' : 'loss.backward()';
  if (step && backward.length === 0)
    reportFieldFault(draft, 'updates', 'none', step.node, {
      replaces: ['no-updates'],
      rule: NEVER,
      sentence: `${pass} is never called: there are no gradients, so the step changes no weight.`,
      remedy: `Call ${pass} before the step of the optimizer.`,
    });
  const [computed] = backward;
  if (!computed || steps.length > 0 || optimizers.length === 0) return;
  const [schedule] = scheduleSteps;
  reportFieldFault(draft, 'updates', 'none', (schedule ?? computed).node, {
    replaces: ['no-updates'],
    rule: NEVER,
    sentence: schedule
      ? 'Only the schedule of the learning rate is stepped. The step of the optimizer is never called, so the weights never change.'
      : 'The step of the optimizer is never called: the weights never change.',
    remedy: optimizers.some(isOfKeras)
      ? 'Call optimizer.apply(gradients, weights) after loss.backward().'
      : `Call optimizer.step() after ${pass}.`,
  });
}

/** An optimizer whose gradients are cleared in a loop, but that is never stepped, in a script that steps others. */
function readNeverStepped(script: Script, draft: Draft, run: TorchRun): void {
  const stepped = run.steps.map(run.optimizersOf);
  // A step of an optimizer that is not known may be that of any.
  if (stepped.length === 0 || stepped.some((of) => of.length === 0)) return;
  for (const { call, where } of placed(script, run.zeroes)) {
    const [own, ...others] = run.optimizersOf(call);
    const pass = placed(script, run.backward).find((one) => innermost(one.where) === innermost(where));
    if (!own || others.length > 0 || !pass || !innermost(where)) continue;
    if (stepped.flat().some(({ node }) => node.start === own.node.start)) continue;
    const handedOn = script.calls.some(
      (one) =>
        !one.local &&
        !isSchedule(one) &&
        [...one.positional, ...one.keywords.values()].some((given) => script.resolve(given) === own.node),
    );
    if (handedOn) continue;
    reportFault(draft, pass.call.line, {
      rule: NEVER,
      severity: 'error',
      sentence: `The step of the optimizer of line ${own.line} is never called: the weights that it has never change.`,
      remedy: `Call ${objectOf(call)?.text ?? 'optimizer'}.step() after loss.backward().`,
    });
  }
}

/** `zero_grad` between `backward` and `step`. With several optimizers, only that of the same optimizer counts. */
function readOrder(script: Script, draft: Draft, run: TorchRun): void {
  const passes = placed(script, run.backward);
  const zeroes = placed(script, run.zeroes);
  for (const step of placed(script, run.steps)) {
    // A step that gets a closure computes the gradients itself.
    const scaled = /scaler/i.test(objectOf(step.call)?.text ?? '');
    if (step.call.positional.length > 0 && !scaled) continue;
    const own = new Set(run.optimizersOf(step.call));
    const earlier = (one: Placed): boolean =>
      one.where.at < step.where.at && innermost(one.where) === innermost(step.where);
    const zero = zeroes
      .filter(earlier)
      .findLast(
        ({ call, where }) =>
          surelyWith(where, step.where) &&
          (own.size === 0 || run.optimizersOf(call).length === 0 || run.optimizersOf(call).some((one) => own.has(one))),
      );
    const pass = passes.findLast(earlier);
    if (!zero || !pass || pass.where.at > zero.where.at) continue;
    reportFieldFault(draft, 'updates', 'none', zero.call.node, {
      replaces: ['no-updates'],
      rule: NEVER,
      sentence:
        'zero_grad() is called between backward() and step(): it clears the gradients before they are used, so the weights never change.',
      remedy: 'Call zero_grad() before backward(), or after step().',
    });
  }
}

/** An optimizer whose gradients are never cleared, in a loop that clears those of others. */
function readOneOfSeveral(draft: Draft, run: TorchRun, steps: readonly Placed[], zeroes: readonly Placed[]): void {
  const cleared = zeroes.map(({ call }) => run.optimizersOf(call));
  // What has no optimizer that is known may be a net with the weights of all.
  if (cleared.some((of) => of.length === 0)) return;
  for (const { call } of steps) {
    const [own, ...others] = run.optimizersOf(call);
    if (!own || others.length > 0 || cleared.flat().some(({ node }) => node.start === own.node.start)) continue;
    const name = objectOf(call)?.text ?? 'optimizer';
    reportFieldFault(draft, 'updates', 'summed', call.node, {
      replaces: ['no-updates'],
      rule: 'gradients-add-up',
      sentence: `${name}.zero_grad() is never called, only that of another optimizer: the gradients of all batches add up in the weights of the optimizer of line ${own.line}.`,
      remedy: `Call ${name}.zero_grad() in each pass of this loop, before backward().`,
    });
  }
}

function readAccumulation(script: Script, draft: Draft, run: TorchRun): void {
  const steps = placed(script, run.steps);
  const [step] = steps;
  const [pass] = placed(script, run.backward);
  if (!step || !pass || run.steps.some((call) => call.positional.length > 0 && !/scaler/i.test(call.node.text))) return;
  const loop = innermost(step.where);
  if (!loop || innermost(pass.where) !== loop) return;
  const zeroes = placed(script, run.zeroes);
  const within = zeroes.filter(({ where }) => where.loops.includes(loop));
  if (within.length > 0) {
    readOneOfSeveral(
      draft,
      run,
      steps.filter(({ where }) => innermost(where) === loop),
      zeroes,
    );
    return;
  }
  const [zero] = zeroes;
  reportFieldFault(draft, 'updates', 'summed', (zero ?? pass).call.node, {
    replaces: ['no-updates'],
    rule: 'gradients-add-up',
    sentence: zero
      ? 'zero_grad() is called outside the loop that calls backward() and step(): the gradients of all batches of an epoch add up.'
      : 'optimizer.zero_grad() is never called: the gradients of all batches add up.',
    remedy: isEvery(step, pass)
      ? 'Call optimizer.zero_grad() after each step().'
      : 'Call optimizer.zero_grad() in each pass of this loop, before backward().',
  });
}

/** Whether only some backward passes are followed by a step, so that the gradients of several batches are meant to add up. */
const isEvery = (step: Placed, pass: Placed): boolean => step.where.arms.length > pass.where.arms.length;

/** What the variable of a loop over the epochs is called. A loop over folds makes a new net each time on purpose. */
const EPOCH = /^(e|ep|epochs?|i_?epoch|epoch_?\w*|_epoch)$/i;

/** A net that is made again in each pass of the loop over the epochs, so that it forgets what it has learned. */
function readRemade(script: Script, draft: Draft, run: TorchRun, net: Call | null): void {
  const [pass] = placed(script, run.backward);
  const around = net && script.where(net.node)?.loops.at(-1);
  if (!pass || !around || pass.where.loops.at(-2) !== around) return;
  if (!EPOCH.test(around.field('left')?.text ?? '') || script.calls.some((call) => call.last === 'load_state_dict'))
    return;
  recordRead(draft, 'epochs', 1, net.node);
  reportFault(draft, net.line, {
    rule: 'net-made-each-epoch',
    severity: 'error',
    sentence: `The net is made again in each pass of the loop over the epochs (line ${around.line}): it starts from new weights each time and forgets what it has learned.`,
    remedy: 'Make the net and its optimizer before the loop.',
    fields: ['epochs'],
    stated: ['epochs'],
    replaces: ['too-few-steps'],
  });
}

/** backward() and step() after the loop over the batches, with the loss of its last batch. */
function readLateUpdate(script: Script, draft: Draft, run: TorchRun): void {
  const [pass, ...others] = placed(script, run.backward);
  const object = pass && objectOf(pass.call);
  const end = object && script.resolve(object);
  const use = run.losses.find(({ call }) => call.node === end);
  const loop = use && script.where(use.call.node)?.loops.at(-1);
  const over = loop?.field('right');
  if (!pass || others.length > 0 || !loop || !over || pass.where.loops.includes(loop)) return;
  const from = script.origins(over);
  if (!script.calls.some((call) => call.last === 'DataLoader' && from.has(call.node))) return;
  recordRead(draft, 'stepsPerEpoch', 1, pass.call.node);
  reportFault(draft, pass.call.line, {
    rule: 'update-after-loop',
    severity: 'error',
    sentence: `backward() is called after the loop over the batches (line ${loop.line}): only the last batch of each epoch changes the weights.`,
    remedy: 'Move zero_grad(), backward() and step() into the loop over the batches.',
    fields: ['stepsPerEpoch'],
    stated: ['stepsPerEpoch'],
    replaces: ['too-few-steps'],
  });
}

/** Gradients that are cleared and computed for each batch, with a step only after the loop over the batches. */
function readLateStep(script: Script, draft: Draft, run: TorchRun): void {
  const passes = placed(script, run.backward);
  const steps = placed(script, run.steps);
  const [pass] = passes;
  const loop = pass && innermost(pass.where);
  const [step] = steps;
  if (!loop || !step || passes.some(({ where }) => innermost(where) !== loop)) return;
  if (steps.some(({ call, where }) => where.loops.includes(loop) || call.positional.length > 0)) return;
  const cleared = placed(script, run.zeroes).some(
    ({ where }) => innermost(where) === loop && surelyWith(where, pass.where) && where.at < pass.where.at,
  );
  const outside = step.where.loops.every((one) => pass.where.loops.includes(one));
  if (!cleared || !outside || step.where.at < pass.where.at) return;
  recordRead(draft, 'stepsPerEpoch', 1, step.call.node);
  reportFault(draft, step.call.line, {
    rule: 'update-after-loop',
    severity: 'error',
    sentence: `step() is called after the loop over the batches (line ${loop.line}), but zero_grad() within it: only the last batch of each epoch changes the weights.`,
    remedy: 'Move step() into the loop over the batches, after backward().',
    fields: ['stepsPerEpoch'],
    stated: ['stepsPerEpoch'],
    replaces: ['too-few-steps'],
  });
}

/** `net.eval()` after which no `net.train()` follows before the next training step. */
function readMode(script: Script, draft: Draft, run: TorchRun, net: Call | null): void {
  const [pass] = placed(script, run.backward);
  if (!pass || !net) return;
  // Without dropout and batch norm, both modes are the same.
  if (draft.recipe.batchNorm === false && draft.recipe.dropout?.rate === 0) return;
  const modes = script.calls.filter((call) => /^(eval|train)$/.test(call.last) && objectOf(call));
  const own = placed(script, modes).filter(({ call }) => netCall(script, objectOf(call)!)?.node === net.node);
  const isEval = ({ call }: Placed): boolean =>
    call.last === 'eval' || script.constant(call.positional[0] ?? call.keywords.get('mode')) === false;
  const evals = own.filter(isEval);
  const trains = own.filter((one) => !isEval(one));
  // A mode that is set through a name that is not known may be that of this net.
  if (modes.some((call) => call.last === 'train' && netCall(script, objectOf(call)!) === null)) return;
  for (const { call, where } of evals) {
    const around = where.loops.findLast((loop) => pass.where.loops.includes(loop));
    const back = trains.some((one) => !around || one.where.loops.includes(around));
    const first = !around && where.at < pass.where.at;
    const undone = trains.some((one) => one.where.at > where.at && one.where.at < pass.where.at);
    if (around ? back : !first || undone || trains.some((one) => one.where.loops.length > 0)) continue;
    reportFault(draft, call.line, {
      rule: 'trained-in-eval-mode',
      severity: 'warning',
      sentence: around
        ? `After eval() the net does not return to training mode: the rest of the ${trains.some((one) => one.where.loops.length > 0) ? 'epoch' : 'training'} runs without dropout and with fixed batch norm statistics.`
        : 'The net is in prediction mode while it is trained: dropout is off, and the batch norm statistics do not adapt to your images.',
      remedy: around
        ? 'Call train() on the net again after the validation.'
        : 'Call train() on the net at the start of each epoch.',
    });
  }
}

/** Outputs that are computed without gradients: `with torch.no_grad(): outputs = net(x)`. */
function readNoGrad(script: Script, draft: Draft, run: TorchRun): void {
  const blocks = gradientFree(script);
  for (const { outputs, call } of run.backward.length > 0 ? run.losses : []) {
    const end = outputs && script.resolve(outputs);
    const block = end?.type === 'call' && blocks.find((one) => isInside(one, end) || isInside(one, call.node));
    if (!block) continue;
    reportFieldFault(draft, 'updates', 'none', block, {
      replaces: ['no-updates'],
      rule: 'no-gradient',
      sentence:
        'The outputs of the training step are computed without gradients (no_grad): backward() cannot reach the weights.',
      remedy: 'Use no_grad() only for validation and prediction.',
    });
  }
}

/** `loss.requires_grad = True` silences the error that there is no gradient. */
function readForcedGradient(script: Script, draft: Draft, run: TorchRun): void {
  const names = new Set(run.backward.flatMap((call) => objectOf(call)?.text ?? []));
  const forced =
    script.nodes('assignment').find((one) => {
      const left = one.field('left');
      return (
        left?.type === 'attribute' &&
        left.field('attribute')?.text === 'requires_grad' &&
        names.has(left.field('object')?.text ?? '') &&
        script.constant(one.field('right')) === true
      );
    }) ??
    run.backward
      .map((call) => script.callAt(script.resolve(objectOf(call)!)))
      .find(
        (made) =>
          made &&
          ((/^(Variable|tensor)$/.test(made.last) && script.constant(made.keywords.get('requires_grad')) === true) ||
            (made.last === 'requires_grad_' && objectOf(made))),
      )?.node;
  if (!forced) return;
  reportFieldFault(draft, 'updates', 'none', forced, {
    replaces: ['no-updates'],
    rule: 'no-gradient',
    sentence:
      'The loss is made to require gradients by hand. backward() then runs, but it does not reach the weights of the net, and they never change.',
    remedy: 'Compute the loss directly from the outputs of the net, without detach(), argmax(), .data or a new tensor.',
  });
}

/** Whether a module of Lightning makes its steps itself. */
const isManual = (script: Script): boolean =>
  script
    .nodes('assignment')
    .some(
      (one) =>
        /\bautomatic_optimization$/.test(one.field('left')?.text ?? '') &&
        script.constant(one.field('right')) === false,
    );

/** Everything that is wrong with the loop; nothing if a framework runs it, or if a part of it is in another file. */
export function readTorchLoop(script: Script, draft: Draft, run: TorchRun, net: Call | null): void {
  if (run.manager?.name === 'Lightning') {
    readLightning(script, draft);
    if (isManual(script) && !run.elsewhere) {
      readOrder(script, draft, run);
      readMissing(draft, run);
    }
  }
  if (run.manager) return;
  readTorchSchedule(script, draft, run);
  readOrder(script, draft, run);
  readNoGrad(script, draft, run);
  readForcedGradient(script, draft, run);
  readLateUpdate(script, draft, run);
  readRemade(script, draft, run, net);
  readMode(script, draft, run, net);
  if (run.elsewhere) return;
  readMissing(draft, run);
  readNeverStepped(script, draft, run);
  readAccumulation(script, draft, run);
  readLateStep(script, draft, run);
}
