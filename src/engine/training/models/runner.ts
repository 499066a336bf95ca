import type { ModelShape } from '../../../contract/model/user-model';

/** A loaded model, independent of the library that runs it. */
export interface ModelRunner {
  readonly shape: ModelShape;
  /**
   * @param input images in the model's layout, `width` × `height` pixels
   * @returns images × outputs, as the model puts them out
   */
  readonly run: (
    input: Float32Array,
    images: number,
    width: number,
    height: number,
  ) => Promise<{ values: Float32Array; outputs: number }>;
  readonly dispose: () => Promise<void>;
}

/** Dimensions of an image input: [batch, …], unknown ones null. Channels are last (Keras) or second (PyTorch). */
export function imageShape(
  dimensions: readonly (number | null)[],
): Pick<ModelShape, 'width' | 'height' | 'channels' | 'layout'> | null {
  if (dimensions.length !== 4) return null;
  const [, second, third, last] = dimensions as [number | null, number | null, number | null, number | null];
  if (last === 1 || last === 3) return { height: second, width: third, channels: last, layout: 'nhwc' };
  if (second === 1 || second === 3) return { height: third, width: last, channels: second, layout: 'nchw' };
  return null;
}
