/** Objects of S3, or of a store that speaks its protocol. The only importer of the S3 client. */
import type { S3, S3ServiceException } from '@aws-sdk/client-s3';
import { setTimeout } from 'node:timers/promises';
import { PlumblineError } from '../../contract/errors';
import { systemCode } from '../process/failures';

export interface S3Place {
  readonly uri: string;
  readonly bucket: string;
  /** '' or ends with “/”. */
  readonly prefix: string;
}

export interface S3Object {
  readonly key: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

export const isS3 = (uri: string): boolean => uri.startsWith('s3://');

/** @throws PlumblineError bad-request */
export function s3Place(uri: string): S3Place {
  const [, bucket, path] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,62})(?:\/(.*))?$/.exec(uri) ?? [];
  if (bucket === undefined)
    throw new PlumblineError('bad-request', `“${uri}” is not an address like s3://BUCKET/PREFIX.`);
  const prefix = (path ?? '').replace(/\/+$/, '');
  return { uri: `s3://${bucket}/${prefix}`, bucket, prefix: prefix === '' ? '' : `${prefix}/` };
}

let client: Promise<S3> | null = null;

/**
 * The client is loaded when it is needed: it would take a fifth of the start of every command. Region, endpoint and
 * credentials come from the usual variables and files of AWS.
 */
const s3 = (): Promise<S3> => (client ??= makeClient());

async function makeClient(): Promise<S3> {
  const { S3 } = await import('@aws-sdk/client-s3');
  const { env } = process;
  const endpoint = env['AWS_ENDPOINT_URL_S3'] ?? env['AWS_ENDPOINT_URL'];
  return new S3({
    region: env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? 'us-east-1',
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    // Checksums that other stores than that of AWS may not know are only sent where the protocol demands them.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // `patiently` waits longer than the client would.
    maxAttempts: 1,
  });
}

const PATIENCE_SECONDS = 120;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;

/** How long a request is repeated. */
const patience = (): number => Number(process.env['PLUMBLINE_S3_PATIENCE'] ?? PATIENCE_SECONDS) * 1000;

const statusOf = (error: unknown): number | undefined =>
  (error as Partial<S3ServiceException> | null)?.$metadata?.httpStatusCode;

/** Failures that pass: a store that is too busy, and a connection that breaks. */
function passes(error: unknown): boolean {
  const status = statusOf(error);
  if (status !== undefined && status !== 200) return status === 429 || status >= 500;
  return (
    ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'ENOTFOUND'].includes(systemCode(error)) ||
    (error instanceof Error && ['TimeoutError', 'IncompleteBody'].includes(error.name)) ||
    (error instanceof Error && /aborted|socket hang up/i.test(error.message))
  );
}

const reasonOf = (error: unknown): string => {
  const status = statusOf(error);
  const text = error instanceof Error ? (error.message === '' ? error.name : error.message) : String(error);
  return status === undefined || status === 200 ? text : `${status} ${text}`;
};

/**
 * Repeats a request until it succeeds or the patience ends, with pauses that double.
 * @param what for example "s3://BUCKET/KEY could not be read"
 * @throws PlumblineError bad-run, no-permission; what the request throws if the object does not exist
 */
async function patiently<T>(what: string, request: () => Promise<T>): Promise<T> {
  const until = performance.now() + patience();
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      return await request();
    } catch (error) {
      if (isAbsent(error)) throw error;
      if (statusOf(error) === 403 || statusOf(error) === 401 || isWithoutCredentials(error))
        throw new PlumblineError(
          'no-permission',
          `${what} (${reasonOf(error)}). Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or the role of the machine, and what they may do with this bucket.`,
          { cause: error },
        );
      if (!passes(error))
        throw new PlumblineError(
          'bad-run',
          `${what} (${reasonOf(error)}). Check the address, AWS_REGION and AWS_ENDPOINT_URL.`,
          {
            cause: error,
          },
        );
      // Machines that were refused together must not come back together.
      const wait = pause * (0.5 + Math.random() / 2);
      if (performance.now() + wait > until)
        throw new PlumblineError(
          'bad-run',
          `${what} for ${Math.round(patience() / 1000)} seconds (${reasonOf(error)}). When the store answers again, start the same command again: it continues with what is there.`,
          { cause: error },
        );
      await setTimeout(wait);
    }
  }
}

