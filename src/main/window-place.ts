/** The position and size of the window, stored between starts. */
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const placeSchema = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().positive(),
  height: z.int().positive(),
  maximized: z.boolean(),
});
export type Place = z.infer<typeof placeSchema>;

export interface DisplayArea {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const WANTED = { width: 1280, height: 820 };
const MINIMUM = { width: 1100, height: 700 };

/** The minimum size of the window on a display: the size that the views need, or less on a smaller display. */
export function minimumSize(area: DisplayArea): { width: number; height: number } {
  return { width: Math.min(MINIMUM.width, area.width), height: Math.min(MINIMUM.height, area.height) };
}

/**
 * Bounds for a new window: the saved ones, moved and shrunk to fit completely on the display that they overlap most;
 * without saved ones, or without an overlap, centred on the first display.
 * @param areas work areas of the displays, the main one first, at least one
 */
export function placeWindow(saved: Place | null, areas: readonly [DisplayArea, ...DisplayArea[]]): Place {
  const overlap = (area: DisplayArea) =>
    saved === null
      ? 0
      : Math.max(0, Math.min(saved.x + saved.width, area.x + area.width) - Math.max(saved.x, area.x)) *
        Math.max(0, Math.min(saved.y + saved.height, area.y + area.height) - Math.max(saved.y, area.y));
  const area = areas.reduce((best, candidate) => (overlap(candidate) > overlap(best) ? candidate : best));
  const least = minimumSize(area);
  const width = Math.min(area.width, Math.max(least.width, saved?.width ?? WANTED.width));
  const height = Math.min(area.height, Math.max(least.height, saved?.height ?? WANTED.height));
  const within = (start: number, low: number, room: number) => Math.round(Math.min(Math.max(start, low), low + room));
  const seen = saved !== null && overlap(area) > 0;
  return {
    x: within(seen ? saved.x : area.x + (area.width - width) / 2, area.x, area.width - width),
    y: within(seen ? saved.y : area.y + (area.height - height) / 2, area.y, area.height - height),
    width,
    height,
    maximized: saved?.maximized ?? false,
  };
}

/** Null if nothing was saved or the file cannot be read; the window then opens in its default size. */
export function loadPlace(file: string): Place | null {
  try {
    return placeSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}

/** A failure to save is ignored. */
export function savePlace(file: string, place: Place): void {
  try {
    writeFileSync(file, JSON.stringify(place));
  } catch {
    return;
  }
}
