/** Decisions on images where they are shown, by buttons and keys: what the bar and the buttons on a tile share. */
import type { ActSource } from '../../contract/model/review';
import { counted } from '../../core/text/numbers';
import type { Dataset } from '../state/dataset.svelte';
import { classKeys, type ClassKey } from '../state/class-keys';
import { decideImages } from '../state/decider.svelte';
import type { DecisionInput } from '../state/review-decision';
import { reviewOf } from '../state/review.svelte';
import type { Session } from '../state/session.svelte';
import { typing } from './keys';

interface Target {
  readonly dataset: Dataset;
  readonly images: readonly number[];
  readonly source: ActSource;
  /** The class that the probes suggest for the only image; null if there is none. */
  readonly suggested: string | null;
  /** Called after a decision. */
  readonly done?: (() => void) | undefined;
}

export class Deciding {
  readonly #session: Session;
  readonly #target: () => Target;
  readonly #commands: Readonly<Record<string, () => void>> = {
    k: () => this.choose({ kind: 'keep' }),
    x: () => this.choose({ kind: 'exclude' }),
    s: () => this.choose({ kind: 'unsure' }),
    a: () => this.choose({ kind: 'suggestion' }),
    r: () => this.relabel(),
    backspace: () => this.choose({ kind: 'clear' }),
  };

  /** @param target reads what is decided, at the time of the decision */
  constructor(session: Session, target: () => Target) {
    this.#session = session;
    this.#target = target;
  }

  choose(choice: DecisionInput): void {
    this.#decide(this.#target(), choice);
  }

  #decide({ dataset, images, source, done }: Target, choice: DecisionInput): void {
    const targets = [...images];
    const { notices } = this.#session;
    void notices.attempt(async () => {
      const decided = await decideImages(dataset, targets, choice, source);
      if (choice.kind === 'relabel') reviewOf(dataset).remember(choice.label);
      if (decided === null) notices.info('No probe suggests another class here.');
      else done?.();
    });
  }

  /** Asks for the class. */
  relabel(): void {
    const target = this.#target();
    const { dataset, images, suggested } = target;
    this.#session.question = {
      dataset,
      title: images.length > 1 ? `Relabel ${counted(images.length, 'image')}` : 'Relabel',
      suggested,
      pick: (label) => this.#decide(target, { kind: 'relabel', label }),
    };
  }

  get #keys(): readonly ClassKey[] {
    const { dataset } = this.#target();
    const { usedClasses, keys } = reviewOf(dataset);
    return classKeys(
      (dataset.summary.value?.classes ?? []).map((one) => one.name),
      usedClasses,
      keys,
    );
  }

  /** Handles a key that decides, unless it belongs to a field or a dialog, or was handled by another part. */
  press(event: KeyboardEvent): void {
    if (this.#target().images.length === 0 || event.repeat || event.defaultPrevented || typing(event)) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector('dialog[open], [role="dialog"]') !== null) return;
    const label = this.#keys.find((one) => one.key === event.key)?.name;
    const command =
      label === undefined ? this.#commands[event.key.toLowerCase()] : () => this.choose({ kind: 'relabel', label });
    if (command === undefined) return;
    event.preventDefault();
    command();
  }
}
