/** Converts rows of images into the records of the contract. */
import {
  pngFaultSchema,
  type ImageFacts,
  type ImageFormat,
  type ImageRecord,
  type UnreadableCode,
} from '../../contract/model/image';

/** The columns of `images` that a record needs. */
export interface ImageRow {
  id: number;
  path: string;
  class_name: string;
  own_class: string;
  split: string | null;
  extension: string;
  bytes: number;
  modified: number;
  state: number;
  unreadable_code: UnreadableCode | null;
  unreadable_reason: string | null;
  sha256: string | null;
  format: ImageFormat | null;
  width: number;
  height: number;
  channels: number;
  depth: number;
  pages: number;
  orientation: number;
  colour_space: string;
  has_alpha: number;
  has_icc: number;
  camera: string | null;
  value_min: number | null;
  value_max: number | null;
  value_low: number | null;
  value_high: number | null;
  png_fault: string | null;
  mean_r: number;
  mean_g: number;
  mean_b: number;
  std_r: number;
  std_g: number;
  std_b: number;
  border_r: number;
  border_g: number;
  border_b: number;
  luminance_1: number;
  luminance_5: number;
  luminance_50: number;
  luminance_95: number;
  luminance_99: number;
  entropy: number;
  laplacian_variance: number;
  edge_share: number;
  colourfulness: number;
  p_hash: string;
  d_hash: string;
  pixel_hash: string;
}

export const recordColumns = `id, path, class_name, own_class, split, extension, bytes, modified, state, unreadable_code, unreadable_reason, sha256, format,
  width, height, channels, depth, pages, orientation, colour_space, has_alpha, has_icc, camera, value_min, value_max, value_low, value_high, png_fault, mean_r, mean_g, mean_b, std_r, std_g, std_b,
  border_r, border_g, border_b, luminance_1, luminance_5, luminance_50, luminance_95, luminance_99, entropy, laplacian_variance, edge_share,
  colourfulness, p_hash, d_hash, pixel_hash`;

function valuesOf({
  value_min: min,
  value_max: max,
  value_low: low,
  value_high: high,
}: ImageRow): ImageFacts['values'] {
  return min === null || max === null || low === null || high === null ? null : { min, max, low, high };
}

function factsOf(row: ImageRow, format: ImageFormat): ImageFacts {
  return {
    format,
    width: row.width,
    height: row.height,
    channels: row.channels,
    depth: row.depth,
    pages: row.pages,
    orientation: row.orientation,
    colourSpace: row.colour_space,
    hasAlpha: row.has_alpha === 1,
    hasIcc: row.has_icc === 1,
    camera: row.camera,
    values: valuesOf(row),
    pngFault: row.png_fault === null ? null : pngFaultSchema.parse(JSON.parse(row.png_fault)),
    mean: [row.mean_r, row.mean_g, row.mean_b],
    std: [row.std_r, row.std_g, row.std_b],
    border: [row.border_r, row.border_g, row.border_b],
    luminance: [row.luminance_1, row.luminance_5, row.luminance_50, row.luminance_95, row.luminance_99],
    entropy: row.entropy,
    laplacianVariance: row.laplacian_variance,
    edgeShare: row.edge_share,
    colourfulness: row.colourfulness,
    pHash: row.p_hash,
    dHash: row.d_hash,
    pixelHash: row.pixel_hash,
  };
}

export function recordOf(row: ImageRow): ImageRecord {
  return {
    id: row.id,
    path: row.path,
    className: row.class_name,
    ownClass: row.own_class,
    split: row.split,
    bytes: row.bytes,
    modified: row.modified,
    extension: row.extension,
    sha256: row.sha256,
    facts: row.state === 1 && row.format !== null ? factsOf(row, row.format) : null,
    unreadable:
      row.unreadable_code === null ? null : { code: row.unreadable_code, reason: row.unreadable_reason ?? '' },
  };
}
