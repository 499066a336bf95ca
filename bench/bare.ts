/** What sharp alone costs: the yardstick of the index. */
import { availableParallelism } from 'node:os';
import sharp, { type WebpOptions } from 'sharp';

/**
 * Seconds to decode every file with shrink-on-load and encode its 192-px WebP thumbnail, as many images at a time as
 * the engine takes.
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
