import { LANGUAGES } from '../../../core/phi/types';
import { classifyReply } from '../../../core/replies';
import { getTemplate, renderTemplate, TEMPLATE_KEYS, toPlainText } from '../../../core/templates';

/** What the texts tell people to write, and what has to come of it. */
const MEANS: Readonly<Record<string, string>> = {
  STOP: 'stop',
  START: 'start',
  AIUTO: 'help',
  HILFE: 'help',
  HELP: 'help',
  AYUDA: 'help',
  AIDE: 'help',
  OPERATORE: 'human',
  MITARBEITER: 'human',
  OPERATOR: 'human',
  OPERADOR: 'human',
  CONSEILLER: 'human',
};

const all = TEMPLATE_KEYS.flatMap((key) => LANGUAGES.map((language) => [key, language] as const));

describe('what a text promises, the reading of answers keeps', () => {
  it.each(all)('%s in %s: every word to write is understood', (key, language) => {
    const text = getTemplate(key).texts[language];
    const words = `${text?.body ?? ''} ${text?.footer ?? ''}`.match(/(?<!\p{L})\p{Lu}{4,}(?!\p{L})/gu) ?? [];
    for (const word of words) {
      expect([word, classifyReply(word, { languages: [language] }).intent]).toEqual([word, MEANS[word]]);
      expect(classifyReply(word.toLowerCase()).intent).toBe(MEANS[word]);
    }
  });

  const asking = all.filter(([key]) => ['appointment', 'yesNo'].includes(getTemplate(key).asks ?? ''));

  it.each(asking)('%s in %s: a button that is typed instead of tapped means the same', (key, language) => {
    const { asks, texts } = getTemplate(key);
    for (const { choice, title } of texts[language]?.buttons ?? []) {
      const { intent } = classifyReply(title, { languages: [language], expecting: asks ?? 'yesNo' });
      expect([title, intent]).toEqual([title, choice]);
    }
  });

  it.each(all)('%s in %s: a number in the plain text means what stands beside it', (key, language) => {
    const template = getTemplate(key);
    const at = Date.UTC(2026, 10, 3, 9, 30);
    const result = renderTemplate(
      key,
      language,
      {
        at,
        zone: 'Europe/Rome',
        firstName: 'Giulia',
        location: 'Aurora Centro',
        clinicName: 'Aurora',
        link: 'https://aurora.example',
        choices: ['l1', 'l2'].map((id) => ({ id, label: 'Aurora Centro', at, zone: 'Europe/Rome' })),
      },
      { now: at, allowedDomains: ['aurora.example'] },
    );
    const plain = result.ok ? toPlainText(result.message) : '';
    for (const [, number = '', label = ''] of plain.matchAll(/^(\d)\) (.*)$/gm)) {
      const reading = classifyReply(number, {
        languages: [language],
        ...(template.asks ? { expecting: template.asks } : {}),
        choices: 2,
      });
      const button = template.texts[language]?.buttons?.find(({ title }) => title === label);
      const meant = button ? [button.choice, null] : ['yes', Number(number)];
      expect([label, reading.intent, reading.value]).toEqual([label, ...meant]);
    }
  });
});
