/** IDs of jobs. */
import { randomBytes } from 'node:crypto';

/** Crockford's base 32 in lower case, without i, l, o and u, which are easy to misread. https://www.crockford.com/base32.html */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** Ten random characters, fifty bits. */
export function randomId(): string {
  return Array.from(randomBytes(10), (byte) => alphabet[byte % alphabet.length]).join('');
}

/** A random ID that is not taken. */
export function newId(isTaken: (id: string) => boolean, random = randomId): string {
  let id = random();
  while (isTaken(id)) id = random();
  return id;
}
