import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../../..');
const REPOSITORY = 'https://github.com/carecampaign/n8n-nodes-carecampaign';

const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const filesOf = (folder: string, ending: string): string[] =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => path.join(folder, file));

/** GitHub's anchor of a heading: small letters, no punctuation, hyphens for spaces. */
const anchorsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );

function deadLinks(file: string): string[] {
  return [...read(file).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target!)
    .filter((target) => !target.startsWith('http'))
    .filter((target) => {
      const [to = '', anchor] = target.split('#');
      const page = to === '' ? file : path.join(path.dirname(file), to);
      if (!existsSync(path.join(ROOT, page))) return true;
      return anchor !== undefined && !anchorsOf(read(page)).includes(anchor);
    });
}

describe('links that users follow', () => {
  const pages = [
    'README.md',
    'CHANGELOG.md',
    'workflows/README.md',
    'simulator/README.md',
    ...filesOf('docs', '.md'),
  ];

  it.each(pages)('%s leads only to what is there', (page) => {
    expect(deadLinks(page)).toEqual([]);
  });

  it('has a section for each "Open docs" of a node or credential in the editor', () => {
    const sources = [...filesOf('nodes', '.node.json'), ...filesOf('credentials', '.credentials.ts')];
    const anchors = sources.map((file) => [
      file,
      new RegExp(`${REPOSITORY}#([\\w-]+)`).exec(read(file))?.[1],
    ]);
    const known = anchorsOf(read('README.md'));
    expect(anchors.filter(([, anchor]) => anchor === undefined || !known.includes(anchor))).toEqual([]);
  });
});
