/** Decoders for the formats that libvips does not read here; core/images/formats.ts says which format uses which. */
import { decodeBmp, readBmpHeader } from '../../core/images/bmp';
import type { DecoderName } from '../../core/images/formats';
import { readHeifHeader } from '../../core/images/heif';
import { readJxlHeader } from '../../core/images/jxl';
import { decodePnm, readPnmHeader } from '../../core/images/pnm';
import type { RawHeader, RawPicture } from '../../core/images/raw-picture';
import { decodeApart } from './decode-threads';

interface Decoder {
  /**
   * Reads only the size, so that a picture above the limits is rejected before memory is allocated.
   * @throws BadPicture
   */
  readonly readHeader: (bytes: Uint8Array) => RawHeader;
  /** @throws BadPicture */
  readonly decode: (bytes: Uint8Array) => RawPicture | Promise<RawPicture>;
}

export const DECODERS: Readonly<Record<DecoderName, Decoder>> = {
  bmp: { readHeader: readBmpHeader, decode: decodeBmp },
  heif: { readHeader: readHeifHeader, decode: (bytes) => decodeApart({ decoder: 'heif', bytes }) },
  jxl: { readHeader: readJxlHeader, decode: (bytes) => decodeApart({ decoder: 'jxl', bytes }) },
  pnm: { readHeader: readPnmHeader, decode: decodePnm },
};
