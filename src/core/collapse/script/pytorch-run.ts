/** How a PyTorch script trains: its losses, backward passes, optimizer steps, and the loop that they are in. */
import { importsOf } from './imports';
import { netCall, torchClassOf, torchMethodOf } from './pytorch-net';
import { descendants, nameOf, type Call, type Script, type SyntaxNode } from './syntax';
import type { Loss } from '../interventions/index';

export const LOSSES: Record<string, Loss> = {
  CrossEntropyLoss: 'cross-entropy-logits',
  cross_entropy: 'cross-entropy-logits',
  NLLLoss: 'cross-entropy',
  nll_loss: 'cross-entropy',
  BCELoss: 'binary-cross-entropy',
  binary_cross_entropy: 'binary-cross-entropy',
  BCEWithLogitsLoss: 'binary-cross-entropy-logits',
  binary_cross_entropy_with_logits: 'binary-cross-entropy-logits',
  MSELoss: 'mean-squared-error',
  mse_loss: 'mean-squared-error',
};
const OPTIMIZER =
  /^(SGD|Adam|AdamW|NAdam|RAdam|Adamax|Adagrad|Adadelta|ASGD|LBFGS|RMSprop|Rprop|SparseAdam|Adafactor|Lion|Lamb|LARS|create_optimizer(_v2)?)$/;
const SCHEDULE = /(LR|LRScheduler|Scheduler|WarmRestarts|Warmup)$|_scheduler$|^create_scheduler/;

interface Manager {
  readonly name: string;
  readonly imports: RegExp;
  readonly read: boolean;
  /** What it does in place of the script; absent for the whole loop. */
  readonly does?: string;
}

/** Frameworks that run the training loop themselves, or clear the gradients and step the optimizer. */
const MANAGERS: readonly Manager[] = [
  { name: 'fastai', imports: /^(fastai|fastbook)\b/, read: false },
  { name: 'Lightning', imports: /^(pytorch_lightning|lightning)\b/, read: true },
  { name: 'Ignite', imports: /^ignite\b/, read: false },
  { name: 'Catalyst', imports: /^catalyst\b/, read: false },
  { name: 'skorch', imports: /^skorch\b/, read: false },
  { name: 'Poutyne', imports: /^poutyne\b/, read: false },
  { name: 'MMPretrain', imports: /^(mmcls|mmpretrain|mmengine)\b/, read: false },
  { name: 'DeepSpeed', imports: /^deepspeed\b/, read: true, does: 'makes the updates' },
  { name: 'Ultralytics', imports: /^ultralytics\b/, read: false },
];

/** What public code calls the loss of images that are mixed: `mixup_criterion(criterion, outputs, y_a, y_b, lam)`. */
const MIXED_LOSS = /^(mix_?up|cut_?mix)_(criterion|loss)$/;

/** Packages whose functions do not train. Any other import may contain a part of the training. */
export const DO_NOT_TRAIN =
  /^(torch|torchvision|torchmetrics|timm|numpy|np|tqdm|os|sys|time|math|random|json|copy|argparse|pathlib|glob|logging|PIL|cv2|sklearn|scipy|matplotlib|plt|pandas|pd|wandb|collections|datetime|albumentations|torchsummary|torchinfo|print|len|range|enumerate|zip|sum|int|float|str|list|isinstance|getattr|hasattr|max|min|next|iter|round|format|super|apex|accelerate|transformers|contextlib|functools|itertools|gc|warnings|shutil|tensorboardX|skimage|imageio|seaborn|typing|re|csv|pickle)\b/;

export interface LossUse {
  /** The call that computes it. */
  readonly call: Call;
  /** The call that made the loss; the same for a function. */
  readonly maker: Call;
  readonly loss: Loss;
  readonly outputs: SyntaxNode | null;
  readonly targets: SyntaxNode | null;
}

export interface TorchRun {
  readonly manager: (typeof MANAGERS)[number] | null;
  readonly backward: readonly Call[];
  /** Steps of optimizers; steps of learning rate schedules are in `scheduleSteps`. */
  readonly steps: readonly Call[];
  readonly scheduleSteps: readonly Call[];
  readonly zeroes: readonly Call[];
  readonly optimizers: readonly Call[];
  /** The optimizers that a step, or anything else, may belong to. */
  readonly optimizersOf: (call: Call) => Call[];
  /** The optimizer that is stepped; the first of several with the same settings. Null if there is none, or if they differ. */
  readonly optimizer: Call | null;
  /** The losses that the net is trained with. */
  readonly losses: readonly LossUse[];
  /** The innermost loop around the training step. */
  readonly loop: SyntaxNode | null;
  /** Whether functions that are not in the script, or gradients set by hand, may do a part of the training. */
  readonly elsewhere: boolean;
}

