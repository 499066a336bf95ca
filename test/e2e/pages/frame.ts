/** The parts around every view: title bar, jobs, navigation, messages. */
import type { Locator, Page } from '@playwright/test';

type ViewName = 'Overview' | 'Findings' | 'Labels' | 'Collapse' | 'Checklist' | 'Images' | 'Review' | 'Export';

export class FramePage {
  readonly page: Page;
  /** Errors, which stay until they are dismissed. */
  readonly alerts: Locator;
  /** Messages of success, which disappear by themselves. */
  readonly notes: Locator;
  readonly jobs: Locator;
  readonly progress: Locator;
  readonly cancel: Locator;
  readonly goOn: Locator;
  readonly theme: Locator;

  constructor(page: Page) {
    this.page = page;
    const messages = page.getByRole('region', { name: 'Messages' });
    this.alerts = messages.getByRole('alert');
    this.notes = messages.getByRole('status');
    this.jobs = page.getByRole('status', { name: 'Jobs' });
    this.progress = this.jobs.getByRole('progressbar');
    this.cancel = this.jobs.getByRole('button', { name: /^Cancel: / });
    this.goOn = this.jobs.getByRole('button', { name: 'Resume' });
    this.theme = page.getByRole('button', { name: /^Theme: / });
  }

  /** The button that shows the open data set and opens another one. */
  dataset(name: string): Locator {
    return this.page.getByRole('button', { name: `Data set ${name}: open another` });
  }

  #view(view: ViewName): Locator {
    return this.page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: view });
  }

  async go(view: ViewName): Promise<void> {
    await this.#view(view).click();
  }

  /** Uses the keyboard shortcut that the button names. */
  async goByKeys(view: ViewName): Promise<void> {
    const title = await this.#view(view).getAttribute('title');
    await this.page.keyboard.press(`Control+${/Ctrl\+(\d)/.exec(title ?? '')?.[1] ?? ''}`);
  }
}
