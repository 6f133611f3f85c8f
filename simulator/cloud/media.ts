import type { Content } from '../model/types';
import { GraphError } from './errors';

type Header = NonNullable<Content['header']>;

interface MediaShape {
  id?: string;
  link?: string;
  filename?: string;
}

interface LocationShape {
  latitude?: string | number;
  longitude?: string | number;
  name?: string;
  address?: string;
}

/**
 * A file as the phone shows it: by its name where it has one, and where a tap on it leads.
 * @throws GraphError 131008 without a file, 131009 with two, or with an address that Meta cannot fetch.
 */
export function shownMedia(kind: 'image' | 'video' | 'document', media: unknown, where: string): Header {
  const { id, link, filename } = (media ?? {}) as MediaShape;
  if (id === undefined && link === undefined) {
    throw new GraphError(131008, { details: `Param ${where}['link'] is required.` });
  }
  if (id !== undefined && link !== undefined) {
    throw new GraphError(131009, { details: `Param ${where} takes an id or a link, not both.` });
  }
  if (link !== undefined && !(URL.canParse(link) && /^https?:$/.test(new URL(link).protocol))) {
    throw new GraphError(131009, { details: `Param ${where}['link'] is not an address.` });
  }
  return { kind, text: filename ?? nameIn(link) ?? kind, url: link };
}

const nameIn = (link: string | undefined): string | undefined =>
  link === undefined ? undefined : /[^/]+$/.exec(new URL(link).pathname)?.[0];

/** @throws GraphError 131008 without coordinates, 131009 with some that are nowhere. */
export function shownLocation(place: unknown, where: string): Header {
  const { latitude, longitude, name, address } = (place ?? {}) as LocationShape;
  if (latitude === undefined || longitude === undefined) {
    throw new GraphError(131008, { details: `Param ${where}['latitude'] and ['longitude'] are required.` });
  }
  const [north, east] = [Number(latitude), Number(longitude)];
  if (!(Math.abs(north) <= 90 && Math.abs(east) <= 180)) {
    throw new GraphError(131009, { details: `Param ${where} is no place on earth.` });
  }
  const words = [name, address].filter((part) => part !== undefined && part !== '');
  const text = words.length === 0 ? `${north}, ${east}` : words.join(', ');
  return { kind: 'location', text, url: `geo:${north},${east}` };
}
