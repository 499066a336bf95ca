/** HTML as a type of its own: text becomes markup only by escaping, so that no file or class name can act as a tag. */

/**
 * Characters that a browser hides or that change the reading direction are written as codes, so that a name shows what
 * it really is.
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

/** Escapes text for an element or a quoted attribute. */
export function escape(text: string): string {
  return text
    .replace(HIDDEN, (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`)
    .replace(/[&<>"'`]/g, (character) => ENTITIES[character]!);
}

/** Allowed values in a template: text is escaped, `null` and `false` give nothing, lists are joined. */
export type MarkupPart = Markup | string | number | null | false | readonly MarkupPart[];

function render(part: MarkupPart): string {
  if (part instanceof Markup) return part.text;
  if (part === null || part === false) return '';
  if (typeof part === 'object') return part.map(render).join('');
  return escape(String(part));
}

/** A template that escapes every value, unless it is markup already. */
export function html(strings: TemplateStringsArray, ...values: readonly MarkupPart[]): Markup {
  return new Markup(strings.reduce((text, string, i) => text + render(values[i - 1] ?? null) + string));
}

/** A file, folder or class name that may break between its parts, but not within one. */
export function breakable(name: string): Markup {
  return html`${name.split(/(?<=[/_-])|(?=\.[a-z]\w*$)/i).map((part, at) => [at > 0 && trusted('<wbr>'), part])}`;
}

/** Marks text as markup: only for constants of this program. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}
