/**
 * What an ONNX file says beside its operations, read without loading its weights: the files that hold weights, and what
 * it calls itself. An ONNX file is one message of Protocol Buffers; the numbers of its fields are those of onnx.proto.
 */
import { createHash } from 'node:crypto';
import { closeSync, createReadStream, existsSync, openSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, normalize } from 'node:path';
import { PlumblineError } from '../../contract/errors';
import { named } from '../../core/text/names';
import { whyUnreadable } from '../process/failures';
import { onnxTensor, textPair } from './onnx-tensors';
import { Bytes, fieldsOf, NoMessage } from './protobuf';

const MODEL = { producer: 2, graph: 7, operators: 8, metadata: 14 } as const;
const GRAPH = { name: 2, initializer: 5 } as const;

export interface OnnxFacts {
  /** Files with weights, relative to the folder of the model. */
  readonly weights: readonly string[];
  /** Names of the model, of its producer, and its metadata. */
  readonly names: readonly string[];
}

function factsOf(bytes: Bytes): OnnxFacts {
  const weights = new Set<string>();
  const names: string[] = [];
  let [graphs, operators] = [0, 0];
  for (const field of fieldsOf(bytes, 0, bytes.size)) {
    if (field.number === MODEL.producer) names.push(bytes.text(field.from, field.to));
    if (field.number === MODEL.metadata) {
      const { key, value } = textPair(bytes, field);
      names.push(`${key} ${value.slice(0, 200)}`);
    }
    if (field.number === MODEL.operators) operators += 1;
    if (field.number !== MODEL.graph) continue;
    graphs += 1;
    for (const part of fieldsOf(bytes, field.from, field.to)) {
      if (part.number === GRAPH.name) names.push(bytes.text(part.from, part.to));
      if (part.number !== GRAPH.initializer) continue;
      const location = onnxTensor(bytes, part).external.get('location');
      if (location !== undefined) weights.add(location);
    }
  }
  if (graphs !== 1 || operators === 0) throw new NoMessage();
  return { weights: [...weights].sort(), names };
}

const bad = (message: string, cause?: unknown): PlumblineError => new PlumblineError('bad-model', message, { cause });

/**
 * @param path absolute
 * @throws PlumblineError bad-model, one sentence, where the file is no ONNX file or files with its weights are missing
 */
export function readOnnxFacts(path: string): OnnxFacts {
  const file = `“${basename(path)}”`;
  let facts: OnnxFacts;
  let handle: number | null = null;
  try {
    handle = openSync(path, 'r');
    const bytes = new Bytes(handle);
    if (bytes.size === 0) throw bad(`${file} is empty.`);
    if (bytes.text(0, Math.min(bytes.size, 40)).startsWith('version https://git-lfs'))
      throw bad(`${file} is only a pointer of Git LFS to the network: fetch the network itself with “git lfs pull”.`);
    facts = factsOf(bytes);
  } catch (error) {
    if (error instanceof PlumblineError) throw error;
    if (error instanceof NoMessage) throw bad(`${file} is not an ONNX file, or it is cut off.`, error);
    throw bad(`${file} cannot be read: ${whyUnreadable(error)}.`, error);
  } finally {
    if (handle !== null) closeSync(handle);
  }
  const elsewhere = facts.weights.find((one) => isAbsolute(one) || normalize(one).startsWith('..'));
  if (elsewhere !== undefined)
    throw bad(
      `${file} takes its weights from “${elsewhere}”, outside its own folder: export it again into one folder.`,
    );
  const missing = facts.weights.filter((one) => !existsSync(join(dirname(path), one)));
  if (missing.length > 0)
    throw bad(
      `${file} has its weights in ${named(missing.map((one) => `“${one}”`))}, which ${missing.length === 1 ? 'is' : 'are'} missing: put ${missing.length === 1 ? 'this file' : 'these files'} into the same folder.`,
    );
  return facts;
}

/**
 * SHA-256 of the ONNX file and its weights, as hexadecimal text.
 * @param path absolute
 * @param weights as `readOnnxFacts` returns them
 */
export async function onnxHash(path: string, weights: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of [path, ...weights.map((one) => join(dirname(path), one))])
    for await (const part of createReadStream(file, { highWaterMark: 2 ** 20 })) hash.update(part as Buffer);
  return hash.digest('hex');
}
