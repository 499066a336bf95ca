/** The overview of a data set: its layout, its figures, its classes. */
import type { Locator, Page } from '@playwright/test';

export class OverviewPage {
  readonly root: Locator;
  readonly classBars: Locator;
  readonly indexing: Locator;
  readonly note: Locator;
  readonly changeLayout: Locator;
  readonly layouts: Locator;
  readonly measures: Locator;
  /** The bars of the formats, most images first. */
  readonly formats: Locator;
  readonly #page: Page;
  readonly #classes: Locator;

  constructor(page: Page) {
    this.#page = page;
    this.root = page.getByRole('main', { name: 'Overview' });
    this.#classes = this.root.getByRole('region', { name: 'Class distribution' });
    this.classBars = this.#classes.getByRole('rowgroup').getByRole('row');
    this.indexing = this.root.getByRole('region', { name: 'Indexing' });
    this.note = this.root.getByRole('note');
    this.layouts = page.getByRole('radiogroup', { name: 'Layout' });
    this.changeLayout = this.root.getByRole('button', { name: 'Read the folder in another way' });
    this.measures = this.root.getByRole('region', { name: 'Measures' });
    this.formats = this.measures.getByRole('list', { name: 'Format' }).getByRole('button');
  }

  /** Waits until the index is complete and no job is running, however long that takes: the limit is that of the test. */
  async indexed(): Promise<void> {
    await this.#page.getByRole('button', { name: 'Look for changes' }).waitFor({ timeout: 0 });
    await this.indexing.waitFor({ state: 'detached', timeout: 0 });
  }

  /** Class names with their counts, in the order on screen, without those outside the visible part of the list. */
  async counts(): Promise<[string, number][]> {
    await this.classBars.first().waitFor();
    const rows = await this.classBars.all();
    return Promise.all(
      rows.map(async (row): Promise<[string, number]> => {
        const cells = await row.getByRole('cell').allTextContents();
        return [(await row.getByRole('rowheader').innerText()).trim(), Number(cells.at(-2)?.replaceAll(/\D/g, ''))];
      }),
    );
  }

  /** The text of a key figure: "2,000", "12.5 %". */
  async figure(name: string): Promise<string> {
    const figure = this.root
      .locator('dl[aria-label="Key figures"] > div')
      .filter({ has: this.#page.getByRole('term').getByText(name, { exact: true }) });
    return (await figure.getByRole('definition').first().innerText()).trim();
  }

  sentence(text: string | RegExp): Locator {
    return this.root.getByText(text).first();
  }

  /** Sorts by a column; a second call reverses the order. */
  async sortBy(column: 'Class' | 'Images'): Promise<void> {
    await this.#classes.getByRole('columnheader', { name: column }).getByRole('button').click();
  }

  bars(choice: 'All' | 'Per split' | 'Linear' | 'Log'): Locator {
    return this.#classes.getByRole('button', { name: choice, exact: true });
  }

  openClass(name: string): Locator {
    return this.classBars.getByRole('button', { name, exact: true });
  }

  async chooseLayout(sentence: RegExp): Promise<void> {
    await this.changeLayout.click();
    await this.layouts.getByRole('radio', { name: sentence }).click();
  }
}