export const objectOf = (call: Call): SyntaxNode | null => call.node.field('function')?.field('object') ?? null;

/** Keras can train with PyTorch inside: its nets and optimizers then meet a loop of PyTorch. */
export const isOfKeras = ({ name }: Call): boolean => /^(tensorflow\.)?keras(_core)?\./.test(name);

function lossUses(script: Script): LossUse[] {
  const direct = script.calls.flatMap((call): LossUse[] => {
    const callee = call.node.field('function');
    const made = callee && netCall(script, callee);
    const written = call.last === call.last.toLowerCase() && !call.local && LOSSES[call.last] !== undefined;
    const mixed = MIXED_LOSS.test(call.last) && !call.local && call.positional[0];
    const given = mixed ? netCall(script, mixed) : null;
    const own = made && /Loss$/.test(made.last) && !made.local ? made : null;
    const maker = written ? call : (own ?? (given && /Loss$/.test(given.last) && !given.local ? given : null));
    const loss = maker ? LOSSES[maker.last] : undefined;
    if (!maker || !loss) return [];
    const [first, second] = maker === given ? call.positional.slice(1) : call.positional;
    return [
      {
        call,
        maker,
        loss,
        outputs: first ?? call.keywords.get('input') ?? null,
        targets: second ?? call.keywords.get('target') ?? null,
      },
    ];
  });
  const own = ownLosses(script, direct);
  return [...own, ...direct.filter((use) => !own.some(({ maker }) => maker.node.start === use.maker.node.start))];
}

/** Whether a loss compares what a net gives with what it gets: `mse_loss(net(x), x)`. */
function isReconstruction(script: Script, { outputs, targets }: LossUse): boolean {
  if (!outputs || targets?.type !== 'identifier') return false;
  const end = script.unpacked(outputs)?.whole ?? script.resolve(outputs);
  // A net with a margin for each class, such as ArcFace, gets the labels after the images.
  const input = end.type === 'call' ? script.callAt(end)?.positional[0] : undefined;
  return (
    input !== undefined &&
    [input, ...descendants(input, 'identifier')].some(
      ({ type, text }) => type === 'identifier' && text === targets.text,
    )
  );
}

/** A loss of a script whose losses all compare images with what a net makes of them. */
export function onlyReconstruction(script: Script): LossUse | undefined {
  const uses = lossUses(script);
  return uses.every((use) => isReconstruction(script, use)) ? uses[0] : undefined;
}

/** Uses of a loss that is a class of the script, such as a focal loss, whose `forward` hands its outputs to a known one. */
function ownLosses(script: Script, direct: readonly LossUse[]): LossUse[] {
  return script.calls.flatMap((call): LossUse[] => {
    const callee = call.node.field('function');
    const made = callee?.type === 'identifier' || callee?.type === 'attribute' ? netCall(script, callee) : null;
    const of = made?.local ? torchClassOf(script, made) : null;
    const forward = of && torchMethodOf(script, of, 'forward');
    const [, outputs, targets] = (forward?.field('parameters')?.children ?? []).map(
      (one) => (one.field('name') ?? one).text,
    );
    const inner = forward && direct.find((use) => isInside(forward, use.call.node) && use.outputs?.text === outputs);
    if (!inner || targets === undefined || inner.targets?.text !== targets) return [];
    const [first, second] = call.positional;
    // The parameter may have been changed before.
    const changed = descendants(forward, 'assignment').some((one) => one.field('left')?.text === outputs);
    return first && second && !changed ? [{ ...inner, call, outputs: first, targets: second }] : [];
  });
}

