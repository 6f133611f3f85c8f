import { CareError } from '../errors';
import { reasonFor, REASONS, type ReasonCode } from '../policy/reasons';
import { isPlausibleInstant } from './instant';
import type {
  Appointment,
  AppointmentStatus,
  DoneLookup,
  DueVerdict,
  Occurrence,
  RowVerdict,
  StageRule,
} from './types';

/** Statuses that silence stages: before the visit (`false`) and after it (`true`). */
const SILENT: Partial<Record<AppointmentStatus, { code: ReasonCode; before: boolean; after: boolean }>> = {
  cancelled: { code: 'cancelled', before: true, after: true },
  moveRequested: { code: 'moveRequested', before: true, after: true },
  noShow: { code: 'noShow', before: true, after: true },
  done: { code: 'stageOver', before: true, after: false },
};

/**
 * `<appointment id>@<start as ISO instant>`.
 *
 * @throws CareError `noOccurrence` without an id, `badStart` without a plausible start
 */
export function occurrenceOf(appointment: Appointment): Occurrence {
  const id = appointment.id.trim();
  if (id === '') throw new CareError('noOccurrence', REASONS.noOccurrence.sentence, { field: 'id' });
  if (!isPlausibleInstant(appointment.startsAt)) {
    throw new CareError('badStart', REASONS.badStart.sentence, { field: 'startsAt' });
  }
  return `${id}@${new Date(appointment.startsAt).toISOString()}`;
}

/**
 * What is due now. Keeps no memory of its own: what is settled comes in through `done`.
 *
 * @param now ms since epoch
 * @returns in the order of the rows, for each row one verdict per stage that is due, or exactly one verdict that
 *   says why nothing is
 */
export function dueNow(
  appointments: readonly Appointment[],
  rules: readonly StageRule[],
  now: number,
  done: DoneLookup,
): RowVerdict[] {
  const seen = new Set<Occurrence>();
  return appointments.flatMap((appointment, row) =>
    judge(appointment, rules, now, done, seen).map((verdict) => ({ ...verdict, row })),
  );
}

function judge(
  appointment: Appointment,
  rules: readonly StageRule[],
  now: number,
  done: DoneLookup,
  seen: Set<Occurrence>,
): DueVerdict[] {
  let occurrence: Occurrence;
  try {
    occurrence = occurrenceOf(appointment);
  } catch (error) {
    if (error instanceof CareError) return [notDue(error.code, null)];
    throw error;
  }
  if (seen.has(occurrence)) return [notDue('duplicateRow', occurrence)];
  seen.add(occurrence);

  const silent = SILENT[appointment.status];
  const speaking = rules.filter((rule) => !(silent && (isAfterVisit(rule) ? silent.after : silent.before)));
  if (silent && speaking.length === 0) return [notDue(silent.code, occurrence)];
  return judgeStages(
    speaking.map((rule) => windowOf(rule, appointment)),
    now,
    done,
    occurrence,
  );
}

const isAfterVisit = (rule: StageRule): boolean => rule.opensAt >= 0;

interface Window {
  readonly rule: StageRule;
  readonly opensAt: number;
  readonly closesAt: number;
}

function windowOf(rule: StageRule, appointment: Appointment): Window {
  const { startsAt, endsAt } = appointment;
  const end = endsAt !== undefined && isPlausibleInstant(endsAt) && endsAt > startsAt ? endsAt : startsAt;
  const anchor = rule.anchor === 'end' ? end : startsAt;
  return { rule, opensAt: anchor + rule.opensAt, closesAt: anchor + rule.closesAt };
}

function judgeStages(
  windows: readonly Window[],
  now: number,
  done: DoneLookup,
  occurrence: Occurrence,
): DueVerdict[] {
  const open = windows.filter(({ opensAt, closesAt }) => opensAt <= now && now < closesAt);
  const settled = open.map((window) => ({ window, state: done(occurrence, window.rule.stage) }));
  const due = settled.filter(({ state }) => state === false);
  if (due.length > 0) {
    return due.map(({ window }) => ({
      due: true,
      stage: window.rule.stage,
      occurrence,
      closesAt: window.closesAt,
    }));
  }
  const last = settled.at(-1);
  if (last) {
    const code = typeof last.state === 'string' ? last.state : 'alreadySent';
    return [{ ...notDue(code, occurrence), stage: last.window.rule.stage }];
  }
  return [nextOrOver(windows, now, occurrence)];
}

function nextOrOver(windows: readonly Window[], now: number, occurrence: Occurrence): DueVerdict {
  const [next] = windows.filter(({ opensAt }) => opensAt > now).sort((a, b) => a.opensAt - b.opensAt);
  if (!next) return notDue('stageOver', occurrence);
  return { ...notDue('notDueYet', occurrence), stage: next.rule.stage, opensAt: next.opensAt };
}

function notDue(code: string, occurrence: Occurrence | null): Extract<DueVerdict, { due: false }> {
  return { due: false, code, sentence: reasonFor(code).sentence, occurrence };
}
