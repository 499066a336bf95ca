/** Reads how a Keras script scales its images, in training and in prediction, and whether its pretrained base fits. */
import type { Normalization } from '../interventions/index';
import { reportFault, argument, recordDefault, forUse, note, numberOf, recordRead, type Draft } from './draft';
import { channelsOf } from './channels';
import { mayChangeBefore } from './keras-inside';
import { receiver, type KerasNet } from './keras-net';
import {
  AS_NORMALIZATION,
  familyScale,
  imageReads,
  readsTable,
  scalingOf,
  startsRaw,
  stepsIn,
  type PixelScale,
  type PixelScaling,
  type ScalingStep,
} from './keras-scaling';
import { descendants, type Call, type Script, type SyntaxNode } from './syntax';

const WORDS: Record<PixelScale, string> = {
  raw: '0 to 255',
  unit: '0 to 1',
  symmetric: '−1 to 1',
  standard: 'mean 0 and deviation 1',
  caffe: 'what preprocess_input of VGG and ResNet gives',
  torch: 'what preprocess_input of DenseNet gives',
};

interface Input {
  readonly parts: ReadonlySet<SyntaxNode>;
  readonly scaling: PixelScaling;
}

/** How an input of the net is scaled. For `table` see `startsRaw`. */
function inputOf(script: Script, node: SyntaxNode, table = false): Input {
  const parts = script.origins(node);
  return inputWith(script, parts, stepsIn(script, parts), table);
}

function inputWith(
  script: Script,
  parts: ReadonlySet<SyntaxNode>,
  steps: readonly ScalingStep[],
  table = false,
): Input {
  const scaling = scalingOf(script, steps);
  // Without a step, the values are 0 to 255 only if nothing unknown changes them.
  const known = scaling.scale !== 'raw' || startsRaw(script, parts, table);
  return { parts, scaling: known ? scaling : { ...scaling, scale: null } };
}

const TESTING = /^(x|images?|data|test_images|val_images)_?(test|val)$|^(test|val)_(x|images?|data)$/i;

/** A test variable, by its name, that is not scaled although the training variable is. Null if there is none. */
function unscaledForUse(script: Script): SyntaxNode | null {
  const divided = script.nodes('binary_operator', 'augmented_assignment').filter((node) => {
    const by = numberOf(script, node.field('right'));
    return /^\/=?$/.test(node.field('operator')?.text ?? '') && (by === 255 || by === 127.5);
  });
  const names = divided.flatMap((node) => {
    const left = node.field('left');
    return left ? [left, ...descendants(left, 'identifier')].map((one) => one.text) : [];
  });
  if (!names.some((name) => /train/i.test(name)) || names.some((name) => /test|val/i.test(name))) return null;
  const used = script.calls.flatMap((call) => {
    const held = call.keywords.get('validation_data') ?? null;
    return /^(predict|evaluate|test_on_batch)/.test(call.last)
      ? [...call.positional, ...call.keywords.values()]
      : held
        ? [held]
        : [];
  });
  return (
    used.flatMap((node) => [node, ...descendants(node, 'identifier')]).find((node) => TESTING.test(node.text)) ?? null
  );
}

/** Whether a net is loaded from the file that the trained net was saved to. */
function isSaved(script: Script, net: KerasNet, made: SyntaxNode): boolean {
  const load = script.callAt(made);
  const from = load?.last === 'load_model' ? argument(load, ['filepath'], 0) : null;
  const file = from && script.constant(from);
  return (
    typeof file === 'string' &&
    script.calls.some((call) => {
      const object = receiver(call);
      const path =
        call.last === 'ModelCheckpoint' || (call.last === 'save' && object && script.resolve(object) === net.model)
          ? argument(call, ['filepath'], 0)
          : call.last === 'save_model' && call.positional[0] && script.resolve(call.positional[0]) === net.model
            ? argument(call, ['filepath'], 1)
            : null;
      return path !== null && script.constant(path) === file;
    })
  );
}

/** The images that the net is validated on while it is trained. */
const heldBack = (net: KerasNet): { call: Call; node: SyntaxNode }[] =>
  net.fits.flatMap((call) => {
    const held = call.keywords.get('validation_data');
    const node = held?.type === 'tuple' ? held.children[0] : held;
    return node ? [{ call, node }] : [];
  });

/** The calls that predict or evaluate with the net, and their inputs. */
function uses(script: Script, net: KerasNet): { call: Call; node: SyntaxNode }[] {
  return script.calls.flatMap((call) => {
    const object = receiver(call);
    const node = argument(call, ['x', 'generator'], 0);
    if (!object || !node || !/^(predict\w*|evaluate\w*)$/.test(call.last)) return [];
    const made = script.resolve(object);
    const other = net.model && made !== net.model && made.type === 'call' && !isSaved(script, net, made);
    return other ? [] : [{ call, node }];
  });
}

