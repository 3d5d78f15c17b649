/** Removes secrets from Kaleyra's texts before they are returned or logged. */

/** The values that are removed if Kaleyra repeats them. */
export interface SensitiveValues {
  /** Letters and digits. */
  readonly sid: string;
  /** Printable ASCII. */
  readonly apiKey: string;
  /** Six digits. */
  readonly otp: string;
  /** E.164. The direct entry point throws Kaleyra's text as a message, which Lambda logs. */
  readonly phone_number: string;
}

const redacted = '[redacted]';

/** A part of a key of this length is redacted; of a shorter key, the whole key. */
const keyPartLength = 12;

const maxLength = 256;

/**
 * Returns the text on one line, without control characters and secrets, and cut to 256 characters.
 * @param showsNumber keeps the phone number, which the response to the caller contains in any case
 */
export const redact = (
  text: string,
  { sid, apiKey, otp, phone_number }: SensitiveValues,
  showsNumber = false,
): string => {
  // Before the search, because full-width or mathematical letters would otherwise become the plain key.
  const readable = plainWords.test(text) ? text : text.normalize('NFKC').replace(invisibleRuns, ' ');
  let clean = redactKey(redactKey(readable, apiKey), sid);
  // Most texts contain too few digits to need the two other searches.
  if (sixDigits.test(clean)) {
    clean = clean.replace(new RegExp(`(?<!\\d)${toSpelledPattern(otp)}(?!\\d)`, 'g'), redacted);
    if (!showsNumber) clean = redactNumber(clean, phone_number.replace(/\D/g, ''));
  }
  return clean.slice(0, maxLength).toWellFormed();
};

/** Words of visible ASCII, separated by single spaces. */
const plainWords = /^[!-~]*(?: [!-~]+)* ?$/;

/** Characters that readers do not see: whitespace, controls, formats, fillers, and code points without a character. */
const invisible = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u;
const invisibleRuns = /[\p{Cc}\p{Cf}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]+/gu;

/**
 * Redacts every part of the key of at least `keyPartLength` characters, in any letter case and with invisible characters
 * in it. Takes time proportional to the length of the text.
 */
export const redactKey = (text: string, apiKey: string, replacement = redacted): string => {
  const key = apiKey.toLowerCase();
  const length = Math.min(keyPartLength, key.length);
  const parts = new Set<string>();
  for (let start = 0; start + length <= key.length; start += 1) parts.add(key.slice(start, start + length));

  // Nearly all texts are ASCII without a part of the key, and need no search character by character.
  if (plainWords.test(text)) {
    const compact = text.toLowerCase().replaceAll(' ', '');
    if (![...parts].some((part) => compact.includes(part))) return text;
  }
  const { characters, positions } = readVisible(text);
  let result = '';
  let copiedUntil = 0;
  let redactedUntil = -1;
  for (let start = 0; start + length <= characters.length; start += 1) {
    if (!parts.has(characters.slice(start, start + length))) continue;
    if (start > redactedUntil) result += text.slice(copiedUntil, positions[start]) + replacement;
    redactedUntil = start + length - 1;
    copiedUntil = (positions[redactedUntil] ?? 0) + 1;
  }
  return result + text.slice(copiedUntil);
};

/** The text's visible characters in lower case, each with its position in the text. */
const readVisible = (text: string): { characters: string; positions: readonly number[] } => {
  let characters = '';
  const positions: number[] = [];
  let position = 0;
  for (const character of text) {
    if (!invisible.test(character)) {
      // One unit for each character, whatever its lower case has. Keys are ASCII.
      characters += character.toLowerCase().charAt(0);
      positions.push(position + character.length - 1);
    }
    position += character.length;
  }
  return { characters, positions };
};

/** Characters that may separate two digits of a password or a number. */
const separator = '[^0-9A-Za-z]{0,3}';

const sixDigits = new RegExp(`(?:\\d${separator}){6}`);

const toSpelledPattern = (digits: string): string => [...digits].join(separator);

/** Redacts a number by its last seven digits, with any number of the digits that precede them. */
const redactNumber = (text: string, digits: string): string => {
  if (digits.length < 7) return text;
  const pattern = `\\+?(?:\\d${separator}){0,12}${toSpelledPattern(digits.slice(-7))}(?!\\d)`;
  return text.replace(new RegExp(pattern, 'g'), redacted);
};
