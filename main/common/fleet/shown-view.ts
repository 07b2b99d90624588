import type { ConfigMapRef } from '../reference.ts';

export type ShownView =
  | { readonly view: 'home' | 'drift' | 'settings' | 'presets' | 'about' }
  /** `preset`: its key was replaced, and is to be put wherever an older one is. */
  | { readonly view: 'rollouts'; readonly preset?: string }
  | {
      readonly view: 'configMap';
      readonly ref: ConfigMapRef;
      /** Raw position of the integration. */
      readonly integration?: number;
      readonly stopped?: boolean;
    };
