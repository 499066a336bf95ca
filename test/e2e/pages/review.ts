/** The review of a queue: the image, the keys, the filmstrip, and the progress. */
import { expect, type Locator, type Page } from '@playwright/test';
import { FramePage } from './frame';

export class ReviewPage {
  readonly root: Locator;
  /** The queue: filmstrip or tiles. */
  readonly queue: Locator;
  readonly picker: Locator;
  /** The displayed image, with its labels. */
  readonly stage: Locator;
  readonly decision: Locator;
  readonly beside: Locator;
  readonly progress: Locator;
  readonly groups: Locator;
  readonly undo: Locator;
  readonly redo: Locator;
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
    this.root = page.getByRole('main', { name: 'Review' });
    this.queue = this.root.getByRole('listbox', { name: 'Queue' });
    this.picker = this.root.getByRole('button', { name: /^Queue: / });
    this.stage = this.root.getByRole('region', { name: 'Image under review' });
    this.decision = this.root.getByRole('region', { name: 'Decision' });
    this.beside = this.root.getByRole('complementary', { name: 'Similar images and progress' });
    this.progress = this.root.getByRole('region', { name: 'Progress of the review' });
    this.groups = this.root.getByRole('region', { name: 'Duplicate groups' });
    this.undo = this.root.getByRole('button', { name: 'Undo' });
    this.redo = this.root.getByRole('button', { name: 'Redo' });
  }

  /** Goes to the review and opens a queue with the keyboard only. */
  async openByKeys(queue: RegExp): Promise<void> {
    await new FramePage(this.#page).goByKeys('Review');
    await this.picker.focus();
    await this.#page.keyboard.press('Enter');
    await this.#page.getByRole('menuitemradio', { name: queue }).focus();
    await this.#page.keyboard.press('Enter');
    // Until then, the images are those of the queue before.
    await expect(this.picker).toHaveAccessibleName(new RegExp(queue.source.replace('^', '^Queue: ')));
    await this.queue
      .getByRole('option', { name: /\.png, / })
      .or(this.groups.getByRole('radiogroup'))
      .first()
      .waitFor();
  }

  /** An image of the queue by its path; its accessible name contains the decision. */
  item(path: string): Locator {
    return this.queue.getByRole('option', { name: `${path}, ` });
  }

  /** One duplicate group, counted from 1. */
  group(number: number): Locator {
    return this.groups.getByRole('radiogroup', { name: `Group ${number} ` });
  }
}
