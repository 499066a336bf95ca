/**
 * The only file that imports TensorFlow. Loaded only in the training process: it needs 300 MB, and its operations block
 * their thread.
 */
import { createRequire } from 'node:module';
import util from 'node:util';
import type * as TensorFlow from '@tensorflow/tfjs-node';

// tfjs-node 4.22 calls two functions of node:util that Node 23 removed. It is loaded with require, because an import
// would be hoisted above this.
const legacy = util as { isNullOrUndefined?: unknown; isArray?: unknown };
legacy.isNullOrUndefined ??= (value: unknown): boolean => value === null || value === undefined;
legacy.isArray ??= (value: unknown): boolean => Array.isArray(value);

export const tf = createRequire(import.meta.url)('@tensorflow/tfjs-node') as typeof TensorFlow;

export type Tensor = TensorFlow.Tensor;
export type Tensor1D = TensorFlow.Tensor1D;
export type Tensor2D = TensorFlow.Tensor2D;
export type Tensor4D = TensorFlow.Tensor4D;
export type Variable = TensorFlow.Variable;

/**
 * The values of the tensor that `make` computes; all intermediate tensors are disposed of. Do not return numbers from a
 * function in tf.tidy instead: tidy searches its result for tensors, element by element.
 */
export function readNumbers(make: () => Tensor): Float32Array {
  const tensor = tf.tidy(make);
  const numbers = tensor.dataSync<'float32'>();
  tensor.dispose();
  return numbers;
}

interface KernelBackend {
  readonly binding: {
    readonly TF_ATTR_TYPE: number;
    readonly TF_ATTR_BOOL: number;
    readonly TF_ATTR_INT: number;
    readonly TF_ATTR_FLOAT: number;
    readonly TF_ATTR_STRING: number;
    readonly TF_FLOAT: number;
  };
  executeMultipleOutputs(
    name: string,
    attributes: { name: string; type: number; value: unknown }[],
    inputs: readonly Tensor[],
    outputs: number,
  ): Tensor[];
}

/** An attribute of a TensorFlow kernel; a `type` is always float32 here. */
export type KernelAttribute = { readonly name: string } & (
  | { readonly kind: 'type' }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int'; readonly value: number | readonly number[] }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
);

/**
 * Runs any TensorFlow kernel by name. tfjs has no linear algebra, and builds some gradients from many small kernels
 * where TensorFlow has one.
 */
export function kernel(
  name: string,
  inputs: readonly Tensor[],
  attributes: readonly KernelAttribute[],
  outputs = 1,
): Tensor[] {
  const backend = tf.backend() as unknown as KernelBackend;
  const { binding } = backend;
  const types = {
    type: binding.TF_ATTR_TYPE,
    bool: binding.TF_ATTR_BOOL,
    int: binding.TF_ATTR_INT,
    float: binding.TF_ATTR_FLOAT,
    string: binding.TF_ATTR_STRING,
  };
  const given = attributes.map((attribute) => ({
    name: attribute.name,
    type: types[attribute.kind],
    value: attribute.kind === 'type' ? binding.TF_FLOAT : attribute.value,
  }));
  return backend.executeMultipleOutputs(name, given, inputs, outputs);
}
