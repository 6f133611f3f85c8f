import type { Stage } from '../../core';
import type { WindowName } from './slots';

/** One line of the sample's plan. Statuses are in the words of four different desks. */
export interface Plan {
  readonly id: string;
  readonly who: string;
  readonly when: WindowName | 'clockChange';
  readonly location: string;
  readonly status: string;
  /** Why the first run leaves the row out; absent: it is sent, unless it is quiet where the person is. */
  readonly code?: string;
  readonly phoneAs?: string;
  readonly notes?: string;
  readonly child?: { readonly ref: string; readonly firstName: string };
  readonly copyOf?: string;
  /** A message of this stage went out before. */
  readonly sentBefore?: Stage;
}

const ROMA = 'Aurora Roma Centro';
const MILANO = 'Aurora Milano';
const LONDON = 'Aurora London';
const NEW_YORK = 'Aurora New York';
const SINGAPORE = 'Aurora Singapore';

/** What a careless desk types into a free-text column. None of it may leave. */
export const PRIVATE_NOTE =
  'Sig.ra Ortensia Valdarno, reparto di Cardiologia, porta ECG e referto del colesterolo';
export const MUST_NOT_LEAVE = ['Ortensia', 'Valdarno', 'Cardiologia', 'ECG', 'referto', 'colesterolo'];

export const LOCATIONS = [
  { name: ROMA, zone: 'Europe/Rome' },
  { name: MILANO, zone: 'Europe/Rome' },
  { name: LONDON, zone: 'Europe/London' },
  { name: NEW_YORK, zone: 'America/New_York' },
  { name: SINGAPORE, zone: 'Asia/Singapore' },
] as const;

