/** What the probes say of the labels. */
import type { Locator, Page } from '@playwright/test';

export class LabelsPage {
  readonly page: Page;
  readonly probe: Locator;
  readonly suspects: Locator;
  readonly pair: Locator;

  constructor(page: Page) {
    this.page = page;
    this.probe = page.getByRole('region', { name: 'Instant probe', exact: true });
    this.suspects = page.getByRole('listbox', { name: 'Suspicious labels' });
    this.pair = page.getByLabel('Pair');
  }

  async run(): Promise<void> {
    await this.probe.getByRole('button', { name: /^Run/ }).click();
  }

  async tab(name: 'Suspicious labels' | 'Confusion' | 'Map'): Promise<void> {
    await this.page.getByRole('group', { name: 'What to show' }).getByRole('button', { name }).click();
  }
}
