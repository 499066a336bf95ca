import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { build, createTargets, Platform, type Configuration } from 'electron-builder';
import { buildIfStale } from './app/build.ts';
import { writeDeb } from './package/deb.ts';
import { thirdPartyNotices } from './package/notices.ts';
import { electronPath } from './setup/electron.ts';
import { SetupFailure } from './setup/failure.ts';
import { modulePath, root } from './setup/places.ts';
import { reporting, setUp } from './setup.ts';

const output = join(root, 'dist');

/**
 * `npm run package`: the unpacked app in dist/, and on Linux a .deb of it. With `-- --linux AppImage`, `-- --mac dmg`
 * or `-- --win nsis`, electron-builder makes that target instead and may download what it needs.
 */
export async function main(args: readonly string[]): Promise<number> {
  return reporting(async () => {
    await setUp(false);
    await buildIfStale();
    const electron = await electronPath();
    if (electron === undefined) throw new SetupFailure("Electron's binary is missing", 'npm run setup');
    await mkdir(output, { recursive: true });
    await writeFile(join(output, 'THIRD_PARTY_NOTICES.txt'), await thirdPartyNotices());
    const [platform, target] = args;
    const own = target === undefined;
    const targets = own ? Platform.current().createTarget('dir') : createTargets([platformOf(platform)], target);
    await rm(join(output, 'linux-unpacked'), { recursive: true, force: true });
    const made = await build({ projectDir: root, publish: 'never', targets, config: await configuration(electron) });
    if (own && process.platform === 'linux') made.push(await writeDeb(join(output, 'linux-unpacked'), output));
    for (const file of made) process.stdout.write(`${file}\n`);
    return 0;
  });
}

function platformOf(flag: string | undefined): Platform {
  if (flag === '--linux') return Platform.LINUX;
  if (flag === '--mac') return Platform.MAC;
  if (flag === '--win') return Platform.WINDOWS;
  throw new SetupFailure(`${flag ?? 'Nothing'} is not a system to package for`, 'npm run package -- --linux AppImage');
}

/** electron-builder.yml with the installed version of Electron. */
async function configuration(electron: string): Promise<Configuration> {
  const version = (await readFile(modulePath('electron', 'dist', 'version'), 'utf8')).trim().replace(/^v/, '');
  const wire = await getCurrentFuseWire(electron);
  // Older Electrons lack this fuse, and electron-builder fails on a fuse that is missing.
  const grant = wire[FuseV1Options.GrantFileProtocolExtraPrivileges] !== undefined;
  if (!grant)
    process.stdout.write(
      `Electron ${version} has no fuse for the extra privileges of file: pages; the app loads none.\n`,
    );
  return {
    extends: join(root, 'electron-builder.yml'),
    electronVersion: version,
    electronDist: modulePath('electron', 'dist'),
    ...(grant ? { electronFuses: { grantFileProtocolExtraPrivileges: false } } : {}),
  };
}
