import { deserialize, serialize } from 'node:v8';

/**
 * What arrives of a message on the other side of Electron's IPC: a structured clone. Throws for what can't be cloned,
 * as Electron does.
 */
export function clone<Value>(message: Value): Value {
  return deserialize(serialize(message)) as Value;
}

// Chromium serves and routes no custom scheme, so each of its hosts has an HTTPS name that exists nowhere.
const SUFFIX = '.app.invalid';

export function toChromium(url: string): string {
  return url.replace(/^app:\/\/([^/]+)/, `https://$1${SUFFIX}`);
}

export function toElectron(url: string): string {
  return url.replace(/^(blob:)?https:\/\/([^/]+)\.app\.invalid(?=\/|$)/, '$1app://$2');
}
