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

interface BoundAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

interface KernelBackend {
  readonly binding: {
    readonly TF_ATTR_TYPE: number;
    readonly TF_ATTR_BOOL: number;
    readonly TF_ATTR_INT: number;
    readonly TF_ATTR_FLOAT: number;
    readonly TF_ATTR_STRING: number;
    readonly TF_FLOAT: number;
    /** Returns the ids of the outputs. */
    executeOp(
      name: string,
      attributes: readonly BoundAttribute[],
      inputs: readonly number[],
      outputs: number,
    ): readonly { readonly id: number }[];
    tensorDataSync(id: number): Float32Array;
    deleteTensor(id: number): void;
  };
  getInputTensorIds(tensors: readonly Tensor[]): number[];
  executeMultipleOutputs(
    name: string,
    attributes: readonly BoundAttribute[],
    inputs: readonly Tensor[],
    outputs: number,
  ): Tensor[];
}

/** An attribute of a TensorFlow kernel. */
export type KernelAttribute = { readonly name: string } & (
  | { readonly kind: 'type'; /** Absent: 32 bits. */ readonly bits?: 32 | 64 }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int'; readonly value: number | readonly number[] }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
);

/** TensorFlow's number for the type of 64-bit floats. */
const TF_DOUBLE = 2;

const kernelBackend = (): KernelBackend => tf.backend() as unknown as KernelBackend;

function bound(attributes: readonly KernelAttribute[]): BoundAttribute[] {
  const { binding } = kernelBackend();
  const types = {
    type: binding.TF_ATTR_TYPE,
    bool: binding.TF_ATTR_BOOL,
    int: binding.TF_ATTR_INT,
    float: binding.TF_ATTR_FLOAT,
    string: binding.TF_ATTR_STRING,
  };
  return attributes.map((attribute) => ({
    name: attribute.name,
    type: types[attribute.kind],
    value: attribute.kind === 'type' ? (attribute.bits === 64 ? TF_DOUBLE : binding.TF_FLOAT) : attribute.value,
  }));
}

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
  return kernelBackend().executeMultipleOutputs(name, bound(attributes), inputs, outputs);
}

/** A tensor of 64-bit numbers inside `withDoubles`. */
export type Double = number & { readonly double: unique symbol };

export interface DoubleKernels {
  /** Runs a kernel whose inputs and outputs are all of 64 bits. */
  readonly run: (
    name: string,
    inputs: readonly Double[],
    attributes: readonly KernelAttribute[],
    outputs?: number,
  ) => Double[];
  readonly from: (values: Float64Array, shape: readonly number[]) => Double;
  /** A tensor of numbers with 32 bits. */
  readonly widen: (values: Float32Array, shape: readonly number[]) => Double;
  readonly read: (tensor: Double) => Float64Array;
  /** Rounded to 32 bits. */
  readonly round: (tensor: Double) => Float32Array;
}

/**
 * Lets `work` run TensorFlow's kernels on 64-bit numbers. tfjs has no such tensors: they exist only as ids of the
 * binding, and enter and leave it as a 32-bit number and what that lacks (together 48 bits). All are freed at the end.
 */
export function withDoubles<R>(work: (kernels: DoubleKernels) => R): R {
  const backend = kernelBackend();
  const { binding } = backend;
  const made: number[] = [];
  const execute = (name: string, inputs: readonly number[], attributes: readonly KernelAttribute[], outputs = 1) => {
    const ids = binding.executeOp(name, bound(attributes), inputs, outputs).map(({ id }) => id);
    made.push(...ids);
    return ids as Double[];
  };
  const cast = (id: number, from: 32 | 64, to: 32 | 64): Double =>
    execute(
      'Cast',
      [id],
      [
        { name: 'SrcT', kind: 'type', bits: from },
        { name: 'DstT', kind: 'type', bits: to },
        { name: 'Truncate', kind: 'bool', value: false },
      ],
    )[0]!;
  const type = [{ name: 'T', kind: 'type', bits: 64 }] as const;
  const enter = (values: Float32Array, shape: readonly number[]): Double => {
    const tensor = tf.tensor(values, [...shape]);
    const id = cast(backend.getInputTensorIds([tensor])[0]!, 32, 64);
    tensor.dispose();
    return id;
  };
  const kernels: DoubleKernels = {
    run: execute,
    from: (values, shape) => {
      const high = new Float32Array(values);
      const low = new Float32Array(values.length);
      for (let i = 0; i < low.length; i++) low[i] = values[i]! - high[i]!;
      return execute('AddV2', [enter(high, shape), enter(low, shape)], type)[0]!;
    },
    widen: enter,
    read: (tensor) => {
      const high = cast(tensor, 64, 32);
      const low = cast(execute('Sub', [tensor, cast(high, 32, 64)], type)[0]!, 64, 32);
      const sum = new Float64Array(binding.tensorDataSync(high));
      const rest = binding.tensorDataSync(low);
      for (let i = 0; i < sum.length; i++) sum[i]! += rest[i]!;
      return sum;
    },
    round: (tensor) => binding.tensorDataSync(cast(tensor, 64, 32)),
  };
  try {
    return work(kernels);
  } finally {
    for (const id of made) binding.deleteTensor(id);
  }
}
