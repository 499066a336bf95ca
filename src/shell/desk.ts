/** The desk: dialogs, clipboard, notifications and saved files, by the system in Electron, by the page in a browser. */
import type { PromptKind } from '../contract/model/prompt';

/** One entry of a list of file types; the extensions are without the dot, and `*` stands for all. */
export interface FileFilter {
  readonly name: string;
  readonly extensions: readonly string[];
}

/** A question for a file or folder that exists, or for a new or empty folder. */
export interface FileQuestion {
  readonly kind: PromptKind;
  readonly title: string;
  readonly button: string;
  readonly filters?: readonly FileFilter[];
  /** Absolute path of the folder where the dialog starts. */
  readonly beside?: string;
}

/** Resolves with the absolute path of what the user chose on this machine; null when the user cancels. */
export type Ask = (question: FileQuestion) => Promise<string | null>;

/** Each format in which a file is saved, with its words. The keys are the file extensions. */
export const savedFormats = {
  csv: 'CSV table',
  json: 'JSON',
  html: 'Web page',
  patch: 'Patch',
  py: 'Python script',
  ipynb: 'Notebook',
} as const;
export type SavedFormat = keyof typeof savedFormats;

export interface FileToSave {
  /** Proposed name, without extension. */
  readonly name: string;
  readonly title: string;
  readonly format: SavedFormat;
  /** Real path of the data set, into which nothing is written. */
  readonly root: string;
}

export interface Desk {
  readonly ask: Ask;
  /**
   * Lets the user save a file, and computes its text only when the user has not cancelled.
   * @returns the name of the file; null when the user cancels
   * @throws PlumblineError no-permission
   */
  save(file: FileToSave, text: () => Promise<string>): Promise<string | null>;
  /** Puts a text on the clipboard. */
  copy(text: string): Promise<void>;
  /** Tells that a long job has ended, while the user is elsewhere. */
  notify(title: string, text: string): void;
  /** @throws PlumblineError forbidden where the shell has no file manager, also below */
  showFile(path: string): void;
  /** @throws PlumblineError not-found, forbidden */
  showFolder(path: string): Promise<void>;
  /** Shows the file that was saved last. @throws PlumblineError not-found if there is none, forbidden */
  showSaved(): Promise<void>;
  /** @param thumbnail bytes of a JPEG. @throws PlumblineError forbidden */
  dragOut(paths: readonly string[], thumbnail: Uint8Array): void;
  /** The app as the window names it. */
  readonly about: { readonly version: string; readonly electron: string; readonly notice: string | null };
}
