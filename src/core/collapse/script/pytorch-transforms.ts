/** Reads the transforms of a PyTorch script: scaling, augmentation, and what does not fit within one Compose. */
import type { Augmentation, Normalization } from '../interventions/index';
import { NO_AUGMENTATION } from '../recipe';
import { argument, numbersOf, reportFault, type Draft } from './draft';
import type { TorchRun } from './pytorch-run';
import { descendants, type Call, type Script, type SyntaxNode } from './syntax';

export interface Transforms {
  readonly normalization: Normalization | null;
  readonly augmentation: Augmentation;
  readonly at: SyntaxNode;
}

const TO_TENSOR = /^(ToTensor|ToTensorV2|PILToTensor|ToImage|ToImageTensor|pil_to_tensor|to_tensor)$/;
/** Transforms that put the values into 0–1. */
const SCALES = /^(ToTensor|to_tensor|ConvertImageDtype|convert_image_dtype)$/;

function parts(script: Script, compose: Call): Call[] {
  if (compose.last !== 'Compose') return [compose];
  const list = argument(compose, ['transforms'], 0);
  const inner = list ? script.resolve(list) : null;
  // An element can be a name: `normalize` in `Compose([ToTensor(), normalize])`.
  const elements = inner?.type === 'list' ? inner.children.map((one) => script.resolve(one)) : [list, inner];
  const nodes = elements.flatMap((one) =>
    one ? [...(one.type === 'call' ? [one] : []), ...descendants(one, 'call')] : [],
  );
  return [...new Set(nodes)].flatMap((node) => script.callAt(node) ?? []);
}

/** All lists of transforms; a transform that is used without a list counts as one. */
export function composesOf(script: Script): Call[] {
  const lists = script.calls.filter((call) => call.last === 'Compose' && !call.local);
  const alone = script.calls.filter(
    (call) => call.last === 'ToTensor' && !call.local && /(^|\s)transforms?$/.test(call.label),
  );
  const within = lists.flatMap((call) => parts(script, call));
  // Random images only try out whether a script runs.
  const fake = script.calls.filter((call) => call.last === 'FakeData').flatMap(({ node }) => descendants(node, 'call'));
  return [...lists, ...alone.filter((call) => !within.includes(call))].filter(({ node }) => !fake.includes(node));
}

const isAlbumentations = (call: Call): boolean => /^(albumentations|A)\./.test(call.name);

function scales(script: Script, call: Call): boolean {
  if (SCALES.test(call.last)) return true;
  return call.last === 'ToDtype' && script.constant(call.keywords.get('scale') ?? call.positional[1]) === true;
}

/** What the transforms of a `Compose` do to an image. */
export function transformsOf(script: Script, compose: Call): Transforms {
  const inside = parts(script, compose);
  const find = (pattern: RegExp): Call | undefined => inside.find((call) => pattern.test(call.last));
  const largest = (call: Call | undefined, keyword: string, place: number): number =>
    call ? Math.max(0, ...numbersOf(script, argument(call, [keyword], place)).map(Math.abs)) : 0;
  const normalize = find(/^Normalize$/);
  const mean = normalize ? numbersOf(script, argument(normalize, ['mean'], 0)) : [];
  // Without a mean, Albumentations takes that of ImageNet.
  const usual = normalize && isAlbumentations(normalize) && normalize.positional.length + normalize.keywords.size === 0;
  const kind: Normalization = usual
    ? 'imagenet'
    : mean.length > 0 && mean.every((value) => value === 0.5)
      ? 'symmetric'
      : Math.abs((mean[0] ?? 0) - 0.485) < 0.002
        ? 'imagenet'
        : 'standard';
  const affine = find(/^RandomAffine$/);
  return {
    normalization: normalize ? kind : inside.some((call) => scales(script, call)) ? 'unit' : null,
    augmentation: {
      ...NO_AUGMENTATION,
      horizontalFlip: find(/^(RandomHorizontalFlip|HorizontalFlip)$/) !== undefined,
      verticalFlip: find(/^(RandomVerticalFlip|VerticalFlip)$/) !== undefined,
      rotation: Math.min(180, Math.max(largest(find(/^RandomRotation$/), 'degrees', 0), largest(affine, 'degrees', 0))),
      shift: Math.min(1, largest(affine, 'translate', 1)),
      zoom: find(/^RandomResizedCrop$/) ? 0.5 : 0,
      brightness: Math.min(1, largest(find(/^ColorJitter$/), 'brightness', 0)),
    },
    at: (normalize ?? compose).node,
  };
}

/** Transforms of Albumentations that change the range of the values, or may do so. */
const CHANGES_RANGE = /^(Normalize|ToFloat|FromFloat|Lambda|Compose|OneOf|SomeOf|Sequential)$/;

/**
 * Whether a list of Albumentations leaves images as 0 to 255: ToTensorV2 does not scale. In a script that divides by 255
 * somewhere, this is not known.
 */
export function leavesPixels(script: Script, compose: Call): boolean {
  if (compose.last !== 'Compose' || !isAlbumentations(compose) || /\b255\b/.test(withoutRange(script))) return false;
  const list = argument(compose, ['transforms'], 0);
  const elements = list ? script.resolve(list).children : [];
  const inside = parts(script, compose);
  return (
    elements.every((one) => script.resolve(one).type === 'call') &&
    inside.some(({ last }) => last === 'ToTensorV2') &&
    inside.every((call) => !CHANGES_RANGE.test(call.last) && !call.local)
  );
}

/** The text of a script without the range that a Normalize is told. */
const withoutRange = (script: Script): string => script.root.text.replace(/max_pixel_value\s*=\s*255(\.0*)?/g, '');

