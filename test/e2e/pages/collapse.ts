/** The collapse view: judged predictions, the recipe, the lab. */
import type { Locator, Page } from '@playwright/test';

export class CollapsePage {
  readonly page: Page;
  readonly verdict: Locator;
  readonly axis: Locator;
  readonly classes: Locator;
  readonly confusion: Locator;
  readonly reading: Locator;
  readonly article: Locator;
  readonly script: Locator;
  readonly recipe: Locator;
  readonly rules: Locator;
  readonly lab: Locator;
  readonly training: Locator;
  readonly runs: Locator;
  readonly answer: Locator;

  constructor(page: Page) {
    this.page = page;
    this.verdict = page.getByRole('region', { name: 'Verdict' });
    this.axis = page.getByRole('region', { name: 'Accuracy and the levels to pass' });
    this.classes = page.getByRole('table', { name: 'Figures per class' });
    this.confusion = page.getByRole('region', { name: 'Confusion' });
    this.article = page.getByRole('article', { name: 'Diagnosis' });
    this.reading = page.getByRole('region', { name: 'How the predictions were read' });
    this.script = page.getByRole('region', { name: 'Training script' });
    this.recipe = page.getByRole('form', { name: 'Recipe' });
    this.rules = page.getByRole('region', { name: 'Found in the recipe' });
    this.lab = page.getByRole('region', { name: 'Lab running' });
    this.training = page.getByRole('region', { name: 'Current training run' });
    this.runs = page.getByRole('region', { name: 'Runs' });
    this.answer = page.getByRole('region', { name: 'Answer' });
  }

  async tab(name: 'Diagnosis' | 'Recipe' | 'Lab' | 'Training'): Promise<void> {
    await this.page.getByRole('group', { name: 'What to show' }).getByRole('button', { name }).click();
  }

  async paste(script: string): Promise<void> {
    await this.script.getByRole('textbox', { name: 'Script' }).fill(script);
    await this.script.getByRole('button', { name: 'Read it' }).click();
  }

  /** Chooses a model; the test must have set the answer of the native dialog before. */
  async runModel(from: 'A file' | 'A folder'): Promise<void> {
    await this.page.getByRole('button', { name: 'Run my model…' }).click();
    await this.page.getByRole('button', { name: from }).click();
  }

  /** Chooses the preprocessing of the model, and starts it. */
  async feed(pixels: string): Promise<void> {
    const dialog = this.page.getByRole('dialog', { name: 'Run my model' });
    await dialog.getByRole('combobox', { name: 'Preprocessing of the pixels' }).selectOption(pixels);
    await dialog.getByRole('button', { name: 'Run' }).click();
  }

  /** The remark of the recipe on a value. */
  value(title: string): Locator {
    return this.recipe.getByLabel(title, { exact: true });
  }
}
