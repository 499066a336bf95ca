/** Ridge regression on feature rows that one process has: all ranges at once. */
import {
  type FeatureBasis,
  firstComponents,
  type LeaveOneOut,
  leaveOneOut,
  type RowsLeftOut,
  leftOutOf,
  type RidgeRows,
  rotateRows,
  rowSums,
  solveBasis,
  targetSums,
} from './ridge';
import type { RowStore } from './rows';
import { fitOf, meanLeverage, type RidgeBasis, type RidgeFit } from './sums';

export class BasisRidge {
  private readonly store: RowStore;
  private readonly weights: Float64Array;
  private readonly groups: readonly Int32Array[];
  private readonly basis: RidgeBasis;
  private targets: Float32Array | null = null;
  private fit: RidgeFit | null = null;

  /**
   * @param store kernel values of all images; changed, because there may be no room for a second copy
   * @param nystrom turns them into features
   * @param weights of the images in the fit; 0 = predicted only
   * @param groups lists of images that are left out together; all others are left out singly
   */
  constructor(store: RowStore, nystrom: FeatureBasis, weights: Float64Array, groups: readonly Int32Array[]) {
    this.store = store;
    this.weights = weights;
    this.groups = groups;
    this.basis = solveBasis(rowSums(store, weights, nystrom.centre), nystrom);
    rotateRows(store, this.basis, store);
  }

  /** See KernelRidge.leaveOneOut. Calls with the same targets share a part of the work. */
  leaveOneOut(targets: Float32Array, penalty: number): LeaveOneOut {
    const rows = { store: this.store, weights: this.weights, targets };
    if (this.fit === null || this.targets !== targets) {
      this.fit = fitOf(this.basis, targetSums(rows));
      this.targets = targets;
    }
    return leaveOneOut(this.fit, rows, this.leftOut(rows), penalty);
  }

  meanLeverage(penalty: number): number {
    return meanLeverage(this.basis, penalty);
  }

  /** The first kernel principal components, images × `dimensions`. */
  principalComponents(dimensions: number): Float32Array {
    return firstComponents(this.store, dimensions);
  }

  dispose(): void {
    this.store.dispose();
  }

  /** One at a time, because the rows of all groups together can be as large as the store. */
  private *leftOut(rows: RidgeRows): Generator<RowsLeftOut> {
    for (const places of this.groups) yield leftOutOf(rows, places);
  }
}
