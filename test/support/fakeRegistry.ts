import type { Registry } from '../../core';

type Fakes = { readonly [S in keyof Omit<Registry, 'close'>]?: Partial<Registry[S]> };

/** A registry of which only the named methods exist; any other call fails the test by name. */
export function fakeRegistry(fakes: Fakes = {}): Registry {
  const service = (name: string) =>
    new Proxy((fakes as Record<string, object | undefined>)[name] ?? {}, {
      get(methods, method: string) {
        const fake: unknown = Reflect.get(methods, method);
        if (fake !== undefined) return fake;
        throw new Error(`The test gave no registry.${name}.${method}`);
      },
    });
  return new Proxy({} as Registry, {
    get: (_target, name: string) =>
      // A registry goes through promises, which look for `then` on what they are resolved with.
      name === 'then' ? undefined : name === 'close' ? async () => undefined : service(name),
  });
}
