import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export const inRoot = (...parts) => path.join(root, ...parts);

/** The pinned Node that the `node` package brings. npm does not link it into .bin when install scripts are off. */
export const nodeBinary = inRoot('node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
