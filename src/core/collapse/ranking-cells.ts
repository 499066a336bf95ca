/** Reads cells of a table of predictions that hold labels with their scores, as JSON or as Python prints them. */

const TEXTS = /"(?:[^"\\]|\\.)*"|'((?:[^'\\]|\\.)*)'/g;
const NUMBERED = /([{,]\s*)(\d+)\s*:/g;
const NUMPY = /\b(?:np\.|numpy\.)?float(?:16|32|64)\(([^()]*)\)/g;

/** The same value in JSON, if the text is a list or dictionary of Python. */
const asJson = (cell: string): string =>
  cell
    .replace(TEXTS, (text: string, inside: string | undefined) =>
      inside === undefined ? text : `"${inside.replaceAll("\\'", "'").replaceAll('"', '\\"')}"`,
    )
    .replace(NUMPY, '$1')
    .replace(NUMBERED, '$1"$2":');

type Fields = Readonly<Record<string, unknown>>;
type Pair = readonly [label: string, score: number];

function labelAndScore(fields: Fields): Pair | null {
  const { label, class: name, tagName, Name, score, probability, prob, p, confidence, Confidence } = fields;
  const [text, value] = [
    label ?? name ?? tagName ?? Name,
    score ?? probability ?? prob ?? p ?? confidence ?? Confidence,
  ];
  return typeof text === 'string' && typeof value === 'number' ? [text, value] : null;
}

function parsed(cell: string): unknown {
  for (const text of [cell, asJson(cell)]) {
    try {
      return JSON.parse(text);
    } catch {
      continue;
    }
  }
  return null;
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function pairsOf(value: unknown): (Pair | null)[] {
  if (Array.isArray(value)) return value.map((one) => (isFields(one) ? labelAndScore(one) : null));
  if (!isFields(value)) return [];
  const only = labelAndScore(value);
  if (only !== null) return [only];
  return Object.entries(value).map(([label, score]) => (typeof score === 'number' ? [label, score] : null));
}

/**
 * The labels in a cell with their scores: `[{"label": "cat", "score": 0.8}, …]`, as pipelines write them, or
 * `{'cat': 0.8, …}`; null for other cells.
 */
export function ranking(cell: string): Map<string, string> | null {
  if (!/^\s*(\[\s*)?\{/.test(cell)) return null;
  const pairs = pairsOf(parsed(cell));
  const known = pairs.filter((pair) => pair !== null);
  return known.length > 0 && known.length === pairs.length
    ? new Map(known.map(([label, score]) => [label, String(score)]))
    : null;
}
