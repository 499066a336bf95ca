/** The cost of sharp alone, as a reference for the index. */
import { availableParallelism } from 'node:os';
import sharp, { type WebpOptions } from 'sharp';

/**
 * Seconds to decode every file with shrink-on-load and to encode its 192-px WebP thumbnail, with as many images at a
 * time as in the engine.
 */
export async function bareSharp(files: readonly string[], webp: WebpOptions = {}): Promise<number> {
  sharp.concurrency(1);
  sharp.cache(false);
  const queue = files.values();
  const start = performance.now();
  await Promise.all(
    Array.from({ length: availableParallelism() + 1 }, async () => {
      for (const file of queue)
        await sharp(file)
          .autoOrient()
          .resize(192, 192, { fit: 'inside', withoutEnlargement: true })
          .webp(webp)
          .toBuffer();
    }),
  );
  return (performance.now() - start) / 1000;
}
