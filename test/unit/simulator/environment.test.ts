import { optionsFromEnvironment } from '../../../simulator/environment';

it('works without any variable', () => {
  expect(optionsFromEnvironment({})).toMatchObject({
    port: 8790,
    phoneNumbers: [{ throughputPerSecond: 80 }],
  });
  expect(optionsFromEnvironment({}).stateFile).toBeUndefined();
});

it('takes what is set and overlooks what is empty', () => {
  const options = optionsFromEnvironment({
    SIMULATOR_PORT: '0',
    SIMULATOR_STATE: '',
    SIMULATOR_THROUGHPUT: '1000',
    SIMULATOR_ACCESS_TOKEN: 'mine',
  });
  expect(options).toMatchObject({
    port: 0,
    accessToken: 'mine',
    phoneNumbers: [{ throughputPerSecond: 1000 }],
  });
  expect(options.stateFile).toBeUndefined();
});

it('names what is wrong and keeps the value to itself', () => {
  const wrong = { SIMULATOR_PORT: 'secret', SIMULATOR_WEBHOOK_URL: 'secret' };
  expect(() => optionsFromEnvironment(wrong)).toThrow(
    'These variables are not valid: SIMULATOR_PORT, SIMULATOR_WEBHOOK_URL.',
  );
});
