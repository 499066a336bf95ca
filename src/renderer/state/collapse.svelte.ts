/** The open tab of the collapse view of a data set, and its checklist. Kept while the data set is open. */
import type { ChecklistItem } from '../../contract/model/checklist';
import type { Dataset } from './dataset.svelte';
import { Diagnoses } from './diagnosis.svelte';
import { keptFor } from './kept.svelte';
import { Lab } from './lab.svelte';
import { Mirror } from './mirror.svelte';
import { RecipeDraft } from './recipe.svelte';
import { WatchedTraining } from './training.svelte';

export type CollapseTab = 'diagnosis' | 'recipe' | 'lab' | 'training';
type ShownBy = NonNullable<ChecklistItem['evidence'][number]['shownBy']>;

export class Collapse {
  readonly diagnoses: Diagnoses;
  readonly recipe: RecipeDraft;
  readonly lab: Lab;
  readonly training: WatchedTraining;
  tab = $state<CollapseTab>('diagnosis');

  constructor(dataset: Dataset) {
    this.diagnoses = new Diagnoses(dataset);
    this.recipe = new RecipeDraft(dataset);
    this.lab = new Lab(dataset);
    this.training = new WatchedTraining(dataset);
  }

  follow(revision: number): void {
    this.diagnoses.follow(revision);
    this.recipe.follow(revision);
    this.lab.follow(revision);
  }

  /** Opens the tab with a piece of evidence and highlights it. */
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

/** The state for a data set; created at first use. */
export const collapseOf = keptFor((dataset) => new Collapse(dataset));

/** The checklist of a data set, loaded by the view that shows it. */
export const checklistOf = keptFor(
  (dataset) => new Mirror(() => dataset.engine.call('checklist.get', { dataset: dataset.id })),
);
