/** The certificate for HTTPS, with its key. */
import { X509Certificate, createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { PlumblineError } from '../contract/errors';

interface Certificate {
  readonly cert: Buffer;
  readonly key: Buffer;
}

function readPem(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new PlumblineError('no-permission', `The file ${path} cannot be read.`, { cause });
  }
}

function parseCertificate(path: string, cert: Buffer): X509Certificate {
  try {
    // This class also reads DER, which the server does not.
    createSecureContext({ cert });
    return new X509Certificate(cert);
  } catch (cause) {
    throw new PlumblineError('bad-request', `--cert needs a certificate in PEM form, and ${path} is not one.`, {
      cause,
    });
  }
}

function parseKey(path: string, key: Buffer): KeyObject {
  try {
    return createPrivateKey(key);
  } catch (cause) {
    // Both forms of a protected key say so in clear text.
    const locked = key.includes('ENCRYPTED');
    throw new PlumblineError(
      'bad-request',
      locked
        ? `The key ${path} is protected by a passphrase: give --key a copy without one (openssl pkey -in KEY -out COPY).`
        : `--key needs a private key in PEM form, and ${path} is not one.`,
      { cause },
    );
  }
}

/**
 * Null if neither file is given.
 * @throws PlumblineError bad-request, no-permission
 */
export function readCertificate(certPath: string | undefined, keyPath: string | undefined): Certificate | null {
  if (certPath === undefined && keyPath === undefined) return null;
  if (certPath === undefined || keyPath === undefined)
    throw new PlumblineError('bad-request', 'HTTPS needs both --cert and --key.');
  const pair = { cert: readPem(certPath), key: readPem(keyPath) };
  if (!parseCertificate(certPath, pair.cert).checkPrivateKey(parseKey(keyPath, pair.key)))
    throw new PlumblineError(
      'bad-request',
      `The key ${keyPath} does not belong to the certificate ${certPath}: give --key the key that the certificate was made with.`,
    );
  return pair;
}
