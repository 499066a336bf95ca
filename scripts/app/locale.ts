/**
 * The variables with which the window is started on Linux. Chromium reads and writes the names of dropped files in the
 * encoding of the locale: without a UTF-8 locale, it ignores a dropped folder whose name is not ASCII.
 */
export function utf8Locale(env: NodeJS.ProcessEnv, platform = process.platform): Record<string, string> {
  // The order of setlocale(3).
  const named = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => value !== undefined && value !== '');
  return platform !== 'linux' || /utf-?8/i.test(named ?? '') ? {} : { LC_ALL: 'C.UTF-8' };
}
