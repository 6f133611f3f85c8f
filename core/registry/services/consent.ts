import { setImmediate } from 'node:timers/promises';
import { decide } from '../../consent/decide';
import { reasonFor } from '../../policy';
import { type ControllerPolicy, PURPOSES, type Purpose } from '../../policy/types';
import type { Language } from '../../phi/types';
import type { ConsentService } from '../api';
import type { RegistryContext } from '../context';
import type { ContactRequest, Controller, Decision } from '../types';
import { importConsents, recordConsents } from './importing';
import { currentPolicy } from './controllers';
import { type LoadedFacts, loadFacts, loadSubjects } from './facts';
import { type Resolved, resolvePeople, strangerCode, subjectLookups, suppressedStrangers } from './people';
import { reading } from './reading';
import { withdrawAll, withdrawPurpose } from './withdrawals';

export const OK_SENTENCE = 'This contact may get this message now.';

function refuse(code: string, contactRef: string | null = null): Decision {
  const sentence = reasonFor(code).sentence;
  return { allowed: false, code, sentence, contactRef, language: null, eventId: null, nextPermittedAt: null };
}

/** The data subject of a request: null for the contact itself, undefined when it is not on record. */
export function subjectOf(
  ctx: RegistryContext,
  controller: Controller,
  contactId: string,
  subjectRef: string | undefined,
  subjects: ReadonlyMap<string, string>,
): string | null | undefined {
  if (subjectRef === undefined || subjectRef === '') return null;
  return subjectLookups(ctx, controller.id, subjectRef)
    .map((lookup) => subjects.get(`${contactId}\0${lookup}`))
    .find((found) => found);
}

function contactIds(resolved: readonly Resolved[]): string[] {
  return resolved.flatMap((person) => (person.status === 'known' ? [person.contactId] : []));
}

/** A slice keeps the main thread for some milliseconds, so that n8n answers webhooks in between. */
const SLICE = 400;

async function mayContact(
  ctx: RegistryContext,
  controller: Controller,
  requests: readonly ContactRequest[],
): Promise<Decision[]> {
  const policy = await currentPolicy(ctx.db, controller.id);
  const asked = { ctx, controller, policy, now: ctx.clock.now() };
  const slices: Promise<Decision[]>[] = [];
  for (let start = 0; start < requests.length; start += SLICE) {
    // The database works on the slices before while this one is prepared.
    slices.push(decideSlice(asked, requests.slice(start, start + SLICE)));
    await setImmediate();
  }
  return (await Promise.all(slices)).flat();
}

interface Asked {
  readonly ctx: RegistryContext;
  readonly controller: Controller;
  readonly policy: ControllerPolicy;
  readonly now: number;
}

async function decideSlice(asked: Asked, requests: readonly ContactRequest[]): Promise<Decision[]> {
  const { ctx, controller, now } = asked;
  const people = await resolvePeople(
    ctx,
    ctx.db,
    controller,
    requests.map((request) => request.person),
  );
  const ids = contactIds(people);
  const facts = await loadFacts(ctx, ctx.db, controller, ids, now);
  const about = requests.some((request) => request.subjectRef !== undefined && request.subjectRef !== '');
  const subjects = about ? await loadSubjects(ctx, ctx.db, ids) : new Map<string, string>();
  const strangers = await suppressedStrangers(ctx, ctx.db, controller.id, people);
  return requests.map((request, index) =>
    decision(asked, request, people[index] ?? { status: 'bad' }, facts, subjects, strangers),
  );
}

function decision(
  { ctx, controller, policy, now }: Asked,
  request: ContactRequest,
  person: Resolved,
  facts: ReadonlyMap<string, LoadedFacts>,
  subjects: ReadonlyMap<string, string>,
  strangers: ReadonlySet<string>,
): Decision {
  if (person.status === 'bad') return refuse('badPhone');
  if (person.status === 'unknown') return refuse(strangerCode(person, strangers));
  if (!isPurpose(request.purpose)) return refuse('purposeUnknown', person.contactId);
  const known = facts.get(person.contactId);
  if (!known) return refuse('unknownContact');
  const subjectId = subjectOf(ctx, controller, person.contactId, request.subjectRef, subjects);
  if (subjectId === undefined) return refuse('subjectUnknown', person.contactId);
  if (controller.paused) return refuse('controllerPaused', person.contactId);
  const verdict = decide(known, { purpose: request.purpose, subjectId }, policy, now);
  return {
    allowed: verdict.code === 'ok',
    code: verdict.code,
    sentence: verdict.code === 'ok' ? OK_SENTENCE : reasonFor(verdict.code).sentence,
    contactRef: person.contactId,
    language: known.language as Language | null,
    eventId: verdict.eventId,
    nextPermittedAt: verdict.nextPermittedAt,
  };
}

function isPurpose(value: string): value is Purpose {
  return (PURPOSES as readonly string[]).includes(value);
}

export function createConsentService(ctx: RegistryContext): ConsentService {
  return {
    record: (controllerKey, rows, actor, options) =>
      recordConsents(ctx, controllerKey, rows, actor, options?.dryRun ?? false),
    import: (controllerKey, rows, actor, options) =>
      Promise.resolve(importConsents(ctx, controllerKey, rows, actor, options?.dryRun ?? false)),
    withdraw: (controllerKey, person, scope, source, actor) =>
      scope === 'all'
        ? withdrawAll(ctx, controllerKey, person, source, actor)
        : withdrawPurpose(ctx, controllerKey, person, scope, source, actor),
    mayContact: (controllerKey, requests) =>
      reading(ctx, controllerKey, (controller) => mayContact(ctx, controller, requests)),
  };
}
