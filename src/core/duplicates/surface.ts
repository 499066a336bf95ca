/**
 * The data of a picture that the structural comparison uses: its three colours, and edges that do not depend on colour.
 */
import { RASTER_SIDE, rasterArea } from '../images/raster';
import { softened } from './plate';

export interface Surface {
  readonly width: number;
  readonly height: number;
  /** R, G and B, 0–255, each row-major, and smoothed like the grey values of a plate. */
  readonly colours: readonly [Float32Array, Float32Array, Float32Array];
  /**
   * Square root of the length of the gradient over all three colours, row-major. A recoloured copy has its edges in the
   * same places, even if dark and bright are swapped.
   */
  readonly edges: Float32Array;
}

/** A picture without padding. */
export interface SmallPicture {
  /** width × height × 3, row-major. */
  readonly rgb: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * @param raster 64×64×3 RGB, row-major
 * @param width true width of the image (any unit: only the ratio to the height counts)
 */
export function surfaceOf(raster: Uint8Array, width: number, height: number): Surface {
  const area = rasterArea(width, height);
  const colour = (channel: number): Float32Array => {
    const values = new Float32Array(area.width * area.height);
    for (let y = 0; y < area.height; y++) {
      const row = ((area.top + y) * RASTER_SIDE + area.left) * 3 + channel;
      for (let x = 0; x < area.width; x++) values[y * area.width + x] = raster[row + 3 * x] as number;
    }
    return softened(values, area.width, area.height);
  };
  const colours = [colour(0), colour(1), colour(2)] as const;
  return { width: area.width, height: area.height, colours, edges: edgesOf(colours, area.width, area.height) };
}

/** The colours of a picture, smoothed like those of a raster. */
export type ColourSurface = Pick<Surface, 'width' | 'height' | 'colours'>;

export function coloursOf({ rgb, width, height }: SmallPicture): ColourSurface {
  const colour = (channel: number): Float32Array => {
    const values = new Float32Array(width * height);
    for (let i = 0; i < values.length; i++) values[i] = rgb[3 * i + channel] as number;
    return softened(values, width, height);
  };
  return { width, height, colours: [colour(0), colour(1), colour(2)] };
}

/** Luma, smoothed in the same way. */
export function lumaOf({ rgb, width, height }: SmallPicture): Float32Array {
  const values = new Float32Array(width * height);
  for (let i = 0, at = 0; i < values.length; i++, at += 3)
    values[i] = 0.299 * (rgb[at] as number) + 0.587 * (rgb[at + 1] as number) + 0.114 * (rgb[at + 2] as number);
  return softened(values, width, height);
}

/** The same picture mirrored left–right. */
export function mirroredSurface({ width, height, colours: [red, green, blue], edges }: Surface): Surface {
  const flipped = (values: Float32Array): Float32Array => {
    const out = new Float32Array(values.length);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) out[y * width + x] = values[(y + 1) * width - 1 - x] as number;
    return out;
  };
  return { width, height, colours: [flipped(red), flipped(green), flipped(blue)], edges: flipped(edges) };
}

function edgesOf(colours: Surface['colours'], width: number, height: number): Float32Array {
  const edges = new Float32Array(width * height);
  for (const values of colours) {
    for (let y = 0; y < height; y++) {
      const above = Math.max(0, y - 1) * width;
      const below = Math.min(height - 1, y + 1) * width;
      for (let x = 0; x < width; x++) {
        const left = values[y * width + Math.max(0, x - 1)] as number;
        const right = values[y * width + Math.min(width - 1, x + 1)] as number;
        const down = (values[below + x] as number) - (values[above + x] as number);
        edges[y * width + x] = (edges[y * width + x] as number) + (right - left) ** 2 + down * down;
      }
    }
  }
  return edges.map((energy) => Math.sqrt(Math.sqrt(energy)));
}
