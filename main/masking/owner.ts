import type { ConfigMapRef } from '../common/reference.ts';
import { referenceKey } from '../common/reference.ts';

/** SECURITY: with the cluster's address and the object's id, so that no key gets into a namesake. */
export interface MaskOwner extends ConfigMapRef {
  readonly server: string;
  readonly uid: string;
}

export function ownerKey({ server, uid, ...ref }: MaskOwner): string {
  return JSON.stringify([server, uid, referenceKey(ref)]);
}
