/** Splits CSV into records, and says which line cannot be split. */
import { CsvError, parse } from 'csv-parse/sync';
import { quoted } from '../../core/text/names';

/** Of a line that is quoted in a message. */
const MOST_SHOWN = 60;

/** The last line that opens a quotation that is not closed in it. */
function openingLine(lines: readonly string[]): string | undefined {
  let [open, opening] = [false, undefined as string | undefined];
  for (const line of lines) {
    if ((line.split('"').length - 1) % 2 === 0) continue;
    open = !open;
    if (open) opening = line;
  }
  return opening;
}

function reasonFor(error: unknown, text: string): string | null {
  if (!(error instanceof CsvError)) return null;
  const lines = text.split('\n');
  const shown = (line: string | undefined): string => quoted((line ?? '').trim().slice(0, MOST_SHOWN));
  if (error.code === 'CSV_QUOTE_NOT_CLOSED')
    return `the line ${shown(openingLine(lines))} opens a quotation mark that is never closed`;
  if (error.code === 'CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE')
    return `the line ${shown(lines[Number(error['lines']) - 1])} has text behind the quotation mark that closes a cell: write quotation marks inside of a cell twice`;
  return null;
}

/**
 * The records of a CSV text without its empty lines, each cell trimmed. Records may have different lengths.
 * @throws Error whose message names the line and what is wrong with it
 */
export function csvRecords(text: string, delimiter: string): string[][] {
  try {
    return parse(text, {
      delimiter,
      relax_column_count: true,
      skip_empty_lines: true,
      relax_quotes: true,
      trim: true,
    });
  } catch (error) {
    const reason = reasonFor(error, text);
    throw reason === null ? error : new Error(reason, { cause: error });
  }
}
