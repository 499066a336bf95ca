import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AfterPackContext } from 'electron-builder';
import { SetupFailure } from '../setup/failure.ts';
import { writeEnginePart } from './engine-part.ts';

/** electron-builder's hook: puts the engine beside the archive, before the fuses are set and an installer is built. */
export async function afterPack({ appOutDir, packager, electronPlatformName }: AfterPackContext): Promise<void> {
  if (electronPlatformName !== process.platform) {
    throw new SetupFailure(
      `The native modules here are those of ${process.platform}, and the package is for ${electronPlatformName}`,
      `npm run package on ${electronPlatformName}`,
    );
  }
  const resources = packager.getResourcesDir(appOutDir);
  // The default app of the stand-in Electron, which is used if the official one cannot be downloaded.
  await rm(join(resources, 'app'), { recursive: true, force: true });
  await writeEnginePart(join(resources, 'engine'));
}
