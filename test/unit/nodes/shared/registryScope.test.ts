import type { Controller, Registry, Sender } from '../../../../core';
import { limitedTo } from '../../../../nodes/shared/registryScope';
import { fakeRegistry } from '../../../support/fakeRegistry';

const controllers = [
  { id: 'c1', key: 'aurora' },
  { id: 'c2', key: 'borea' },
] as Controller[];

const AUDIT = [
  'append',
  'list',
  'query',
  'head',
  'verify',
  'export',
  'verifyExport',
  'whyNotSent',
  'report',
] as const;

/** A registry that answers everything, so that a refusal can only come from the scope. */
function openRegistry(scope = ['aurora']) {
  const reached: string[] = [];
  const answer = (name: string) => async () => {
    reached.push(name);
    return [];
  };
  const registry = fakeRegistry({
    controllers: {
      list: async () => controllers,
      get: answer('controllers.get'),
      save: answer('controllers.save'),
    },
    senders: {
      get: async (_provider: unknown, id: string) => ({ controllerId: id === '111' ? 'c1' : 'c2' }) as Sender,
      list: async (key: string) => [{ businessAccountId: key === 'aurora' ? '111' : '222' } as Sender],
      setMode: answer('senders.setMode'),
      stampInbox: answer('senders.stampInbox'),
      liftHalt: answer('senders.liftHalt'),
    },
    outbox: {
      claim: answer('outbox.claim'),
      done: answer('outbox.done'),
      markCalling: answer('outbox.markCalling'),
    },
    sending: {
      begin: answer('sending.begin'),
      slots: answer('sending.slots'),
      listUnknown: answer('sending.listUnknown'),
      settleUnknown: answer('sending.settleUnknown'),
      setPortfolioLimit: answer('sending.setPortfolioLimit'),
    },
    consent: { mayContact: answer('consent.mayContact'), record: answer('consent.record') },
    inbox: { receive: answer('inbox.receive'), receiveAccount: answer('inbox.receiveAccount') },
    desk: { read: answer('desk.read') },
    audit: Object.fromEntries(AUDIT.map((method) => [method, answer(`audit.${method}`)])),
    people: { find: answer('people.find'), merge: answer('people.merge') },
    rights: {
      exportPerson: answer('rights.exportPerson'),
      erase: answer('rights.erase'),
      processingRecord: answer('rights.processingRecord'),
    },
    retention: { purge: answer('retention.purge') },
    keys: { rotate: answer('keys.rotate'), status: answer('keys.status') },
  } as unknown as Parameters<typeof fakeRegistry>[0]);
  return { registry: limitedTo(scope, registry), reached };
}

type Call = (registry: Registry, key: string, sender: string) => Promise<unknown>;

const WHO = { contactRef: 'x' };
const VOUCHED = { recordedBy: 'Ada', reference: 'form 12' };

const CALLS: [string, Call][] = [
  ['read a controller', (registry, key) => registry.controllers.get(key)],
  ['save a controller', (registry, key) => registry.controllers.save({ key } as never, 'a')],
  ['put its sender live', (registry, _key, id) => registry.senders.setMode('metaCloud', id, 'live', 'a')],
  ['stamp its sender', (registry, _key, id) => registry.senders.stampInbox('metaCloud', id, 1)],
  ['lift the halt of its sender', (registry, _key, id) => registry.senders.liftHalt('metaCloud', id, 'a')],
  ['begin a run', (registry, key) => registry.sending.begin({ controllerKey: key } as never, [])],
  ['take an instant', (registry, key) => registry.sending.slots({ controllerKey: key } as never, 1)],
  ['list unknown messages', (registry, key) => registry.sending.listUnknown(key)],
  ['settle unknown messages', (registry, key) => registry.sending.settleUnknown(key, {}, 'sendAgain', 'a')],
  ['set its limit', (registry, _key, id) => registry.sending.setPortfolioLimit('metaCloud', id, 1)],
  ['claim a message', (registry, key) => registry.outbox.claim({ controllerKey: key } as never, [])],
  ['see what is done', (registry, key) => registry.outbox.done(key, 'reminder', [])],
  ['ask for consent', (registry, key) => registry.consent.mayContact(key, [])],
  ['find a person', (registry, key) => registry.people.find(key, WHO)],
  ['merge two people', (registry, key) => registry.people.merge(key, WHO, WHO, VOUCHED, 'a')],
  ['export a person', (registry, key) => registry.rights.exportPerson(key, WHO, 'a')],
  ['erase a person', (registry, key) => registry.rights.erase(key, WHO, 'objected', 'Ada', 'a')],
  ['read the record of processing', (registry, key) => registry.rights.processingRecord(key)],
  ['read a conversation', (registry, key) => registry.desk.read(key, 'x', 'Ada', 'a')],
  ...AUDIT.map((method): [string, Call] => [
    `call ${method} on the audit`,
    (registry, key) => (registry.audit[method] as (key: string) => Promise<unknown>)(key),
  ]),
  ['purge', (registry, key) => registry.retention.purge(key, { actor: 'a' })],
  [
    'bring in an answer',
    (registry, _key, id) => registry.inbox.receive('metaCloud', [{ phoneNumberId: id }] as never),
  ],
  [
    'bring in what Meta tells of an account',
    (registry, _key, id) => registry.inbox.receiveAccount('metaCloud', [{ businessAccountId: id }] as never),
  ],
];

describe('a registry credential that names its controllers', () => {
  it.each(CALLS)('may %s of its own controller', async (_what, call) => {
    const { registry, reached } = openRegistry();
    await call(registry, 'aurora', '111');
    expect(reached).toHaveLength(1);
  });

  it.each(CALLS)('may not %s of another controller', async (_what, call) => {
    const { registry, reached } = openRegistry();
    await expect(call(registry, 'borea', '222')).rejects.toMatchObject({ code: 'controllerNotAllowed' });
    expect(reached).toEqual([]);
  });

  it('does not even list the others', async () => {
    const { registry } = openRegistry();
    expect((await registry.controllers.list()).map(({ key }) => key)).toEqual(['aurora']);
  });

  it('may not touch the keys, which all controllers share, whatever its own is called', async () => {
    const { registry, reached } = openRegistry(['data']);
    const refused = { code: 'controllerNotAllowed' };
    await expect(registry.keys.rotate('data', 'a')).rejects.toMatchObject(refused);
    await expect(registry.keys.status()).rejects.toMatchObject(refused);
    expect(reached).toEqual([]);
  });

  it('may settle a call whose claim it made', async () => {
    const { registry, reached } = openRegistry();
    await registry.outbox.markCalling(['o1']);
    expect(reached).toEqual(['outbox.markCalling']);
  });
});

describe('a registry credential that names none', () => {
  it('may act for all', () => {
    const registry = fakeRegistry();
    expect(limitedTo([], registry)).toBe(registry);
  });
});
