/**
 * Unpacks large archives and measures the memory of the engine: `node bench/archives.ts [--mb 400]` after
 * `npm run build:engine` (Linux). A ZIP and a tar file contain one picture of noise many times, and an array a tenth of
 * their bytes. Exits with 1 if the engine needs more memory than a quarter of the archive above its rest.
 */
import { closeSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { scratchFolder, startEngine } from './engine.ts';

const { values } = parseArgs({ options: { mb: { type: 'string', default: '400' } } });
const total = Number(values.mb) * 1e6;
const SIDE = 700;
const scratch = scratchFolder('archives');

const noise = Buffer.from(Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => (i * 2_654_435_761) >>> 24));
const picture = await sharp(noise, { raw: { width: SIDE, height: SIDE, channels: 3 } })
  .png()
  .toBuffer();
const count = Math.ceil(total / picture.length);
const nameOf = (at: number): string => `set/${at % 2 ? 'dog' : 'cat'}/${String(at).padStart(6, '0')}.png`;

function written(name: string, write: (put: (...parts: readonly Buffer[]) => void) => void): string {
  const path = join(scratch.path, name);
  const file = openSync(path, 'w');
  write((...parts) => {
    for (const part of parts) writeSync(file, part);
  });
  closeSync(file);
  return path;
}

function writeZip(put: (...parts: readonly Buffer[]) => void): void {
  const directory: Buffer[] = [];
  let offset = 0;
  const checksum = crc32(picture);
  for (let at = 0; at < count; at += 1) {
    const name = Buffer.from(nameOf(at));
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(checksum, 10);
    common.writeUInt32LE(picture.length, 14);
    common.writeUInt32LE(picture.length, 18);
    common.writeUInt16LE(name.length, 22);
    put(Buffer.from('PK\x03\x04'), common, name, picture);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02'), Buffer.from([20, 3]), common, rest, name);
    offset += 4 + common.length + name.length + picture.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(offset, 16);
  put(list, end);
}

function writeTar(put: (...parts: readonly Buffer[]) => void): void {
  for (let at = 0; at < count; at += 1) {
    const head = Buffer.alloc(512);
    head.write(nameOf(at));
    head.write('0000644\0', 100);
    head.write(`${picture.length.toString(8).padStart(11, '0')}\0`, 124);
    head.write('        0', 148);
    head.write('ustar\x0000', 257);
    const sum = head.reduce((all, byte) => all + byte, 0);
    head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    put(head, picture, Buffer.alloc((512 - (picture.length % 512)) % 512));
  }
  put(Buffer.alloc(1024));
}

/** Images of 64 × 64 pixels and their labels. */
function writeArrays(): string {
  const images = Math.ceil(total / 12_288 / 10);
  const array = (name: string, shape: string, size: number): string =>
    written(name, (put) => {
      const head = `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape}), }`.padEnd(117) + '\n';
      put(
        Buffer.from([0x93]),
        Buffer.from('NUMPY\x01\x00', 'latin1'),
        Buffer.from([head.length, 0]),
        Buffer.from(head),
      );
      const part = noise.subarray(0, 12_288);
      for (let left = size; left > 0; left -= part.length) put(part.subarray(0, Math.min(left, part.length)));
    });
  array('y_train.npy', `${images},`, images);
  return array('x_train.npy', `${images}, 64, 64, 3`, images * 12_288);
}

const residentOf = (pid: number, key: 'VmRSS' | 'VmHWM'): number =>
  Number(new RegExp(`${key}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;

let failed = false;
try {
  for (const make of [() => written('set.zip', writeZip), () => written('set.tar', writeTar), writeArrays]) {
    const path = make();
    const size = statSync(path).size / 1e6;
    const engine = startEngine(join(scratch.path, 'cache'));
    await engine.call('engine.info', {});
    const rest = residentOf(engine.pid, 'VmRSS');
    const start = performance.now();
    await engine.call('archives.unpack', { path });
    const seconds = (performance.now() - start) / 1000;
    const peak = residentOf(engine.pid, 'VmHWM');
    await engine.stop();
    const line = `${path.replace(/^.*\//, '')}: ${size.toFixed(0)} MB in ${seconds.toFixed(1)} s, memory from ${rest.toFixed(0)} to ${peak.toFixed(0)} MB`;
    process.stdout.write(`${line}\n`);
    failed ||= peak - rest > Math.max(250, size / 4);
  }
} finally {
  scratch.remove();
}
if (failed) process.exitCode = 1;
