import type { ConfigMapRef } from '../reference.ts';

export type ShownView =
  | { readonly view: 'home' | 'settings' | 'presets' | 'about' }
  | {
      readonly view: 'configMap';
      readonly ref: ConfigMapRef;
      /** Raw position of the integration. */
      readonly integration?: number;
      readonly stopped?: boolean;
    };
