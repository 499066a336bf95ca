/**
 * The only importer of TensorFlow. Loaded in the training process only: it takes 300 MB, and its operations block the thread they run on.
 */
import { createRequire } from 'node:module';
import util from 'node:util';
import type * as TensorFlow from '@tensorflow/tfjs-node';

// tfjs-node 4.22 calls two functions of node:util that Node 23 took away. It is required, not imported: a bundler would hoist an import above this.
const legacy = util as { isNullOrUndefined?: unknown; isArray?: unknown };
legacy.isNullOrUndefined ??= (value: unknown): boolean => value === null || value === undefined;
legacy.isArray ??= (value: unknown): boolean => Array.isArray(value);

export const tf = createRequire(import.meta.url)('@tensorflow/tfjs-node') as typeof TensorFlow;

export type Tensor = TensorFlow.Tensor;
export type Tensor1D = TensorFlow.Tensor1D;
export type Tensor2D = TensorFlow.Tensor2D;
export type Tensor4D = TensorFlow.Tensor4D;
export type Variable = TensorFlow.Variable;
