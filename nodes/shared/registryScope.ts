import { CareError, type Registry } from '../../core';

/**
 * The same registry, limited to some controllers: sharing a registry credential is the access control, so a
 * clinic's credential must not reach another clinic's people. An empty list means all controllers.
 * Every method rejects with `controllerNotAllowed` before anything is read or written.
 */
export function limitedTo(controllers: readonly string[], registry: Registry): Registry {
  if (controllers.length === 0) return registry;
  const may = (key: string) => controllers.includes(key);
  const assertMay = (key: unknown) => {
    if (typeof key === 'string' && may(key)) return;
    throw new CareError(
      'controllerNotAllowed',
      'The registry credential may not act for this controller. Choose another credential, or add the controller to it.',
      { field: 'controller' },
    );
  };
  const assertSender = async (...[provider, phoneNumberId]: Parameters<Registry['senders']['get']>) => {
    const sender = await registry.senders.get(provider, phoneNumberId);
    const owner = (await registry.controllers.list()).find(({ id }) => id === sender.controllerId);
    assertMay(owner?.key);
    return sender;
  };
  const byKey = <S extends object>(service: S) => guarded(service, assertMay);

  return {
    controllers: {
      ...bound(byKey(registry.controllers), ['get', 'policy', 'setPolicy', 'pause']),
      save: async (input, actor) => {
        assertMay(input.key);
        return registry.controllers.save(input, actor);
      },
      list: async () => (await registry.controllers.list()).filter(({ key }) => may(key)),
    },
    senders: {
      save: async (input, actor) => {
        assertMay(input.controllerKey);
        return registry.senders.save(input, actor);
      },
      list: async (key) => {
        assertMay(key);
        return registry.senders.list(key);
      },
      get: assertSender,
      setMode: async (provider, phoneNumberId, mode, actor) => {
        await assertSender(provider, phoneNumberId);
        return registry.senders.setMode(provider, phoneNumberId, mode, actor);
      },
      pause: async (provider, phoneNumberId, paused, actor) => {
        await assertSender(provider, phoneNumberId);
        return registry.senders.pause(provider, phoneNumberId, paused, actor);
      },
      stampInbox: async (provider, phoneNumberId, at) => {
        await assertSender(provider, phoneNumberId);
        return registry.senders.stampInbox(provider, phoneNumberId, at);
      },
    },
    outbox: {
      // Rows are named by ids that only a claim gives out, and a claim is checked.
      ...bound(registry.outbox, ['markCalling', 'settleCall', 'keepText', 'recover']),
      ...bound(byKey(registry.outbox), ['done', 'list']),
      claim: async (context, requests) => {
        assertMay(context.controllerKey);
        return registry.outbox.claim(context, requests);
      },
    },
    inbox: {
      receive: async (provider, events) => {
        const ids = new Set(events.map(({ phoneNumberId }) => phoneNumberId));
        for (const id of ids) await assertSender(provider, id);
        return registry.inbox.receive(provider, events);
      },
    },
    consent: byKey(registry.consent),
    tags: byKey(registry.tags),
    desk: byKey(registry.desk),
    audience: byKey(registry.audience),
    campaigns: byKey(registry.campaigns),
    audit: byKey(registry.audit),
    close: () => registry.close(),
  };
}

/** A service all of whose methods take the controller's key first. */
function guarded<S extends object>(service: S, assertMay: (key: unknown) => void): S {
  return new Proxy(service, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name, target);
      if (typeof method !== 'function') return method;
      return async (...args: unknown[]): Promise<unknown> => {
        assertMay(args[0]);
        return Reflect.apply(method, target, args) as unknown;
      };
    },
  });
}

function bound<S extends object, K extends keyof S>(service: S, names: readonly K[]): Pick<S, K> {
  const entries = names.map((name) => {
    const method = service[name];
    return [name, typeof method === 'function' ? (method.bind(service) as unknown) : method];
  });
  return Object.fromEntries(entries) as Pick<S, K>;
}
