import { optionsFromEnvironment } from './environment';
import { startSimulator } from './index';

/** `npm run simulator`: runs until SIGINT or SIGTERM, then writes its state and ends with code 0. */
async function main(): Promise<void> {
  const options = optionsFromEnvironment(process.env);
  const simulator = await startSimulator(options);
  const [number] = options.phoneNumbers;
  process.stdout.write(
    [
      `WhatsApp simulator: ${simulator.url}`,
      `  phone page         ${simulator.url}/`,
      `  Cloud API          ${simulator.url}/v23.0/${number?.phoneNumberId ?? ''}/messages`,
      `  business account   ${number?.businessAccountId ?? ''}`,
      '',
    ].join('\n'),
  );
  const stop = () => void simulator.close().then(() => process.exit(0));
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
