/** What the frame needs to know of a view. */
import type { LucideIcon } from '@lucide/svelte';
import type { Component } from 'svelte';
import type { Severity } from '../../contract/model/finding';
import type { KeyHint } from '../parts/keys';
import type { Dataset } from '../state/dataset.svelte';

export interface Badge {
  readonly text: string;
  /** For screen readers. */
  readonly label: string;
  readonly severity: Severity | null;
}

export interface WindowView {
  readonly id: string;
  readonly title: string;
  readonly icon: LucideIcon;
  readonly component: Component<{ dataset: Dataset }>;
  /** The badge in the navigation; null for none. */
  readonly badge: (dataset: Dataset) => Badge | null;
  readonly keys: readonly KeyHint[];
  /** @returns a function that shows the view as it is now: filter, order, selected item. Absent if it has none. */
  readonly keep?: (dataset: Dataset) => () => void;
}
