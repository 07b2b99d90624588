import * as z from 'zod';

// A preset: a named Coralogix domain, application, subsystem and key (the key is never part of it here: keys stay in main).

/** DNS name of a Coralogix domain such as `eu2.coralogix.com`; private ones too. */
const domain = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(/^(?=.{3,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/, 'A domain looks like eu2.coralogix.com');

/** Coralogix's application and subsystem names; what an integration without a preset is tested with too. */
export const DEFAULT_APPLICATION = 'kaudit';
export const DEFAULT_SUBSYSTEM = 'delivery-test';

export const presetSchema = z.strictObject({
  id: z.string().min(1).max(64).optional(),
  name: z.string().trim().min(1).max(80),
  domain,
  /** `api.<domain>` as kAudit's documentation has it, or `ingress.<domain>` as Coralogix's has it today. */
  endpoint: z.enum(['api', 'ingress']).default('api'),
  applicationName: z.string().trim().min(1).max(200).default(DEFAULT_APPLICATION),
  subsystemName: z.string().trim().min(1).max(200).default(DEFAULT_SUBSYSTEM),
  /** The team's name in Coralogix's address, for links. */
  team: z.string().trim().min(1).max(100).optional(),
});

/** What one installation hands on to another: no ids, and nothing of any key. */
export const exportedPresetsSchema = z.strictObject({
  format: z.literal('kaudit-tray-presets'),
  version: z.literal(1),
  presets: z.array(presetSchema.omit({ id: true })).max(1000),
});

/** As a view sends it: with defaults left out if it likes. */
export type PresetInput = z.input<typeof presetSchema>;

export interface Preset {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  readonly endpoint: 'api' | 'ingress';
  readonly applicationName: string;
  readonly subsystemName: string;
  readonly team?: string;
}

/** What is known of a preset's key without unlocking the keychain. */
export interface KeyInfo {
  /**
   * `memory`: kept for this run only, because there is no keychain. `missing`: no key was ever given. `gone`, `changed`: seen at its last use,
   * the keychain's entry is not there any more, or does not fit what was saved here; the way out is a new key. `renamed`: so seen, the names in
   * the settings are not those in the keychain; the way out is to save the right ones.
   */
  readonly state: 'keychain' | 'memory' | 'missing' | 'gone' | 'changed' | 'renamed';
  /** ISO 8601. */
  readonly setAt?: string;
  /** 8 hex digits of an HMAC under this installation's random key: tells keys apart without telling them. */
  readonly fingerprint?: string;
}

export interface PresetView extends Preset {
  readonly key: KeyInfo;
  /** The key that queries; undefined: it has none. */
  readonly readBackKey?: KeyInfo;
}

/** Whose key a target has. */
export interface KeyOwner {
  /** The preset's id. */
  readonly preset: string;
  readonly name: string;
  readonly domain: string;
  /** It is one that the preset had before its present one. */
  readonly former: boolean;
}

/** An entry of the system's keychain, as its own programs call it. */
export interface KeychainEntry {
  readonly service: string;
  readonly account: string;
}

export type RemovedPreset =
  /** `left`: the entry that is still in the keychain, as it was asked to be. `gone`: there should have been one, and was none. */
  | { readonly outcome: 'removed'; readonly left: KeychainEntry | null; readonly gone?: true }
  /** The keychain did not remove its entry: the preset and its key are still there. */
  | { readonly outcome: 'keychain'; readonly reason: string; readonly entry: KeychainEntry };

/** The URL that a preset writes into an integration. */
export function presetUrl(preset: Pick<Preset, 'domain' | 'endpoint'>): string {
  return `https://${preset.endpoint}.${preset.domain}/logs/v1/bulk`;
}

export interface KeychainView {
  /** `unknown` until it was needed for the first time: starting and listing never unlock it. */
  readonly state:
    | 'unknown'
    | 'available'
    /** For its user's answer; can be cancelled. */
    | 'waiting'
    /** It stayed locked: its question was closed or not answered. */
    | 'refused'
    /** There is none, or it hangs. */
    | 'unavailable'
    | 'memory';
  /** What it is called on this system, or why it cannot be used and what then happens to keys. */
  readonly message: string;
}
