// SECURITY: decides which names and texts count as secrets.

export interface SecretPart {
  readonly start: number;
  readonly end: number;
}

/** Describes a secret without being one: `http-api-token-header`, `aws-resource-key-prefix`. */
const ABOUT = /(?:^|[-_./])(?:header|prefix)$/;

const SECRET_WORDS =
  /token|secret|passw|passphrase|passcode|pwd|credential|bearer|authoriz|signature|connection-?string|jaas|webhook|(?:^|[-_./])(?:pass|auth|sas|dsn|cookie|keys?|pat|pin|otp|jwt)(?:$|[-_./])|key$|keys$|slack-?ur[il]/;

/** `val-*` names are secret; so are `ref/…` fields, unless their value is a reference. */
export function isSecretName(name: string): boolean {
  const words = name
    .trim()
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/^ref\//, '');
  if (words.startsWith('val-')) return true;
  return !ABOUT.test(words) && SECRET_WORDS.test(words);
}

const SHAPES =
  /\bcx[a-z]{2}_[A-Za-z0-9]{6,}|\b(?:AKIA|ASIA)[A-Z0-9]{12,}|\bxox[abeoprs]-[\w-]{8,}|\bgh[pousr]_[A-Za-z0-9]{16,}|\beyJ[\w-]{8,500}\.[\w-]{8,}\.[\w-]*|\b(?:Bearer|Basic)\s+[\w.~+/=-]{8,}|-----BEGIN [A-Z ]{0,30}PRIVATE KEY|hooks\.slack\.com\/(?:services|workflows|triggers)\/\S/;

export function isSecretShaped(value: string): boolean {
  return SHAPES.test(value);
}

const SHAPES_IN_TEXT = new RegExp(
  `(?:${SHAPES.source})\\S*|\\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\\b|(?<![\\w+/=-])(?=[\\w+/=-]{24})(?=[\\w+=-]*\\d)(?=[\\w+=-]*[A-Za-z])[\\w+/=-]{24,}`,
  'g',
);

export function secretShapesIn(text: string): SecretPart[] {
  const parts: SecretPart[] = [];
  // Not `matchAll`, which copies the pattern for each line of each comment.
  SHAPES_IN_TEXT.lastIndex = 0;
  for (let match = SHAPES_IN_TEXT.exec(text); match !== null; match = SHAPES_IN_TEXT.exec(text)) {
    parts.push({ start: match.index, end: SHAPES_IN_TEXT.lastIndex });
  }
  return parts;
}

/** For places that expect a word or a URL: a UUID (Coralogix's older keys) or a long random run. */
export function isKeyLike(value: string): boolean {
  if (/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(value)) return true;
  // Dashes between words or dates suggest a name; a long mix of letters and digits is a key.
  if (value.length < 20 || value.length > 4096 || !/^[\w+/=.-]+$/.test(value)) return false;
  return value.split(/[-_./]/).some((run) => run.length >= 20 && /\d/.test(run) && /[A-Za-z]/.test(run));
}

export function isValueName(value: string): boolean {
  return /^val-[\w.-]*$/.test(value) && !isSecretShaped(value) && !isKeyLike(value.slice('val-'.length));
}

// All patterns here are bounded: otherwise a line of 1 MiB takes minutes.
const URL_IN_TEXT = /(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{0,30}:\/\/[^\s"'<>]+/g;

/** `user:password@host` without a scheme, as in broker addresses. */
const CREDENTIALS_IN_TEXT = /(?<![\w.:/@+^*\\-])[\w.+-]{1,64}:[^\s:/@"'\\]{1,256}@(?=[A-Za-z0-9[])/g;

/** SECURITY: the only definition of a URL's secrets: `user:password@` and parameters with secret names or values. */
export function secretPartsOfUrls(text: string): SecretPart[] {
  const parts: SecretPart[] = [];
  for (const url of urlsIn(text)) {
    const authority = url.text.indexOf('://') + 3;
    const rest = url.text.slice(authority);
    // The last @ before the path: a password may hold an unescaped one.
    const credentials = /^[^/?#]*@/.exec(rest)?.[0];
    const from = url.start + authority;
    if (credentials !== undefined && credentials.length > 1) parts.push({ start: from, end: from + credentials.length - 1 });
    for (const parameter of rest.matchAll(/[?&#;]([^=&#;?]+)=([^&#;]+)/g)) {
      const name = decoded(parameter[1] ?? '');
      const value = parameter[2] ?? '';
      if (!isSecretName(name) && !/^(?:sig|code|api-?key|access|se)$/i.test(name) && !isSecretShaped(value) && !isKeyLike(value)) continue;
      const end = from + parameter.index + parameter[0].length;
      parts.push({ start: end - value.length, end });
    }
  }
  if (text.includes('@'))
    for (const match of withoutUrls(text).matchAll(CREDENTIALS_IN_TEXT))
      parts.push({ start: match.index, end: match.index + match[0].length - 1 });
  return parts;
}

export function withoutSecretParts(text: string, mark = '•••'): string {
  let result = '';
  let cursor = 0;
  for (const { start, end } of secretPartsOfUrls(text).sort((one, other) => one.start - other.start)) {
    if (start < cursor) continue;
    result += text.slice(cursor, start) + mark;
    cursor = end;
  }
  return result + text.slice(cursor);
}

function urlsIn(text: string): { readonly start: number; readonly text: string }[] {
  // Most lines have no URL, and the search takes ten times as long.
  if (!text.includes('://')) return [];
  return Array.from(text.matchAll(URL_IN_TEXT), (match) => ({ start: match.index, text: match[0] }));
}

export function withoutUrls(text: string): string {
  let result = '';
  let cursor = 0;
  for (const url of urlsIn(text)) {
    result += text.slice(cursor, url.start) + ' '.repeat(url.text.length);
    cursor = url.start + url.text.length;
  }
  return result + text.slice(cursor);
}

/** `%74oken` means `token`. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
