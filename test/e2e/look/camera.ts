/** Takes the pictures of look.ts. */
import { join } from 'node:path';
import type { App } from '../app.ts';

/** Longer than any transition and than loading a screen of thumbnails. */
const SETTLE = 500;

export class Camera {
  readonly #app: App;
  readonly #out: string;
  readonly #sizes: readonly string[];
  readonly #themes: readonly string[];

  /** @param sizes for example `1100x700`, in CSS pixels */
  constructor(app: App, out: string, sizes: readonly string[], themes: readonly string[]) {
    this.#app = app;
    this.#out = out;
    this.#sizes = sizes;
    this.#themes = themes;
  }

  /** One picture of what is shown per theme and size. */
  async take(name: string): Promise<void> {
    const { page } = this.#app;
    for (const size of this.#sizes) {
      const [width = 0, height = 0] = size.split('x').map(Number);
      await this.#app.resize(width, height);
      for (const theme of this.#themes) {
        await page.emulateMedia({ colorScheme: theme === 'dark' ? 'dark' : 'light' });
        await page.waitForTimeout(SETTLE);
        await page.screenshot({ path: join(this.#out, `${name}-${theme}-${size}.png`) });
      }
    }
  }
}
