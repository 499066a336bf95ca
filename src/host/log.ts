/**
 * The log of one process: JSON lines in `<data folder>/logs/<kind>-<pid>.log`. Each process writes to a file of its own,
 * so that several apps and commands at once neither mix their lines nor rotate each other's files. A file is rotated at
 * 1 MB and one older part is kept; whoever opens a log first deletes the oldest files beyond 10 MB in all. A log never
 * holds an image, and no absolute path unless the process was started with `--verbose`. A folder that cannot be
 * written is tolerated: work goes on without a log.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import winston from 'winston';
import { redacted } from './redaction';

export type LogFacts = Readonly<Record<string, string | number | boolean | null>>;
type Write = (event: string, facts?: LogFacts) => void;

/** `event` is a code in kebab case; what varies goes into the facts. */
export interface Log {
  readonly error: Write;
  readonly warn: Write;
  readonly info: Write;
  readonly debug: Write;
}

export interface LogOptions {
  /** Which process: "shell", "engine", "cli". */
  readonly kind: string;
  readonly folder: string;
  /** Also writes to standard error, from level debug on, with whole paths. */
  readonly verbose: boolean;
}

const FILE_BYTES = 1_000_000;
const ALL_BYTES = 10_000_000;

export const silentLog: Log = { error: ignore, warn: ignore, info: ignore, debug: ignore };

function ignore(): void {
  // Nothing is written.
}

/**
 * Deletes the oldest log files of a folder beyond a total size.
 * @param most bytes in all
 */
export function pruneLogs(folder: string, most = ALL_BYTES): void {
  const files = readdirSync(folder)
    .filter((name) => /\.log(\.\d+)?$|\d+\.log$/.test(name))
    .map((name) => {
      const { size, mtimeMs } = statSync(join(folder, name));
      return { path: join(folder, name), size, mtimeMs };
    })
    .sort((a, b) => b.mtimeMs - a.mtimeMs);
  let total = 0;
  for (const { path, size } of files) {
    total += size;
    if (total > most) rmSync(path, { force: true });
  }
}

/**
 * The newest lines of all logs in a folder, oldest first; none where the folder cannot be read. Paths are removed, also
 * from the lines of a process that was started with `--verbose`.
 */
export function recentLines(folder: string, most: number): string[] {
  try {
    return readdirSync(folder)
      .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
      .filter((line) => line.includes('"timestamp"'))
      .sort((a, b) => timeOf(a).localeCompare(timeOf(b)))
      .slice(-most)
      .map(redacted);
  } catch {
    return [];
  }
}

const timeOf = (line: string): string => /"timestamp":"([^"]+)"/.exec(line)?.[1] ?? '';

function fileTransport({ kind, folder }: LogOptions): InstanceType<typeof winston.transports.File> | null {
  try {
    mkdirSync(folder, { recursive: true });
    pruneLogs(folder);
    return new winston.transports.File({
      filename: join(folder, `${kind}-${process.pid}.log`),
      maxsize: FILE_BYTES,
      maxFiles: 2,
      tailable: true,
    });
  } catch {
    return null;
  }
}

export function openLog(options: LogOptions): Log {
  const file = fileTransport(options);
  const transports = [
    ...(file === null ? [] : [file]),
    ...(options.verbose ? [new winston.transports.Console({ stderrLevels: ['error', 'warn', 'info', 'debug'] })] : []),
  ];
  if (transports.length === 0) return silentLog;
  // A disk that fills up must not end the process.
  for (const transport of transports) transport.on('error', ignore);
  const logger = winston.createLogger({
    level: options.verbose ? 'debug' : 'info',
    format: winston.format.combine(winston.format.timestamp(), winston.format.json()),
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- winston's types name another class than its constructors make
    transports,
  });
  logger.on('error', ignore);
  const clean = (value: LogFacts[string]): LogFacts[string] =>
    typeof value === 'string' && !options.verbose ? redacted(value).slice(0, 2000) : value;
  const write =
    (level: keyof Log): Write =>
    (event, facts = {}) => {
      const kept = Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, clean(value)]));
      logger.log({ ...kept, level, message: event, process: options.kind, pid: process.pid });
    };
  return { error: write('error'), warn: write('warn'), info: write('info'), debug: write('debug') };
}
