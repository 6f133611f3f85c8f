import { detectPhi } from '../../../core/phi';
import { LANGUAGES } from '../../../core/phi/types';
import {
  getTemplate,
  lintTemplate,
  renderTemplate,
  TEMPLATE_KEYS,
  toPlainText,
} from '../../../core/templates';
import { PRIVATE_NOTE } from '../../../demo/sample/appointments';

const NOW = Date.UTC(2026, 10, 2, 9);
const AT = Date.UTC(2026, 10, 3, 9, 30);
const detect: typeof detectPhi = (text, options) =>
  detectPhi(text, { ...options, policy: { allowedDomains: ['aurora.example'] } });

describe('the catalogue against the PHI detector that the gate uses', () => {
  it.each(TEMPLATE_KEYS)('%s is neutral in every language', (key) => {
    expect(lintTemplate(getTemplate(key), detect)).toEqual([]);
  });

  const all = TEMPLATE_KEYS.flatMap((key) => LANGUAGES.map((language) => [key, language] as const));

  it.each(all)('%s in %s passes the gate with the values of the sample clinic', (key, language) => {
    const result = renderTemplate(
      key,
      language,
      {
        at: AT,
        zone: 'Europe/Rome',
        firstName: 'Giulia',
        location: 'Aurora Roma Centro',
        clinicName: 'Poliambulatorio Aurora',
        link: 'https://www.aurora.example/info',
        choices: [{ id: 'c1', label: 'Aurora Singapore', at: AT, zone: 'Asia/Singapore' }],
      },
      { now: NOW, allowedDomains: ['aurora.example'] },
    );
    expect(result.ok ? detect(toPlainText(result.message)) : result.code).toEqual([]);
  });

  it('is not neutral for want of looking: the note of the sample is found', () => {
    expect(detect(PRIVATE_NOTE).length).toBeGreaterThan(0);
  });
});
