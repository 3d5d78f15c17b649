/** Kaleyra's envelope: `{code, message, data, error}`, of which only `code` is always present. */

export interface Envelope {
  readonly code: string;
  readonly message: string;
  readonly data: unknown;
  /** The keys of `error`, which say what was wrong. */
  readonly errorKeys: readonly string[];
  /** Returns the message and every text in `error`. */
  getTexts(): readonly string[];
  /** Returns every text, also those in `data`, and every key in `error`, at any depth. */
  getTextsAndKeys(): readonly string[];
}

/** Parses a body. Returns `undefined` if it is not an envelope. */
export const parseEnvelope = (body: Buffer): Envelope | undefined => {
  const value = parseJson(decode(body));
  if (!isObject(value) || typeof value['code'] !== 'string' || value['code'] === '') return undefined;
  const { code, message, data, error } = value;
  const getTexts = () => [...collect(message).texts, ...collect(error).texts];
  return {
    code,
    message: typeof message === 'string' ? message : '',
    data,
    errorKeys: isObject(error) ? Object.keys(error) : [],
    getTexts,
    getTextsAndKeys: () => [...getTexts(), ...collect(data).texts, ...collect(error).keys],
  };
};

/** Whether a body is empty, or only a byte order mark and whitespace. */
export const isBlank = (body: Buffer): boolean => decode(body).trim() === '';

/** Whether a body is the beginning of a JSON object that does not end. */
export const isCutShort = (body: Buffer): boolean => {
  const text = decode(body).trimStart();
  return text.startsWith('{') && parseJson(text) === undefined;
};

/** Skips one byte order mark. */
const utf8 = new TextDecoder();

const decode = (body: Buffer): string => utf8.decode(body);

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Returns all texts and keys of a value. Not recursive, because 64 KiB can nest too deeply for the stack. */
const collect = (value: unknown): { readonly texts: string[]; readonly keys: string[] } => {
  const texts: string[] = [];
  const keys: string[] = [];
  const values = [value];
  while (values.length > 0) {
    const next = values.pop();
    if (typeof next === 'string') texts.push(next);
    else if (Array.isArray(next)) values.push(...next);
    else if (isObject(next)) {
      keys.push(...Object.keys(next));
      values.push(...Object.values(next));
    }
  }
  return { texts, keys };
};
