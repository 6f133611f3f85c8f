import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { readWorkflow, WORKFLOW_FILES, type WorkflowName } from '../../demo/workflows';
import { Editor, launchBrowser } from './support/browser';
import { ClinicWorld } from './support/clinicWorld';

jest.setTimeout(420_000);

const ROOT = process.cwd();
const IMAGES = path.join(ROOT, 'docs', 'images');
/** The pictures of the README are made anew only on demand: no two browsers draw alike. */
const UPDATE = process.env.UPDATE_SCREENSHOTS === '1';
/** Of a picture, in bytes; a README has to load on a phone. */
const MOST_BYTES = 400_000;

const OUR_NODES = [
  'Audit Trail',
  'Care Desk',
  'Consent Check',
  'Consent Registry',
  'Due Reminders',
  'Neutral Template',
  'PHI Filter',
  'Preference Tags',
  'Registry Admin',
  'Reply Router',
  'Safe Audience',
  'WhatsApp Send',
];
/** n8n offers triggers where a workflow begins, and leaves the word away that says so. */
const OUR_TRIGGER = 'WhatsApp Inbox';

const PATIENT = 'oliver';

let clinic: ClinicWorld;

beforeAll(async () => {
  clinic = await ClinicWorld.open();
  if (UPDATE) mkdirSync(IMAGES, { recursive: true });
});

afterAll(() => clinic.close());

const expectSmall = (file: string): void => {
  expect(statSync(file).size).toBeLessThan(MOST_BYTES);
};

describe('in the editor', () => {
  let editor: Editor;

  beforeAll(async () => {
    editor = await Editor.open(clinic.world.n8n);
  });

  afterAll(() => editor.close());

  const shownIn = (name: WorkflowName): number =>
    readWorkflow(ROOT, name).nodes.filter(({ type }) => !type.endsWith('.stickyNote')).length;

  it('a node that n8n does not know would be noticed', async () => {
    await editor.newWorkflow();
    const stranger = {
      id: 'stranger',
      name: 'Stranger',
      type: 'n8n-nodes-carecampaign.noSuchNode',
      typeVersion: 1,
      position: [0, 0],
      parameters: {},
    };
    await editor.paste(JSON.stringify({ nodes: [stranger], connections: {} }), 1);
    expect(await editor.nodes()).toMatchObject([{ unknown: true, hasIcon: false }]);
  });

  describe.each(['light', 'dark'] as const)('with the %s theme', (theme) => {
    beforeAll(() => editor.page.emulateMedia({ colorScheme: theme }));

    it.each(WORKFLOW_FILES)('%s has no unknown node, no missing icon and no red mark', async (name) => {
      await editor.openWorkflow(clinic.world.workflow(name), shownIn(name));
      const nodes = await editor.nodesWithIcons();
      expect(nodes.filter(({ unknown, issues }) => unknown || issues)).toEqual([]);
      expect(nodes.filter(({ hasIcon }) => !hasIcon)).toEqual([]);
      const ours = nodes.filter(({ type }) => type.startsWith('n8n-nodes-carecampaign.'));
      expect(ours.length).toBeGreaterThan(0);
      const ending = theme === 'dark' ? /\.dark\.svg$/ : /(?<!\.dark)\.svg$/;
      for (const { icons } of ours)
        expect(icons).toEqual([{ src: expect.stringMatching(ending), drawn: true }]);
      if (UPDATE && theme === 'light') {
        const file = path.join(IMAGES, `${name}.png`);
        await editor.picture(file);
        expectSmall(file);
      }
    });
  });

  it('the node creator offers our trigger for an empty canvas', async () => {
    await editor.newWorkflow();
    const [first] = await editor.offeredFor(OUR_TRIGGER);
    expect(first).toContain(OUR_TRIGGER);
  });

  it('the node creator offers each of our other nodes by its name', async () => {
    const [name] = WORKFLOW_FILES;
    await editor.openWorkflow(clinic.world.workflow(name), shownIn(name));
    const missing: string[] = [];
    for (const node of OUR_NODES) if (!(await editor.offeredFor(node)).includes(node)) missing.push(node);
    expect(missing).toEqual([]);
  });
});

describe('on the phone page', () => {
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    await clinic.book([PATIENT], 'B');
    await clinic.run('appointment-reminder');
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1100, height: 800 } });
    await page.goto(clinic.world.simulator.url);
  });

  afterAll(() => browser.close());

  it('a tap on a button is answered', async () => {
    const { phone } = clinic.patient(PATIENT).contact;
    await page.getByTestId(`contact-${phone.slice(1)}`).click();
    const bubbles = page.getByTestId('bubble');
    const asked = bubbles.filter({ has: page.locator('[data-testid="button"][data-index="1"]') }).last();
    await asked.waitFor();
    const before = await bubbles.count();
    await asked.locator('[data-testid="button"][data-index="1"]').click();
    // What was tapped, and the clinic's answer to it.
    await bubbles.nth(before + 1).waitFor();
    const answer = clinic.patient(PATIENT).received().at(-1);
    const [firstLine = ''] = answer?.content.body.split('\n') ?? [];
    expect(firstLine).not.toBe('');
    expect(await bubbles.last().innerText()).toContain(firstLine);
    expect((await clinic.statuses()).get(`B-${PATIENT}`)).not.toBe('booked');
  });

  it('makes a picture for the README, where asked for', async () => {
    const file = path.join(IMAGES, 'phone-page.png');
    if (UPDATE) await page.screenshot({ path: file });
    expectSmall(file);
  });
});
