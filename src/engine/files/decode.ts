/** The text of a file whose encoding is not known. */
import chardet from 'chardet';

export interface DecodedText {
  readonly text: string;
  /** Name of the encoding, as `TextDecoder` knows it. */
  readonly encoding: string;
}

/** A guess below this confidence (0–100) is not better than Windows-1252, the most common one. */
const LEAST_CONFIDENCE = 25;
/** Encodings of few letters that the detector prefers by chance in short texts of Western Europe. */
const CONFUSED = /^(iso-8859-(1|2|9|15)|windows-12(50|54|57|58))$/i;
const LEAST_CONFUSED = 60;
const WINDOWS = 'windows-1252';
const CENTRAL = 'windows-1250';

function knownLabel(name: string): string | null {
  try {
    return new TextDecoder(name).encoding;
  } catch {
    return null;
  }
}

/** Only the lines that are not ASCII tell encodings apart. */
function tellingLines(bytes: Buffer): Buffer {
  const lines = bytes
    .subarray(0, 1_000_000)
    .toString('latin1')
    .split('\n')
    .filter((line) => /[\x80-\xff]/.test(line));
  return Buffer.from([...new Set(lines)].join('\n'), 'latin1');
}

const LETTER = /\p{L}/u;
const OF_POLISH = /[ąćęłńóśźż]/iu;
/** Fewer different signs beside letters may be powers or question marks. */
const FEWEST_SIGNS = 2;

/**
 * Whether the text is more likely Polish: several bytes beside letters are signs in Windows-1252 (`³`, `¹`, `¿`), and all
 * bytes there are Polish letters in Windows-1250 (`ł`, `ą`, `ż`). Other languages of Central Europe have only letters there
 * in both.
 */
function isPolish(bytes: Buffer): boolean {
  const [west, central] = [new TextDecoder(WINDOWS).decode(bytes), new TextDecoder(CENTRAL).decode(bytes)];
  const inWord = [...bytes.keys()].filter(
    (at) => bytes[at]! > 127 && (LETTER.test(central[at - 1] ?? '') || LETTER.test(central[at + 1] ?? '')),
  );
  const signs = new Set(inWord.filter((at) => !LETTER.test(west[at]!)).map((at) => bytes[at]));
  return signs.size >= FEWEST_SIGNS && inWord.every((at) => OF_POLISH.test(central[at]!));
}

function singleByte(bytes: Buffer): string {
  const telling = tellingLines(bytes);
  const western = (): string => (isPolish(telling) ? CENTRAL : WINDOWS);
  const [best] = chardet.analyse(telling);
  if (!best || best.confidence < LEAST_CONFIDENCE) return western();
  if (CONFUSED.test(best.name) && best.confidence < LEAST_CONFUSED) return western();
  const known = knownLabel(best.name);
  return known === null || known === WINDOWS ? western() : known;
}

function encodingOf(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  // Latin letters in UTF-16 have a zero in every second byte.
  const head = bytes.subarray(0, 200);
  const zeros = (odd: number): number => head.filter((byte, at) => at % 2 === odd && byte === 0).length;
  if (head.length >= 4 && zeros(1) > head.length / 4 && zeros(0) === 0) return 'utf-16le';
  if (head.length >= 4 && zeros(0) > head.length / 4 && zeros(1) === 0) return 'utf-16be';
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return 'utf-8';
  } catch {
    return singleByte(bytes);
  }
}

/** Decodes UTF-8, UTF-16 with or without a byte order mark, and texts of older programs by their most likely encoding. */
export function decodeText(bytes: Buffer): DecodedText {
  const encoding = encodingOf(bytes);
  return { text: new TextDecoder(encoding).decode(bytes), encoding };
}
