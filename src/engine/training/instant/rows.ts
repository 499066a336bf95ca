/** The feature rows of the images of one range, in memory or in a file. */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Rows that are processed at a time. */
const CHUNK = 2048;
/** Most numbers that are kept in memory (1.2 GB). */
const MEMORY_MOST = 3e8;

/** A row-major matrix of `count` rows. */
export interface RowStore {
  readonly count: number;
  readonly width: number;
  /** The rows of a range. They may share memory with the store, so callers must not change them. */
  readonly read: (from: number, to: number) => Float32Array;
  /** Replaces whole rows, from row `from` on. */
  readonly write: (from: number, rows: Float32Array) => void;
  readonly dispose: () => void;
}

/** Rows of an array, which the store uses and changes. */
export function memoryRows(values: Float32Array, width: number): RowStore {
  return {
    count: values.length / width,
    width,
    read: (from, to) => values.subarray(from * width, to * width),
    write: (from, rows) => values.set(rows, from * width),
    dispose: () => undefined,
  };
}

type Transfer = (file: number, bytes: Uint8Array, offset: number, length: number, position: number) => number;

/** Rows in a file of 32-bit numbers, which is opened for reading and writing. */
function fileRows(file: number, count: number, width: number): RowStore {
  /** One call may transfer less than asked for. Rows that were not written yet are 0, as in memory. */
  const transfer = (rows: Float32Array, from: number, call: Transfer): void => {
    const bytes = new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength);
    let done = 0;
    while (done < bytes.length) {
      const moved = call(file, bytes, done, bytes.length - done, from * width * 4 + done);
      if (moved === 0) break;
      done += moved;
    }
  };
  return {
    count,
    width,
    read: (from, to) => {
      const rows = new Float32Array((to - from) * width);
      transfer(rows, from, readSync);
      return rows;
    },
    write: (from, rows) => {
      transfer(rows, from, writeSync);
    },
    dispose: () => {
      closeSync(file);
    },
  };
}

/**
 * Rows of zeros. They are kept in memory if there are few, otherwise in a file that is deleted when the store is disposed
 * of.
 * @param scratch folder for the file
 */
export function emptyRows(count: number, width: number, scratch: string, most = MEMORY_MOST): RowStore {
  if (count * width <= most) return memoryRows(new Float32Array(count * width), width);
  const folder = mkdtempSync(join(scratch, 'rows-'));
  const rows = fileRows(openSync(join(folder, 'rows.f32'), 'w+'), count, width);
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  // At once, so that a killed process leaves nothing behind. Windows refuses while the file is open.
  if (process.platform !== 'win32') remove();
  return {
    ...rows,
    dispose: () => {
      rows.dispose();
      remove();
    },
  };
}

/** Some rows, in the order of `places`. */
export function pickRows(store: RowStore, places: Int32Array): Float32Array {
  const picked = new Float32Array(places.length * store.width);
  places.forEach((place, at) => picked.set(store.read(place, place + 1), at * store.width));
  return picked;
}

/** Calls `step` for chunks of rows. */
export function overRows(store: RowStore, step: (rows: Float32Array, from: number, count: number) => void): void {
  for (let from = 0; from < store.count; from += CHUNK) {
    const to = Math.min(store.count, from + CHUNK);
    step(store.read(from, to), from, to - from);
  }
}
