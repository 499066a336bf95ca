import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { thirdPartyNotices } from './package/notices.ts';
import { root } from './setup/places.ts';

/** `npm run notices`: generates THIRD_PARTY_NOTICES.txt. */
export async function main(): Promise<number> {
  await writeFile(join(root, 'THIRD_PARTY_NOTICES.txt'), await thirdPartyNotices());
  return 0;
}
