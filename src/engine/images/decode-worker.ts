/** Entry point of a decoding thread: receives one picture at a time and answers with its pixels or with its failure. */
import { parentPort } from 'node:worker_threads';
import type { UnreadableCode } from '../../contract/model/image';
import { BadPicture, type RawPicture } from '../../core/images/raw-picture';
import { decodeHeif } from './heif';
import { decodeJxl } from './jxl';
import { UnreadableImage } from './refusals';

const DECODE = { heif: decodeHeif, jxl: decodeJxl } as const;

/** The decoders that run on a thread. */
export type ThreadDecoder = keyof typeof DECODE;

export interface DecodeOrder {
  readonly decoder: ThreadDecoder;
  readonly bytes: Uint8Array;
}

export type DecodeAnswer =
  | { readonly picture: RawPicture }
  | { readonly refused: { readonly code: UnreadableCode; readonly message: string } }
  | { readonly bad: { readonly message: string; readonly short: boolean } };

async function answer({ decoder, bytes }: DecodeOrder): Promise<DecodeAnswer> {
  try {
    return { picture: await DECODE[decoder](bytes) };
  } catch (error) {
    if (error instanceof UnreadableImage) return { refused: { code: error.code, message: error.message } };
    const message = error instanceof Error ? error.message : String(error);
    return { bad: { message, short: error instanceof BadPicture && error.short } };
  }
}

parentPort?.on('message', (order: DecodeOrder) => {
  void answer(order).then((given) => {
    parentPort?.postMessage(given, 'picture' in given ? [given.picture.data.buffer as ArrayBuffer] : []);
  });
});
