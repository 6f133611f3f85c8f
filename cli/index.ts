import { run } from './program';

// Node 22 calls its SQLite experimental on stderr, where programs read our errors.
process.env.NODE_NO_WARNINGS ??= '1';

void run(process.argv.slice(2));
