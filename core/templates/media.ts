import { CareError } from '../errors';
import { refusal, type ReasonCode } from '../policy/reasons';
import { LIMITS } from './limits';
import { writeValue } from './values';

export type MediaKind = 'image' | 'video' | 'document';

/** What Meta takes. Source: developers.facebook.com, WhatsApp: business-phone-numbers/media. */
const ENDINGS: Record<MediaKind, readonly string[]> = {
  image: ['jpg', 'jpeg', 'png'],
  video: ['mp4', '3gp'],
  document: ['pdf', 'txt', 'doc', 'docx', 'xls', 'xlsx', 'ppt', 'pptx'],
};
const FILE_NAME = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._()-]*\.([A-Za-z0-9]{2,4})$/u;

/** A refusal that names the place at fault and never its value. */
export function refused(code: ReasonCode, field: string): CareError {
  const { message } = refusal(code);
  return new CareError(code, `${message} (${field})`, { field });
}

/**
 * An https address on one of the controller's domains.
 * @throws CareError `linkNotAllowed`, `variableMissing`
 */
export function checkedLink(link: string, allowedDomains: readonly string[], field: string): string {
  const written = writeValue('link', { link }, 'en', { now: 0, allowedDomains });
  if (written.ok) return written.text;
  throw refused(written.code, field);
}

/**
 * The address of a file. Where it ends like a file, the ending is one that Meta takes in this place.
 * @throws CareError `linkNotAllowed`, `variableMissing`, `fileNotAllowed`
 */
export function checkedFile(
  kind: MediaKind,
  link: string,
  allowedDomains: readonly string[],
  field: string,
): string {
  const url = checkedLink(link, allowedDomains, field);
  const ending = /\.([A-Za-z0-9]{2,4})$/.exec(new URL(url).pathname)?.[1]?.toLowerCase();
  if (ending === undefined || ENDINGS[kind].includes(ending)) return url;
  throw refused('fileNotAllowed', field);
}

/**
 * The name under which the phone shows a document.
 * @throws CareError `fileNotAllowed`
 */
export function checkedFileName(name: string, field: string): string {
  const ending = FILE_NAME.exec(name)?.[1]?.toLowerCase() ?? '';
  if (name.length <= LIMITS.fileName && ENDINGS.document.includes(ending)) return name;
  throw refused('fileNotAllowed', field);
}