const isWithoutCredentials = (error: unknown): boolean =>
  error instanceof Error && ['CredentialsProviderError', 'InvalidAccessKeyId'].includes(error.name);

const isAbsent = (error: unknown): boolean =>
  statusOf(error) === 404 || (error instanceof Error && ['NoSuchKey', 'NotFound'].includes(error.name));

/**
 * @param range first and last byte
 * @returns null for an object that does not exist
 */
export async function getObject(
  { bucket }: S3Place,
  key: string,
  range?: readonly [number, number],
): Promise<Buffer | null> {
  const what = `s3://${bucket}/${key} could not be read`;
  try {
    return await patiently(what, async () => {
      const { Body, ContentLength } = await (
        await s3()
      ).getObject({ Bucket: bucket, Key: key, ...(range && { Range: `bytes=${range[0]}-${range[1]}` }) });
      const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
      if (ContentLength !== undefined && bytes.length !== ContentLength)
        throw Object.assign(new Error('the answer ended early'), { name: 'IncompleteBody' });
      return bytes;
    });
  } catch (error) {
    if (!isAbsent(error)) throw error;
    if (error instanceof Error && error.name === 'NoSuchBucket') throw noBucket(bucket, error);
    return null;
  }
}

/** @returns null for an object that does not exist */
export async function objectSize({ bucket }: S3Place, key: string): Promise<number | null> {
  try {
    const { ContentLength } = await patiently(`s3://${bucket}/${key} could not be read`, async () =>
      (await s3()).headObject({ Bucket: bucket, Key: key }),
    );
    return ContentLength ?? null;
  } catch (error) {
    if (!isAbsent(error)) throw error;
    return null;
  }
}

const noBucket = (bucket: string, cause: unknown): PlumblineError =>
  new PlumblineError('bad-run', `There is no bucket s3://${bucket}. Check the address and AWS_ENDPOINT_URL.`, {
    cause,
  });

export async function putObject({ bucket }: S3Place, key: string, content: Uint8Array | string): Promise<void> {
  try {
    await patiently(`s3://${bucket}/${key} could not be written`, async () =>
      (await s3()).putObject({ Bucket: bucket, Key: key, Body: content }),
    );
  } catch (error) {
    throw isAbsent(error) ? noBucket(bucket, error) : error;
  }
}

/** All objects whose keys begin with the prefix of the place and `inside`, in the order of their keys, page by page. */
export async function* listObjects({ bucket, prefix }: S3Place, inside = ''): AsyncGenerator<S3Object[]> {
  for (let token: string | undefined; ;) {
    try {
      const page = await patiently(`s3://${bucket}/${prefix}${inside} could not be listed`, async () =>
        (await s3()).listObjectsV2({
          Bucket: bucket,
          Prefix: `${prefix}${inside}`,
          ...(token !== undefined && { ContinuationToken: token }),
        }),
      );
      // Anything that answers with 200 reads like an empty page.
      if (page.IsTruncated === undefined)
        throw new PlumblineError(
          'bad-run',
          `What answers for s3://${bucket} is not an object store. Check AWS_ENDPOINT_URL.`,
        );
      yield (page.Contents ?? []).map(({ Key, Size, LastModified }) => ({
        key: Key ?? '',
        bytes: Size ?? 0,
        modified: LastModified?.getTime() ?? 0,
      }));
      token = page.NextContinuationToken;
    } catch (error) {
      throw isAbsent(error) ? noBucket(bucket, error) : error;
    }
    if (token === undefined) return;
  }
}
