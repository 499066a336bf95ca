/** Portable bitmaps, greymaps and pixmaps (P1–P6), which libvips does not read here. One picture per file. */
import { BadPicture, type RawHeader, type RawPicture } from './raw-picture';

interface PnmHeader extends RawHeader {
  readonly kind: number;
  readonly max: number;
  readonly start: number;
}

const isSpace = (byte: number | undefined) => byte === 0x20 || (byte !== undefined && byte >= 9 && byte <= 13);

/** The next number from `at`, past white space and comments, and where it ends. */
function nextNumber(bytes: Uint8Array, from: number): { value: number; end: number } {
  let at = from;
  while (isSpace(bytes[at]) || bytes[at] === 0x23) {
    if (bytes[at] === 0x23) while (at < bytes.length && bytes[at] !== 10 && bytes[at] !== 13) at += 1;
    else at += 1;
  }
  const start = at;
  let value = 0;
  while (at < bytes.length && bytes[at]! >= 0x30 && bytes[at]! <= 0x39 && value < 1e9)
    value = value * 10 + bytes[at++]! - 0x30;
  if (at === start)
    throw new BadPicture(at >= bytes.length ? 'the file ends too early' : 'a number is missing', at >= bytes.length);
  return { value, end: at };
}

/** @throws BadPicture */
export function readPnmHeader(bytes: Uint8Array): PnmHeader {
  const kind = bytes[1]! - 0x30;
  const width = nextNumber(bytes, 2);
  const height = nextNumber(bytes, width.end);
  const bitmap = kind === 1 || kind === 4;
  const max = bitmap ? { value: 1, end: height.end } : nextNumber(bytes, height.end);
  if (width.value < 1 || height.value < 1 || max.value < 1 || max.value > 65_535)
    throw new BadPicture('its header is invalid', false);
  return {
    kind,
    width: width.value,
    height: height.value,
    channels: kind === 3 || kind === 6 ? 3 : 1,
    depth: bitmap ? 1 : max.value > 255 ? 16 : 8,
    max: max.value,
    start: max.end + (kind > 3 ? 1 : 0),
  };
}

function plainSamples(bytes: Uint8Array, header: PnmHeader, data: Uint8Array): void {
  let at = header.start;
  for (let i = 0; i < data.length; i += 1) {
    if (header.kind === 1) {
      while (isSpace(bytes[at])) at += 1;
      if (at >= bytes.length) throw new BadPicture('the file ends too early', true);
      data[i] = bytes[at++] === 0x31 ? 0 : 255;
    } else {
      const sample = nextNumber(bytes, at);
      at = sample.end;
      data[i] = (Math.min(sample.value, header.max) * 255) / header.max + 0.5;
    }
  }
}

/** @throws BadPicture */
export function decodePnm(bytes: Uint8Array): RawPicture {
  const header = readPnmHeader(bytes);
  const { width, height, channels, kind, max, start } = header;
  const samples = width * height * channels;
  const row = Math.ceil(width / 8);
  const needed = kind === 4 ? row * height : kind > 4 ? samples * (max > 255 ? 2 : 1) : samples;
  if (bytes.length - start < needed) throw new BadPicture('the file ends too early', true);
  const data = new Uint8Array(samples);
  if (kind < 4) plainSamples(bytes, header, data);
  else if (kind === 4)
    for (let i = 0; i < samples; i += 1)
      data[i] =
        (bytes[start + Math.floor(i / width) * row + ((i % width) >> 3)]! >> (7 - ((i % width) & 7))) & 1 ? 0 : 255;
  else if (max > 255)
    for (let i = 0; i < samples; i += 1)
      data[i] = (Math.min(max, bytes[start + i * 2]! * 256 + bytes[start + i * 2 + 1]!) * 255) / max + 0.5;
  else for (let i = 0; i < samples; i += 1) data[i] = (Math.min(max, bytes[start + i]!) * 255) / max + 0.5;
  return { width, height, channels, data };
}
