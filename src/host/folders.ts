/** Where Plumbline keeps its own files. The user's data set is never written to. */
import { homedir } from 'node:os';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Folder for data that can be computed again: `$PLUMBLINE_CACHE_DIR`, otherwise the platform's cache folder. */
export function cacheFolder(env: Environment = process.env, platform: NodeJS.Platform = process.platform): string {
  if (env['PLUMBLINE_CACHE_DIR']) return env['PLUMBLINE_CACHE_DIR'];
  if (env['XDG_CACHE_HOME']) return join(env['XDG_CACHE_HOME'], 'plumbline');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'plumbline');
  if (platform === 'win32')
    return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'plumbline', 'cache');
  return join(homedir(), '.cache', 'plumbline');
}

/**
 * Folder for the user's own work (decisions, thresholds, recent data sets): `$PLUMBLINE_DATA_DIR`, otherwise the
 * platform's data folder.
 */
export function dataFolder(env: Environment = process.env, platform: NodeJS.Platform = process.platform): string {
  if (env['PLUMBLINE_DATA_DIR']) return env['PLUMBLINE_DATA_DIR'];
  if (env['XDG_DATA_HOME']) return join(env['XDG_DATA_HOME'], 'plumbline');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'plumbline');
  if (platform === 'win32') return join(env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'plumbline');
  return join(homedir(), '.local', 'share', 'plumbline');
}

/** Folder for the logs of all processes, in the data folder. */
export function logFolder(data = dataFolder()): string {
  return join(data, 'logs');
}
