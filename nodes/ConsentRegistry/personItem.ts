import type { INodeExecutionData } from 'n8n-workflow';
import type { PersonView } from '../../core';
import { withCare } from '../shared/items';

const instant = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** A person as workflows may see them: pseudonyms, states and dates, no number. */
export function personItem(item: INodeExecutionData, index: number, view: PersonView): INodeExecutionData {
  const { contactRef, handles, subjects, profile, ...rest } = view;
  const person = {
    ...rest,
    handles: handles.map((handle) => ({ ...handle, changedAt: instant(handle.changedAt) })),
    subjects: subjects.map((subject) => ({ ...subject, adultAt: instant(subject.adultAt) })),
    profile: profile.map((field) => ({
      ...field,
      setAt: instant(field.setAt),
      expiresAt: instant(field.expiresAt),
    })),
  };
  return withCare(item, { contactRef, person }, index);
}
