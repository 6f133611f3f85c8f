import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';

const MEDIA_TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The page may load nothing from elsewhere and nobody may frame it. */
const POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";

/**
 * Serve the phone page: one route for each file of a flat folder, held in memory. No path of a request ever reaches
 * the file system, which is all that a static-files plugin would have to guard.
 */
export function phonePage(app: FastifyInstance, folder: string): void {
  for (const name of readdirSync(folder)) {
    const type = MEDIA_TYPES[extname(name)];
    if (type === undefined) continue;
    const content = readFileSync(join(folder, name));
    app.get(name === 'index.html' ? '/' : `/${name}`, (_request, answer) =>
      answer
        .headers({ 'content-type': type, 'content-security-policy': POLICY, 'cache-control': 'no-cache' })
        .send(content),
    );
  }
}
