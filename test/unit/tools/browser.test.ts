import { findBrowser } from '../../../tools/browser';

const on = (...files: string[]) => ({
  env: { PATH: '/usr/local/bin:/usr/bin' },
  exists: (file: string) => files.includes(file),
});

describe('the browser of the tests', () => {
  it('is the one that CHROME_PATH names, before any other', () => {
    const search = on('/usr/bin/chromium', '/opt/chrome');
    expect(findBrowser({ ...search, env: { ...search.env, CHROME_PATH: '/opt/chrome' } })).toBe(
      '/opt/chrome',
    );
  });

  it('is not silently another one when CHROME_PATH is wrong', () => {
    const search = on('/usr/bin/chromium');
    const env = { ...search.env, CHROME_PATH: '/opt/gone' };
    expect(() => findBrowser({ ...search, env })).toThrow('CHROME_PATH is set to /opt/gone');
  });

  it.each([
    ['Chromium of the distribution', '/usr/bin/chromium'],
    ["Google's package", '/usr/bin/google-chrome'],
    ['Chrome on a Mac', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'],
  ])('is found: %s', (_what, file) => {
    expect(findBrowser(on(file))).toBe(file);
  });

  it('is null, and not a guess, on a machine without one', () => {
    expect(findBrowser(on())).toBeNull();
  });
});
