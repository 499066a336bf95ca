/** Serves the window's own page from its own origin. */
import { IMAGE_SCHEME } from '../contract/bridge';
import { answerPage, pagePolicy } from '../shell/page';
import { emptyReply } from '../shell/reply';
import { PAGE_SCHEME, serveScheme } from './scheme';

const ORIGIN = `${PAGE_SCHEME}://window`;

export const PAGE_URL = `${ORIGIN}/index.html`;

export function isOwnPage(url: string): boolean {
  return url === PAGE_URL || url.startsWith(`${PAGE_URL}#`);
}

const POLICY = pagePolicy(`${IMAGE_SCHEME}:`);

/** Serves the files of `folder` only. */
export function servePage(folder: string): void {
  serveScheme(PAGE_SCHEME, (url) => {
    const { host, pathname } = new URL(url);
    return host === 'window' ? answerPage(folder, pathname, POLICY) : Promise.resolve(emptyReply(404));
  });
}
