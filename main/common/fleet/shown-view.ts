import type { ConfigMapRef } from '../reference.ts';

/** What the tray or a notification asks the window to show. */
export type ShownView =
  | { readonly view: 'home' | 'settings' | 'presets' | 'about' }
  | {
      readonly view: 'configMap';
      readonly ref: ConfigMapRef;
      /** Raw position of the integration to start at. */
      readonly integration?: number;
      /** Stop or start that integration: the editor opens with this change made, for review. */
      readonly stopped?: boolean;
    };
