import { CareError, type Registry } from '../../core';
import { consent, context, person, request } from './registry';

/** The code of a refusal or an error; `yes` for a right to send; `done` for something that was written. */
export type Outcome = string;

const outcome = async (ask: () => Promise<Outcome>): Promise<Outcome> => {
  try {
    return await ask();
  } catch (error) {
    return error instanceof CareError
      ? error.code
      : `no code: ${error instanceof Error ? error.name : typeof error}`;
  }
};

let occurrences = 0;

export const mayContact = (registry: Registry, number: number): Promise<Outcome> =>
  outcome(async () => {
    const [decision] = await registry.consent.mayContact('aurora', [
      { person: { phone: person(number) }, purpose: 'appointment' },
    ]);
    return decision?.allowed === true ? 'yes' : (decision?.code ?? 'nothing');
  });

export const claims = (registry: Registry, number: number): Promise<Outcome> =>
  outcome(async () => {
    occurrences += 1;
    const asked = request(number, { occurrence: `F-${process.pid}-${occurrences}`, asks: null });
    const [claim] = await registry.outbox.claim(context({ owner: `child/${process.pid}/1` }), [asked]);
    return claim?.claimed === true ? 'yes' : (claim?.code ?? 'nothing');
  });

export const records = (registry: Registry, number: number): Promise<Outcome> =>
  outcome(async () => {
    occurrences += 1;
    const source = `form ${process.pid}-${occurrences}`;
    const [row] = await registry.consent.record('aurora', [consent(number, { source })], 'test');
    return row?.ok === true ? 'done' : (row?.code ?? 'nothing');
  });

/** May we, claim and record, one after the other, about somebody who has consented. */
export async function asksEverything(registry: Registry, number = 1): Promise<Outcome[]> {
  return [
    await mayContact(registry, number),
    await claims(registry, number),
    await records(registry, number),
  ];
}
