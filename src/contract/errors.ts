/** The closed list of error codes. Callers decide by code, never by the text of a message. */
import { z } from 'zod';

export const errorCodeSchema = z.enum([
  'bad-request',
  'forbidden',
  'not-found',
  'not-a-folder',
  'no-permission',
  'folder-empty',
  'no-images',
  /** An archive, or a folder that contains archives and no images: `archives.unpack` can unpack it. */
  'needs-unpacking',
  'bad-archive',
  'folder-vanished',
  'bad-table',
  'bad-predictions',
  /** A table of predictions of several models; `details.models` names them, one a line. */
  'several-models',
  'bad-model',
  'bad-recipe',
  'bad-script',
  /** A watched training has collapsed or diverged. */
  'training-alarm',
  /**
   * For a folder without labels, `details.root` is the folder, `details.fields` the fields of the file names that could
   * be the label, counted from 1, one per line, or null; `details.fieldTexts` what each of them contains; `details.tables`
   * the tables in the folder, one per line, or null.
   */
  'layout-impossible',
  'cache-unwritable',
  'disk-full',
  'catalog-newer',
  'catalog-broken',
  /** The folder chosen for an export cannot be used; `details.reason` says why. */
  'export-target',
  /** An export with these options is not possible. */
  'export-impossible',
  /** A file has changed since it was indexed. */
  'source-changed',
  /** A run on a cluster cannot go on: one of its files is missing or damaged, or its store does not answer. */
  'bad-run',
  'busy',
  'cancelled',
  'worker-died',
  'out-of-memory',
  'engine-exited',
  'version-mismatch',
  'internal',
]);
export type ErrorCode = z.infer<typeof errorCodeSchema>;

export const wireErrorSchema = z.object({
  code: errorCodeSchema,
  /** One sentence for the user: what is wrong, where, what to do. */
  message: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  /** The chain of underlying messages, outermost first; for the log. */
  causes: z.array(z.string()),
});
export type WireError = z.infer<typeof wireErrorSchema>;

export class PlumblineError extends Error {
  override readonly name = 'PlumblineError';
  readonly code: ErrorCode;
  readonly details: WireError['details'];
  constructor(code: ErrorCode, message: string, options: { details?: WireError['details']; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }
}

export function toWire(error: unknown): WireError {
  const causes: string[] = [];
  for (
    let cause = error instanceof Error ? error.cause : undefined;
    cause instanceof Error && causes.length < 5;
    cause = cause.cause
  ) {
    causes.push(cause.message);
  }
  if (error instanceof PlumblineError)
    return { code: error.code, message: error.message, details: error.details, causes };
  return { code: 'internal', message: error instanceof Error ? error.message : String(error), details: {}, causes };
}

export function fromWire(wire: WireError): PlumblineError {
  return new PlumblineError(wire.code, wire.message, {
    details: wire.details,
    ...(wire.causes.length > 0 ? { cause: new Error(wire.causes.join(': ')) } : {}),
  });
}
