import { rmSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { selfSignedCertificate } from './certificate';
import { certificateFile, optionsFromEnvironment } from './environment';
import { startSimulator } from './index';

/** `npm run simulator`: runs until SIGINT or SIGTERM, then writes its state and ends with code 0. */
async function main(): Promise<void> {
  const options = optionsFromEnvironment(process.env);
  const { values } = parseArgs({ options: { tls: { type: 'string' } } });
  const trusted = certificateFile(process.env, values.tls);
  const tls = trusted === undefined ? undefined : await selfSignedCertificate();
  const simulator = await startSimulator({ ...options, tls });
  if (trusted !== undefined && tls) writeFileSync(trusted, tls.cert);
  const [number] = options.phoneNumbers;
  process.stdout.write(
    [
      `WhatsApp simulator: ${simulator.url}`,
      `  phone page         ${simulator.url}/`,
      `  Cloud API          ${simulator.url}/v23.0/${number?.phoneNumberId ?? ''}/messages`,
      `  business account   ${number?.businessAccountId ?? ''}`,
      ...(trusted === undefined ? [] : [`  certificate        NODE_EXTRA_CA_CERTS=${trusted}`]),
      '',
    ].join('\n'),
  );
  const stop = () =>
    void simulator.close().then(() => {
      if (trusted !== undefined) rmSync(trusted, { force: true });
      process.exit(0);
    });
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function explain(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  if (code !== 'EADDRINUSE') return message ?? 'The simulator could not start.';
  return `Port ${process.env.SIMULATOR_PORT ?? '8790'} is taken; set SIMULATOR_PORT to a free one.`;
}

main().catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
});
