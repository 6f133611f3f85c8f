import { generate } from 'selfsigned';

const DAY = 86_400_000;

/** Meta's own host, for a client that reaches the simulator through a proxy in its place, and this machine. */
const HOSTS = ['graph.facebook.com', 'localhost'];

/**
 * A key and a certificate that signs itself, valid for a day. Whoever trusts the certificate as an authority
 * (`NODE_EXTRA_CA_CERTS`) trusts this simulator and nothing else: the key never leaves the process.
 * @returns both as PEM
 */
export async function selfSignedCertificate(): Promise<{ key: string; cert: string }> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'WhatsApp simulator' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + DAY),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...HOSTS.map((value) => ({ type: 2 as const, value })),
          { type: 7 as const, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { key, cert };
}
