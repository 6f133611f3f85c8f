import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod/v4';

const State = z.object({
  /** When the sample was made: its appointments lie around this instant (ms since epoch). */
  madeAt: z.number(),
  secrets: z.object({ accessToken: z.string(), appSecret: z.string(), verifyToken: z.string() }),
  /** n8n's ids of the shipped workflows, by file name; empty until they are imported. */
  workflows: z.record(z.string(), z.string()),
  ready: z.boolean(),
});
export type DemoState = z.infer<typeof State>;

/** What the demo remembers from one start to the next. */
export class Home {
  constructor(readonly folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  get n8nFolder(): string {
    return path.join(this.folder, 'n8n');
  }

  get simulatorFile(): string {
    return path.join(this.folder, 'simulator.json');
  }

  get packageFolder(): string {
    return path.join(this.folder, 'package');
  }

  read(now: number): DemoState {
    if (existsSync(this.file)) return State.parse(JSON.parse(readFileSync(this.file, 'utf8')));
    const secret = (): string => randomBytes(24).toString('base64url');
    const secrets = { accessToken: secret(), appSecret: secret(), verifyToken: secret() };
    const state = { madeAt: now, secrets, workflows: {}, ready: false };
    this.write(state);
    return state;
  }

  write(state: DemoState): void {
    const draft = `${this.file}.new`;
    writeFileSync(draft, JSON.stringify(state, null, 2), { mode: 0o600 });
    renameSync(draft, this.file);
  }

  private get file(): string {
    return path.join(this.folder, 'demo.json');
  }
}
