import { electronPath } from './electron.ts';
import { programExists, runProgram } from './programs.ts';
import type { Step } from './step.ts';
import { electronPackages, installPackages, missingLibraries } from './system.ts';

/** The shared libraries that Electron is linked with, and the virtual display that tests use. */
export const librariesStep: Step = {
  title: 'System libraries',
  done: async () => (await lacks()).length === 0,
  async provide() {
    const missing = await lacks();
    if (missing.length === 0) return;
    const packages = missing.includes('xvfb-run') ? ['xvfb', 'xauth'] : [];
    const others = missing.some((name) => name !== 'xvfb-run') ? electronPackages : [];
    const names =
      missing.length > 3 ? `${missing.slice(0, 3).join(', ')} and ${missing.length - 3} more` : missing.join(', ');
    const lack = `Electron and its tests need ${names} from the system`;
    await installPackages(lack, [...others, ...packages]);
  },
  describe: () => Promise.resolve('system libraries'),
};

/** The names of missing libraries, and of xvfb-run if it is missing. */
async function lacks(): Promise<string[]> {
  const path = await electronPath();
  if (path === undefined) return ["Electron's binary"];
  const { stdout } = await runProgram('ldd', [path]);
  return [...missingLibraries(stdout), ...(programExists('xvfb-run') ? [] : ['xvfb-run'])];
}
