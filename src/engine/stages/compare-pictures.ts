/** Makes comparisons of pictures from the store of a data set. */
import { type MadeComparison, madeComparisons, type StructureComparison } from '../../core/duplicates/changed';
import type { SmallPicture } from '../../core/duplicates/surface';
import type { Catalog } from '../catalog/catalog';
import { raster } from '../catalog/findings';
import { getThumbnail } from '../catalog/images';
import { decodePicture } from '../images/pixels';

/** Thumbnails are decoded for this many comparisons at one time: up to 200 KB each. */
const AT_ONCE = 100;

async function decoded(catalog: Catalog, ids: ReadonlySet<number>): Promise<ReadonlyMap<number, SmallPicture>> {
  const decode = async (id: number) => [id, await decodePicture(getThumbnail(catalog, id).data)] as const;
  return new Map(await Promise.all([...ids].map(decode)));
}

/** @param report gets the number of comparisons that are done, from time to time */
export async function makeComparisons(
  catalog: Catalog,
  comparisons: readonly StructureComparison[],
  report: (done: number) => void = () => undefined,
): Promise<MadeComparison[]> {
  const made: MadeComparison[] = [];
  for (let from = 0; from < comparisons.length; from += AT_ONCE) {
    const some = comparisons.slice(from, from + AT_ONCE);
    const wanted = new Set(some.filter(({ part }) => part).flatMap(({ a, b }) => [a.id, b.id]));
    const pictures = await decoded(catalog, wanted);
    const source = { raster: (id: number) => raster(catalog, id), picture: (id: number) => pictures.get(id) ?? null };
    made.push(...madeComparisons(some, source, () => report(made.length)));
  }
  return made;
}
