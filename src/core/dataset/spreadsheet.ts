/** Reads the cells of a spreadsheet (Office Open XML, ECMA-376) from the parts of its archive. */

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const decoded = (text: string): string =>
  text
    .replace(/&(?:#(\d+)|#x([\da-f]+)|(amp|lt|gt|quot|apos));/gi, (_, decimal?: string, hex?: string, name?: string) =>
      name === undefined
        ? String.fromCodePoint(Math.min(0x10ffff, decimal === undefined ? parseInt(hex!, 16) : Number(decimal)))
        : ENTITIES[name.toLowerCase()]!,
    )
    .replace(/_x([\da-f]{4})_/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));

function attribute(tag: string, name: string): string | null {
  const found = new RegExp(`\\s(?:\\w+:)?${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(tag);
  return found ? decoded(found[1] ?? found[2]!) : null;
}

/** The elements of this name: their first tag and what is inside, '' for an empty one. */
const elements = (xml: string, name: string): { tag: string; inside: string }[] =>
  [...xml.matchAll(new RegExp(`<((?:\\w+:)?${name})((?:\\s[^>]*?)?)(?:/>|>(.*?)</\\1>)`, 'gs'))].map(
    ([, , tag = '', inside = '']) => ({ tag, inside }),
  );

/** The text of an entry, without the readings of Japanese words (`rPh`). */
const textOf = (xml: string): string =>
  elements(xml.replace(/<((?:\w+:)?rPh)[\s>].*?<\/\1>/gs, ''), 't')
    .map(({ inside }) => decoded(inside))
    .join('');

/** The texts that cells refer to by their number. */
export const sharedStrings = (xml: string): string[] => elements(xml, 'si').map(({ inside }) => textOf(inside));

/** The column of a cell such as `AB12`, counted from 0; −1 if it is not given. */
function columnOf(reference: string | null): number {
  const letters = /^[A-Z]{1,3}/.exec(reference ?? '')?.[0] ?? '';
  return Array.from(letters).reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

function valueOf(tag: string, inside: string, shared: readonly string[]): string {
  const type = attribute(tag, 't');
  if (type === 'inlineStr') return textOf(inside);
  const value = decoded(elements(inside, 'v')[0]?.inside ?? '');
  if (type === 's') return shared[Number(value)] ?? '';
  return type === 'e' ? '' : value;
}

/** The rows of a sheet that have any cell, with empty cells as ''. */
export function sheetRows(xml: string, shared: readonly string[]): string[][] {
  return elements(xml, 'row').flatMap(({ inside }) => {
    const row: string[] = [];
    for (const cell of elements(inside, 'c')) {
      const at = columnOf(attribute(cell.tag, 'r'));
      const place = at < 0 ? row.length : at;
      while (row.length < place) row.push('');
      row[place] = valueOf(cell.tag, cell.inside, shared);
    }
    return row.some((cell) => cell.trim() !== '') ? [row] : [];
  });
}

/** The names of the sheets and the paths of their parts, in their order. */
export function sheetsOf(workbook: string, relations: string): { name: string; path: string }[] {
  const targets = new Map(
    elements(relations, 'Relationship').map(({ tag }) => [attribute(tag, 'Id'), attribute(tag, 'Target')]),
  );
  return elements(workbook, 'sheet').flatMap(({ tag }) => {
    const target = targets.get(attribute(tag, 'id'));
    if (target === null || target === undefined) return [];
    return [{ name: attribute(tag, 'name') ?? '', path: target.startsWith('/') ? target.slice(1) : `xl/${target}` }];
  });
}
