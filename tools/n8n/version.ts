import os from 'node:os';
import path from 'node:path';

/** The n8n that demo and tests run; another version means another folder, so clones can differ. */
export const N8N_VERSION = '2.41.1';

/** @param env CARECAMPAIGN_CACHE moves the cache that all clones of a user share */
export function n8nFolder(env: NodeJS.ProcessEnv = process.env): string {
  const cache = env.CARECAMPAIGN_CACHE ?? path.join(os.homedir(), '.cache', 'n8n-nodes-carecampaign');
  return path.join(cache, `n8n-${N8N_VERSION}`);
}

export const n8nExecutable = (folder: string) => path.join(folder, 'node_modules', 'n8n', 'bin', 'n8n');
