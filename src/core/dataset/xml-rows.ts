/** Rows that are written as attributes of an XML element: `<Item imageName="1.jpg" vehicleID="7" />`. */
import { xmlText } from '../text/xml';
import { hasEnding } from './row-path';

interface XmlRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Fewer elements are no rows of a table. */
const FEWEST = 5;
const ELEMENT = /<([A-Za-z][\w.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))+)\s*\/?>/g;
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/** The most frequent element of which one attribute names image files; null if there is none. */
export function rowsOfXml(text: string): XmlRows | null {
  const byName = new Map<string, Map<string, string>[]>();
  for (const [, name = '', attributes = ''] of text.matchAll(ELEMENT)) {
    const cells = [...attributes.matchAll(ATTRIBUTE)].map(([, key = '', one, other]): [string, string] => [
      key,
      xmlText(one ?? other ?? ''),
    ]);
    const rows = byName.get(name) ?? [];
    rows.push(new Map(cells));
    byName.set(name, rows);
  }
  const [most] = [...byName.values()].sort((a, b) => b.length - a.length);
  if (!most || most.length < FEWEST) return null;
  const columns = [...new Set(most.flatMap((row) => [...row.keys()]))];
  const names = columns.some((column) => most.every((row) => hasEnding(row.get(column) ?? '')));
  return names && columns.length > 1
    ? { columns, rows: most.map((row) => columns.map((column) => row.get(column) ?? '')) }
    : null;
}
