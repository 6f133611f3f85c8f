import { chromium, type Browser, type BrowserContext, type Locator, type Page } from 'playwright-core';
import type { N8nInstance } from '../../../tools/n8n';
import { ensureBrowser } from '../../../tools/browser';

/** The editor loads a thousand small files, which takes its time on a busy machine. */
const PATIENCE_MS = 120_000;

export const WIDE = { width: 1600, height: 1000 };

/** A browser without a window that reaches this machine only. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: await ensureBrowser(),
    args: [
      // Chromium refuses its sandbox to root, and all that it opens here is ours.
      '--no-sandbox',
      '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
    ],
  });
}

/** What a node on the canvas shows. */
export interface ShownNode {
  readonly name: string;
  readonly type: string;
  /** A "?" stands where the icon would be: n8n does not know the node's type. */
  readonly unknown: boolean;
  /** Addresses of icons that are files, and whether they could be drawn. */
  readonly icons: readonly { readonly src: string; readonly drawn: boolean }[];
  /** The node has an icon at all, drawn by n8n or from a file. */
  readonly hasIcon: boolean;
  /** The red mark. */
  readonly issues: boolean;
}

/** The editor takes a workflow over within a second, or has not listened. */
const TAKEN_OVER_MS = 20_000;

/** n8n moves the canvas slowly; unmoved for so long, it has arrived. */
const STILL_MS = 600;

/** What floats over the canvas, for pictures of the workflow alone. */
const ONLY_THE_CANVAS = `
  .picture :is([data-test-id="canvas-controls"], [data-test-id="canvas-minimap"], [data-test-id="logs-panel"],
  [data-test-id="execute-workflow-button"], [data-test-id="node-creator-plus-button"], [role="radiogroup"],
  [class*="nodeButtonsWrapper"], [class*="executionButtons"], [data-test-id="canvas-node-toolbar"],
  [data-radix-popper-content-wrapper], [data-reka-popper-content-wrapper]) { display: none !important; }`;

/** Where all nodes and notes are on the screen. */
const BOUNDS = `(() => {
  const all = [...document.querySelectorAll('.vue-flow__node')].map((node) => node.getBoundingClientRect());
  const left = Math.min(...all.map((one) => one.left));
  const top = Math.min(...all.map((one) => one.top));
  const right = Math.max(...all.map((one) => one.right));
  const bottom = Math.max(...all.map((one) => one.bottom));
  return { x: left, y: top, width: right - left, height: bottom - top };
})()`;

interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Around a workflow in its picture; labels stand below nodes and do not count to them. */
const MARGIN = 40;
const HIGHEST = 1_500;

/** Runs in the page, where there is a DOM; hence as text. */
const SHOWN_NODES = `
  [...document.querySelectorAll('[data-test-id="canvas-node"]')].map((node) => ({
    name: node.dataset.nodeName,
    type: node.dataset.nodeType,
    unknown: node.querySelector('[class*="nodeIconPlaceholder"]') !== null,
    hasIcon: node.querySelector('[class*="nodeIcon"] :is(svg, img)') !== null,
    icons: [...node.querySelectorAll('[class*="nodeIcon"] img')].map((image) => ({
      src: image.getAttribute('src'),
      drawn: image.complete && image.naturalWidth > 0,
    })),
    issues: node.querySelector('[class*="_issues_"]') !== null,
  }))`;

const ALL_ICONS = `
  [...document.querySelectorAll('[data-test-id="canvas-node"]')].every((node) => {
    const icon = node.querySelector('[class*="nodeIcon"] :is(svg, img)');
    return icon !== null && icon.complete !== false;
  })`;
const ICONS_MS = 30_000;

const follow = (path: string): string => `
  history.pushState({ back: null, current: ${JSON.stringify(path)}, forward: null, position: history.length }, '', ${JSON.stringify(path)});
  dispatchEvent(new PopStateEvent('popstate', { state: history.state }));`;

/** n8n's editor in a browser, signed in as the owner. */
export class Editor {
  private constructor(
    private readonly browser: Browser,
    private readonly context: BrowserContext,
    readonly page: Page,
  ) {}

