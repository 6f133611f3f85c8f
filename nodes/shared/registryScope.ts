import { CareError, type Registry } from '../../core';

/** What must hold before a method runs. Methods without a check take the controller's key first. */
type Checks<S> = {
  readonly [K in keyof S]?: S[K] extends (...args: infer A) => unknown
    ? (...args: A) => void | Promise<void>
    : never;
};

const anybody = () => undefined;

/**
 * The same registry, limited to some controllers: sharing a registry credential is the access control, so a
 * clinic's credential must not reach another clinic's people. An empty list means all controllers.
 * Every method rejects with `controllerNotAllowed` before anything is read or written.
 */
export function limitedTo(controllers: readonly string[], registry: Registry): Registry {
  if (controllers.length === 0) return registry;
  const assertMay = (key: string | undefined) => {
    if (key !== undefined && controllers.includes(key)) return;
    throw new CareError(
      'controllerNotAllowed',
      'The registry credential may not act for this controller. Choose another credential, or add the controller to it.',
      { field: 'controller' },
    );
  };
  const nobody = () => assertMay(undefined);
  const ownAccounts = async (): Promise<Set<string>> => {
    const senders = await Promise.all(controllers.map((key) => registry.senders.list(key)));
    return new Set(senders.flat().map(({ businessAccountId }) => businessAccountId));
  };
  const assertSender = async (...[provider, phoneNumberId]: Parameters<Registry['senders']['get']>) => {
    const { controllerId } = await registry.senders.get(provider, phoneNumberId);
    assertMay((await registry.controllers.list()).find(({ id }) => id === controllerId)?.key);
  };
  const limited = <S extends object>(service: S, checks: Checks<S> = {}) =>
    guarded(service, checks, assertMay);

  return {
    controllers: limited(ownOnly(registry.controllers, controllers), {
      save: ({ key }) => assertMay(key),
      list: anybody,
    }),
    senders: limited(registry.senders, {
      save: ({ controllerKey }) => assertMay(controllerKey),
      get: assertSender,
      setMode: assertSender,
      pause: assertSender,
      stampInbox: assertSender,
      liftHalt: assertSender,
    }),
    outbox: limited(registry.outbox, {
      claim: ({ controllerKey }) => assertMay(controllerKey),
      // These name rows by ids that only a claim gives out, and a claim is checked.
      markCalling: anybody,
      settleCall: anybody,
      settleCalls: anybody,
      keepText: anybody,
      recover: anybody,
    }),
    sending: limited(registry.sending, {
      begin: ({ controllerKey }) => assertMay(controllerKey),
      slots: ({ controllerKey }) => assertMay(controllerKey),
      setPortfolioLimit: assertSender,
    }),
    inbox: limited(registry.inbox, {
      receive: async (provider, events) => {
        const senders = new Set(events.map(({ phoneNumberId }) => phoneNumberId));
        for (const sender of senders) await assertSender(provider, sender);
      },
      receiveAccount: async (_provider, events) => {
        const own = await ownAccounts();
        if (!events.every(({ businessAccountId }) => own.has(businessAccountId))) nobody();
      },
    }),
    // What a provider says of its templates is nobody's data.
    templates: limited(registry.templates, { states: anybody }),
    consent: limited(registry.consent),
    tags: limited(registry.tags),
    desk: limited(registry.desk),
    audience: limited(registry.audience),
    campaigns: limited(registry.campaigns),
    audit: limited(registry.audit),
    stats: limited(registry.stats),
    people: limited(registry.people),
    rights: limited(registry.rights),
    // All controllers share the keys.
    keys: limited(registry.keys, { status: nobody, rotate: nobody, rotateMaster: nobody }),
    retention: limited(registry.retention),
    close: () => registry.close(),
  };
}

/** Lists only these controllers; everything else stays as it is. */
const ownOnly = (service: Registry['controllers'], keys: readonly string[]): Registry['controllers'] =>
  new Proxy(service, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name, target);
      if (name !== 'list') return method;
      return async () => (await target.list()).filter(({ key }) => keys.includes(key));
    },
  });

function guarded<S extends object>(service: S, checks: Checks<S>, assertMay: (key: string) => void): S {
  const checkOf = (name: PropertyKey) =>
    Object.hasOwn(checks, name)
      ? (Reflect.get(checks, name) as (...args: unknown[]) => void | Promise<void>)
      : null;
  return new Proxy(service, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name, target);
      if (typeof method !== 'function') return method;
      return async (...args: unknown[]): Promise<unknown> => {
        const check = checkOf(name);
        if (check) await check(...args);
        else assertMay(String(args[0]));
        return Reflect.apply(method, target, args) as unknown;
      };
    },
  });
}
