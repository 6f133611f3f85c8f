import type { RandomSource } from '../effects';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const ID_BYTES = 16;
const ID_LENGTH = 26;
/** 25 bits that the ids of one batch share; 105 are left to each. */
const PLACE_LENGTH = 5;

/** Written here first: a string that grows by a character at a time costs more than all else in an import. */
const draft = Buffer.alloc(ID_LENGTH);

/** A random pseudonym of 128 bits: 26 characters of a-z and 2-7, so that it is never read as a phone number. */
export function newId(random: RandomSource): string {
  const bytes = random.bytes(ID_BYTES);
  let bits = 0;
  let held = 0;
  let length = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      draft[length++] = ALPHABET.charCodeAt((held >> bits) & 31);
    }
  }
  draft[length] = ALPHABET.charCodeAt((held << (5 - bits)) & 31);
  return draft.toString('latin1');
}

/**
 * Ids for the rows of one batch. They begin alike, at a random place, so that their index entries lie side by side:
 * an index then changes in some pages a batch, and not in one page a row. Nothing tells when the batch was.
 */
export function idsOfBatch(random: RandomSource): () => string {
  const place = newId(random).slice(0, PLACE_LENGTH);
  return () => place + newId(random).slice(PLACE_LENGTH);
}

const ID = /^[a-z2-7]{26}$/;

export function isId(value: string): boolean {
  return ID.test(value);
}
