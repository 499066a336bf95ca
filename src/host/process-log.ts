/**
 * The log of this process, for code that is called from many places (the database, the host of child processes). It
 * does not import the logging library, so that child processes, which send their lines to the engine, do not load it.
 */
export const logLevels = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Not `timestamp`, `level`, `event`, `process` or `pid`: a line has these already. */
export type LogFacts = Readonly<Record<string, string | number | boolean | null>>;
type Write = (event: string, facts?: LogFacts) => void;

/** `event` is a code in kebab case; variable parts go into the facts. */
export type Log = Readonly<Record<LogLevel, Write>>;

/** A log whose levels all call one function. */
export function logTo(write: (level: LogLevel, event: string, facts: LogFacts) => void): Log {
  const at =
    (level: LogLevel): Write =>
    (event, facts = {}) =>
      write(level, event, facts);
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') };
}

export const silentLog: Log = logTo(() => undefined);

let current = silentLog;

/** Silent until `setProcessLog` is called. */
export const processLog: Log = logTo((level, event, facts) => current[level](event, facts));

export function setProcessLog(log: Log): void {
  current = log;
}
