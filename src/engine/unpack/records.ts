/** Cuts a stream of bytes into records of the same length. */

/**
 * @param start bytes to skip
 * @param size bytes of a record
 * @param count of the records
 * @returns each record in its own memory
 * @throws Error when the stream ends early
 */
export async function* recordsOf(
  bytes: AsyncIterable<Uint8Array>,
  start: number,
  size: number,
  count: number,
): AsyncGenerator<Uint8Array> {
  let skip = start;
  let record = new Uint8Array(size);
  let filled = 0;
  let given = 0;
  for await (const chunk of bytes) {
    let at = Math.min(skip, chunk.length);
    skip -= at;
    while (at < chunk.length && given < count) {
      const part = chunk.subarray(at, at + size - filled);
      record.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < size) continue;
      yield record;
      given += 1;
      record = new Uint8Array(size);
      filled = 0;
    }
    if (given === count) return;
  }
  if (given < count) throw new Error(`it ended early, after ${given} of ${count} records`);
}

/** The first bytes of a stream, which is then closed. */
export async function headOf(bytes: AsyncIterable<Uint8Array>, length: number): Promise<Uint8Array> {
  const head: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    head.push(chunk);
    size += chunk.length;
    if (size >= length) break;
  }
  return Buffer.concat(head).subarray(0, length);
}
