import { CareError } from '../../errors';

/** Codes of Node's sockets and SQLSTATEs (or their class), https://www.postgresql.org/docs/current/errcodes-appendix.html */
const SENTENCES: readonly (readonly [RegExp, string, string])[] = [
  [
    /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|57P0[123]|08...)$/,
    'registryUnreachable',
    'The database server of the registry does not answer. Check host and port in the credential, and that the server runs.',
  ],
  [
    /^(ENOTFOUND|EAI_AGAIN)$/,
    'registryUnreachable',
    'The host of the registry cannot be found. Check it in the credential.',
  ],
  [
    /^28...$/,
    'registryAccessDenied',
    'The database server refused the user. Check user, password and SSL in the credential.',
  ],
  [
    /^3D000$/,
    'registryUnreachable',
    'The database of the registry does not exist. Create it, or correct its name.',
  ],
  [
    /^42501$/,
    'registryAccessDenied',
    'The database user may not do this. Give it the right to create and use the registry’s schema.',
  ],
  [
    /^(25006)$/,
    'registryReadOnly',
    'The registry’s database only lets itself be read. Connect to the primary server.',
  ],
  [/^53100$/, 'registryDiskFull', 'The disk that holds the registry is full. Free some space and try again.'],
  [
    /^(53300|53...|55P03|57014|40001|40P01)$/,
    'registryBusy',
    'Another process holds the registry. Try again in a moment.',
  ],
  [
    /^(XX00[12]|58...)$/,
    'registryDamaged',
    'The database server cannot read the registry. Restore it from a backup.',
  ],
  [
    /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERT_HAS_EXPIRED|ERR_TLS_CERT_ALTNAME_INVALID)$/,
    'registryUnreachable',
    'The certificate of the database server is not trusted. Install its authority, or choose encryption without verification.',
  ],
];

/** pg says these in words only. */
const WORDS: readonly (readonly [RegExp, string, string])[] = [
  [
    /timeout expired|timeout exceeded|Connection terminated|connection timeout|Client has encountered a connection error/,
    'registryUnreachable',
    'The database server of the registry does not answer. Check host and port in the credential, and that the server runs.',
  ],
  [
    /does not support SSL/,
    'registryUnreachable',
    'The database server does not offer SSL. Switch it on there, or off in the credential.',
  ],
  [
    /password must be a string|SASL/,
    'registryAccessDenied',
    'The database server refused the user. Check user, password and SSL in the credential.',
  ],
];

function known(code: string, words: string): readonly [RegExp, string, string] | undefined {
  return SENTENCES.find(([pattern]) => pattern.test(code)) ?? WORDS.find(([pattern]) => pattern.test(words));
}

/**
 * Turns what PostgreSQL or the network said into our words. Its own text can quote values (in `detail`), so only the
 * code goes on.
 */
export function postgresError(error: unknown): Error {
  if (error instanceof CareError) return error;
  // A host name with several addresses fails with all of their errors at once.
  const first = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  const { code = '', message = '' } = first as { code?: string; message?: string };
  const found = known(code, message);
  if (found) return new CareError(found[1], found[2]);
  return new Error(`PostgreSQL: ${code === '' ? 'unexpected answer' : `error ${code}`}`);
}
