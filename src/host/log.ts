/**
 * The log of one process: JSON lines in `<data folder>/logs/<kind>-<pid>.log`. Each app and each command writes to its
 * own file, so that several at once neither mix their lines nor rotate each other's files. The child processes of the
 * engine send their lines to the engine. A file is rotated at 1 MB, and one older part is kept as
 * `<kind>-<pid>.old.log`. A process that opens its log first deletes the oldest files beyond 10 MB in total. A log
 * never contains an image, and contains absolute paths only if the process was started with `--verbose` (see
 * `redaction.ts`). If the folder cannot be written to, the process works without a log.
 */
import { appendFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import winston from 'winston';
import { logTo, setProcessLog, silentLog, type Log, type LogFacts } from './process-log';
import { redacted } from './redaction';
import { TAIL_CHARACTERS } from './stderr-tail';

export interface LogOptions {
  /** Which process: "shell", "engine", "cli". */
  readonly kind: string;
  readonly folder: string;
  /** Also writes to standard error, from level debug on, with whole paths. */
  readonly verbose: boolean;
}

const FILE_BYTES = 1_000_000;
const ALL_BYTES = 10_000_000;
/** Characters of one fact. Longer than the end of a standard error that is logged. */
const LONGEST = 2 * TAIL_CHARACTERS;

function ignore(): void {
  // Nothing is written.
}

/**
 * Deletes the oldest log files of a folder beyond a total size.
 * @param most bytes in all
 */
export function pruneLogs(folder: string, most = ALL_BYTES): void {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .flatMap((name) => {
      const path = join(folder, name);
      // Another process may have deleted the file since the listing.
      const found = statSync(path, { throwIfNoEntry: false });
      return found === undefined ? [] : [{ path, size: found.size, mtimeMs: found.mtimeMs }];
    })
    .sort((a, b) => b.mtimeMs - a.mtimeMs);
  let total = 0;
  for (const { path, size } of files) {
    total += size;
    if (total > most) rmSync(path, { force: true });
  }
}

/**
 * The newest lines of all logs in a folder, oldest first; empty if the folder cannot be read. Paths are removed, also
 * from lines that were written with `--verbose`.
 */
export function recentLines(folder: string, most: number): string[] {
  try {
    return readdirSync(folder)
      .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
      .flatMap(parsedLine)
      .sort((a, b) => a.timestamp.localeCompare(b.timestamp))
      .slice(-most)
      .map((line) =>
        JSON.stringify(line, (_name, value: unknown) => (typeof value === 'string' ? redacted(value) : value)),
      );
  } catch {
    return [];
  }
}

/** Nothing for a line that is cut off, because its process is writing it or its disk was full. */
function parsedLine(line: string): { readonly timestamp: string }[] {
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === 'object' &&
      parsed !== null &&
      'timestamp' in parsed &&
      typeof parsed.timestamp === 'string'
      ? [{ ...parsed, timestamp: parsed.timestamp }]
      : [];
  } catch {
    return [];
  }
}

/**
 * Writes each line synchronously, so that no line is lost when the process ends or dies. winston's own file transport
 * writes later, and loses lines that come while it rotates the file.
 */
function fileStream(path: string, oldPath: string): Writable {
  let size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return new Writable({
    write: (line: Buffer, _encoding, done) => {
      try {
        if (size + line.length > FILE_BYTES) {
          renameSync(path, oldPath);
          size = 0;
        }
        appendFileSync(path, line);
        size += line.length;
      } catch {
        // The disk is full, or the folder was removed: the line is lost.
      }
      done();
    },
  });
}

function fileTransport({ kind, folder }: LogOptions): InstanceType<typeof winston.transports.Stream> | null {
  try {
    mkdirSync(folder, { recursive: true });
    pruneLogs(folder);
    const path = join(folder, `${kind}-${process.pid}`);
    return new winston.transports.Stream({ stream: fileStream(`${path}.log`, `${path}.old.log`), eol: '\n' });
  } catch {
    return null;
  }
}

/** Opens the log of this process; from now on, `processLog` writes to it. */
export function openLog(options: LogOptions): Log {
  // Without a listener, a standard error that its reader has closed would end the process.
  process.stderr.off('error', ignore).on('error', ignore);
  const file = fileTransport(options);
  const transports = [
    ...(file === null ? [] : [file]),
    ...(options.verbose ? [new winston.transports.Console({ stderrLevels: ['error', 'warn', 'info', 'debug'] })] : []),
  ];
  if (transports.length === 0) return silentLog;
  for (const transport of transports) transport.on('error', ignore);
  const logger = winston.createLogger({
    level: options.verbose ? 'debug' : 'info',
    // Not winston's own JSON: it calls the event `message`, which is the name of a fact here.
    format: winston.format.printf(({ line }) => JSON.stringify(line)),
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- winston's types name another class than its constructors make
    transports,
  });
  logger.on('error', ignore);
  const clean = (value: LogFacts[string]): LogFacts[string] =>
    typeof value === 'string' && !options.verbose ? redacted(value).slice(0, LONGEST) : value;
  const log = logTo((level, event, facts) => {
    const kept = Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, clean(value)]));
    const head = { timestamp: new Date().toISOString(), level, event, process: options.kind, pid: process.pid };
    // The fields of the head come first, and no fact overwrites them.
    logger.log({ level, message: event, line: { ...head, ...kept, ...head } });
  });
  setProcessLog(log);
  return log;
}
