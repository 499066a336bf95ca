/** The desk of a page in a browser: the page shows the questions, downloads what is saved, and fills the clipboard. */
import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { PlumblineError } from '../contract/errors';
import type { Server } from '../contract/rpc/server';
import type { Desk, FileQuestion } from '../shell/desk';
import type { PromptCalls } from '../shell/relay';
import type { Downloads } from './downloads';
import { Browser } from './roots';
import { LARGEST_UPLOAD, plainFileName, type Uploads } from './uploads';

/** Questions that a page may have open at once. */
const MOST_PROMPTS = 8;

interface Open {
  readonly browser: Browser;
  readonly takesFiles: boolean;
  readonly settle: (path: string | null) => void;
  /** Aborts when the question is answered or cancelled. */
  readonly closed: AbortSignal;
}

function noFileManager(): PlumblineError {
  return new PlumblineError('forbidden', 'A browser cannot show files of the server.');
}

export class PageDesk implements Desk {
  readonly about: Desk['about'];
  readonly #emit: Server['emit'];
  readonly #roots: readonly string[];
  readonly #downloads: Downloads;
  readonly #uploads: Uploads;
  readonly #open = new Map<string, Open>();

  constructor(
    emit: Server['emit'],
    {
      version,
      roots,
      downloads,
      uploads,
    }: {
      readonly version: string;
      /** Real paths of the folders from which the page may choose. */
      readonly roots: readonly string[];
      readonly downloads: Downloads;
      readonly uploads: Uploads;
    },
  ) {
    this.about = { version, electron: '', notice: null };
    this.#emit = emit;
    this.#roots = roots;
    this.#downloads = downloads;
    this.#uploads = uploads;
  }

  readonly ask = ({ kind, title, button, filters = [] }: FileQuestion): Promise<string | null> => {
    if (this.#open.size >= MOST_PROMPTS)
      return Promise.reject(new PlumblineError('busy', 'Answer the questions that are open first.'));
    const prompt = randomBytes(16).toString('hex');
    const named = filters.flatMap(({ extensions }) => extensions);
    const extensions = named.includes('*') ? [] : named;
    const takesFiles = kind === 'file';
    return new Promise((resolve) => {
      const closing = new AbortController();
      const settle = (path: string | null): void => {
        this.#open.delete(prompt);
        closing.abort();
        resolve(path);
      };
      const browser = new Browser(this.#roots, kind, extensions);
      this.#open.set(prompt, { browser, takesFiles, settle, closed: closing.signal });
      this.#emit('prompt', {
        prompt,
        kind,
        title,
        button,
        extensions,
        upload: takesFiles ? `upload/${prompt}` : null,
        uploadLimit: LARGEST_UPLOAD,
      });
    });
  };

  readonly save: Desk['save'] = async ({ name, format }, text) => {
    const file = plainFileName(`${name}.${format}`);
    const id = this.#downloads.add(file, await text());
    this.#emit('download', { address: `download/${id}`, name: file });
    return file;
  };

  readonly copy: Desk['copy'] = (text) => {
    this.#emit('clipboard', { text });
    return Promise.resolve();
  };

  notify(): void {
    // The server does not know whether the page is in view. The title of its tab shows the progress.
  }

  showFile(): void {
    throw noFileManager();
  }

  readonly showFolder: Desk['showFolder'] = () => Promise.reject(noFileManager());

  readonly showSaved: Desk['showSaved'] = () => Promise.reject(noFileManager());

  dragOut(): void {
    throw new PlumblineError('forbidden', 'A browser cannot drag files of the server.');
  }

  readonly calls: PromptCalls = {
    'shell.browse': ({ prompt, folder, create }) => this.#prompt(prompt).browser.list(folder, create),
    'shell.answerPrompt': async ({ prompt, chosen }) => {
      const { browser, settle } = this.#prompt(prompt);
      settle(chosen === null ? null : await browser.choose(chosen));
      return {};
    },
  };

  /** Whether this page waits for a file for this question. */
  expects(prompt: string): boolean {
    return this.#open.get(prompt)?.takesFiles ?? false;
  }

  /** Answers a question with a file of the user's computer. @throws PlumblineError */
  async receive(prompt: string, name: string, content: Readable): Promise<void> {
    const { settle, closed } = this.#prompt(prompt);
    settle(await this.#uploads.receive(name, content, closed));
  }

  /** Cancels all questions, because the page has gone. */
  end(): void {
    for (const { settle } of [...this.#open.values()]) settle(null);
  }

  #prompt(id: string): Open {
    const open = this.#open.get(id);
    if (open === undefined) throw new PlumblineError('not-found', 'This question is closed.');
    return open;
  }
}