/** A division by 255 of something that the training loop gets. */
function division(script: Script, { loop }: TorchRun): SyntaxNode | null {
  const nodes = script
    .nodes('binary_operator', 'augmented_assignment')
    .filter((node) => /^\/=?$/.test(node.field('operator')?.text ?? ''));
  const inLoop = nodes.filter((node) => loop && script.where(node)?.loops.includes(loop));
  return inLoop.find((node) => [255, 256].includes(script.constant(node.field('right')) as number)) ?? null;
}

/** The call in a list of Albumentations that divides by 255; null if it divides by something else, or none does. */
function dividesBy255(script: Script, compose: Call): Call | null {
  const found = parts(script, compose).find((call) => call.last === 'Normalize');
  if (!found || !isAlbumentations(found)) return null;
  const by = found.keywords.get('max_pixel_value') ?? found.positional[2];
  const mean = numbersOf(script, argument(found, ['mean'], 0));
  const plain = !found.keywords.has('normalization') && mean.every((value) => value <= 1);
  return plain && (by === undefined || script.constant(by) === 255) ? found : null;
}

/**
 * Finds images that are divided by 255 before Albumentations divides them again: `transform(image=image / 255)`. All
 * lists of the script must divide, because it is not known which one is called.
 */
export function readAlbumentations(script: Script, draft: Draft, composes: readonly Call[]): void {
  const lists = composes.filter((call) => call.last === 'Compose' && isAlbumentations(call));
  const divide = lists.map((call) => dividesBy255(script, call));
  const [first] = divide;
  if (!first || lists.length < composes.length || divide.includes(null)) return;
  for (const { node, keywords, local } of script.calls) {
    const image = local ? undefined : keywords.get('image');
    const from = image && script.origins(image);
    const before = from
      ? script
          .nodes('binary_operator', 'augmented_assignment')
          .find(
            (one) =>
              from.has(one) &&
              /^\/=?$/.test(one.field('operator')?.text ?? '') &&
              script.constant(one.field('right')) === 255,
          )
      : undefined;
    if (!before || script.conditional(before) || script.position(before) > script.position(node)) continue;
    reportFault(draft, before.line, {
      rule: 'scaled-twice',
      severity: 'error',
      sentence: `The images are divided by 255 here, but Normalize of Albumentations (line ${first.line}) divides them by 255 again: all pixels are nearly 0.`,
      remedy: 'Leave out the division.',
    });
  }
}

/** Whether it is not known if a `ToDtype` scales: it does so only with scale=True. */
const mayScale = (script: Script, call: Call): boolean => {
  const scale = argument(call, ['scale'], 1);
  return (
    call.last === 'ToDtype' &&
    (call.positional[0]?.type === 'dictionary' || (scale !== null && typeof script.constant(scale) !== 'boolean'))
  );
};

/** Finds values in another scale than a transform expects, within one Compose. */
export function readTransformScale(script: Script, draft: Draft, run: TorchRun, compose: Call, used: boolean): void {
  const inside = parts(script, compose);
  if (inside.some(isAlbumentations) || isAlbumentations(compose)) return;
  const at = (call: Call | undefined): number => (call ? inside.indexOf(call) : -1);
  const open = inside.some((call) => call.last === 'Lambda' || call.local || mayScale(script, call));
  const tensor = inside.find((call) => TO_TENSOR.test(call.last));
  const scaled = inside.some((call) => scales(script, call));
  const normalize = inside.find((call) => call.last === 'Normalize');
  const mean = normalize ? numbersOf(script, argument(normalize, ['mean'], 0)) : [];
  const known = mean.length > 0 && !open;
  if (known && tensor && scaled && mean.some((value) => value > 1.5))
    reportFault(draft, normalize!.line, {
      rule: 'normalized-for-255',
      severity: 'error',
      sentence: `Normalize subtracts a mean of ${mean[0]}, which fits values from 0 to 255, but ${tensor.last} has already scaled them to 0–1: all pixels get nearly the same value.`,
      remedy: 'Use a mean and a deviation between 0 and 1, such as 0.485 and 0.229.',
    });
  if (known && tensor && !scaled && mean.every((value) => value <= 1))
    reportFault(draft, normalize!.line, {
      rule: 'normalized-for-one',
      severity: 'error',
      sentence: `Normalize subtracts a mean of ${mean[0]}, which fits values from 0 to 1, but ${tensor.last} leaves them at 0–255.`,
      remedy: 'Use ToTensor(), or ToDtype(torch.float32, scale=True) before Normalize.',
    });
  if (known && tensor && normalize && at(normalize) < at(tensor))
    reportFault(draft, normalize.line, {
      rule: 'normalize-before-tensor',
      severity: 'error',
      sentence: `Normalize comes before ${tensor.last}: it needs a tensor and stops at a picture.`,
      remedy: `Put Normalize after ${tensor.last}.`,
    });
  const again = inside.filter((call) => call.last === 'Normalize');
  if (again.length > 1 && known)
    reportFault(draft, again[1]!.line, {
      rule: 'scaled-twice',
      severity: 'error',
      sentence: `The images are normalized twice (line ${again[0]!.line} and here).`,
      remedy: 'Keep one Normalize.',
    });
  const divided = used && scaled && !open ? division(script, run) : null;
  if (divided)
    reportFault(draft, divided.line, {
      rule: 'scaled-twice',
      severity: 'error',
      sentence: `The images are divided by 255 here, but ${tensor?.last ?? 'a transform'} (line ${(tensor ?? compose).line}) has already scaled them to 0–1: all pixels are nearly 0.`,
      remedy: 'Leave out the division.',
    });
}
