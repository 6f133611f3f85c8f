import { ensureN8n } from './ensureN8n';

ensureN8n().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
