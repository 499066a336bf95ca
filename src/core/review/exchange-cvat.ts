/** Reads decisions from the XML of CVAT. */
import { xmlText } from '../text/xml';
import { toRow, type ExchangeRow } from './exchange-row';

function attribute(tag: string, name: string): string {
  const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(tag);
  return xmlText(found?.[1] ?? found?.[2] ?? '');
}

/**
 * Reads “CVAT for images 1.1”, where each image has tags.
 * @throws RangeError with a sentence if the XML has another form
 */
export function readCvatXml(text: string): ExchangeRow[] {
  const images = [...text.matchAll(/<image\s[^>]*?(?:\/>|>.*?<\/image>)/gs)].map(([image]) => ({
    path: attribute(/^<image\s[^>]*>/.exec(image)![0], 'name'),
    labels: [...image.matchAll(/<tag\s[^>]*>/g)].map(([tag]) => attribute(tag, 'label')),
  }));
  if (images.length === 0)
    throw new RangeError('The XML has no images as CVAT writes them; export as “CVAT for images 1.1”, or as CSV.');
  return images.map(toRow);
}
