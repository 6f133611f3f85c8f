import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
type Log = (line: string) => void;

/** Names under which systems install a browser that understands Chrome's DevTools protocol. */
const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];

const FIXED = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

const HOW_TO =
  'Install Chromium or Google Chrome (on Debian and Ubuntu: sudo apt-get install chromium), ' +
  'or set CHROME_PATH to the program.';

export interface BrowserSearch {
  readonly env?: NodeJS.ProcessEnv;
  readonly exists?: (file: string) => boolean;
}

/**
 * The program of an installed Chrome or Chromium; null where there is none.
 * @throws Error when CHROME_PATH names something that cannot be run
 */
export function findBrowser({ env = process.env, exists = isProgram }: BrowserSearch = {}): string | null {
  const chosen = env.CHROME_PATH;
  if (chosen) {
    if (exists(chosen)) return chosen;
    throw new Error(`CHROME_PATH is set to ${chosen}, which is no program that can be run. ${HOW_TO}`);
  }
  const folders = (env.PATH ?? '').split(path.delimiter).filter(Boolean);
  const candidates = COMMANDS.flatMap((command) => folders.map((folder) => path.join(folder, command)));
  return [...candidates, ...FIXED].find(exists) ?? null;
}

/**
 * The browser for the tests: one that is installed, else Debian's Chromium where we may install it.
 * @throws Error that says what to do
 */
export async function ensureBrowser(log: Log = console.log): Promise<string> {
  const found = findBrowser();
  if (found) return found;
  if (!mayInstall()) throw new Error(`No browser was found. ${HOW_TO}`);
  log('Installing Chromium with apt-get (once) ...');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await run('apt-get', ['update', '-qq'], { env });
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { env });
  } catch (error) {
    throw new Error(`apt-get could not install Chromium. ${HOW_TO}`, { cause: error });
  }
  const installed = findBrowser();
  if (installed) return installed;
  throw new Error(`apt-get installed no Chromium that can be run. ${HOW_TO}`);
}

const mayInstall = (): boolean => process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
