/** Decoders for the formats that libvips does not read here; core/images/formats.ts says which format uses which. */
import { decodeBmp, readBmpHeader } from '../../core/images/bmp';
import type { DecoderName } from '../../core/images/formats';
import { decodePnm, readPnmHeader } from '../../core/images/pnm';
import type { RawHeader, RawPicture } from '../../core/images/raw-picture';

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
  pnm: { readHeader: readPnmHeader, decode: decodePnm },
};
