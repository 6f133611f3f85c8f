import { CareError } from '../../errors';

/** Codes of Node's sockets and SQLSTATEs (or their class), https://www.postgresql.org/docs/current/errcodes-appendix.html */
const SENTENCES: readonly (readonly [RegExp, string, string])[] = [
  [
    /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|EHOST(UNREACH|DOWN)|ENET(UNREACH|DOWN)|EACCES|EPERM|57P0.|08...)$/,
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
    /^(42P01|42703|3F000)$/,
    'registryDamaged',
    'Tables of the registry are missing in the database. Restore it from a backup.',
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
    /^(53...|55P03|57014|25P0[34]|40001|40P01)$/,
    'registryBusy',
    'Another process holds the registry. Try again in a moment.',
  ],
  [
    /^(XX00[12]|58...)$/,
    'registryDamaged',
    'The database server cannot read the registry. Restore it from a backup.',
  ],
  [
    /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_\w+|CERT_\w+|HOSTNAME_MISMATCH|ERR_TLS_CERT_\w+)$/,
    'registryUnreachable',
    'The certificate of the database server is not trusted. Install its authority, or choose encryption without verification.',
  ],
  [
    /^(EPROTO|ERR_(SSL|TLS)_\w+)$/,
    'registryUnreachable',
    'No encrypted connection to the database server can be made. Check port and SSL in the credential.',
  ],
];

/** pg says these in words only. */
const WORDS: readonly (readonly [RegExp, string, string])[] = [
  // All connections are lent out and none came back in time.
  [/timeout exceeded/, 'registryBusy', 'Another process holds the registry. Try again in a moment.'],
  [
    /timeout expired|Connection terminated|Query read timeout|Client (has encountered a connection error|was closed)/,
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

const SQLSTATE = /^[0-9A-Z]{5}$/;

function known(code: string, words: string): readonly [RegExp, string, string] | undefined {
  return code === ''
    ? WORDS.find(([pattern]) => pattern.test(words))
    : SENTENCES.find(([pattern]) => pattern.test(code));
}

function textOf(error: unknown, name: 'code' | 'message'): string {
  const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
  return typeof value === 'string' ? value : '';
}

/**
 * Turns what PostgreSQL or the network said into our words. Its own text can quote values (in `detail`), so only the
 * code goes on.
 */
export function postgresError(error: unknown): Error {
  if (error instanceof CareError) return error;
  // A host name with several addresses fails with all of their errors at once.
  const first = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  const code = textOf(first, 'code');
  const found = known(code, textOf(first, 'message'));
  if (found) return new CareError(found[1], found[2]);
  return new Error(`PostgreSQL: ${SQLSTATE.test(code) ? `error ${code}` : 'unexpected answer'}`);
}
