/** `plumbline serve [DIR]`: the window in a browser. */
import { Command, InvalidArgumentError } from 'commander';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { once } from 'node:events';
import { hostname, userInfo } from 'node:os';
import { dirname, parse, resolve } from 'node:path';
import { PlumblineError } from '../contract/errors';
import { builtEntry } from '../engine/process/entries';
import { VERSION } from '../engine/process/version';
import { checkFolder } from '../engine/stages/scan';
import { logFolder } from '../host/folders';
import { openLog } from '../host/log';
import { isLoopback, startServer } from '../serve/start';
import { readCertificate } from './certificate';
import { several } from './options';
import { readPassword } from './password';
import { tunnelText } from './tunnel';

const SHORTEST_SECRET = 12;

interface ServeCommandOptions {
  readonly port: number;
  readonly host: string;
  readonly token?: string;
  readonly password?: boolean;
  readonly root?: readonly string[];
  readonly name?: readonly string[];
  readonly cert?: string;
  readonly key?: string;
  readonly basePath: string;
  readonly open?: boolean;
}

function readPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('It takes a whole number from 0 to 65535; 0 means any free port.');
  return port;
}

function readBasePath(text: string): string {
  const parts = text.split('/').filter((part) => part !== '');
  if (!parts.every((part) => /^[\w.~-]+$/.test(part) && !/^\.+$/.test(part)))
    throw new InvalidArgumentError('It takes a path like /plumbline.');
  return ['', ...parts, ''].join('/');
}

/** The secret, and whether the printed address may contain it. */
async function chooseSecret({
  host,
  token,
  password,
}: ServeCommandOptions): Promise<{ secret: string; shown: boolean }> {
  if (token !== undefined && password === true)
    throw new PlumblineError('bad-request', 'Give either --token or --password.');
  if (!isLoopback(host) && token === undefined && password !== true)
    throw new PlumblineError(
      'bad-request',
      `With --host ${host}, other machines can reach this server: protect it with --token TOKEN or --password.`,
    );
  const secret = password === true ? await readPassword() : (token ?? randomBytes(32).toString('base64url'));
  if (secret.length < SHORTEST_SECRET)
    throw new PlumblineError(
      'bad-request',
      `The ${password === true ? 'password' : 'token'} is too short: it needs at least ${SHORTEST_SECRET} characters.`,
    );
  return { secret, shown: password !== true && token === undefined };
}

/** The folders from which pages may choose: those given, otherwise the current one. The data set is always one. */
async function rootsOf(folder: string | null, given: readonly string[]): Promise<string[]> {
  const here = process.cwd();
  const roots = given.length > 0 ? given.map((path) => resolve(path)) : here === parse(here).root ? [] : [here];
  for (const root of roots)
    if (!(await stat(root).catch(() => null))?.isDirectory())
      throw new PlumblineError('not-a-folder', `--root takes a folder, and ${root} is not one.`);
  if (folder === null) return roots;
  const isFolder = (await stat(folder).catch(() => null))?.isDirectory() === true;
  return [...new Set([...roots, isFolder ? folder : dirname(folder)])];
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // In a container, the user may have no entry in the list of users.
    return 'USER';
  }
}

function openBrowser(address: string): void {
  const command = { darwin: ['open'], win32: ['cmd', '/c', 'start', ''] }[process.platform as string] ?? ['xdg-open'];
  const [program = '', ...args] = command;
  spawn(program, [...args, address], { stdio: 'ignore', detached: true })
    .on('error', () => process.stderr.write('No browser could be opened: open the address yourself.\n'))
    .unref();
}

/** An archive is served, too: the page offers to unpack it. */
function checkServed(folder: string): void {
  try {
    checkFolder(folder);
  } catch (error) {
    if (!(error instanceof PlumblineError && error.code === 'needs-unpacking')) throw error;
  }
}

async function serve(directory: string | undefined, options: ServeCommandOptions): Promise<void> {
  const { port, host, basePath } = options;
  const folder = directory === undefined ? null : resolve(directory);
  if (folder !== null) checkServed(folder);
  const tls = readCertificate(options.cert, options.key);
  const roots = await rootsOf(folder, options.root ?? []);
  const { secret, shown } = await chooseSecret(options);
  const log = openLog({
    kind: 'serve',
    folder: logFolder(),
    verbose: process.env['PLUMBLINE_VERBOSE'] !== undefined,
  });
  log.info('start', { version: VERSION, node: process.version, platform: process.platform });
  const server = await startServer({
    folder,
    port,
    host,
    secret,
    roots,
    names: options.name ?? [],
    base: basePath,
    tls,
    page: dirname(builtEntry('renderer/index', 'html')),
    engine: { entry: builtEntry('engine/main'), runtime: { execPath: process.execPath, env: process.env } },
    version: VERSION,
    log,
  }).catch((error: unknown) => {
    throw listenFailure(error, host, port);
  });
  const name = /^(127\.0\.0\.1|0\.0\.0\.0|::)$/.test(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  const plain = `${tls === null ? 'http' : 'https'}://${name}:${server.port}${basePath}`;
  const address = shown ? `${plain}?token=${secret}` : plain;
  const tunnel = isLoopback(host) ? tunnelText(process.env, server.port, userName(), hostname()) : '';
  process.stdout.write(
    `Plumbline serves ${folder ?? 'its start page'} at\n\n  ${address}\n\n${tunnel}${shown ? '' : 'It asks for the token or password. '}Ctrl-C stops the server; finished work is kept.\n`,
  );
  if (options.open === true) openBrowser(shown ? `${plain}?token=${server.ticket()}` : plain);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  process.stderr.write('Stopping …\n');
  await server.stop();
}

function listenFailure(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'EADDRINUSE')
    return new PlumblineError('busy', `Port ${port} is taken by another program: choose another one with --port.`);
  if (code === 'EACCES')
    return new PlumblineError('no-permission', `Port ${port} needs special rights: choose one above 1023 with --port.`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new PlumblineError('bad-request', `${host} is not an address of this machine: give one with --host.`);
  return error;
}

export function serveCommand(): Command {
  return new Command('serve')
    .description('Show the window in a browser, for data on another machine.')
    .argument('[DIR]', 'folder of labelled images, or an archive')
    .option('--port <number>', 'port of the server', readPort, 7420)
    .option('--open', 'open the page in the browser of this machine')
    .option('--host <address>', 'address to listen on; other machines need --token or --password', '127.0.0.1')
    .option('--token <token>', 'a token of your own, instead of a new one at each start')
    .option('--password', 'ask for a password at the start, or read PLUMBLINE_PASSWORD')
    .option(
      '--root <folder>',
      'folder from which the page may choose; may be repeated (default: the current one)',
      several,
    )
    .option('--name <host>', 'another host name of the server, for example behind a proxy; may be repeated', several)
    .option('--cert <file>', 'certificate for HTTPS (PEM)')
    .option('--key <file>', 'key of the certificate (PEM)')
    .option('--base-path <path>', 'path of the page, for a proxy that serves several programs', readBasePath, '/')
    .action(serve);
}