/** How a step that scales is left out. */
const withoutScaling = (step: string): string =>
  step.includes('convert_image_dtype')
    ? 'tf.cast(image, tf.float32) in place of tf.image.convert_image_dtype leaves them as they are'
    : step.includes('preprocess_input')
      ? 'leave out this preprocess_input, or use that of its own module, which changes nothing'
      : 'leave out rescale, Rescaling and the division';

/** A net that would scale inside, and is told not to. */
function judgeUnscaledInside(draft: Draft, base: Call, given: SyntaxNode): void {
  reportFault(draft, given.line, {
    rule: 'base-scaled-otherwise',
    severity: 'error',
    sentence: `With include_preprocessing=False, ${base.last} does not scale inside, but it gets ${WORDS.raw}. preprocess_input of its module changes nothing.`,
    remedy: 'Leave out include_preprocessing=False, and give it the images unscaled.',
    fields: ['normalization'],
    replaces: ['raw-input'],
  });
}

function judgeBase(draft: Draft, base: Call | undefined, { scale, steps }: PixelScaling, script: Script): void {
  const wanted = base ? familyScale(base.last) : null;
  if (!base || !wanted || scale === null) return;
  // A net of the same name in another module may scale inside.
  if (base.name !== base.last && !/(^|\.)applications\./.test(base.name)) return;
  const weights = base.keywords.get('weights');
  if (weights && script.constant(weights) === null) return;
  if (scale === 'raw' && mayChangeBefore(script, base)) return;
  const inside = base.keywords.get('include_preprocessing');
  const within = inside ? script.constant(inside) : true;
  if (inside && within === false && scale === 'raw') judgeUnscaledInside(draft, base, inside);
  if (within !== true || scale === wanted) return;
  const step = steps.findLast((one) => one.to !== 'same');
  // In a loop over nets and their scalings: where the scaling is listed.
  const line = step ? script.resolve(step.at).line : base.line;
  const sentence = (given: string): string =>
    `${base.last} expects ${WORDS[wanted]}${wanted === 'raw' ? ' and scales inside' : ''}, but gets ${given}.`;
  // These nets learn nearly as well from 0 to 1 as from their own scaling.
  const close = wanted !== 'raw' && wanted !== 'caffe' && ['unit', 'symmetric', 'standard', 'torch'].includes(scale);
  if (close) return;
  // VGG has no batch norm, so no statistics are wrong: with 0 to 1 it also learns, but less well.
  const plain = base.last.startsWith('VGG') && scale === 'unit';
  reportFault(draft, line, {
    rule: 'base-scaled-otherwise',
    severity: wanted === 'raw' || scale === 'raw' ? 'error' : plain ? 'info' : 'warning',
    sentence: sentence(WORDS[scale]),
    remedy:
      wanted === 'raw'
        ? `Give it the images unscaled: ${withoutScaling(step ? script.resolve(step.at).text : '')}.`
        : 'Use preprocess_input of the module of this net, and no other scaling.',
    fields: ['normalization'],
    stated:
      draft.recipe.base !== undefined && draft.recipe.normalization === AS_NORMALIZATION[scale]
        ? ['normalization']
        : [],
    replaces: ['raw-input'],
  });
}

function judgeChannels(draft: Draft, script: Script, net: KerasNet, training: Input, used: readonly Input[]): void {
  const ours = channelsOf(script, training.parts);
  for (const use of used) {
    const theirs = channelsOf(script, use.parts);
    if (!ours || !theirs || ours.order === theirs.order) continue;
    reportFault(draft, (theirs.order === 'bgr' ? theirs : ours).at.line, {
      rule: 'channels-differ',
      severity: 'error',
      sentence: `cv2.imread gives the channels in the order BGR, but the images ${theirs.order === 'bgr' ? 'in training' : 'to be predicted'} are RGB.`,
      remedy: 'Convert with cv2.cvtColor(image, cv2.COLOR_BGR2RGB).',
    });
  }
  const pretrained = net.backbone ?? net.loaded;
  const weights = pretrained?.keywords.get('weights');
  if (ours?.order === 'bgr' && pretrained && !(weights && script.constant(weights) === null)) {
    const trained = draft.recipe.base !== undefined;
    if (trained) recordRead(draft, 'channels', 'bgr', ours.at.node);
    reportFault(draft, ours.at.line, {
      rule: 'channels-of-base',
      severity: 'warning',
      sentence: `cv2.imread gives the channels in the order BGR, but ${pretrained.last} was trained on RGB.`,
      remedy: 'Convert with cv2.cvtColor(image, cv2.COLOR_BGR2RGB).',
      ...(trained && { fields: ['channels'], stated: ['channels'] }),
    });
  }
}

