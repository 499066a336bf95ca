/** Tells scripts that train no classifier of images: what is said of classes would be wrong of them. */
import { argument } from './draft';
import { kerasNet } from './keras-net';
import { onlyReconstruction } from './pytorch-run';
import { descendants, lastPart, nameOf, type Script, type SyntaxNode } from './syntax';

interface OtherTask {
  /** What is trained, with its article: `an autoencoder`. */
  readonly what: string;
  readonly why: string;
  readonly line: number;
}

const VECTOR_LAYERS = /^((Lazy)?(Dense|Linear)|Flatten|Adaptive(Avg|Max)Pool2d|Global\w*Pool\w*|KerasLayer)$/;
/** What makes a vector of a picture in a `forward` or `call` that is written by hand. */
const VECTOR_STEPS = /\b(flatten|mean|amax|view|reshape|adaptive_avg_pool2d|adaptive_max_pool2d)\(/;
const LOADED = /(^|\.)(from_pretrained|create_model|load_model|from_config|hub\.load)$/;
const ENLARGING = /^(UpSampling2D|Conv2DTranspose|ConvTranspose2d|Upsample|UpsamplingBilinear2d|interpolate)$/;
const CONVOLVING = /^(Conv2D|Convolution2D|Conv2DTranspose|Conv2d|ConvTranspose2d)$/;
const MASK_NETS = /^(segmentation_models_pytorch|segmentation_models)\.|\bmodels\.segmentation\./;
const BOX_NETS = /\bmodels\.detection\./;
const GENERATOR = /^((build|make|create|get|define)_generator(_model)?|generator(_model|_net)?|net_?g)$/i;
const DISCRIMINATOR =
  /^((build|make|create|get|define)_(discriminator|critic)(_model)?|(discriminator|critic)(_model|_net)?|net_?d)$/i;
const TORCH_NUMBERS = /^(MSELoss|mse_loss|L1Loss|l1_loss|SmoothL1Loss|smooth_l1_loss|HuberLoss|huber_loss)$/;
const KERAS_NUMBERS = /^(mse|mae|meansquarederror|meanabsoluteerror|huber|huberloss)$/i;
const TORCH_CLASSES = /^(CrossEntropyLoss|cross_entropy|NLLLoss|nll_loss|BCE\w*|binary_cross_entropy\w*)$/;
const DECIDES = /argmax|sigmoid|softmax|one_hot|accuracy|\bacc\b|round\(|[<>]=? *0?\.5\b/i;

/** `fit(x, x)`: the images are also the targets. */
function autoencoder(script: Script): OtherTask | null {
  const fit = kerasNet(script).fits.find((call) => {
    const [x, y] = [argument(call, ['x'], 0), argument(call, ['y'], 1)];
    return x?.type === 'identifier' && x.text === y?.text;
  });
  return fit ? { what: 'an autoencoder', why: 'the images are also the targets', line: fit.line } : null;
}

const RECONSTRUCTS = /^(binary_crossentropy|mse|mean_squared_error|mae|mean_absolute_error)$/;

/** A loss that compares the inputs of the net with its outputs: `binary_crossentropy(inputs, outputs)`. */
function comparedInputs(script: Script): OtherTask | null {
  const isInput = (node: SyntaxNode): boolean => script.callAt(script.resolve(node))?.last === 'Input';
  const loss = script.calls.find(
    ({ last, local, positional }) =>
      !local && RECONSTRUCTS.test(last) && positional.length > 1 && positional.slice(0, 2).filter(isInput).length === 1,
  );
  const labelled = kerasNet(script).fits.some((call) => argument(call, ['y'], 1) !== null);
  return loss && !labelled
    ? { what: 'an autoencoder', why: 'its loss compares the images with what it makes of them', line: loss.line }
    : null;
}

/** In PyTorch, losses that all compare the images with what the net makes of them. */
function torchAutoencoder(script: Script): OtherTask | null {
  const loss = onlyReconstruction(script)?.call;
  return loss
    ? { what: 'an autoencoder', why: 'its loss compares the images with what it makes of them', line: loss.line }
    : null;
}

function boxesOrMasks(script: Script): OtherTask | null {
  const own = script.calls.filter((call) => !call.local);
  const boxes = own.find((call) => BOX_NETS.test(call.name));
  if (boxes) return { what: 'a detector', why: `${boxes.last} finds boxes`, line: boxes.line };
  const masks = own.find((call) => MASK_NETS.test(call.name) && /^[A-Z]|^(deeplab|fcn|lraspp)/.test(call.last));
  return masks ? { what: 'a segmentation', why: `${masks.last} gives a class for each pixel`, line: masks.line } : null;
}

/** A net that convolves and enlarges, in a script in which nothing makes a vector of a picture. */
function pictures(script: Script): OtherTask | null {
  const own = script.calls.filter((call) => !call.local);
  const last = own.findLast((call) => CONVOLVING.test(call.last));
  const bodies = descendants(script.root, 'function_definition').filter(({ field }) =>
    /^(forward|call)$/.test(field('name')?.text ?? ''),
  );
  if (
    !last ||
    !own.some((call) => ENLARGING.test(call.last)) ||
    own.some((call) => VECTOR_LAYERS.test(call.last) || LOADED.test(call.name)) ||
    bodies.some(({ text }) => VECTOR_STEPS.test(text))
  )
    return null;
  return { what: 'a net that gives pictures', why: 'it ends with a convolution', line: last.line };
}

/** A generator of pictures and its discriminator. */
function adversaries(script: Script): OtherTask | null {
  const named = (pattern: RegExp): SyntaxNode | undefined =>
    descendants(script.root, 'class_definition', 'function_definition').find(({ field }) =>
      pattern.test(field('name')?.text ?? ''),
    );
  const [maker, judge] = [named(GENERATOR), named(DISCRIMINATOR)];
  const noise = script.calls.some(({ last }) => /^(randn|randn_like|rand|normal|uniform)$/.test(last));
  if (!maker || !judge || !noise) return null;
  if (script.calls.some(({ last, local }) => !local && /^(CrossEntropyLoss|cross_entropy|NLLLoss)$/.test(last)))
    return null;
  return { what: 'a generator of pictures', why: `line ${judge.line} judges what it makes`, line: maker.line };
}

const EMBEDDING = /^((.+\.)?(nn|layers)\.)?Embedding$/;
const OF_IMAGES = /image|img|picture|photo|pixel|torchvision|\bPIL\b|cv2|conv2d|mnist|cifar|timm|applications/i;

/** A layer that looks up words or other tokens, in a script in which nothing points to images. */
function tokens(script: Script): OtherTask | null {
  const layer = script.calls.find(({ name, local }) => EMBEDDING.test(name) && !local);
  return layer && !OF_IMAGES.test(script.root.text)
    ? {
        what: 'a net for texts or other tokens',
        why: 'its Embedding looks up numbers of words or tokens',
        line: layer.line,
      }
    : null;
}

/** A number for each image in Keras: one unit without activation, without any accuracy among the metrics. */
function kerasNumbers(script: Script): OtherTask | null {
  const { compile, calls } = kerasNet(script);
  const loss = compile ? argument(compile, ['loss'], 1) : null;
  const end = loss && script.resolve(loss);
  const name = end?.type === 'call' ? lastPart(nameOf(end.field('function'))) : (end?.text ?? '');
  const metrics = compile?.keywords.get('metrics');
  const last = calls.findLast((call) => call.last === 'Dense' && !call.local);
  if (!last || !metrics || /acc/i.test(metrics.text) || !KERAS_NUMBERS.test(name.replace(/["'_]/g, ''))) return null;
  const activation = argument(last, ['activation'], 1);
  const later = calls.slice(calls.indexOf(last) + 1).some((call) => /^(Activation|Softmax|sigmoid)$/.test(call.last));
  const linear = !later && (activation === null || /^["']?(linear|None)["']?$/.test(activation.text));
  return linear && script.constant(argument(last, ['units'], 0)) === 1
    ? { what: 'a regression', why: 'one number for each image, with its error as the loss', line: last.line }
    : null;
}

/** A number for each image in PyTorch: nothing in the script decides for a class. */
function torchNumbers(script: Script): OtherTask | null {
  const own = script.calls.filter((call) => !call.local);
  const last = own.findLast((call) => call.last === 'Linear');
  if (!last || script.constant(argument(last, ['out_features'], 1)) !== 1) return null;
  if (!own.some((call) => TORCH_NUMBERS.test(call.last)) || own.some((call) => TORCH_CLASSES.test(call.last)))
    return null;
  return DECIDES.test(script.root.text)
    ? null
    : { what: 'a regression', why: 'one number for each image, with its error as the loss', line: last.line };
}

/** What a script trains, if it surely trains no classifier of images. */
export const otherTask = (script: Script): OtherTask | null =>
  boxesOrMasks(script) ??
  tokens(script) ??
  autoencoder(script) ??
  comparedInputs(script) ??
  torchAutoencoder(script) ??
  kerasNumbers(script) ??
  torchNumbers(script) ??
  adversaries(script) ??
  pictures(script);
