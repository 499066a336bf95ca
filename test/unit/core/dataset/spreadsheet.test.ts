import { expect, it } from 'vitest';
import { sharedStrings, sheetRows, sheetsOf } from '../../../../src/core/dataset/spreadsheet';

it('reads the texts of a spreadsheet, of several runs and without readings', () => {
  const xml = `<sst><si><t>cat &amp; dog</t></si><si><r><t>gui</t></r><r><rPr/><t xml:space="preserve">nea </t></r></si>
    <si><t>犬</t><rPh sb="0" eb="1"><t>イヌ</t></rPh></si><si/><si><t>a_x000D_&#10;b</t></si></sst>`;
  expect(sharedStrings(xml)).toEqual(['cat & dog', 'guinea ', '犬', '', 'a\r\nb']);
});

it('reads the cells of a sheet, with empty ones between them', () => {
  const xml = `<x:worksheet><x:sheetData>
    <x:row r="1"><x:c r="A1" t="s"><x:v>1</x:v></x:c><x:c r="C1" t="inlineStr"><x:is><x:t>label</x:t></x:is></x:c></x:row>
    <x:row r="2"/>
    <x:row r="3"><x:c r="A3"><x:v>12</x:v></x:c><x:c r="B3" s="1"/><x:c r="C3" t="b"><x:v>1</x:v></x:c></x:row>
    <x:row><x:c t="str"><x:f>1&gt;2</x:f><x:v>x</x:v></x:c><x:c t="e"><x:v>#N/A</x:v></x:c></x:row>
  </x:sheetData></x:worksheet>`;
  expect(sheetRows(xml, ['a', 'file'])).toEqual([
    ['file', '', 'label'],
    ['12', '', '1'],
    ['x', ''],
  ]);
});

it('finds the sheets in their order', () => {
  const workbook = `<workbook><sheets><sheet name="Labels" sheetId="2" r:id="rId7"/><sheet name="N &amp; M" r:id='rId1'/><sheet name="gone" r:id="rId9"/></sheets></workbook>`;
  const relations = `<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/><Relationship Id="rId7" Target="/xl/worksheets/two.xml"/></Relationships>`;
  expect(sheetsOf(workbook, relations)).toEqual([
    { name: 'Labels', path: 'xl/worksheets/two.xml' },
    { name: 'N & M', path: 'xl/worksheets/sheet1.xml' },
  ]);
});
