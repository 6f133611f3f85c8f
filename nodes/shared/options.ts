import type { INodePropertyOptions } from 'n8n-workflow';
import type { ButtonChoice, Language, Purpose, Question } from '../../core';

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

/** What a tap on a button may mean. */
export const choiceOptions: INodePropertyOptions[] = (
  [
    ['Confirm', 'confirm'],
    ['No', 'no'],
    ['Preference A', 'preference_a'],
    ['Preference B', 'preference_b'],
    ['Preference C', 'preference_c'],
    ['Rating 1', 'rating_1'],
    ['Rating 2', 'rating_2'],
    ['Rating 3', 'rating_3'],
    ['Rating 4', 'rating_4'],
    ['Rating 5', 'rating_5'],
    ['Reschedule', 'reschedule'],
    ['Stop', 'stop'],
    ['Talk to a Person', 'human'],
    ['Yes', 'yes'],
  ] satisfies [string, ButtonChoice][]
).map(([name, value]) => ({ name, value }));

const QUESTION_NAMES: Readonly<Record<Question, string>> = {
  appointment: 'Appointment',
  location: 'Location',
  preference: 'Preference',
  rating: 'Rating',
  yesNo: 'Yes or No',
};

/** What a text may ask. */
export const questionOptions: INodePropertyOptions[] = Object.entries(QUESTION_NAMES).map(
  ([value, name]) => ({
    name,
    value,
  }),
);
