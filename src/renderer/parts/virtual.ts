/** Geometry of virtual scrolling: which rows of a long list to draw, and where. All lengths are in pixels. */

/** Chromium limits an element's height to about 2^25 px; longer lists are scrolled in proportion. */
export const MAX_HEIGHT = 16_000_000;

export interface GridShape {
  readonly columns: number;
  readonly rows: number;
  readonly tileWidth: number;
  readonly rowHeight: number;
}

/**
 * Columns of tiles at least `tile` px wide that fill `width` evenly; at least one column. Under each square tile there
 * are `caption` px of text.
 */
export function gridShape(spec: {
  count: number;
  width: number;
  tile: number;
  gap: number;
  caption: number;
}): GridShape {
  const columns = Math.max(1, Math.floor((spec.width + spec.gap) / (spec.tile + spec.gap)));
  const tileWidth = Math.max(1, Math.floor((spec.width - spec.gap * (columns - 1)) / columns));
  return { columns, rows: Math.ceil(spec.count / columns), tileWidth, rowHeight: tileWidth + spec.caption + spec.gap };
}

export interface Scroll {
  /** Height of the scrolled element. */
  readonly height: number;
  /** First row to draw and the row after the last. */
  readonly first: number;
  readonly last: number;
  /** Offset of row `first` in the scrolled element. */
  readonly top: number;
}

export interface ScrollSpec {
  readonly rows: number;
  readonly rowHeight: number;
  readonly viewport: number;
  readonly scrollTop: number;
  readonly overscan: number;
}

function travel(spec: ScrollSpec): { height: number; full: number; scale: number } {
  const full = spec.rows * spec.rowHeight;
  const height = Math.min(full, MAX_HEIGHT);
  const scale = height > spec.viewport && full > height ? (full - spec.viewport) / (height - spec.viewport) : 1;
  return { height, full, scale };
}

/** The rows visible at a scroll position, with `overscan` more on either side. */
export function visibleRows(spec: ScrollSpec): Scroll {
  const { height, full, scale } = travel(spec);
  const offset = Math.min(Math.max(0, spec.scrollTop) * scale, Math.max(0, full - spec.viewport));
  const first = Math.max(0, Math.floor(offset / spec.rowHeight) - spec.overscan);
  const last = Math.min(spec.rows, Math.ceil((offset + spec.viewport) / spec.rowHeight) + spec.overscan);
  return {
    height,
    first,
    last,
    top: first * spec.rowHeight - offset + Math.min(spec.scrollTop, Math.max(0, height - spec.viewport)),
  };
}

/** The largest number of rows that `visibleRows` can return for a viewport. */
export function mostRows({
  rowHeight,
  viewport,
  overscan,
}: Pick<ScrollSpec, 'rowHeight' | 'viewport' | 'overscan'>): number {
  return Math.ceil(viewport / rowHeight) + 1 + 2 * overscan;
}

/** The scroll position nearest to the current one that shows all of `row`. */
export function scrollToRow(row: number, spec: ScrollSpec): number {
  const { scale } = travel(spec);
  const offset = spec.scrollTop * scale;
  const top = row * spec.rowHeight;
  if (top < offset) return top / scale;
  if (top + spec.rowHeight > offset + spec.viewport) return (top + spec.rowHeight - spec.viewport) / scale;
  return spec.scrollTop;
}

/** The index that a key moves to in a grid; null for keys that do not move. */
export function moveInGrid(
  key: string,
  index: number,
  grid: { count: number; columns: number; pageRows: number },
): number | null {
  const steps: Record<string, number> = {
    ArrowLeft: index - 1,
    ArrowRight: index + 1,
    ArrowUp: index - grid.columns,
    ArrowDown: index + grid.columns,
    PageUp: index - grid.columns * grid.pageRows,
    PageDown: index + grid.columns * grid.pageRows,
    Home: 0,
    End: grid.count - 1,
  };
  const to = steps[key];
  if (to === undefined || grid.count === 0) return null;
  const leaves =
    (key === 'ArrowUp' && to < 0) ||
    (key === 'ArrowDown' &&
      to >= grid.count &&
      Math.floor(index / grid.columns) === Math.floor((grid.count - 1) / grid.columns));
  return leaves ? index : Math.min(Math.max(0, to), grid.count - 1);
}