  static async open({ url, owner }: N8nInstance): Promise<Editor> {
    const browser = await launchBrowser();
    const context = await browser.newContext({
      viewport: WIDE,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    context.setDefaultTimeout(PATIENCE_MS);
    context.setDefaultNavigationTimeout(PATIENCE_MS);
    const page = await context.newPage();
    await page.goto(`${url}/signin`);
    await page.locator('#emailOrLdapLoginId').fill(owner.email);
    await page.locator('#password').fill(owner.password);
    await page.locator('[data-test-id=form-submit-button]').click();
    await page.waitForURL((address) => !address.pathname.includes('signin'));
    const editor = new Editor(browser, context, page);
    // Until the first page stands, the editor's router would overrule where we go.
    await editor.element('project-home-menu-item').waitFor();
    await page.waitForLoadState('networkidle');
    return editor;
  }

  async close(): Promise<void> {
    await this.context.close();
    await this.browser.close();
  }

  element(testId: string): Locator {
    return this.page.locator(`[data-test-id="${testId}"]`);
  }

  /** Opens a workflow and waits until all its nodes are on the canvas. */
  async openWorkflow(id: string, nodes: number): Promise<void> {
    await this.go(`/workflow/${id}`);
    await this.untilShown(nodes);
  }

  /** An empty canvas. */
  async newWorkflow(): Promise<void> {
    await this.go('/workflow/new');
    await this.page.waitForURL(/\/workflow\/\w+\?new=true/);
    await this.element('canvas-add-button').waitFor();
    await this.untilShown(0);
  }

  /** Pastes as Ctrl-V does, from the real clipboard. */
  async paste(text: string, nodes: number): Promise<string> {
    await this.page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
    return this.added(nodes, async () => {
      await this.element('canvas').click({ position: { x: 700, y: 700 } });
      await this.page.keyboard.press('Control+v');
    });
  }

  /** Import from File of the menu: what its file dialogue would be given. */
  async importFile(file: string, nodes: number): Promise<string> {
    return this.added(nodes, () => this.element('workflow-import-input').setInputFiles(file));
  }

  /**
   * Adds to an empty canvas and saves. The header takes an import before the canvas behind it listens, and the import
   * is lost then; a person would see the empty canvas and try again.
   */
  private async added(nodes: number, add: () => Promise<void>): Promise<string> {
    await add();
    const first = this.element('canvas-node').first();
    await first.waitFor({ timeout: TAKEN_OVER_MS }).catch(add);
    await this.untilShown(nodes);
    return this.save();
  }

  async nodes(): Promise<ShownNode[]> {
    return this.page.evaluate<ShownNode[]>(SHOWN_NODES);
  }

  /** As `nodes`, once all icons have come: n8n fetches each by itself. One that never does is missing in the answer. */
  async nodesWithIcons(): Promise<ShownNode[]> {
    await this.page.waitForFunction(ALL_ICONS, undefined, { timeout: ICONS_MS }).catch(() => undefined);
    return this.nodes();
  }

  /** The whole workflow, 1600 wide at most, and nothing else of the editor. */
  async picture(file: string): Promise<void> {
    await this.page.addStyleTag({ content: ONLY_THE_CANVAS });
    await this.page.evaluate(`document.documentElement.classList.add('picture')`);
    await this.page.mouse.move(0, 0);
    const { width, height } = await this.fit();
    const wanted = Math.round((WIDE.width * height) / width) + 4 * MARGIN;
    await this.page.setViewportSize({
      ...WIDE,
      height: Math.min(HIGHEST, Math.max(WIDE.height, wanted)),
    });
    const bounds = await this.fit();
    const clip = {
      x: Math.max(0, bounds.x - MARGIN),
      y: Math.max(0, bounds.y - MARGIN),
      width: bounds.width + 2 * MARGIN,
      height: bounds.height + 2 * MARGIN,
    };
    await this.page.screenshot({ path: file, clip });
    await this.page.setViewportSize(WIDE);
    await this.page.evaluate(`document.documentElement.classList.remove('picture')`);
  }

  /** Fits all into the view and waits until the canvas stands still. */
  private async fit(): Promise<Bounds> {
    await this.page.evaluate(`document.querySelector('[data-test-id="zoom-to-fit"]').click()`);
    let before = '';
    for (;;) {
      await this.page.waitForTimeout(STILL_MS);
      const bounds = await this.page.evaluate<Bounds>(BOUNDS);
      if (JSON.stringify(bounds) === before) return bounds;
      before = JSON.stringify(bounds);
    }
  }

  /** Names of the nodes that the node creator offers for this search. */
  async offeredFor(words: string): Promise<string[]> {
    const search = this.element('node-creator-search-bar');
    if (!(await search.isVisible())) await this.element('node-creator-plus-button').click();
    await search.fill(words);
    const names = this.element('node-creator-item-name');
    await names.filter({ hasText: words }).first().waitFor();
    return names.allInnerTexts();
  }

  /** The editor saves by itself; this waits until n8n has it, and answers with the workflow's id. */
  private async save(): Promise<string> {
    await this.page.keyboard.press('Control+s');
    await this.page.waitForURL((url) => !url.searchParams.has('new'));
    const [, id] = /\/workflow\/(\w+)/.exec(this.page.url()) ?? [];
    if (id === undefined) throw new Error('The editor shows no workflow');
    return id;
  }

  /** As a click on a link inside the editor: loading it anew would take half a minute. */
  private async go(path: string): Promise<void> {
    await this.page.evaluate(follow(path));
  }

  private async untilShown(count: number): Promise<void> {
    const selector = JSON.stringify('[data-test-id="canvas-node"]');
    await this.page.waitForFunction(`document.querySelectorAll(${selector}).length === ${count}`);
  }
}
