import type { Clock } from '../effects';
import { CareError } from '../errors';
import { refusal } from '../policy/reasons';
import type { LiveTemplate } from '../templates/live';

const FRESH_MS = 10 * 60_000;
/** While Meta's list cannot be read, one of yesterday is better than none; an older one is not. */
const KEPT_MS = 24 * 3_600_000;

/** The templates of one business account as they were at `readAt` (ms since epoch). */
export interface TemplateList {
  readonly templates: readonly LiveTemplate[];
  readonly readAt: number;
}

export interface LiveTemplates {
  /**
   * A list of the last ten minutes, else a new one, else one of the last 24 hours.
   * @throws CareError `providerAuth`, `templateListUnreadable`
   */
  list(): Promise<TemplateList>;
  /** The provider said something else than the list: it is read anew before the next message. */
  forget(): void;
}

interface Options {
  /** Reads the whole list; a refusal of its own is a `CareError`. */
  readonly read: () => Promise<readonly LiveTemplate[]>;
  readonly clock: Clock;
}

/** One list for a credential and process; whoever asks while it is being read waits for the same answer. */
export function createLiveTemplates({ read, clock }: Options): LiveTemplates {
  let known: TemplateList | null = null;
  let stale = false;
  let underWay: Promise<TemplateList> | null = null;

  const younger = (than: number): TemplateList | null =>
    known !== null && clock.now() - known.readAt < than ? known : null;

  async function renew(): Promise<TemplateList> {
    const readAt = clock.now();
    stale = false;
    try {
      known = { templates: await read(), readAt };
      return known;
    } catch (error) {
      stale = true;
      if (error instanceof CareError && error.code === 'providerAuth') throw error;
      const kept = younger(KEPT_MS);
      if (kept) return kept;
      throw refusal('templateListUnreadable');
    }
  }

  return {
    async list() {
      const fresh = stale ? null : younger(FRESH_MS);
      if (fresh && underWay === null) return fresh;
      underWay ??= renew().finally(() => (underWay = null));
      return underWay;
    },
    forget() {
      stale = true;
    },
  };
}
