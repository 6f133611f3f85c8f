import { detectPhi } from '../../../core/phi';
import { plausibleLanguages } from '../../../core/phi/language';
import { analyse } from '../../../core/phi/text/tokens';
import { LANGUAGES } from '../../../core/phi/types';

const plausible = (text: string) => plausibleLanguages(analyse(text), LANGUAGES);

describe('the languages that a text may be in', () => {
  it('are all where nothing tells', () => {
    expect(plausible('ECO 10:30')).toEqual([...LANGUAGES]);
  });

  it('are those that share its function words', () => {
    expect(plausible('in sede')).toEqual(['it', 'de', 'en']);
    expect(plausible('la sede')).toEqual(['it', 'es', 'fr']);
  });

  it('are none that has no function word in it, where another has one', () => {
    expect(plausible('domani')).toEqual(['it']);
    expect(plausible('Spock, "The Ultimate Computer" (TOS)')).toEqual(['en']);
  });
});

it('reads a short word as that of a language only where the text may be in it', () => {
  expect(detectPhi('Spock, "The Ultimate Computer" (TOS)')).toEqual([]);
  expect(detectPhi('tiene tos desde ayer')).toHaveLength(1);
});

it('excuses nothing by a harmless phrase of another language', () => {
  expect(detectPhi('El parto es el lunes')).toHaveLength(1);
});
