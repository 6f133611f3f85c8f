import { rmSync } from 'node:fs';
import path from 'node:path';

/** Takes away what `pack` made. */
export default function unpack(): void {
  const packed = process.env.CARECAMPAIGN_PACKED;
  if (packed !== undefined) rmSync(path.dirname(packed), { recursive: true });
}
