/** The cost of sharp alone, as a reference for the index. */
import { availableParallelism } from 'node:os';
import sharp, { type Sharp } from 'sharp';

const inside = { fit: 'inside', withoutEnlargement: true } as const;

/** The pixels that the index measures, at most 256 px on the longer side. */
export function decodeOnly(picture: Sharp): Sharp {
  return picture.resize(256, 256, { ...inside, kernel: 'linear' }).raw();
}

/** A thumbnail of at most 192 px as WebP with the default effort, 4. */
export function webpThumbnail(picture: Sharp): Sharp {
  return picture.resize(192, 192, inside).webp();
}

/** Seconds to read every file with shrink-on-load and to finish it, with as many images at a time as in the engine. */
export async function bareSharp(files: readonly string[], finish: (picture: Sharp) => Sharp): Promise<number> {
  sharp.concurrency(1);
  sharp.cache(false);
  const queue = files.values();
  const start = performance.now();
  await Promise.all(
    Array.from({ length: availableParallelism() + 1 }, async () => {
      for (const file of queue) await finish(sharp(file).autoOrient()).toBuffer();
    }),
  );
  return (performance.now() - start) / 1000;
}
