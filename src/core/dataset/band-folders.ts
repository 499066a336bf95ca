/** Folders that each contain the bands of one picture: `S2A_12_3/S2A_12_3_B02.tif`, `patch_7/red.png`. */
import { foldersOf } from './folders';
import { baseOf } from './row-path';

export interface BandFolders {
  readonly folders: number;
  readonly endings: readonly string[];
}

/** Fewer folders may have the same files by chance. */
const FEWEST_FOLDERS = 5;
/** Least share of the folders that contain the same bands. */
const ALMOST_ALL = 0.95;
const MOST_BANDS = 32;

/** Bands of satellites, dyes of microscopes, sequences of scanners. A number alone only counts pictures. */
const BAND =
  /^((b|band|ch|channel)[-_ ]?\d{1,2}a?|red|green|blue|yellow|rgb|nir|swir\d?|tir|pan|rededge\d?|thermal|ndvi|vv|vh|hh|hv|dapi|fitc|tritc|gfp|rfp|cy3|cy5|t1|t2|t1w|t2w|t1ce|t1gd|flair|dwi|adc)$/i;

/** What each file of a folder adds to the folder's name, or the whole names of the files. */
function endingsIn(folder: string, stems: readonly string[]): string[] {
  const name = baseOf(folder);
  const named = stems.every((stem) => stem.startsWith(name));
  return stems.map((stem) => (named ? stem.slice(name.length).replace(/^[-_. ]+/, '') : stem)).sort();
}

/** Whether some folders of a number or code contain one file for each band; null if almost all do not. */
export function bandFolders(images: readonly string[]): BandFolders | null {
  const byFolder = new Map<string, string[]>();
  for (const path of images) {
    const folder = foldersOf(path);
    const stems = byFolder.get(folder) ?? [];
    stems.push(baseOf(path).replace(/\.[^.]*$/, ''));
    byFolder.set(folder, stems);
  }
  if (byFolder.size < FEWEST_FOLDERS || images.length > byFolder.size * MOST_BANDS) return null;
  const bySet = new Map<string, { endings: readonly string[]; count: number }>();
  for (const [folder, stems] of byFolder) {
    const endings = endingsIn(folder, stems);
    const key = endings.join('\n');
    const alike = bySet.get(key) ?? { endings, count: 0 };
    alike.count += 1;
    bySet.set(key, alike);
  }
  const [most] = [...bySet.values()].sort((a, b) => b.count - a.count);
  if (!most || most.count < byFolder.size * ALMOST_ALL) return null;
  const bands = new Set(most.endings.filter((ending) => BAND.test(ending)));
  const codes = [...byFolder.keys()].every((folder) => /\d/.test(baseOf(folder)));
  return codes && bands.size > 1 && bands.size * 2 > most.endings.length
    ? { folders: byFolder.size, endings: most.endings }
    : null;
}
