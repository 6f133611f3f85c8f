import type { Language } from '../phi/types';
import type { CatalogueTemplate } from '../templates/types';

/**
 * The language a message is written in: the contact's own where the template has it, else the first of the
 * controller's languages that it has; null when it has none of them.
 */
export function languageFor(
  template: Pick<CatalogueTemplate, 'texts'>,
  wanted: string | undefined,
  controllerLanguages: readonly Language[],
): Language | null {
  const candidates: readonly string[] =
    wanted === undefined ? controllerLanguages : [wanted, ...controllerLanguages];
  const known = Object.keys(template.texts) as Language[];
  return candidates.map((one) => known.find((language) => language === one)).find(Boolean) ?? null;
}
