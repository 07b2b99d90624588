import * as z from 'zod';
import * as strings from './strings.ts';

// A preset: a named Coralogix domain, application and subsystem. Its key stays in main.

const domain = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(/^(?=.{3,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/, strings.domainLooksLike);

export const DEFAULT_APPLICATION = 'kaudit';
export const DEFAULT_SUBSYSTEM = 'delivery-test';

/** Names as Coralogix has them, blanks included. */
const entryName = z.string().min(1).max(200);

/** Whether to query Coralogix for this preset's entries, and for which. */
const arrivalsSchema = z.strictObject({
  watched: z.boolean(),
  names: z
    .array(
      z.strictObject({
        application: entryName,
        subsystem: entryName,
        /** The one integration of these entries (`integrationId`); absent: the whole preset. */
        integration: z.string().min(1).max(2000).optional(),
      }),
    )
    .max(50),
});

export const presetSchema = z.strictObject({
  id: z.string().min(1).max(64).optional(),
  name: z.string().trim().min(1).max(80),
  domain,
  /** kAudit's documentation uses `api.<domain>`; Coralogix's now uses `ingress.<domain>`. */
  endpoint: z.enum(['api', 'ingress']).default('api'),
  applicationName: z.string().trim().min(1).max(200).default(DEFAULT_APPLICATION),
  subsystemName: z.string().trim().min(1).max(200).default(DEFAULT_SUBSYSTEM),
  team: z.string().trim().min(1).max(100).optional(),
  /** Absent in a change: unchanged. */
  arrivals: arrivalsSchema.optional(),
});

export const exportedPresetsSchema = z.strictObject({
  format: z.literal('kaudit-tray-presets'),
  version: z.literal(1),
  presets: z.array(presetSchema.omit({ id: true, arrivals: true })).max(1000),
});

export type PresetInput = z.input<typeof presetSchema>;

export interface Preset {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  readonly endpoint: 'api' | 'ingress';
  readonly applicationName: string;
  readonly subsystemName: string;
  readonly team?: string;
  readonly arrivals?: PresetWatch;
}

/** The user's choice about a preset's arrivals. */
export interface PresetWatch {
  readonly watched: boolean;
  readonly names: readonly { readonly application: string; readonly subsystem: string; readonly integration?: string }[];
}

export interface KeyInfo {
  /**
   * `memory`: kept for this run, because there is no keychain. `missing`: never given. `gone`, `changed`: at last use,
   * the keychain entry was missing or didn't match; only a new key helps. `renamed`: the settings name the entry
   * differently; save the right names.
   */
  readonly state: 'keychain' | 'memory' | 'missing' | 'gone' | 'changed' | 'renamed';
  readonly setAt?: string;
  /** 8 hex digits of an HMAC under the installation's random key. Identifies a key without revealing it. */
  readonly fingerprint?: string;
}

export interface PresetView extends Preset {
  readonly key: KeyInfo;
  readonly readBackKey?: KeyInfo;
}

export interface KeyOwner {
  readonly preset: string;
  readonly name: string;
  readonly domain: string;
  readonly former: boolean;
}

export interface KeychainEntry {
  readonly service: string;
  readonly account: string;
}

export type RemovedPreset =
  /** `left`: the entry that stays in the keychain as requested. `gone`: the expected entry was missing. */
  | { readonly outcome: 'removed'; readonly left: KeychainEntry | null; readonly gone?: true }
  | { readonly outcome: 'keychain'; readonly reason: string; readonly entry: KeychainEntry };

export function presetUrl(preset: Pick<Preset, 'domain' | 'endpoint'>): string {
  return `https://${preset.endpoint}.${preset.domain}/logs/v1/bulk`;
}

export interface KeychainView {
  /** `unknown` until first use: starting and listing never unlock the keychain. */
  readonly state: 'unknown' | 'available' | 'waiting' | 'refused' | 'unavailable' | 'memory';
  /** The system's name for it, or why it can't be used and what happens to keys. */
  readonly message: string;
}
