/** Light, dark or the system's theme; stored between starts. */
export type ThemeChoice = 'system' | 'light' | 'dark';

const KEY = 'plumbline.theme';
const CHOICES: readonly ThemeChoice[] = ['system', 'light', 'dark'];

export class Theme {
  readonly #store: Storage;
  #choice = $state<ThemeChoice>('system');
  #systemDark = $state(false);

  constructor(store: Storage, system: MediaQueryList) {
    this.#store = store;
    const kept = store.getItem(KEY);
    this.#choice = CHOICES.find((choice) => choice === kept) ?? 'system';
    this.#systemDark = system.matches;
    system.addEventListener('change', (event) => {
      this.#systemDark = event.matches;
    });
  }

  readonly shown = $derived.by((): 'light' | 'dark' => {
    if (this.#choice !== 'system') return this.#choice;
    return this.#systemDark ? 'dark' : 'light';
  });

  get choice(): ThemeChoice {
    return this.#choice;
  }

  choose(choice: ThemeChoice): void {
    this.#choice = choice;
    this.#store.setItem(KEY, choice);
  }
}
