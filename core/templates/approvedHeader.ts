import type { ApprovedContext, WriteVariable } from './approved';
import type { FilledHeader, HeaderValue } from './approvedTypes';
import { LIMITS } from './limits';
import { fillLive, type LiveTemplate, variablesIn } from './live';
import { checkedFile, checkedFileName, refused } from './media';
import { properName } from './values';

const FIELD = 'header';

interface HeaderResult {
  readonly value: FilledHeader | null;
  /** What a person gets to read of it. */
  readonly texts: readonly string[];
}

/** @throws CareError `templateUnsupported`, `variableMissing`, `variableInvalid`, `linkNotAllowed`, `fileNotAllowed` */
export function fillHeader(
  { header }: LiveTemplate,
  value: HeaderValue | null,
  write: WriteVariable,
  context: ApprovedContext,
): HeaderResult {
  const format = header?.format;
  if (format === 'OTHER') throw refused('templateUnsupported', FIELD);
  if (format === undefined || format === 'TEXT') {
    if (value !== null) throw refused('variableInvalid', FIELD);
    return header?.format === 'TEXT' ? textHeader(header.text, write) : { value: null, texts: [] };
  }
  if (value === null) throw refused('variableMissing', FIELD);
  if (format === 'LOCATION') return locationHeader(value, context);
  if (value.kind !== 'media') throw refused('variableInvalid', FIELD);
  return format === 'DOCUMENT'
    ? documentHeader(value, context)
    : mediaHeader(format === 'IMAGE' ? 'image' : 'video', value, context);
}

function textHeader(text: string, write: WriteVariable): HeaderResult {
  const [name] = variablesIn(text);
  const filled = fillLive(text, (variable) => write('header', variable));
  if (filled.length > LIMITS.header) throw refused('textTooLong', FIELD);
  const value = name === undefined ? null : ({ type: 'text', name, text: write('header', name) } as const);
  return { value, texts: [filled] };
}

type Media = Extract<HeaderValue, { kind: 'media' }>;

function mediaHeader(type: 'image' | 'video', { link }: Media, context: ApprovedContext): HeaderResult {
  const url = checkedFile(type, link, context.allowedDomains, FIELD);
  return { value: { type, link: url }, texts: [url] };
}

function documentHeader({ link, fileName = '' }: Media, context: ApprovedContext): HeaderResult {
  const url = checkedFile('document', link, context.allowedDomains, FIELD);
  const name = checkedFileName(fileName, `${FIELD} file name`);
  return { value: { type: 'document', link: url, fileName: name }, texts: [url, name] };
}

function locationHeader(value: HeaderValue, { locations, clinicName }: ApprovedContext): HeaderResult {
  if (value.kind !== 'location') throw refused('variableInvalid', FIELD);
  const { latitude, longitude } = value;
  const name = properName('location', value.name, [...(locations ?? []), clinicName]);
  const onEarth = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
  if (!name.ok || !onEarth) throw refused('variableInvalid', FIELD);
  return { value: { type: 'location', latitude, longitude, name: name.text }, texts: [name.text] };
}
