/** Makes the checklist from everything that is known about a data set and its recipe. */
import type { ChecklistItem } from '../../contract/model/checklist';
import { checklist } from '../../core/collapse/checklist';
import type { Catalog } from '../catalog/catalog';
import { wasAudited } from '../catalog/findings';
import { listFindings } from '../catalog/finding-queries';
import { keptRecipe, storedLab, type KeptLab } from '../catalog/lab';
import { orderedSplits } from '../catalog/listing';
import { tellingDiagnosis } from './diagnosis';
import { checkedRecipe, storedRecipe } from './recipe';

/** The last lab, if the images and labels have not changed since. */
export function freshLab(catalog: Catalog): KeptLab | null {
  const lab = storedLab(catalog);
  return lab?.stale === false ? lab : null;
}

/**
 * Uses the stored recipe or the recipe of the last lab, whichever is newer. The result of the lab counts only for the
 * recipe that it ran.
 */
export function makeChecklist(catalog: Catalog): ChecklistItem[] {
  const lab = freshLab(catalog);
  const stored = keptRecipe(catalog);
  // Without a recipe, nothing is checked against all images.
  const asked =
    stored !== null && stored.at >= (lab?.at ?? 0) ? storedRecipe(catalog) : lab && checkedRecipe(catalog, lab.reading);
  const same =
    lab !== null && asked !== null && JSON.stringify(lab.reading.recipe) === JSON.stringify(asked.reading.recipe);
  return checklist({
    findings: wasAudited(catalog) ? listFindings(catalog) : null,
    diagnosis: tellingDiagnosis(catalog),
    recipe: asked && asked.reading,
    warnings: asked?.warnings ?? [],
    lab: same ? lab.result : null,
    splits: orderedSplits(catalog).length,
  });
}
