/** Small dense systems of equations, with 64-bit numbers. */

/** Gaussian elimination with partial pivoting: `right` becomes system⁻¹ · right. */
export function solveInPlace(system: Float64Array, right: Float64Array, size: number, width: number): void {
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++)
      if (Math.abs(system[row * size + column]!) > Math.abs(system[pivot * size + column]!)) pivot = row;
    swapRows(system, size, column, pivot);
    swapRows(right, width, column, pivot);
    const divisor = Math.abs(system[column * size + column]!) < 1e-9 ? 1e-9 : system[column * size + column]!;
    for (let row = column + 1; row < size; row++) {
      const factor = system[row * size + column]! / divisor;
      if (factor === 0) continue;
      for (let k = column; k < size; k++) system[row * size + k]! -= factor * system[column * size + k]!;
      for (let k = 0; k < width; k++) right[row * width + k]! -= factor * right[column * width + k]!;
    }
  }
  for (let row = size - 1; row >= 0; row--) {
    const divisor = Math.abs(system[row * size + row]!) < 1e-9 ? 1e-9 : system[row * size + row]!;
    for (let k = 0; k < width; k++) {
      let value = right[row * width + k]!;
      for (let j = row + 1; j < size; j++) value -= system[row * size + j]! * right[j * width + k]!;
      right[row * width + k] = value / divisor;
    }
  }
}

function swapRows(values: Float64Array, width: number, a: number, b: number): void {
  if (a === b) return;
  const kept = values.slice(a * width, (a + 1) * width);
  values.copyWithin(a * width, b * width, (b + 1) * width);
  values.set(kept, b * width);
}
