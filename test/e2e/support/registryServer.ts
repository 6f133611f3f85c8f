import { randomBytes } from 'node:crypto';

/** Fields of a registry credential for a server of the tests, with a secret key of its own. */
export function credentialFor(serverUrl: string) {
  const { hostname: host, port, username: user, password, pathname } = new URL(serverUrl);
  return {
    database: 'postgres',
    host,
    port: Number(port),
    databaseName: pathname.slice(1),
    user,
    password,
    ssl: 'off',
    secretKey: randomBytes(32).toString('base64url'),
  };
}
