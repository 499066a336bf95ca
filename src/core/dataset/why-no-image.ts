/** Why a table names no image of the folder, where its cells or the names of the files tell. */
import { quoted } from '../text/names';
import { plainColumn, FILE_NAMES } from './column-names';
import { partOfSeveral, resembling } from './name-affix';
import { baseOf } from './row-path';
import type { Table } from './table';

/** A long number as a spreadsheet shortens it: `1.23457E+11`. */
const SHORTENED = /^\d([.,]\d+)?e\+\d+$/i;
const MONTH = '(jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-z]*';
/** What a spreadsheet makes of names such as `1-2`, `3.4.12` and `SEP2`. */
const DATE = new RegExp(
  `^(\\d{1,2}[-. /]${MONTH}|${MONTH}[-. /]\\d{1,4}|\\d{1,2}[./-]\\d{1,2}[./-]\\d{2,4}|\\d{4}-\\d{2}-\\d{2}( 00:00(:00)?)?)([-. /]\\d{2,4})?$`,
  'i',
);
const LIKE_DATE = new RegExp(`^(\\d{1,2}[-._ ]\\d{1,4}([-._ ]\\d{1,4})?|${MONTH}[-._ ]?\\d{1,2})$`, 'i');

/** Whether most of the texts have a form. */
const most = (texts: readonly string[], form: RegExp): boolean =>
  texts.length > 0 && texts.filter((text) => form.test(text)).length * 2 > texts.length;

export function whyNoImage(table: Table, images: readonly string[]): string | null {
  const { columns, rows } = table;
  const stems = images.map((path) => baseOf(path).replace(/\.[^.]*$/, ''));
  for (const [at, column] of columns.entries()) {
    if (at > 0 && !FILE_NAMES.includes(plainColumn(column))) continue;
    const cells = rows.map((row) => row[at]?.trim() ?? '').filter((cell) => cell !== '');
    if (most(cells, SHORTENED))
      return `the column ${quoted(column)} has numbers such as ${cells.find((cell) => SHORTENED.test(cell))!}, whose last digits a spreadsheet has left out. Write the table again with this column as text`;
    if (most(cells, DATE) && most(stems, LIKE_DATE))
      return `the column ${quoted(column)} has dates such as ${quoted(cells.find((cell) => DATE.test(cell))!)}, into which spreadsheets change names such as ${quoted(stems.find((stem) => LIKE_DATE.test(stem))!)}. Write the table again with this column as text`;
  }
  const near = resembling(table, images);
  const part = near === null ? partOfSeveral(table, images) : null;
  if (part !== null)
    return `in the column ${quoted(columns[part.column]!)}, ${quoted(part.cell)} is part of the names of ${part.files} files, such as ${quoted(part.file)}. Write one row for each image with the name of its file`;
  return near === null
    ? null
    : `in the column ${quoted(columns[near.column]!)}, ${quoted(near.cell)} resembles the file name ${quoted(near.file)}, but differs from it. Write one row for each image with the name of its file`;
}
