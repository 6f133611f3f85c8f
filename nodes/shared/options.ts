import type { INodePropertyOptions } from 'n8n-workflow';
import type { Language, Purpose } from '../../core';

const PURPOSE_TEXT: Readonly<Record<Purpose, { name: string; description: string }>> = {
  appointment: { name: 'Appointment', description: 'Service: reminders, follow-up and logistics of a visit' },
  events: { name: 'Events', description: 'Marketing: open days, talks and initiatives' },
  prevention: { name: 'Prevention', description: 'Marketing: seasonal prevention and check-ups' },
  review: { name: 'Review', description: 'Asks for a public review' },
  screening: { name: 'Screening', description: 'Invites to a public screening programme, under a mandate' },
  survey: { name: 'Survey', description: 'Asks how the visit was' },
};

export const purposeName = (purpose: Purpose): string => PURPOSE_TEXT[purpose].name;

export const purposeOptions: INodePropertyOptions[] = Object.entries(PURPOSE_TEXT).map(([value, text]) => ({
  ...text,
  value,
}));

const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  en: 'English',
  fr: 'French',
  de: 'German',
  it: 'Italian',
  es: 'Spanish',
};

export const languageOptions: INodePropertyOptions[] = Object.entries(LANGUAGE_NAMES).map(
  ([value, name]) => ({
    name,
    value,
  }),
);
