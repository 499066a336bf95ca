/** A job on a running Ray cluster, by its Jobs API. */
import { readFileSync } from 'node:fs';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { PlumblineError } from '../contract/errors';
import { systemCode } from '../engine/process/failures';

const LOOK_MS = 1000;
/** A cluster that does not answer for this long is given up; its job goes on. */
const PATIENCE_MS = 60_000;

const submittedSchema = z.object({ submission_id: z.string() });
const jobSchema = z.object({ status: z.string(), message: z.string().nullish() });
const logsSchema = z.object({ logs: z.string() });
const ENDED = ['SUCCEEDED', 'FAILED', 'STOPPED'];

function unreachable(head: string, error: unknown): PlumblineError {
  return new PlumblineError(
    'bad-run',
    `The Ray cluster ${head} does not answer (${systemCode(error) || (error instanceof Error ? error.message : String(error))}). Check the address of its dashboard, for example http://HEAD:8265, and whether this machine may reach it.`,
    { cause: error },
  );
}

/** The token of the cluster, where Ray itself looks for it; undefined for a cluster without one. */
function tokenOfRay(): string | undefined {
  const { env } = process;
  if (env['RAY_AUTH_TOKEN']) return env['RAY_AUTH_TOKEN'];
  try {
    return readFileSync(env['RAY_AUTH_TOKEN_PATH'] ?? join(homedir(), '.ray', 'auth_token'), 'utf8').trim();
  } catch {
    return undefined;
  }
}

/**
 * One request. With node:http and not with fetch, whose header Sec-Fetch-Mode Ray takes for a browser and refuses.
 * @throws PlumblineError bad-run, no-permission; the system's error if the cluster cannot be reached
 */
async function ask<T>(
  head: string,
  method: 'GET' | 'POST',
  path: string,
  answer: z.ZodType<T>,
  body?: object,
): Promise<T> {
  const url = new URL(`/api/jobs/${path}`, head);
  const token = tokenOfRay();
  const { status, text } = await new Promise<{ status: number; text: string }>((done, fail) => {
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(
      url,
      {
        method,
        timeout: PATIENCE_MS,
        headers: {
          'content-type': 'application/json',
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        },
      },
      (response) => {
        const parts: Buffer[] = [];
        response
          .on('data', (part: Buffer) => parts.push(part))
          .on('error', fail)
          .on('end', () => done({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') }));
      },
    );
    request.on('timeout', () => request.destroy(new Error('timeout'))).on('error', fail);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
  if (status === 401 || status === 403)
    throw new PlumblineError(
      'no-permission',
      `The Ray cluster ${head} refuses this machine (${status}). Give its token in RAY_AUTH_TOKEN, or its file in RAY_AUTH_TOKEN_PATH.`,
    );
  if (status !== 200)
    throw new PlumblineError(
      'bad-run',
      `The Ray cluster ${head} refuses the job (${status} ${text.trim().split('\n')[0] ?? ''}).`,
    );
  try {
    return answer.parse(JSON.parse(text));
  } catch (error) {
    throw new PlumblineError('bad-run', `What answers at ${head} is not the dashboard of a Ray cluster.`, {
      cause: error,
    });
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The settings of this machine that say where an object store is. Credentials are those of the cluster's machines. */
const PASSED_ON = [
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_S3',
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'PLUMBLINE_S3_PATIENCE',
];

/**
 * Submits the driver as a job, shows what it says, and waits for its end. Ctrl-C stops the job.
 * @param head `http://HEAD:8265`
 * @throws PlumblineError bad-run, no-permission, cancelled
 */
export async function runJob(head: string, source: string, run: string, options: readonly string[]): Promise<void> {
  if (!/^https?:\/\/[^/]+/.test(head) || !URL.canParse(head))
    throw new PlumblineError('bad-request', `“${head}” is neither local nor an address like http://HEAD:8265.`);
  const program = process.env['PLUMBLINE_CLUSTER_COMMAND'] ?? 'plumbline';
  const variables = Object.fromEntries(
    PASSED_ON.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
  );
  const { submission_id: job } = await ask(head, 'POST', '', submittedSchema, {
    entrypoint: `python3 "$(${program} shard driver)" ${[source, run, ...options].map(quoted).join(' ')}`,
    runtime_env: { env_vars: { ...variables, PLUMBLINE_COMMAND: JSON.stringify([program]) } },
  }).catch((error: unknown) => {
    throw error instanceof PlumblineError ? error : unreachable(head, error);
  });
  process.stderr.write(`Job ${job} on ${head}.\n`);
  let stopped = false;
  const stop = (): void => {
    stopped = true;
    ask(head, 'POST', `${job}/stop`, z.unknown()).catch(() => undefined);
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    await follow(head, job, () => stopped);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

async function follow(head: string, job: string, isStopped: () => boolean): Promise<void> {
  let shown = 0;
  let heardAt = performance.now();
  for (;;) {
    try {
      const { status, message } = await ask(head, 'GET', job, jobSchema);
      const { logs } = await ask(head, 'GET', `${job}/logs`, logsSchema);
      heardAt = performance.now();
      process.stderr.write(logs.slice(shown));
      shown = logs.length;
      if (status === 'SUCCEEDED') return;
      if (status === 'STOPPED' || (status === 'FAILED' && isStopped()))
        throw new PlumblineError('cancelled', 'Stopped. Finished work is kept, and the next run continues from there.');
      if (ENDED.includes(status))
        throw new PlumblineError('bad-run', reasonIn(logs) ?? `The job failed: ${message ?? ''}`);
    } catch (error) {
      if (error instanceof PlumblineError) throw error;
      // The cluster works on while its dashboard is away.
      if (performance.now() - heardAt > PATIENCE_MS) throw unreachable(head, error);
    }
    await setTimeout(LOOK_MS);
  }
}

/** The sentence with which the driver or a shell of the cluster ended. */
function reasonIn(logs: string): string | null {
  const lines = logs.trim().split('\n');
  const own = lines.findLast((line) => line.startsWith('plumbline: '));
  return own?.slice('plumbline: '.length) ?? (lines.at(-1) || null);
}
