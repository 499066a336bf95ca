/** The place in the collapse view of a data set, and in its checklist. Kept while the data set is open. */
import type { ChecklistItem } from '../../contract/checklist';
import type { Dataset } from './dataset.svelte';
import { Diagnoses } from './diagnosis.svelte';
import { Lab } from './lab.svelte';
import { Mirror } from './mirror.svelte';
import { RecipeDraft } from './recipe.svelte';

export type CollapseTab = 'diagnosis' | 'recipe' | 'lab';
type ShownBy = NonNullable<ChecklistItem['evidence'][number]['shownBy']>;

export class Collapse {
  readonly diagnoses: Diagnoses;
  readonly recipe: RecipeDraft;
  readonly lab: Lab;
  tab = $state<CollapseTab>('diagnosis');

  constructor(dataset: Dataset) {
    this.diagnoses = new Diagnoses(dataset);
    this.recipe = new RecipeDraft(dataset);
    this.lab = new Lab(dataset);
  }

  follow(revision: number): void {
    this.diagnoses.follow(revision);
    this.recipe.follow(revision);
    this.lab.follow(revision);
  }

  /** Opens the tab that shows a piece of evidence and points it out. */
  show({ kind, key }: Pick<ShownBy, 'key'> & { readonly kind: Exclude<ShownBy['kind'], 'finding'> }): void {
    if (kind === 'lab') {
      this.lab.choice = key;
      this.tab = 'lab';
    } else if (kind === 'rule') {
      this.recipe.point({ rule: key });
      this.tab = 'recipe';
    } else {
      this.tab = 'diagnosis';
    }
  }
}

const places = new WeakMap<Dataset, Collapse>();

/** The one of a data set. */
export function collapseOf(dataset: Dataset): Collapse {
  const known = places.get(dataset);
  if (known !== undefined) return known;
  const made = new Collapse(dataset);
  places.set(dataset, made);
  return made;
}

const lists = new WeakMap<Dataset, Mirror<ChecklistItem[]>>();

/** The checklist of a data set; pulled by who shows it. */
export function checklistOf(dataset: Dataset): Mirror<ChecklistItem[]> {
  const known = lists.get(dataset);
  if (known !== undefined) return known;
  const made = new Mirror(() => dataset.engine.call('checklist.get', { dataset: dataset.id }));
  lists.set(dataset, made);
  return made;
}
