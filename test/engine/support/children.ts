import { spawnSync } from 'node:child_process';

/** @returns the ids of the processes that `parent` started with a command line that contains `words` */
export function childrenOf(parent: number, words: string): number[] {
  const all = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).stdout.trim().split('\n');
  return all.flatMap((line) => {
    const [, id, above, command = ''] = /^ *(\d+) +(\d+) (.*)$/.exec(line) ?? [];
    return Number(above) === parent && command.includes(words) ? [Number(id)] : [];
  });
}
