import fc from 'fast-check';
import type { PersonView } from '../../../simulator/control/views';
import { RateLimit } from '../../../simulator/model/bucket';
import {
  AMERICAN,
  ANNA,
  closeAll,
  marketingPath,
  NOBODY,
  OFFER,
  OFFLINE,
  PLAIN,
  receiver,
  sendPath,
  simulator,
  template,
  templatesPath,
  text,
  type Harness,
} from './support';

afterEach(closeAll);

const HOUR = 3_600_000;
const last = (sim: Harness) => sim.messages().at(-1);
const outcome = (sim: Harness) => [last(sim)?.status, last(sim)?.errorCode];

async function withTemplates(options = {}): Promise<Harness> {
  const sim = await simulator(options);
  for (const one of [PLAIN, OFFER]) await sim.post(templatesPath, one);
  return sim;
}

describe('the 24-hour window', () => {
  it('lets free text through only after the person wrote, for 24 hours', async () => {
    const sim = await withTemplates();
    await sim.post(sendPath, text(ANNA));
    expect(outcome(sim)).toEqual(['failed', 131047]);
    sim.reply({ person: ANNA, text: 'hello' });
    await sim.post(sendPath, text(ANNA));
    expect(last(sim)?.status).toBe('delivered');
    sim.advance(24 * HOUR - 1);
    await sim.post(sendPath, text(ANNA));
    expect(last(sim)?.status).toBe('delivered');
    sim.advance(1);
    await sim.post(sendPath, text(ANNA));
    expect(outcome(sim)).toEqual(['failed', 131047]);
  });

  it('never closes for templates', async () => {
    const sim = await withTemplates();
    await sim.post(sendPath, template(ANNA, 'plain'));
    expect(last(sim)?.status).toBe('delivered');
  });

  it('is one per business number', async () => {
    const other = '100000000000102';
    const sim = await simulator({
      phoneNumbers: [
        {
          phoneNumberId: '100000000000101',
          displayPhoneNumber: '+44 7700 900100',
          businessAccountId: '1',
          portfolioId: 'p',
        },
        {
          phoneNumberId: other,
          displayPhoneNumber: '+44 7700 900101',
          businessAccountId: '1',
          portfolioId: 'p',
        },
      ],
    });
    sim.reply({ person: ANNA, text: 'hello', phoneNumberId: other });
    await sim.post(sendPath, text(ANNA));
    expect(outcome(sim)).toEqual(['failed', 131047]);
    await sim.post(`/v23.0/${other}/messages`, text(ANNA));
    expect(last(sim)?.status).toBe('delivered');
  });

  it('can refuse at once, as Meta sometimes does', async () => {
    const sim = await withTemplates({ faults: { windowRefusal: 'sync' } });
    expect((await sim.post(sendPath, text(ANNA))).body.error?.code).toBe(131047);
    expect(sim.messages()).toHaveLength(0);
  });
});

describe('rates', () => {
  it('accepts what the number may send in a second and answers 130429 beyond', async () => {
    const sim = await withTemplates();
    const codes: unknown[] = [];
    for (let i = 0; i < 85; i += 1) {
      codes.push(
        (await sim.post(sendPath, template(`+4477009002${String(i).padStart(2, '0')}`, 'plain'))).body.error
          ?.code,
      );
    }
    expect(codes.filter((code) => code === undefined)).toHaveLength(80);
    expect(new Set(codes.slice(80))).toEqual(new Set([130429]));
    sim.advance(1000);
    expect((await sim.post(sendPath, template(ANNA, 'plain'))).status).toBe(200);
  });

  it('lets one pair have a burst of 45, then one every 6 seconds, and others go on', async () => {
    const sim = await withTemplates();
    for (let i = 0; i < 45; i += 1)
      expect((await sim.post(sendPath, template(ANNA, 'plain'))).status).toBe(200);
    expect((await sim.post(sendPath, template(ANNA, 'plain'))).body.error?.code).toBe(131056);
    expect((await sim.post(sendPath, template(OFFLINE, 'plain'))).status).toBe(200);
    sim.advance(5999);
    expect((await sim.post(sendPath, template(ANNA, 'plain'))).body.error?.code).toBe(131056);
    sim.advance(1);
    expect((await sim.post(sendPath, template(ANNA, 'plain'))).status).toBe(200);
  });

  it('never lets more through than burst plus rate times time', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.nat(400), { maxLength: 200 }),
        (capacity, rate, gaps) => {
          let now = 0;
          const limit = new RateLimit({ now: () => now }, capacity, rate);
          const taken = gaps.filter((gap) => {
            now += gap;
            return limit.take('x');
          });
          expect(taken.length).toBeLessThanOrEqual(capacity + (now / 1000) * rate + 1e-6);
        },
      ),
    );
  });
});

