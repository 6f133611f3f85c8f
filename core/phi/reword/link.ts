import type { PhiFinding } from '../types';

const LINK = /https:\/\/[^\s<>"]+/g;

/**
 * The first link of a text to one of the given domains that gives nothing away; where its path does, the link to the
 * first page.
 */
export function linkIn(
  text: string,
  domains: readonly string[],
  find: (text: string) => readonly PhiFinding[],
): string | undefined {
  for (const [raw] of text.matchAll(LINK)) {
    const link = raw.replace(/[.,;:!?)]+$/, '');
    const url = URL.canParse(link) ? new URL(link) : undefined;
    if (url === undefined || !domains.some((domain) => isWithin(url.hostname, domain.toLowerCase())))
      continue;
    const clean = [link, `${url.origin}/`].find((each) => find(each).length === 0);
    if (clean !== undefined) return clean;
  }
  return undefined;
}

const isWithin = (host: string, domain: string): boolean => host === domain || host.endsWith(`.${domain}`);
