/** The user's tags and notes on images. */
import { counted, integer } from '../text/numbers';
import { breakable, html, type Markup } from './markup';
import type { ReportPage } from './material';

/** Maximum number of listed images, and of characters of each note. */
const MOST_IMAGES = 200;
const MOST_CHARACTERS = 1000;

/** Null where no image has a tag or a note. */
export function remarksSection({ report: { remarks } }: ReportPage): Markup | null {
  if (remarks === undefined || remarks.images.length === 0) return null;
  const shown = remarks.images.slice(0, MOST_IMAGES);
  const left = remarks.images.length - shown.length;
  return html`<section aria-labelledby="remarks"><h2 id="remarks">Tags and notes</h2>
<p class="lead">${counted(remarks.images.length, 'image has', 'images have')} tags or a note${remarks.notes > 0 && html`; ${counted(remarks.notes, 'note')} in all`}.</p>
${
  remarks.tags.length > 0 &&
  html`<table class="list"><caption class="unseen">Tags, with the number of images of each.</caption>
<thead><tr><th scope="col">tag</th><th scope="col" class="number">images</th></tr></thead>
<tbody>${remarks.tags.map(({ tag, images }) => html`<tr><th scope="row" class="name">${breakable(tag)}</th><td class="number">${integer(images)}</td></tr>`)}</tbody></table>`
}
<table class="list"><caption class="unseen">Images that have tags or a note.</caption>
<thead><tr><th scope="col">image</th><th scope="col">tags</th><th scope="col">note</th></tr></thead>
<tbody>${shown.map(({ path, tags, note }) => html`<tr><td class="path">${breakable(path)}</td><td>${breakable(tags.join(', '))}</td><td>${note !== null && (note.length > MOST_CHARACTERS ? `${note.slice(0, MOST_CHARACTERS).trimEnd()}…` : note)}</td></tr>`)}</tbody></table>
${left > 0 && html`<p class="more">and ${counted(left, 'more image')}, in report.json</p>`}</section>`;
}
