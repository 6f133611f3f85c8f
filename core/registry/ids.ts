import type { RandomSource } from '../effects';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const ID_BYTES = 16;
const ID_LENGTH = 26;

/** A random pseudonym of 128 bits: 26 characters of a-z and 2-7, so that it is never read as a phone number. */
export function newId(random: RandomSource): string {
  const bytes = random.bytes(ID_BYTES);
  let bits = 0;
  let held = 0;
  let id = '';
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      id += ALPHABET.charAt((held >> bits) & 31);
    }
  }
  return (id + ALPHABET.charAt((held << (5 - bits)) & 31)).slice(0, ID_LENGTH);
}

const ID = /^[a-z2-7]{26}$/;

export function isId(value: string): boolean {
  return ID.test(value);
}
