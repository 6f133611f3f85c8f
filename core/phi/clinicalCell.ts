/**
 * Cells of a table that hold nothing but a clinical value, which no sentence around them explains: codes of diseases
 * (ICD-10) and medicines (ATC), laboratory values, blood pressure and group, doses, the outcome of a test.
 */
const CELLS: readonly RegExp[] = [
  /^[a-tv-z]\d{2}\.\d{1,3}[a-z]?$/i,
  /^[a-dghj-npr-sv]\d{2}[a-z]{2}\d{2}$/i,
  /^[<>≤≥]?\s?\d+(?:[.,]\d+)?\s?(?:[mµun]?g|[mµ]?mol|mU|IU|U|UI)\/(?:d?l|ml|l|24 ?h|kg|die|day|tag|d[ií]a|jour)$/i,
  /^(?:[89]\d|1\d{2}|2[0-4]\d)\s?\/\s?(?:[4-9]\d|1[0-4]\d)(?:\s?mmhg)?$/i,
  /^(?:a|b|ab|0|o)\s?(?:rh)?\s?(?:[+-]|pos(?:\.|itiv[eo]?)?|neg(?:\.|ativ[eo]?)?)$/i,
  /^[0-3](?:-[0-3]){2,3}$/,
  /^(?:sars-cov-2 |covid )?(?:positiv[aeo]?|negativ[aeo]?|positif|n[ée]gatif|pathologi(?:sch|que)|patologico|patol[óo]gico|abnormal|reactive|reattivo|reaktiv)$/i,
];
const LONGEST = 40;

export const isClinicalCell = (text: string): boolean =>
  text.length <= LONGEST && CELLS.some((cell) => cell.test(text.trim()));
