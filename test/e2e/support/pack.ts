import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
// Not by the index: jest does not transform the ES modules behind it this early.
import { packPackage } from '../../../tools/n8n/communityPackage';

/** Once for all files: the packed package, as it would be published, goes into every n8n of the run. */
export default async function pack(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'carecampaign-packed-'));
  process.env.CARECAMPAIGN_PACKED = await packPackage(process.cwd(), folder);
}
