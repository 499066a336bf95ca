import { expect, it } from 'vitest';
import { rowsOfXml } from '../../../../src/core/dataset/xml-rows';

const items = (count: number, item: (at: number) => string): string =>
  `<?xml version="1.0"?>\n<Items number="${count}">\n${Array.from({ length: count }, (_, at) => item(at)).join('\n')}\n</Items>`;

it('reads the attributes of elements that name images as rows', () => {
  const found = rowsOfXml(items(6, (at) => `<Item imageName="${at}.jpg" vehicleID='${at % 2}' note="a &amp; b" />`));
  expect(found?.columns).toEqual(['imageName', 'vehicleID', 'note']);
  expect(found?.rows).toHaveLength(6);
  expect(found?.rows[1]).toEqual(['1.jpg', '1', 'a & b']);
});

it.each([
  ['few elements', items(3, (at) => `<Item imageName="${at}.jpg" id="1"/>`)],
  ['no images', items(9, (at) => `<Item name="${at}" id="1"/>`)],
  ['no attributes', items(9, (at) => `<Item>${at}.jpg</Item>`)],
])('is no table: %s', (_, text) => expect(rowsOfXml(text)).toBeNull());
