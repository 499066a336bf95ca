/** The results of the probes about the labels. */
import type { Locator, Page } from '@playwright/test';

export class LabelsPage {
  readonly page: Page;
  readonly probe: Locator;
  readonly cnn: Locator;
  /** Shown while a probe runs. */
  readonly running: Locator;
  /** Shown after a probe was stopped. */
  readonly stopped: Locator;
  readonly suspects: Locator;
  readonly pair: Locator;
  /** The images of a cell of the confusion matrix, or of a region of the map. */
  readonly picked: Locator;

  constructor(page: Page) {
    this.page = page;
    this.probe = page.getByRole('region', { name: 'Instant probe', exact: true });
    this.cnn = page.getByRole('region', { name: 'CNN probe', exact: true });
    this.running = page.getByRole('region', { name: 'Probe running' });
    this.stopped = page.getByRole('region', { name: 'Probe stopped' });
    this.suspects = page.getByRole('listbox', { name: 'Suspicious labels' });
    this.pair = page.getByRole('button', { name: /^Pair: / });
    this.picked = page.getByRole('complementary', { name: 'Picked images' });
  }

  async run(): Promise<void> {
    await this.probe.getByRole('button', { name: /^Run/ }).click();
  }

  /** Confirms that the predictions are out of sample. The answer of the native dialog must be set. */
  async usePredictions(): Promise<void> {
    await this.page.getByRole('button', { name: 'Use my own predictions' }).click();
    const popover = this.page.getByRole('dialog', { name: 'Use my own predictions' });
    await popover.getByRole('checkbox', { name: /^These predictions are out of sample/ }).check();
    await popover.getByRole('button', { name: 'Choose the file…' }).click();
  }

  async useEmbedding(): Promise<void> {
    await this.page.getByRole('button', { name: 'Use my own embedding' }).click();
    const popover = this.page.getByRole('dialog', { name: 'Use my own embedding' });
    await popover.getByRole('button', { name: 'Choose the file…' }).click();
  }

  async tab(name: 'Suspicious labels' | 'Confusion' | 'Map' | 'Learning curves'): Promise<void> {
    await this.page.getByRole('group', { name: 'What to show' }).getByRole('button', { name }).click();
  }
}
