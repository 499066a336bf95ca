/** `plumbline watch DIR WATCHED`: follows a training of the user and says when it collapses. */
import { Command } from 'commander';
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { WATCH_SCHEMA, type WatchedRun, type WatchState } from '../contract/model/training-watch';
import { PlumblineError } from '../contract/errors';
import { isAlarm } from '../core/collapse/watch/words';
import { WATCH_SCRIPT, WATCH_SCRIPT_NAME } from '../engine/stages/watch-script';
import { withDataset, type DatasetSession } from './engine';
import { FOUND } from './exits';
import { checkTargets, isFile, STDOUT, writeWhole } from './files';
import { epochText, runHeadText, verdictText } from './watch-text';

interface WatchFlags {
  readonly once?: boolean;
  readonly json?: string;
  readonly write?: string | true;
}

/** Milliseconds without a new training after which an end counts, because a script may train several times in a row. */
const END_MS = 5000;

const stateOf = ({ client, dataset }: DatasetSession, run: string | null): Promise<WatchState> =>
  client.call('watch.state', { dataset, run });

/** Writes what is new in a run, and starts from its first epoch if it is another run than before. */
function printer(write: (text: string) => void): (run: WatchedRun) => void {
  let id: string | null = null;
  let epochs = 0;
  let said = '';
  return (run) => {
    if (run.id !== id) {
      [id, epochs, said] = [run.id, 0, ''];
      write(runHeadText(run));
    }
    for (const epoch of run.epochs.slice(epochs)) write(epochText(epoch, run.classes));
    epochs = run.epochs.length;
    const verdict = verdictText(run);
    if (verdict !== said) write(verdict);
    said = verdict;
  };
}

/** Follows the latest run until its end or alarm. Shows a run that had already ended, and waits for the next one. */
async function follow(session: DatasetSession, print: (run: WatchedRun) => void): Promise<WatchedRun> {
  const { client, dataset } = session;
  const old = (await stateOf(session, null)).runs.filter(({ ended }) => ended !== null).map(({ id }) => id);
  return new Promise((done, failed) => {
    let ending: NodeJS.Timeout | null = null;
    let problem: string | null = null;
    const look = async (): Promise<void> => {
      const state = await stateOf(session, null);
      if (state.problem !== problem && state.problem !== null) process.stderr.write(`${state.problem}\n`);
      problem = state.problem;
      const { run } = state;
      if (run === null) return;
      print(run);
      if (ending !== null) clearTimeout(ending);
      ending = null;
      if (run.ended === null) {
        if (isAlarm(run.verdict.kind)) done(run);
      } else if (!old.includes(run.id)) ending = setTimeout(() => done(run), END_MS);
    };
    client.on('watch-changed', (event) => {
      if (event.dataset === dataset) look().catch(failed);
    });
    look().catch(failed);
  });
}

async function watchFolder(folder: string, watched: string, flags: WatchFlags): Promise<void> {
  await withDataset(folder, async (session) => {
    const { client, dataset, run: runJob, printer: progress } = session;
    await runJob('jobs.index', { dataset });
    progress.end();
    await client.call('watch.follow', { dataset, path: resolve(watched), remember: false });
    const print = printer((text) => (flags.json === STDOUT ? process.stderr : process.stdout).write(text));
    let run: WatchedRun | null;
    if (flags.once === true) {
      const state = await stateOf(session, null);
      if (state.problem !== null) throw new PlumblineError('not-found', `${watched}: ${state.problem}`);
      run = state.run;
      if (run === null)
        throw new PlumblineError(
          'not-found',
          `There is no recorded training in ${watched}. Its files are named watch-….jsonl.`,
        );
      print(run);
    } else {
      run = await follow(session, print);
    }
    const json = `${JSON.stringify({ schema: WATCH_SCHEMA, ...run }, null, 2)}\n`;
    if (isFile(flags.json)) writeWhole(flags.json, json);
    if (flags.json === STDOUT) process.stdout.write(json);
    if (isAlarm(run.verdict.kind)) process.exitCode = FOUND;
  });
}

/** @param path a file, or the folder for it */
function writeRecorder(path: string): void {
  const folder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  const file = folder ? join(path, WATCH_SCRIPT_NAME) : path;
  writeWhole(file, WATCH_SCRIPT);
  process.stdout.write(`Written: ${file}. Its first lines show how to use it in a training script.\n`);
}

export function watchCommand(): Command {
  return new Command('watch')
    .description(
      'Follow a training that plumbline_watch.py records: one line for each epoch, and an alarm (exit code 1) when it collapses.',
    )
    .argument('[folder]', 'the data set')
    .argument('[watched]', 'the folder into which the training records; it may not exist yet')
    .option(
      '--write [path]',
      `write ${WATCH_SCRIPT_NAME} for your training script, to this file or folder (default: here), and exit`,
    )
    .option('--once', 'read what is recorded so far, print the verdict, and exit')
    .option('--json <file>', 'write the last state of the run as JSON to this file (-: to standard output)')
    .action(async (folder: string | undefined, watched: string | undefined, flags: WatchFlags, command: Command) => {
      if (flags.write !== undefined) {
        if (folder !== undefined) command.error('error: --write takes no data set');
        writeRecorder(flags.write === true ? '.' : flags.write);
        return;
      }
      if (folder === undefined || watched === undefined)
        command.error('error: name the data set and the folder into which the training records');
      checkTargets(command, folder, { '--json': flags.json });
      await watchFolder(folder, watched, flags);
    });
}
