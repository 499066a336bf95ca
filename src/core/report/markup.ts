/**
 * HTML as a type of its own: text becomes markup only by being escaped, so that no name of a file or class can be read
 * as a tag.
 */

/**
 * Characters that a browser swallows or that turn the reading direction are written out; a name then shows what it
 * really is.
 */
const HIDDEN = /[\p{Cc}\p{Cs}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]/gu;
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** Text for the inside of an element or of a quoted attribute. */
export function escape(text: string): string {
  return text
    .replace(HIDDEN, (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`)
    .replace(/[&<>"'`]/g, (character) => ENTITIES[character]!);
}

/** What stands in a template: text is escaped, `null` and `false` leave nothing, lists are joined. */
export type MarkupPart = Markup | string | number | null | false | readonly MarkupPart[];

function render(part: MarkupPart): string {
  if (part instanceof Markup) return part.text;
  if (part === null || part === false) return '';
  if (typeof part === 'object') return part.map(render).join('');
  return escape(String(part));
}

/** A template whose every value is escaped unless it is markup already. */
export function html(strings: TemplateStringsArray, ...values: readonly MarkupPart[]): Markup {
  return new Markup(strings.reduce((text, string, i) => text + render(values[i - 1] ?? null) + string));
}

/** The name of a file, folder or class: where it is too long for a line it breaks between its parts, not within one. */
export function breakable(name: string): Markup {
  return html`${name.split(/(?<=[/_-])|(?=\.[a-z]\w*$)/i).map((part, at) => [at > 0 && trusted('<wbr>'), part])}`;
}

/** Text that is known to be markup: only for constants of this program. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}