function judgeUse(script: Script, draft: Draft, net: KerasNet, training: Input): void {
  const same = (): void =>
    recordDefault(draft, 'prediction', { normalization: 'same', mode: 'predict' }, 'Keras predicts in inference mode');
  const differs = (normalization: Normalization, at: SyntaxNode): void =>
    recordRead(draft, 'prediction', { normalization, mode: 'predict' }, at);
  const table = training.scaling.scale === 'unit' && readsTable(script, training.parts);
  const used = uses(script, net).map(({ call, node }) => ({ call, ...inputOf(script, node, table) }));
  judgeChannels(draft, script, net, training, used);
  const ours = training.scaling.scale;
  const held = heldBack(net).map(({ call, node }) => ({ call, ...inputOf(script, node) }));
  const other = [...used, ...held].find(({ scaling: { scale } }) => ours !== null && scale !== null && scale !== ours);
  const theirs = other?.scaling.scale ?? null;
  if (other && ours && theirs) {
    const at = other.scaling.steps[0]?.at ?? generatorIn(script, other.parts)?.node ?? other.call.node;
    // If a part of the scaling is inside the model, the recipe cannot express the difference.
    const expressed = draft.recipe.normalization === AS_NORMALIZATION[ours];
    reportFault(draft, at.line, {
      rule: 'prediction-scaled-otherwise',
      severity: 'error',
      sentence: `The net gets ${WORDS[ours]} in training, but ${WORDS[theirs]} where it is ${used.includes(other) ? 'used' : 'validated'} (line ${other.call.line}): inputs that it has never seen.`,
      remedy: 'Use the same scaling in both, preferably inside the model.',
      fields: ['prediction', 'normalization'],
      stated: expressed ? ['prediction'] : [],
    });
    if (expressed) differs(AS_NORMALIZATION[theirs], at);
    else same();
    return;
  }
  if (used.some(({ scaling }) => scaling.scale !== null)) {
    same();
    return;
  }
  // No prediction is known. Then a generator or a variable for tests can show the scaling.
  const generators = script.calls.filter((call) => call.last === 'ImageDataGenerator' && !call.local);
  const testing = forUse(generators);
  const scaled = testing && scalingOf(script, stepsIn(script, new Set([testing.node])));
  const forgotten = used.length === 0 ? unscaledForUse(script) : null;
  if (testing && scaled && scaled.scale !== null && ours !== null && scaled.scale !== ours)
    differs(AS_NORMALIZATION[scaled.scale], testing.node);
  else if (forgotten && ours !== null && ours !== 'raw') differs('raw', forgotten);
  else same();
}

const generatorIn = (script: Script, parts: ReadonlySet<SyntaxNode>): Call | undefined =>
  script.calls.find((call) => parts.has(call.node) && call.last === 'ImageDataGenerator');

export function readKerasInput(script: Script, draft: Draft, net: KerasNet): void {
  const given = net.fit ? argument(net.fit, ['x', 'generator'], 0) : null;
  const random = script.calls.find((call) =>
    /random\.(rand|random|randn|random_sample|normal|uniform)$/.test(call.name),
  );
  const every = new Set(script.nodes('call', 'binary_operator', 'augmented_assignment'));
  const loads = imageReads(script, every)[0];
  if (random && !loads)
    note(draft, 'The script generates random images: no net can learn from them, with any settings.', random.line);

  const inside = net.model && net.calls !== script.calls ? stepsIn(script, script.origins(net.model)) : [];
  // Where the script runs the training itself, all steps outside the net are those of the images.
  const outside = stepsIn(script, every).filter((one) => !inside.some((other) => other.at === one.at));
  const training = given ? inputOf(script, given) : inputWith(script, every, outside);
  const ofData = training.scaling.steps.filter((one) => !inside.some((other) => other.at === one.at));
  const whole = scalingOf(script, [...ofData, ...inside]);
  const known = training.scaling.scale !== null || whole.steps.length > 0;
  if (given && whole.twice) {
    const [first] = whole.steps;
    reportFault(draft, whole.twice.at.line, {
      rule: 'scaled-twice',
      severity: 'error',
      sentence: `The images are scaled twice${first && first.at.line !== whole.twice.at.line ? `, first in line ${first.at.line}` : ''}: all pixels end up nearly equal.`,
      remedy: 'Keep only one of the two, preferably the one inside the model.',
      fields: ['normalization'],
      stated: draft.recipe.base === undefined ? [] : ['normalization'],
      replaces: ['base-scaled-otherwise', 'prediction-scaled-otherwise', 'raw-input'],
    });
  }
  const { scale } = whole;
  const base = net.backbone;
  const scalesInside = base !== undefined && familyScale(base.last) === 'raw';
  const step = whole.steps.find((one) => one.to !== 'same' && one.to !== 'stretch');
  if (whole.twice && given && draft.recipe.base !== undefined)
    recordRead(draft, 'normalization', 'twice', whole.twice.at);
  else if (scale !== null && scale !== 'raw' && step)
    recordRead(draft, 'normalization', AS_NORMALIZATION[scale], step.at);
  else if (scale === 'raw' && known && loads && !scalesInside && !net.loaded && startsRaw(script, training.parts))
    recordDefault(
      draft,
      'normalization',
      'raw',
      `${loads.last} returns 0 to 255, and the script does not scale it`,
      loads.line,
    );
  if (given && known && !whole.twice && (scale !== 'raw' || startsRaw(script, training.parts)))
    judgeBase(draft, base, whole, script);
  judgeUse(script, draft, net, training);
}
