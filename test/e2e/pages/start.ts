/** The page that is shown while no data set is open. */
import type { Locator, Page } from '@playwright/test';

export class StartPage {
  readonly root: Locator;
  readonly openFolder: Locator;
  readonly recents: Locator;

  constructor(page: Page) {
    this.root = page.getByRole('main', { name: 'Start' });
    this.openFolder = this.root.getByRole('button', { name: 'Open folder…' });
    this.recents = page.getByRole('region', { name: 'Recent data sets' }).getByRole('listitem');
  }

  recent(name: string): Locator {
    return this.recents.filter({ hasText: name }).getByRole('button').first();
  }

  forget(name: string): Locator {
    return this.recents.getByRole('button', { name: `Forget ${name}` });
  }
}
