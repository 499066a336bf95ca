/** What a watched training is compared with: the labels and colours of the data set, as far as it is indexed. */
import type { WatchedSet } from '../../core/collapse/watch/read';
import type { SetLabels } from '../../core/collapse/watch/labels';
import type { Catalog } from '../catalog/catalog';
import { meanColours } from '../catalog/colours';
import { ownLabels } from '../catalog/own-classes';
import { cohortOf } from './cohort';

/**
 * The label of an image by its path on any machine: the longest end of the path that is a path of the data set. An
 * image at the top of the data set is found by its name alone.
 */
function labelsByPath(paths: readonly string[], labels: ArrayLike<number>): SetLabels['labelAt'] {
  const known = new Map(paths.map((path, i) => [path, labels[i]!]));
  return (path) => {
    const parts = path.replaceAll('\\', '/').split('/');
    for (let from = 0; from < parts.length; from++) {
      const found = known.get(parts.slice(from).join('/'));
      if (found !== undefined) return found;
    }
    return null;
  };
}

export function watchedSet(catalog: Catalog): WatchedSet {
  const { classes, paths, labels } = cohortOf(catalog);
  if (labels.length === 0) return { colours: null, labels: [] };
  const own = ownLabels(catalog);
  const isRenamed = own.classes.join('\n') !== classes.join('\n');
  return {
    colours: meanColours(catalog),
    labels: [
      { classes: own.classes, labelAt: labelsByPath(own.paths, own.labels) },
      ...(isRenamed ? [{ classes, labelAt: labelsByPath(paths, labels) }] : []),
    ],
  };
}
