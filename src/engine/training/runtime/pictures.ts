/** Rasters as tensors, and as bytes for small nets. */
import { RASTER_BYTES, RASTER_SIDE } from '../../../core/images/raster';
import { type Tensor4D, tf } from './tensors';

/** count × RASTER_SIDE × RASTER_SIDE × channels, values 0–255. Grey pictures have one channel. */
export function pictureTensor(rasters: Uint8Array, grey: boolean): Tensor4D {
  const count = rasters.length / RASTER_BYTES;
  if (!grey) return tf.tensor4d(Float32Array.from(rasters), [count, RASTER_SIDE, RASTER_SIDE, 3]);
  const values = new Float32Array(count * RASTER_SIDE * RASTER_SIDE);
  for (let i = 0; i < values.length; i++) values[i] = (rasters[i * 3]! + rasters[i * 3 + 1]! + rasters[i * 3 + 2]!) / 3;
  return tf.tensor4d(values, [count, RASTER_SIDE, RASTER_SIDE, 1]);
}

/**
 * Rasters as bytes for small nets: count × side × side × channels, row-major. Grey pictures have one channel. Below
 * RASTER_SIDE, each value is the mean of a block.
 * @param side a divisor of RASTER_SIDE
 */
export function rasterPixels(rasters: Uint8Array, side: number, grey: boolean): Uint8Array {
  const block = RASTER_SIDE / side;
  const channels = grey ? 1 : 3;
  const count = rasters.length / RASTER_BYTES;
  const out = new Uint8Array(count * side * side * channels);
  const summed = block * block * (grey ? 3 : 1);
  for (let cell = 0; cell < count * side * side; cell++) {
    const row = Math.floor(cell / side);
    const corner = (row * block * RASTER_SIDE + (cell % side) * block) * 3;
    for (let channel = 0; channel < channels; channel++) {
      let sum = 0;
      for (let y = 0; y < block; y++) {
        for (let x = 0; x < block; x++) {
          const at = corner + (y * RASTER_SIDE + x) * 3;
          sum += grey ? rasters[at]! + rasters[at + 1]! + rasters[at + 2]! : rasters[at + channel]!;
        }
      }
      out[cell * channels + channel] = Math.round(sum / summed);
    }
  }
  return out;
}
