import fc from 'fast-check';
import { CareError } from '../../../../core';
import { postgresError } from '../../../../core/registry/postgres/errors';
import { person } from '../../../support/registry';

const failure = (code: string, message = 'said by the server') => Object.assign(new Error(message), { code });

describe('what PostgreSQL and the network say, in our codes', () => {
  it.each([
    ['ECONNREFUSED', 'registryUnreachable'],
    ['ECONNRESET', 'registryUnreachable'],
    ['EPIPE', 'registryUnreachable'],
    ['ETIMEDOUT', 'registryUnreachable'],
    ['EHOSTUNREACH', 'registryUnreachable'],
    ['ENETUNREACH', 'registryUnreachable'],
    ['ENOTFOUND', 'registryUnreachable'],
    ['EAI_AGAIN', 'registryUnreachable'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'registryUnreachable'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'registryUnreachable'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'registryUnreachable'],
    ['CERT_HAS_EXPIRED', 'registryUnreachable'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'registryUnreachable'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'registryUnreachable'],
    ['08006', 'registryUnreachable'],
    ['08P01', 'registryUnreachable'],
    ['57P01', 'registryUnreachable'],
    ['57P02', 'registryUnreachable'],
    ['57P03', 'registryUnreachable'],
    ['57P05', 'registryUnreachable'],
    ['3D000', 'registryUnreachable'],
    ['28000', 'registryAccessDenied'],
    ['28P01', 'registryAccessDenied'],
    ['42501', 'registryAccessDenied'],
    ['25006', 'registryReadOnly'],
    ['53100', 'registryDiskFull'],
    ['53200', 'registryBusy'],
    ['53300', 'registryBusy'],
    ['55P03', 'registryBusy'],
    ['57014', 'registryBusy'],
    ['25P03', 'registryBusy'],
    ['40001', 'registryBusy'],
    ['40P01', 'registryBusy'],
    ['42P01', 'registryDamaged'],
    ['3F000', 'registryDamaged'],
    ['58030', 'registryDamaged'],
    ['XX001', 'registryDamaged'],
    ['XX002', 'registryDamaged'],
  ])('%s is %s', (code, expected) => {
    expect(postgresError(failure(code))).toMatchObject({ name: 'CareError', code: expected });
  });

  it.each([
    ['Connection terminated unexpectedly', 'registryUnreachable'],
    ['Connection terminated due to connection timeout', 'registryUnreachable'],
    ['Client has encountered a connection error and is not queryable', 'registryUnreachable'],
    ['Client was closed and is not queryable', 'registryUnreachable'],
    ['timeout expired', 'registryUnreachable'],
    ['Query read timeout', 'registryUnreachable'],
    ['timeout exceeded when trying to connect', 'registryBusy'],
    ['The server does not support SSL connections', 'registryUnreachable'],
    ['SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string', 'registryAccessDenied'],
  ])('what pg says in words only, "%s", is %s', (words, expected) => {
    expect(postgresError(new Error(words))).toMatchObject({ code: expected });
  });

  it('looks into the errors of all addresses of a host', () => {
    const both = new AggregateError([failure('ECONNREFUSED'), failure('ECONNREFUSED')]);
    expect(postgresError(both)).toMatchObject({ code: 'registryUnreachable' });
    expect(postgresError(new AggregateError([]))).toBeInstanceOf(Error);
  });

  it('lets an error of ours pass as it is', () => {
    const ours = new CareError('registryNewer', 'Update the package.');
    expect(postgresError(ours)).toBe(ours);
  });

  it('never carries on what the server said, which can quote a row', () => {
    const planted = person(7);
    const code = fc.oneof(fc.constantFrom('23505', '22P02', '55P03', '08006', ''), fc.string());
    const around = fc.string({ maxLength: 40 });
    fc.assert(
      fc.property(code, around, around, (state, before, after) => {
        const text = `${before}${planted}${after}`;
        const said = Object.assign(failure(state, text), {
          detail: `Key (value)=(${planted}) exists.`,
          where: text,
        });
        const inCode = failure(planted, text);
        for (const error of [postgresError(said), postgresError(inCode), postgresError(text)]) {
          expect(`${error.message} ${JSON.stringify(error)} ${error.stack}`).not.toContain(planted.slice(1));
        }
      }),
    );
  });

  it.each([null, undefined, 7, 'text', {}, { code: 7, message: null }])(
    'takes %p as a failure without words',
    (thrown) => {
      expect(postgresError(thrown)).toMatchObject({ message: 'PostgreSQL: unexpected answer' });
    },
  );
});
