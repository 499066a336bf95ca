/** Which input of a network takes the pictures, and in what form. */
import type { NetworkInput } from '../../contract/model/backbone';
import { quoted } from '../text/names';

/** An input or output, as the file describes it. */
export interface NetworkPort {
  readonly name: string;
  /** As ONNX names it; null for what is no tensor. */
  readonly type: string | null;
  /** Null: any size. */
  readonly dims: readonly (number | null)[];
}

export interface ReadInput {
  readonly input: NetworkInput;
  /** Null where the network takes any side. */
  readonly side: number | null;
}

const TEXT = /input_ids|token|attention_mask|text|position_ids/i;
const TYPES = ['float32', 'float16', 'uint8'] as const;
const MOST_SIDE = 1024;
const MOST_BATCH = 64;

/** Channels are second (PyTorch) or last (Keras); where both sizes are 3 or open, second. */
function layoutOf(dims: readonly (number | null)[]): 'nchw' | 'nhwc' | null {
  const [, second, , last] = dims;
  if (second === 3) return 'nchw';
  if (last === 3) return 'nhwc';
  return second === null ? 'nchw' : null;
}

/**
 * @returns the input, or one sentence that says why the network cannot be used
 */
export function readInput(inputs: readonly NetworkPort[]): ReadInput | string {
  const pictures = inputs.filter(({ dims }) => dims.length === 4 && layoutOf(dims) !== null);
  const [picture, another] = pictures;
  if (picture === undefined) {
    const grey = inputs.find(({ dims }) => dims.length === 4);
    if (grey !== undefined)
      return `Its input ${quoted(grey.name)} does not take colour pictures: one dimension must be 3, for red, green and blue.`;
    return inputs.some(({ name }) => TEXT.test(name))
      ? 'It takes text and no images: choose a network that takes images.'
      : 'It has no input for images: a network with one input of four dimensions is needed.';
  }
  if (another !== undefined)
    return `It takes several images at once (inputs ${quoted(picture.name)} and ${quoted(another.name)}): a network that takes one image is needed.`;
  const others = inputs.filter((one) => one !== picture);
  const text = others.find(({ name }) => TEXT.test(name));
  if (text !== undefined)
    return `It takes text as well as images (input ${quoted(text.name)}): export its image part alone, for CLIP the vision model.`;
  if (others[0] !== undefined)
    return `It needs a second input, ${quoted(others[0].name)}: a network that takes only an image is needed.`;
  const type = TYPES.find((one) => one === picture.type);
  if (type === undefined)
    return `Its input ${quoted(picture.name)} takes ${picture.type ?? 'no numbers'}: export it with 32-bit or 16-bit floats.`;
  const layout = layoutOf(picture.dims)!;
  const [batch, ...rest] = picture.dims as [number | null, number | null, number | null, number | null];
  const [height, width] = layout === 'nchw' ? [rest[1], rest[2]] : [rest[0], rest[1]];
  if (height !== null && width !== null && height !== width)
    return `It takes pictures of ${width} × ${height} pixels, and only square ones are supported.`;
  const side = height ?? width;
  if (side !== null && (side < 8 || side > MOST_SIDE))
    return `It takes pictures of ${side} × ${side} pixels; sides from 8 to 1,024 are supported.`;
  if (batch !== null && batch > MOST_BATCH)
    return `It takes ${batch} images in each run; at most ${MOST_BATCH} are supported.`;
  return { input: { name: picture.name, layout, type, batch }, side };
}