describe('people who cannot or will not be reached', () => {
  it('reports 131026 for a person who is not on WhatsApp', async () => {
    const sim = await withTemplates();
    expect((await sim.post(sendPath, template(NOBODY, 'plain'))).status).toBe(200);
    expect(outcome(sim)).toEqual(['failed', 131026]);
  });

  it('reports 131050 for marketing to a person who stopped it, until they resume', async () => {
    const sim = await withTemplates();
    sim.setMarketing(ANNA, 'stop');
    await sim.post(sendPath, template(ANNA, 'offer'));
    expect(outcome(sim)).toEqual(['failed', 131050]);
    await sim.post(sendPath, template(ANNA, 'plain'));
    expect(last(sim)?.status).toBe('delivered');
    sim.setMarketing(ANNA, 'resume');
    await sim.post(sendPath, template(ANNA, 'offer'));
    expect(last(sim)?.status).toBe('delivered');
  });

  it('reports 131049 for marketing to the US, and delivers utility there', async () => {
    const sim = await withTemplates();
    await sim.post(sendPath, template(AMERICAN, 'offer'));
    expect(outcome(sim)).toEqual(['failed', 131049]);
    await sim.post(sendPath, template(AMERICAN, 'plain'));
    expect(last(sim)?.status).toBe('delivered');
  });

  it('gives a number that nobody registered a phone of its own', async () => {
    const sim = await withTemplates();
    await sim.post(sendPath, template('+447700900777', 'plain'));
    expect(sim.persons().map((person) => person.phone)).toContain('+447700900777');
  });
});

describe('time to live', () => {
  const create = (sim: Harness, seconds: number, category = 'UTILITY') =>
    sim.post(templatesPath, { ...PLAIN, name: 'brief', category, message_send_ttl_seconds: seconds });

  it.each([
    ['before', 3_600_000, 'delivered'],
    ['after', 3_600_001, 'expired'],
  ])('a phone that comes back %s its end sees it or never does', async (_name, later, status) => {
    const hook = await receiver();
    const sim = await withTemplates({ webhookUrl: hook.url });
    await create(sim, 3600);
    await sim.post(sendPath, template(OFFLINE, 'brief'));
    expect(last(sim)?.status).toBe('sent');
    sim.advance(later);
    sim.addPersons([{ phone: OFFLINE, online: true }]);
    expect(last(sim)?.status).toBe(status);
    await sim.webhooksIdle();
    const told = hook.statuses().map((one) => one.status);
    expect(told).toEqual(status === 'delivered' ? ['sent', 'delivered'] : ['sent']);
  });

  it('of marketing counts on the marketing endpoint only', async () => {
    const sim = await withTemplates();
    await create(sim, 43_200, 'MARKETING');
    await sim.post(sendPath, template(OFFLINE, 'brief'));
    await sim.post(marketingPath, template(OFFLINE, 'brief'));
    sim.advance(43_200_001);
    sim.addPersons([{ phone: OFFLINE, online: true }]);
    expect(sim.messages().map((message) => message.status)).toEqual(['delivered', 'expired']);
  });
});

describe('sending by BSUID', () => {
  it('reaches the person and answers with the user id', async () => {
    const sim = await withTemplates();
    const { body: persons } = await sim.get<PersonView[]>('/simulator/persons');
    const userId = persons.find((one) => one.phone === ANNA)?.userIds.portfolio ?? '';
    expect(userId).toMatch(/^[A-Z]{2}\.\w+$/);
    const { body } = await sim.post(sendPath, {
      ...template(ANNA, 'plain'),
      to: undefined,
      recipient: userId,
    });
    expect(body.contacts).toEqual([{ input: userId, user_id: userId }]);
    expect(last(sim)?.person).toBe(ANNA);
  });
});
