/** What Plumbline has not looked at yet, so that a short list of findings is not taken for a good data set. */
import type { Unchecked } from '../../contract/model/dataset';
import type { Catalog } from '../catalog/catalog';
import { contentKey } from '../catalog/labels';
import { keptRecipe } from '../catalog/lab';
import { judgementWithheld, probesRun } from '../catalog/label-queries';
import { ownPredictions } from '../catalog/predictions';
import { installedBackbone } from '../process/backbone';

/** Empty if everything was looked at. In the order in which a user would do it. */
export function uncheckedOf(catalog: Catalog): Unchecked[] {
  const runs = probesRun(catalog);
  const own = ownPredictions(catalog);
  const key = contentKey(catalog);
  const state = (all: readonly { readonly stale: boolean }[]): 'not-run' | 'outdated' | null =>
    all.length === 0 ? 'not-run' : all.every(({ stale }) => stale) ? 'outdated' : null;
  const labels = state(runs);
  const withheld = labels === null ? judgementWithheld(catalog) : null;
  const copies = installedBackbone() === null ? null : state(runs.filter(({ kind }) => kind === 'instant'));
  const read = keptRecipe(catalog) !== null;
  const collapse = read ? null : state(own.map((one) => ({ stale: one.contentKey !== key })));
  const entry = (what: Unchecked['what'], why: Unchecked['why'] | null, detail = ''): Unchecked[] =>
    why === null ? [] : [{ what, why, detail }];
  return [
    ...(withheld !== null ? entry('labels', 'withheld', withheld) : entry('labels', labels)),
    ...entry('changed-copies', copies),
    ...entry('collapse', collapse),
  ];
}
