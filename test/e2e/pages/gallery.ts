/** The images of a data set: tiles, filters, and the panel with all facts about one image. */
import type { Locator, Page } from '@playwright/test';

export class GalleryPage {
  readonly root: Locator;
  /** The scrolling list, which has the keyboard focus. */
  readonly grid: Locator;
  readonly tiles: Locator;
  readonly total: Locator;
  readonly search: Locator;
  readonly detail: Locator;
  readonly picture: Locator;
  readonly close: Locator;
  readonly readable: Locator;
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
    this.root = page.getByRole('main', { name: 'Images' });
    this.grid = this.root.getByRole('listbox', { name: 'Images' });
    this.tiles = this.grid.getByRole('option');
    this.total = this.root.getByRole('contentinfo').or(this.root.locator('footer')).getByRole('status');
    this.search = this.root.getByRole('searchbox', { name: 'Search paths and notes' });
    this.detail = this.root.getByRole('complementary', { name: 'Image details' });
    this.picture = this.detail.getByRole('img', { name: /^Image / });
    this.close = this.detail.getByRole('button', { name: 'Close details' });
    this.readable = this.root.getByRole('combobox', { name: 'Readable or not' });
  }

  /** A tile by the path of its image. */
  tile(path: string): Locator {
    return this.grid.getByRole('option', { name: `${path}, ` });
  }

  /** The tile with the keyboard focus. */
  async active(): Promise<string | null> {
    const id = await this.grid.getAttribute('aria-activedescendant');
    return id === null ? null : this.grid.locator(`[id="${id}"]`).getAttribute('aria-label');
  }

  /** Selects names in one of the filters; selecting a name again removes it. */
  async pick(filter: 'Class' | 'Split' | 'Format' | 'Tag', ...names: string[]): Promise<void> {
    const button = this.root.getByRole('button', { name: new RegExp(`^${filter}: `) });
    await button.click();
    for (const name of names)
      await this.#page
        .getByRole('dialog')
        .getByRole('checkbox', { name: new RegExp(`^${name}\\b`) })
        .click();
    await button.click();
  }

  /** The value of one fact in the panel. */
  fact(name: string): Locator {
    return this.detail
      .getByRole('term')
      .filter({ hasText: new RegExp(`^${name}$`) })
      .locator('xpath=following-sibling::dd[1]');
  }
}
