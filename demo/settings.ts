import { createServer } from 'node:net';
import { homedir } from 'node:os';
import path from 'node:path';

export interface Settings {
  /** Everything of the demo: n8n's folder, the registry, the simulator's chats. A second start finds it again. */
  readonly home: string;
  readonly n8nPort: number;
  readonly simulatorPort: number;
}

function port(name: string, value: string | undefined, otherwise: number): number {
  if (value === undefined || value === '') return otherwise;
  const number = Number(value);
  if (Number.isInteger(number) && number > 0 && number < 65_536) return number;
  throw new Error(`${name} is no port number. Set it to a whole number from 1 to 65535.`);
}

export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  return {
    home: path.resolve(environment.CARECAMPAIGN_HOME ?? path.join(homedir(), '.carecampaign')),
    n8nPort: port('N8N_PORT', environment.N8N_PORT, 5678),
    simulatorPort: port('SIMULATOR_PORT', environment.SIMULATOR_PORT, 8790),
  };
}

/** Said before anything is started, so that nothing has to be taken down again. */
export async function assertFree(name: string, number: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      const taken = `Port ${number} is taken by another program. Stop that program, or choose another port with ${name}.`;
      reject(error.code === 'EADDRINUSE' ? new Error(taken) : error);
    });
    probe.listen(number, '127.0.0.1', () => probe.close(() => resolve()));
  });
}
