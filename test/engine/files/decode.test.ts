import { expect, it } from 'vitest';
import { decodeText } from '../../../src/engine/files/decode';

const table = (labels: readonly string[]): string =>
  `filename,label\n${Array.from({ length: 30 }, (_, i) => `${i}.jpg,${labels[i % labels.length]!}\n`).join('')}`;
const latin = (text: string): Buffer => Buffer.from(text, 'latin1');

it.each([
  ['utf-8', Buffer.from(table(['chêne', '猫']))],
  ['utf-8', Buffer.from(`\uFEFF${table(['chêne'])}`)],
  ['utf-16le', Buffer.from(`\uFEFF${table(['chêne'])}`, 'utf16le')],
  ['utf-16le', Buffer.from(table(['chêne']), 'utf16le')],
  ['utf-16be', Buffer.from(`\uFEFF${table(['chêne'])}`, 'utf16le').swap16()],
  ['utf-16be', Buffer.from(table(['chêne']), 'utf16le').swap16()],
  ['windows-1252', latin(table(['chêne']))],
])('tells %s', (encoding, bytes) => {
  const decoded = decodeText(bytes);
  expect(decoded.encoding).toBe(encoding);
  expect(decoded.text).toContain('0.jpg,chêne\n');
});

it.each([
  [['chêne', 'chéne', 'hêtre']],
  [['Käse', 'Brötchen', 'Äpfel']],
  [['niño', 'año', 'montaña']],
  [['smørrebrød', 'blåbær']],
])('reads the names %j of Windows-1252', (labels) => {
  expect(decodeText(latin(table(labels)))).toEqual({ text: table(labels), encoding: 'windows-1252' });
});

it('reads Cyrillic names', () => {
  const bytes = [[...Buffer.from('filename,label\n')]];
  // “кошка” and “собака” in Windows-1251.
  const names = [
    [0xea, 0xee, 0xf8, 0xea, 0xe0],
    [0xf1, 0xee, 0xe1, 0xe0, 0xea, 0xe0],
  ];
  for (let i = 0; i < 30; i += 1) bytes.push([...Buffer.from(`${i}.jpg,`), ...names[i % 2]!, 10]);
  const decoded = decodeText(Buffer.from(bytes.flat()));
  expect(decoded.encoding).toBe('windows-1251');
  expect(decoded.text).toContain('0.jpg,кошка\n1.jpg,собака\n');
});

it('returns text for any bytes', () => {
  for (let seed = 0; seed < 300; seed += 1) {
    const bytes = Buffer.from(Array.from({ length: seed }, (_, i) => (i * 7919 + seed * 104729) % 256));
    expect(typeof decodeText(bytes).text).toBe('string');
  }
});

it('reads Polish names of Windows-1250', () => {
  // “żółw”, “łoś” and “wąż”.
  const names = [
    [0xbf, 0xf3, 0xb3, 0x77],
    [0xb3, 0x6f, 0x9c],
    [0x77, 0xb9, 0xbf],
  ];
  const bytes = Array.from({ length: 30 }, (_, i) => [...Buffer.from(`${i}.jpg;`), ...names[i % 3]!, 10]).flat();
  const decoded = decodeText(Buffer.from(bytes));
  expect(decoded.encoding).toBe('windows-1250');
  expect(decoded.text).toContain('0.jpg;żółw\n1.jpg;łoś\n2.jpg;wąż\n');
});

it.each([[['¿qué?', '¿año?']], [['3 m³ Öl', 'Größe', '1¼l']]])(
  'does not take signs beside letters for Polish letters: %j',
  (labels) => {
    const text = table(labels);
    expect(decodeText(latin(text))).toEqual({ text, encoding: 'windows-1252' });
  },
);