/** The `with` blocks and decorated functions whose calls compute no gradients. */
export const gradientFree = (script: Script): SyntaxNode[] =>
  [
    ...script.nodes('with_statement').filter((node) => /^with[^:\n]*\b(no_grad|inference_mode)\(/.test(node.text)),
    ...script
      .nodes('decorated_definition')
      .filter(({ children }) =>
        children.some(({ type, text }) => type === 'decorator' && /\b(no_grad|inference_mode)\b/.test(text)),
      ),
  ].filter(({ text }) => !/\benable_grad\b|\bset_grad_enabled\(/.test(text));

/** Whether a block has a node. Copies of a function that runs again keep their place in the code. */
export const isInside = (block: SyntaxNode, { start, end }: SyntaxNode): boolean =>
  block.start <= start && end <= block.end;

/** Whether a call makes a schedule of the learning rate. */
export const isSchedule = ({ name, last }: Call): boolean => /lr_scheduler/.test(name) || SCHEDULE.test(last);

function stepKind(script: Script, call: Call): 'optimizer' | 'schedule' | 'other' {
  const object = objectOf(call);
  if (!object) return 'other';
  const made = script.callAt(script.resolve(object));
  if (made) {
    if (isSchedule(made)) return 'schedule';
    if (OPTIMIZER.test(made.last) || /\boptim\b|GradScaler/.test(made.name)) return 'optimizer';
  }
  if (/sched|lr_/i.test(object.text)) return 'schedule';
  return /prof|env|bar|timer|writer|wandb|logger|ema/i.test(object.text) ? 'other' : 'optimizer';
}

/** Whether two optimizers are of one kind and have the same constant settings. */
function alike(script: Script, a: Call, b: Call): boolean {
  const settings = (call: Call): string =>
    JSON.stringify([
      call.last,
      call.positional.slice(1).map((one) => script.constant(one) ?? one.text),
      [...call.keywords]
        .filter(([name]) => name !== 'params')
        .map(([name, value]) => [name, script.constant(value) ?? value.text])
        .toSorted(),
    ]);
  return a === b || settings(a) === settings(b);
}

/** The first names of imports that may contain a net or a part of the training. */
export const foreignImports = (script: Script): ReadonlySet<string> =>
  new Set(
    importsOf(script)
      .filter((one) => !DO_NOT_TRAIN.test(one))
      .map((one) => one.split('.')[0]!),
  );

/**
 * Whether a loop calls functions that are imported from files that are not known, and gives them the net, the loss or
 * the optimizer: `names` has their names. A progress bar gets none of them.
 */
function callsElsewhere(script: Script, calls: readonly Call[], names: ReadonlySet<string>): boolean {
  const foreign = foreignImports(script);
  const modules = new Set(
    descendants(script.root, 'import_statement').flatMap((one) =>
      one.children.map((name) => (name.field('alias') ?? name).text.split('.')[0]!),
    ),
  );
  return calls.some((call) => {
    const first = call.name.split('.')[0]!;
    if (call.local || !foreign.has(first)) return false;
    // A variable may be called like a module of which only parts are imported: `from model import Net; model = Net()`.
    if (!modules.has(first) && nameOf(call.node.field('function')) === call.name) return false;
    const given = [...call.positional, ...call.keywords.values()];
    return given.length === 0 || given.some((one) => names.has(one.text) || /splat/.test(one.type));
  });
}

/** Fabric only moves what it is given: the loop is that of the script. */
const isFabricAlone = (script: Script): boolean =>
  script.calls.some(({ last, local }) => last === 'Fabric' && !local) &&
  !script.calls.some(({ last, local }) => last === 'Trainer' && !local) &&
  !script
    .nodes('class_definition')
    .some(({ field }) => /\b(LightningModule|LightningDataModule)\b/.test(field('superclasses')?.text ?? ''));

const managerOf = (script: Script): TorchRun['manager'] => {
  const imports = importsOf(script);
  const known = MANAGERS.find(({ imports: pattern }) => imports.some((one) => pattern.test(one)));
  if (known && !(known.name === 'Lightning' && isFabricAlone(script))) return known;
  const trainer = script.calls.some((call) => /^transformers\..*Trainer$/.test(call.name) && !call.local);
  const derived = script
    .nodes('class_definition')
    .some(({ field }) =>
      (field('superclasses')?.children ?? []).some((one) => /^transformers\..*Trainer$/.test(script.nameAt(one))),
    );
  return trainer || derived ? { name: 'the Trainer of Transformers', imports: /^transformers\b/, read: false } : null;
};

const TRAINS = /^(train|train_model|train_epoch|train_one_epoch|fit|trainer|engine)$/i;

/** Whether only functions for images and labels are imported: `from train import train_transforms, mixup_data`. */
const givesOnlyData = (statement: SyntaxNode): boolean =>
  statement.children
    .filter((name) => name !== statement.field('module_name'))
    .every(({ text }) => /transform|augment|mix_?up|cut_?mix|data|loader|plot/i.test(text));

/** A method of the script that is named `step` but does the whole training step: `self.step(batch)`. */
const isTrainingStep = (script: Script, { node }: Call): boolean => {
  const callee = node.field('function');
  const method = callee && script.resolve(callee);
  return method?.type === 'function_definition' && /\.backward\(/.test(method.text);
};

export function torchRun(script: Script): TorchRun {
  const named = (pattern: RegExp): Call[] => script.calls.filter((call) => pattern.test(call.last) && objectOf(call));
  const backward = named(/^(backward|manual_backward)$/);
  // `xm.optimizer_step(opt)` of PyTorch/XLA.
  const stepped = named(/^(step|optimizer_step)$/).filter((call) => !isTrainingStep(script, call));
  const steppedObjects = new Set(stepped.map((call) => script.resolve(objectOf(call)!)));
  /** One that is chosen by a name that is not known: `getattr(optim, name)(net.parameters())`. */
  const isChosen = (call: Call): boolean =>
    steppedObjects.has(call.node) &&
    [...call.positional, ...call.keywords.values()].some(({ text }) => /\bparameters\(\)/.test(text));
  const optimizers = script.calls.filter(
    (call) =>
      !call.local && call.positional.length + call.keywords.size > 0 && (OPTIMIZER.test(call.last) || isChosen(call)),
  );
  // An optimizer of Keras, which takes the gradients as an argument.
  const applied = named(/^apply(_gradients)?$/).filter((call) => {
    const made = script.resolve(objectOf(call)!);
    return optimizers.some(({ node }) => node === made);
  });
  const steps = [...stepped.filter((call) => stepKind(script, call) === 'optimizer'), ...applied];
  const optimizersOf = (call: Call): Call[] => {
    const object = objectOf(call);
    const given = [...(object ? [object] : []), ...call.positional];
    // Its parameters may be those of a net that another optimizer has trained before.
    const known = new Set(given.map((one) => script.resolve(one)));
    const exact = optimizers.filter(({ node }) => known.has(node));
    if (exact.length > 0) return exact;
    const from = given.map((one) => script.origins(one));
    return optimizers.filter((one) => from.some((nodes) => nodes.has(one.node)));
  };
  const candidates = [...new Set(steps.flatMap(optimizersOf))];
  const all = lossUses(script);
  const classified = all.filter((use) => !isReconstruction(script, use));
  // A net that first learns to give its images back is not the one that is judged.
  const uses = classified.length > 0 ? classified : all;
  const blocks = gradientFree(script);
  const computed = backward.flatMap((call) => [objectOf(call)!, ...call.positional].map((one) => script.origins(one)));
  const used = uses.filter((use) => computed.some((nodes) => nodes.has(use.call.node)));
  // A script that hands its functions to a library can seem to train with the loss of its validation.
  const withGradients = used.filter((use) => !blocks.some((one) => isInside(one, use.call.node)));
  const trained = withGradients.length > 0 ? withGradients : used;
  const [first] = backward.length > 0 ? backward : steps;
  const loop = (first && script.where(first.node)?.loops.at(-1)) ?? null;
  const within = loop ? script.calls.filter((call) => script.where(call.node)?.loops.includes(loop)) : script.calls;
  const parameters = named(/^(named_)?parameters$/);
  const names = new Set([
    'self',
    ...[...backward, ...stepped, ...parameters].flatMap((call) => objectOf(call)?.text ?? []),
    ...uses.flatMap(({ call, outputs }) => {
      const net = outputs && script.callAt(script.resolve(outputs));
      return [call.node.field('function')?.text ?? '', net?.node.field('function')?.text ?? ''];
    }),
  ]);
  const agree = candidates.every((one) => alike(script, one, candidates[0]!));
  return {
    manager: managerOf(script),
    backward,
    steps,
    scheduleSteps: stepped.filter((call) => stepKind(script, call) === 'schedule'),
    zeroes: named(/^(zero_grad|clear_grad|zero_grads)$/),
    optimizers,
    optimizersOf,
    optimizer:
      candidates.length > 0 && agree
        ? candidates[0]!
        : candidates.length === 0 && optimizers.length === 1
          ? optimizers[0]!
          : null,
    // A loss without gradients is that of the validation.
    losses:
      trained.length > 0
        ? trained
        : uses.filter((use) => !blocks.some((one) => isInside(one, use.call.node))).slice(0, 1),
    loop,
    elsewhere:
      callsElsewhere(
        script,
        within.filter((call) => !uses.some((use) => use.call === call)),
        names,
      ) ||
      /\.grad(\.data)?\s*(=[^=]|\.(copy|add|zero|fill|detach)_)|\bautograd\.grad\(|register_(post_accumulate_grad_)?hook/.test(
        script.root.text,
      ) ||
      descendants(script.root, 'import_from_statement').some((one) =>
        one.children.some(
          (name) => TRAINS.test(name.text) && (name !== one.field('module_name') || !givesOnlyData(one)),
        ),
      ),
  };
}
