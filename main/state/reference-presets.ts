import type { ConfigMapRef } from '../common/reference.ts';
import { referenceKey } from '../common/reference.ts';
import type { Settings } from '../common/settings.ts';

// The preset that the user picked once for a `ref/` field.

type Picks = Settings['referencePresets'];

export function pickedPreset(picks: Picks, ref: ConfigMapRef, reference: string): string | undefined {
  return picks.find((pick) => isAbout(pick, ref, reference))?.preset;
}

export function withPick(picks: Picks, ref: ConfigMapRef, reference: string, preset: string): Picks {
  return [...picks.filter((pick) => !isAbout(pick, ref, reference)), { ref, reference, preset }];
}

function isAbout(pick: Picks[number], ref: ConfigMapRef, reference: string): boolean {
  return pick.reference === reference && referenceKey(pick.ref) === referenceKey(ref);
}
