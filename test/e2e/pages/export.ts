/** The export: options, preview, target, result. */
import type { Locator, Page } from '@playwright/test';

export class ExportPage {
  readonly root: Locator;
  readonly options: Locator;
  readonly preview: Locator;
  readonly table: Locator;
  readonly chooseFolder: Locator;
  readonly start: Locator;
  readonly progress: Locator;
  readonly goOn: Locator;
  readonly done: Locator;
  readonly comparison: Locator;

  constructor(page: Page) {
    this.root = page.getByRole('main', { name: 'Export' });
    this.options = this.root.getByRole('form', { name: 'Export options' });
    this.preview = this.root.getByRole('region', { name: 'Preview' });
    this.table = this.preview.getByRole('table', { name: 'Images by class and split' });
    this.chooseFolder = this.root.getByRole('button', { name: /^(Choose|Other) folder…$/ });
    this.start = this.root.getByRole('button', { name: 'Export', exact: true });
    this.progress = this.root.getByRole('group', { name: 'Export progress' });
    this.goOn = this.root.getByRole('button', { name: 'Resume' });
    this.done = this.root.getByRole('region', { name: 'Exported' });
    this.comparison = this.root.getByRole('region', { name: 'Before and after' });
  }

  mode(name: 'Copy' | 'Hard link' | 'Symbolic link'): Locator {
    return this.options.getByRole('radio', { name: new RegExp(`^${name}`) });
  }

  /** Cells of a class in the preview: one count per split, then all. */
  async counts(className: string): Promise<number[]> {
    const row = this.table
      .getByRole('row')
      .filter({ has: this.root.page().getByRole('rowheader', { name: className, exact: true }) });
    const cells = await row.getByRole('cell').allTextContents();
    return cells.map((text) => Number(text.replaceAll(/\D/g, '')));
  }

  /** One figure of the table before/after: "before after". */
  compared(name: string): Locator {
    return this.comparison.getByRole('row', { name: new RegExp(`^${name} `) });
  }
}
