import { endpointOf } from '../common/coralogix/coralogix.ts';
import { isAmbiguousUrl, isOwnUrl } from '../common/coralogix/own-url.ts';
import { fieldPath, readDocument } from '../common/integration/document.ts';
import type { Destination } from '../common/integration/reading/destination.ts';
import { configurationParts, destinationOf, targetAt } from '../common/integration/reading/destination.ts';
import type { DocumentReading, Integration, Target } from '../common/integration/reading/integration.ts';
import { SHORTEST } from '../common/integration/secrets/secret-copies.ts';
import { secretScalars } from '../common/integration/secrets/secret-scan.ts';
import type { DeliveryReply } from '../common/replies.ts';
import type { Path, Value } from '../common/yaml/value.ts';
import { hideSecrets } from '../masking/replace.ts';
import * as strings from './strings.ts';

// Which integration a test is about, and where its key may go.

/** Raw text after edits. `presetKeys`: keys from the keychain, each with the domain it may be sent to. */
interface Draft {
  readonly base: { readonly text: string | null };
  readonly presetKeys: readonly { readonly key: string; readonly domain: string }[];
}

export interface Place {
  readonly integration: number;
  readonly target?: number | undefined;
}

export interface TestedTarget {
  readonly integration: number;
  readonly target: number | null;
  readonly destination: Destination;
  readonly urlPath: Path;
  /** Of what its report is about: configuration, and place in the document. */
  readonly parts: readonly string[];
  readonly identity: readonly string[];
  /** Secrets of the ConfigMap in the URL. Replies and reports hide them. */
  readonly hidden: readonly string[];
  /** SECURITY: replies and reports describe the integration from the masked text. */
  readonly shown: { readonly type: string | undefined; readonly destination: Destination };
}

/**
 * SECURITY: decides whether a key may go to a URL. A keychain key goes only to `api.` or `ingress.` of its own domain,
 * a ConfigMap's key to the URL next to it; anything else needs confirmation.
 */
export function checkKeyRelease(
  draft: Draft,
  args: Place,
  url: string,
  key: string,
): Extract<DeliveryReply, { outcome: 'confirm' | 'not-testable' }> | undefined {
  const host = hostWords(url);
  const endpoint = endpointOf(url);
  const fromKeychain = draft.presetKeys.find((candidate) => key.includes(candidate.key) || url.includes(candidate.key));
  if (fromKeychain !== undefined) {
    return key === fromKeychain.key && isOwnUrl(url, fromKeychain.domain)
      ? undefined
      : {
          outcome: 'not-testable',
          reason: strings.presetsKeyBelongsSoKAudit(fromKeychain.domain, host),
        };
  }
  const before = locate(draft.base.text ?? '', args)?.destination;
  const besideAlready = pairs(draft.base.text ?? '').some((pair) => pair.key === key && pair.url === url);
  if (endpoint?.coralogix !== true) {
    return { outcome: 'confirm', host, question: strings.isntKnownCoralogixAddressSend(host) };
  }
  const inBase = pairs(draft.base.text ?? '').some((pair) => pair.key === key);
  if (inBase && !besideAlready) {
    const old = before?.host === undefined ? '' : strings.untilNowWent(before.host);
    return { outcome: 'confirm', host, question: strings.urlChangedSendKeyConfigMap(host, old) };
  }
  return undefined;
}

/**
 * SECURITY: finds where a text would put a preset's key next to a foreign URL, or text next to the key (`Bearer
 * <key>`). Ignores what the base already had. undefined: nowhere.
 */
export function strayPresetKey(draft: Draft, text: string): { readonly domain: string; readonly host: string } | undefined {
  for (const { key, domain } of draft.presetKeys) {
    const before = new Set(placesOf(key, draft.base.text ?? '').map((place) => JSON.stringify(place)));
    const stray = placesOf(key, text).find((place) => {
      const own = place.value === key && place.url !== undefined && isOwnUrl(place.url, domain);
      return !own && !before.has(JSON.stringify(place));
    });
    if (stray !== undefined) return { domain, host: stray.url === undefined ? strings.targetWithoutUrl : hostWords(stray.url) };
  }
  return undefined;
}

function placesOf(key: string, text: string): { readonly url: string | undefined; readonly value: string }[] {
  const reading = readDocument(text);
  return reading.integrations.flatMap((integration) =>
    integration.targets.flatMap((target) => {
      const destination = destinationOf(reading, target);
      const named = destination.key.kind === 'none' ? [] : [destination.key.value ?? ''];
      const values = [...named, ...target.fields.flatMap((field) => stringsIn(field.value))];
      return values.filter((value) => value.includes(key)).map((value) => ({ url: destination.url, value }));
    }),
  );
}

function stringsIn(value: Value): string[] {
  if (typeof value !== 'object' || value === null) return [String(value)];
  return Object.entries(value).flatMap(([name, item]: [string, Value]) => [name, ...stringsIn(item)]);
}

export function hostWords(url: string): string {
  if (!URL.canParse(url)) return strings.noUrl;
  if (isAmbiguousUrl(url)) return strings.urlProgramsReadDifferently;
  const { protocol, host, origin } = new URL(url);
  return protocol === 'https:' ? host : origin;
}

function pairs(text: string): { url: string | undefined; key: string | undefined }[] {
  const reading = readDocument(text);
  return reading.integrations.flatMap((integration) =>
    integration.targets.map((target) => {
      const { url, key } = destinationOf(reading, target);
      return { url, key: key.kind === 'none' ? undefined : key.value };
    }),
  );
}

/** `known`: secrets of the ConfigMap's other texts. */
export function testedTarget(text: string, place: Place, known: ReadonlySet<string>): TestedTarget | undefined {
  const found = locate(text, place);
  const shown = locate(hideSecrets(text, known), place);
  if (found === undefined || shown === undefined) return undefined;
  const { reading, integration, target, destination } = found;
  return {
    integration: integration.index,
    target: target.index,
    destination,
    urlPath: fieldPath(integration, target, 'http-api-uri'),
    parts: configurationParts(integration, destination),
    identity: identityOf(reading, integration, target),
    hidden: [...new Set(secretScalars(text, known).map(({ value }) => value))].filter(
      (value) => value.length >= SHORTEST && destination.url?.includes(value),
    ),
    shown: { type: shown.integration.type, destination: shown.destination },
  };
}

function locate(text: string, place: Place) {
  const reading = readDocument(text);
  const integration = reading.integrations.find((candidate) => candidate.index === place.integration);
  const target = integration && targetAt(integration, place.target);
  return integration && target && { reading, integration, target, destination: destinationOf(reading, target) };
}

function identityOf(reading: DocumentReading, integration: Integration, target: Target): readonly string[] {
  const alike = reading.integrations.filter(({ type, name }) => type === integration.type && name === integration.name);
  return [integration.type ?? '', integration.name ?? '', String(alike.indexOf(integration)), String(target.index ?? '')];
}