export const PLANS: readonly Plan[] = [
  // 48 hours before
  { id: 'A-1001', who: 'giulia', when: 'reminder48h', location: ROMA, status: 'prenotato' },
  {
    id: 'A-1002',
    who: 'marco',
    when: 'reminder48h',
    location: ROMA,
    status: 'Prenotato',
    notes: PRIVATE_NOTE,
  },
  { id: 'A-1003', who: 'lukas', when: 'reminder48h', location: MILANO, status: 'gebucht' },
  { id: 'A-1004', who: 'sofia', when: 'reminder48h', location: ROMA, status: 'programada' },
  { id: 'A-1005', who: 'oliver', when: 'reminder48h', location: LONDON, status: 'booked' },
  { id: 'A-1006', who: 'grace', when: 'reminder48h', location: NEW_YORK, status: 'Scheduled' },
  { id: 'A-1007', who: 'wei', when: 'reminder48h', location: SINGAPORE, status: 'booked' },
  { id: 'A-1008', who: 'viola', when: 'reminder48h', location: ROMA, status: 'prenotato' },
  {
    id: 'A-1009',
    who: 'irene',
    when: 'reminder48h',
    location: ROMA,
    status: 'prenotato',
    child: { ref: 'S-LEO', firstName: 'Leo' },
  },
  { id: 'A-1010', who: 'nadia', when: 'reminder48h', location: MILANO, status: 'prenotato' },
  { id: 'A-1011', who: 'nadia', when: 'reminder48h', location: MILANO, status: 'confermato' },
  // 48 hours before, left out
  { id: 'A-1012', who: 'bruno', when: 'reminder48h', location: ROMA, status: 'prenotato', code: 'noConsent' },
  {
    id: 'A-1013',
    who: 'ugo',
    when: 'reminder48h',
    location: ROMA,
    status: 'prenotato',
    code: 'unknownContact',
  },
  {
    id: 'A-1014',
    who: 'carla',
    when: 'reminder48h',
    location: ROMA,
    status: 'prenotato',
    code: 'suppressed',
  },
  {
    id: 'A-1015',
    who: 'dario',
    when: 'reminder48h',
    location: ROMA,
    status: 'prenotato',
    code: 'consentExpired',
  },
  {
    id: 'A-1016',
    who: 'elena',
    when: 'reminder48h',
    location: ROMA,
    status: 'prenotato',
    phoneAs: '+39 3200',
    code: 'badPhone',
  },
  {
    id: 'A-1017',
    who: 'franca',
    when: 'reminder48h',
    location: MILANO,
    status: 'prenotato',
    code: 'noWhatsApp',
  },
  {
    id: 'A-1018',
    who: 'davide',
    when: 'reminder48h',
    location: ROMA,
    status: 'annullato',
    code: 'cancelled',
  },
  {
    id: 'A-1019',
    who: 'annika',
    when: 'reminder48h',
    location: ROMA,
    status: 'verschoben',
    code: 'moveRequested',
  },
  {
    id: 'A-1020',
    who: 'chiara',
    when: 'reminder48h',
    location: MILANO,
    status: 'prenotato',
    sentBefore: 'reminder48h',
    code: 'alreadySent',
  },
  {
    id: 'A-1001',
    who: 'giulia',
    when: 'reminder48h',
    location: ROMA,
    status: 'prenotato',
    copyOf: 'A-1001',
    code: 'duplicateRow',
  },
  // 24 hours before
  { id: 'A-1021', who: 'paolo', when: 'logistics24h', location: ROMA, status: 'confermato' },
  { id: 'A-1022', who: 'jonas', when: 'logistics24h', location: MILANO, status: 'bestätigt' },
  { id: 'A-1023', who: 'mateo', when: 'logistics24h', location: MILANO, status: 'confirmada' },
  { id: 'A-1024', who: 'emily', when: 'logistics24h', location: LONDON, status: 'confirmed' },
  { id: 'A-1025', who: 'noah', when: 'logistics24h', location: NEW_YORK, status: 'confirmed' },
  { id: 'A-1026', who: 'aisha', when: 'logistics24h', location: SINGAPORE, status: 'booked' },
  { id: 'A-1027', who: 'pietro', when: 'logistics24h', location: ROMA, status: 'prenotato' },
  {
    id: 'A-1028',
    who: 'lucia',
    when: 'logistics24h',
    location: NEW_YORK,
    status: 'anulada',
    code: 'cancelled',
  },
  // 2 hours after
  { id: 'A-1029', who: 'ilaria', when: 'experience2h', location: ROMA, status: 'completata' },
  { id: 'A-1030', who: 'annika', when: 'experience2h', location: ROMA, status: 'erledigt' },
  { id: 'A-1031', who: 'harry', when: 'experience2h', location: LONDON, status: 'attended' },
  { id: 'A-1032', who: 'lucia', when: 'experience2h', location: NEW_YORK, status: 'atendida' },
  { id: 'A-1033', who: 'tommaso', when: 'experience2h', location: SINGAPORE, status: 'completato' },
  {
    id: 'A-1034',
    who: 'rosa',
    when: 'experience2h',
    location: ROMA,
    status: 'completata',
    code: 'noConsent',
  },
  {
    id: 'A-1035',
    who: 'davide',
    when: 'experience2h',
    location: ROMA,
    status: 'non presentato',
    code: 'noShow',
  },
  // The day after
  { id: 'A-1036', who: 'elena', when: 'survey1d', location: ROMA, status: 'completata' },
  { id: 'A-1037', who: 'jonas', when: 'survey1d', location: MILANO, status: 'erledigt' },
  { id: 'A-1038', who: 'mateo', when: 'survey1d', location: MILANO, status: 'realizada' },
  { id: 'A-1039', who: 'emily', when: 'survey1d', location: LONDON, status: 'done' },
  { id: 'A-1040', who: 'noah', when: 'survey1d', location: NEW_YORK, status: 'done' },
  { id: 'A-1041', who: 'aisha', when: 'survey1d', location: SINGAPORE, status: 'attended' },
  { id: 'A-1042', who: 'rosa', when: 'survey1d', location: ROMA, status: 'completata', code: 'noConsent' },
  { id: 'A-1043', who: 'carla', when: 'survey1d', location: ROMA, status: 'completata', code: 'suppressed' },
  // Not yet
  { id: 'A-1044', who: 'harry', when: 'later', location: LONDON, status: 'booked' },
  { id: 'A-1045', who: 'tommaso', when: 'clockChange', location: ROMA, status: 'prenotato' },
];
