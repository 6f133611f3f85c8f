import { deriveConsent } from '../../../consent/derive';
import { groupBy } from '../../context';
import type { ExportedConsent, PersonExport } from './exportSchema';

/** The consents about one purpose and one data subject, oldest first. */
export interface Line {
  readonly purpose: ExportedConsent['purpose'];
  readonly subjectId: string | null;
  readonly events: readonly ExportedConsent[];
  /** The event that counts, with what it means now; null where only the future holds one. */
  readonly standing: { readonly id: string; readonly expired: boolean } | null;
}

const ms = (text: string): number => Date.parse(text);

function standingOf(
  events: readonly ExportedConsent[],
  validityDays: number | null,
  now: number,
): Line['standing'] {
  const facts = events.map((event) => ({
    id: event.id,
    purpose: event.purpose,
    subjectId: event.subjectId,
    kind: event.kind,
    scope: event.scope,
    hasProof: event.proof !== null,
    occurredAt: ms(event.occurredAt),
    validUntil: event.validUntil === null ? null : ms(event.validUntil),
  }));
  const state = deriveConsent(facts, validityDays, now);
  return state.status === 'none' ? null : { id: state.eventId, expired: state.status === 'expired' };
}

/** All consent events of an export, each in one line. */
export function consentLines(document: PersonExport): Line[] {
  const now = ms(document.exportedAt);
  const groups = groupBy(document.consents, ({ purpose, subjectId }) => `${purpose}\0${subjectId ?? ''}`);
  return [...groups.values()].flatMap((events) => {
    const [first] = events;
    if (!first) return [];
    const { purpose, subjectId } = first;
    const rule = document.processing.purposes.find((each) => each.purpose === purpose);
    return [
      { purpose, subjectId, events, standing: standingOf(events, rule?.consentValidDays ?? null, now) },
    ];
  });
}

export const isYes = (kind: ExportedConsent['kind']): boolean => kind === 'given' || kind === 'renewed';
